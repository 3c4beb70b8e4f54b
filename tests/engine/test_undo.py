"""Cancel and reopen: what is told, what is given back, what stays."""

from decimal import Decimal

import msgspec
import pytest

from largesse.engine.undo import kept, undo
from tests.engine.building import (
    HELLO,
    ITEMS,
    VALID,
    a_campaign,
    a_cost,
    a_coupon,
    a_custom_effect,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_attribute,
    an_item,
    evaluate,
    happens,
    kinds,
    spent,
    stored,
    told,
)

CART = a_session(
    an_item("A", 30, 2, costs={"wrapping": 5}, attributes={}),
    an_item("B", "9.99", costs={"wrapping": 1}),
    costs={"shipping": 10},
)
COSTS = [a_cost("shipping", 7), a_cost("wrapping", 8)]
SECOND = ["filter", ITEMS, [["Item"], ["=", [".", "Item", "Sku"], "B"]]]
TENTH = [["Item"], ["*", [".", "Item", "Price"], Decimal("0.1")]]
# fmt: off
#    effect                                                    rolled back by
DISCOUNTS = [
    (["setDiscount", "off", Decimal("9.999")],
        {"name": "off", "value": "9.999"}),
    (["setDiscountPerAdditionalCost", "off", "shipping", 4],
        {"name": "off", "value": "4", "additionalCostId": 7, "additionalCost": "shipping"}),
    (["setDiscountPerItem", "off", SECOND, TENTH],
        {"name": "off#1", "value": "0.999", "scope": "price",
         "cartItemPosition": 1, "cartItemSubPosition": 0}),
    (["setDiscountPerItem", "off", SECOND, TENTH, "itemTotal"],
        {"name": "off#1", "value": "0.999", "scope": "itemTotal",
         "cartItemPosition": 1, "cartItemSubPosition": 0}),
    (["setDiscountPerItemProRata", "off", SECOND, 3],
        {"name": "off#1", "value": "3", "scope": "price",
         "cartItemPosition": 1, "cartItemSubPosition": 0}),
    (["setDiscountPerAdditionalCostPerItem", "off", "wrapping", SECOND, [["Item"], 1]],
        {"name": "off#1", "value": "1", "additionalCostId": 8, "additionalCost": "wrapping",
         "cartItemPosition": 1, "cartItemSubPosition": 0}),
]
# fmt: on


def undone(outcome, state="closed"):
    """What undoing a closed session comes to."""
    session = stored(outcome, state)
    return undo(session, session.document)


@pytest.mark.parametrize("effect, rollback", DISCOUNTS)
def test_each_discount_is_rolled_back_where_it_was_given(effect, rollback):
    closed = happens(effect, given=a_situation(CART, state="closed"), additional_costs=COSTS)
    back = undone(closed)
    assert kinds(back) == ["rollbackDiscount"]
    assert told(back) == [rollback]
    (given,), (taken,) = closed.effects, back.effects
    assert (taken.campaign_id, taken.ruleset_id) == (given.campaign_id, given.ruleset_id)
    assert (taken.rule_index, taken.rule_name) == (given.rule_index, given.rule_name)


def test_an_accepted_code_is_rolled_back():
    book = a_rulebook(a_ruleset(a_rule(["setDiscount", "off", 5], when=VALID)))
    back = undone(evaluate(book, a_situation(None, a_coupon(), state="closed")))
    assert kinds(back) == ["rollbackCoupon", "rollbackDiscount"]
    assert told(back, "rollbackCoupon") == [{"value": "CODE"}]
    assert {effect.triggered_by_coupon for effect in back.effects} == {a_coupon().id}


def everything():
    """A rule that does all that outlives its session, and two discounts."""
    effects = [
        ["setDiscount", "off", 20],
        ["setDiscountPerItem", "off", ITEMS, TENTH],
        ["addFreeItem", "free", "MUG", 2],
        ["showNotification", "Info", "hello", ""],
        ["customEffect", 1],
        ["createCoupon", 1],
        ["reserveCoupon"],
        ["updateAttribute", "Profile.Attributes.seen", True],
    ]
    actions = ("setDiscount", "setDiscountEffect", "redeemCoupon")
    actions += ("createCoupon", "reserveCoupon", "addFreeItemEffect", "customEffect")
    limits = [a_limit(action, 99) for action in actions]
    limits += [a_limit(action, 99, "Profile", period="monthly") for action in actions]
    book = a_rulebook(
        a_ruleset(a_rule(*effects, when=VALID)),
        campaigns=[a_campaign(1, *limits)],
        custom_effects=[a_custom_effect("{}")],
        attributes=[an_attribute("CustomerProfile", "seen", "boolean")],
        additional_costs=COSTS,
    )
    codes = [a_coupon("ONE", discount_limit=500), a_coupon("TWO")]
    session = msgspec.structs.replace(CART, coupon_codes=["TWO", "ONE"])
    return evaluate(book, a_situation(session, *codes, customer="ada", state="closed"))


def test_what_was_spent_is_given_back_and_what_outlives_the_session_is_not():
    closed = everything()
    given_back = {"setDiscount", "setDiscountEffect", "redeemCoupon"}
    taken = {key: amount for key, amount in spent(closed).items() if key[0] in given_back}
    assert len(taken) == 6
    assert len(spent(closed)) == 14
    assert spent(undone(closed)) == {key: f"-{amount}" for key, amount in taken.items()}


def test_counters_and_coupons_are_given_back_in_the_order_in_which_they_were_spent():
    closed = everything()
    back = undone(closed)
    keys = [moved.key for moved in back.counters]
    assert keys == sorted(keys)
    assert keys == [moved.key for moved in closed.counters if moved.key in set(keys)]
    ids = [used.coupon_id for used in back.coupons]
    assert ids == sorted(ids) == [used.coupon_id for used in closed.coupons]


def test_codes_are_given_back_with_what_they_paid():
    closed = everything()
    taken = [(one.coupon_id, one.times, one.discount) for one in closed.coupons]
    back = [(one.coupon_id, -one.times, -one.discount) for one in undone(closed).coupons]
    assert back == taken
    assert {paid for _, _, paid in taken} == {Decimal("26.999")}


def test_nothing_new_is_made_by_undoing():
    back = undone(everything())
    assert (back.codes, back.reservations, back.attributes) == ([], [], [])
    assert (back.profile_attributes, back.failures) == (None, [])


OUTLIVING = [*["addFreeItem"] * 2, "showNotification", "customEffect", "couponCreated"]
OUTLIVING += ["reserveCoupon", "updateAttribute"]


def test_effects_that_outlive_the_session_are_kept():
    held = kept(stored(everything()).effects)
    assert [effect.effect_type for effect in held] == OUTLIVING * 2


def test_codes_that_were_made_are_found_again_when_the_session_is_open_again():
    closed = everything()
    back = undone(closed)
    assert back.session.codes == closed.session.codes
    assert (back.session.spent, back.session.used) == ([], [])
    assert (back.session.cart_items, back.session.coupon_codes) == (CART.cart_items, ["TWO", "ONE"])


def test_undoing_leaves_what_was_stored_as_it_is():
    session = stored(everything())
    before = msgspec.json.encode(session)
    undo(session, session.document)
    assert msgspec.json.encode(session) == before


def test_what_is_undone_twice_is_undone_once():
    session = stored(everything())
    back = undo(session, session.document)
    again = msgspec.structs.replace(session, document=back.session, effects=kept(session.effects))
    twice = undo(again, again.document)
    assert (twice.effects, twice.counters, twice.coupons) == ([], [], [])
    assert twice.session == back.session


def test_a_session_without_effects_has_nothing_to_undo():
    closed = happens(HELLO, given=a_situation(state="closed"))
    assert (undone(closed).effects, undone(closed).counters) == ([], [])


def test_after_reopening_the_same_close_spends_the_same():
    first = everything()
    back = undone(first)
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "off", 20], when=VALID)),
        campaigns=[a_campaign(1, a_limit("setDiscount", 99))],
    )
    codes = [a_coupon("ONE"), a_coupon("TWO")]
    once = evaluate(book, a_situation(first.session, *codes, state="closed"))
    again = evaluate(book, a_situation(back.session, *codes, state="closed"))
    assert spent(once) == spent(again)
    assert once.coupons == again.coupons
