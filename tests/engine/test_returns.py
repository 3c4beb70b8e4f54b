"""Returns: which units come back, what is rolled back for them, what is given back."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET

from largesse.engine.returns import WantedReturn, give_back, returned_lines
from largesse.kit.problems import Invalid
from tests.engine.building import (
    ITEMS,
    VALID,
    a_campaign,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_item,
    evaluate,
    kinds,
    spent,
    stored,
)
from tests.engine.shopping import noticed

CART = [
    an_item("A", 10, 3, position=0),
    an_item("B", 20, position=1, quantity=2, returned_quantity=2),
    an_item("A", 10, 2, position=2),
]


def wanted(position: Any = UNSET, quantity: Any = UNSET, sku: Any = UNSET) -> WantedReturn:
    """An entry of a return."""
    return WantedReturn(position=position, quantity=quantity, sku=sku)


# fmt: off
#    entries                                        lines and quantities, or the faults' places
RETURNS = [
    ([wanted(0, 1)],                                [(0, 1)]),
    ([wanted(0)],                                   [(0, 3)]),
    ([wanted(sku="A")],                             [(0, 3)]),
    ([wanted(sku="A", quantity=2)],                 [(0, 2)]),
    ([wanted(2, 2, "A")],                           [(2, 2)]),
    ([wanted(0, 1), wanted(0, 2)],                  [(0, 1), (0, 2)]),
    ([wanted(0, 4)],                                ["/0/quantity"]),
    ([wanted(0, 0)],                                ["/0/quantity"]),
    ([wanted(0, -1)],                               ["/0/quantity"]),
    ([wanted(0, 2), wanted(0, 2)],                  ["/1/quantity"]),
    ([wanted(1)],                                   ["/0/quantity"]),   # all of it came back
    ([wanted(3, 1)],                                ["/0"]),
    ([wanted(-1, 1)],                               ["/0"]),
    ([wanted(sku="X")],                             ["/0"]),
    ([wanted()],                                    ["/0"]),
    ([wanted(0, 1, "B")],                           ["/0"]),            # line and SKU disagree
    ([],                                            [""]),
    ([wanted(9), wanted(0, 9)],                     ["/0", "/1/quantity"]),
]
# fmt: on


@pytest.mark.parametrize("entries, found", RETURNS)
def test_only_what_remains_of_a_line_can_come_back(entries, found):
    if found and isinstance(found[0], tuple):
        lines = returned_lines(CART, entries)
        assert [(one.position, one.quantity) for one in lines] == found
        return
    with pytest.raises(Invalid) as refused:
        returned_lines(CART, entries)
    places = [fault.at for fault in refused.value.faults]
    assert places == [f"/return/returnedCartItems{at}" for at in found]


EACH = ["setDiscountPerItem", "each", ITEMS, [["Item"], 2]]


def closed(*items, limits=(), effects=(EACH, ["setDiscount", "all", 5])):
    """A closed session with a discount of each unit, and of the whole session."""
    book = a_rulebook(a_ruleset(a_rule(*effects)), campaigns=[a_campaign(1, *limits)])
    return stored(evaluate(book, a_situation(a_session(*items), state="closed")))


def returned(session, *entries):
    """What returning units comes to, and the effects that still hold."""
    lines = returned_lines(session.document.cart_items, entries)
    return give_back(session, session.document, lines)


def test_the_discounts_of_the_units_that_come_back_are_rolled_back():
    outcome, held = returned(closed(an_item("A", 10, 3), an_item("B", 20)), wanted(0, 2))
    assert noticed(outcome) == ["each#0 2 back", "each#0 2 back"]
    places = [effect.props.cart_item_sub_position for effect in outcome.effects]
    assert places == [0, 1], "units come back in the order of the line"
    assert [effect.effect_type for effect in held] == ["setDiscountPerItem"] * 2 + ["setDiscount"]


def test_units_that_came_back_before_come_back_no_more():
    session = closed(an_item("A", 10, 3))
    first, held = returned(session, wanted(0, 1))
    session.document, session.effects = first.session, held
    second, held = returned(session, wanted(0, 1))
    assert [effect.props.cart_item_sub_position for effect in second.effects] == [1]
    session.document, session.effects = second.session, held
    assert session.document.cart_items[0].returned_quantity == 2
    third, held = returned(session, wanted(0))
    assert [effect.props.cart_item_sub_position for effect in third.effects] == [2]
    assert [effect.effect_type for effect in held] == ["setDiscount"]


def test_budgets_of_money_get_back_what_the_units_took():
    limits = [a_limit("setDiscount", 99), a_limit("setDiscountEffect", 99)]
    session = closed(an_item("A", 10, 3), limits=limits)
    outcome, _ = returned(session, wanted(0, 2))
    assert spent(outcome) == {("setDiscount", "", "", ""): "-4"}
    left = {one.action: one.amount for one in outcome.session.spent}
    assert left == {"setDiscount": Decimal(7), "setDiscountEffect": Decimal(4)}


def test_each_code_gets_back_its_own():
    """One code is the beginning of the other; each is for the item of its name."""
    mine = ["filter", ITEMS, [["Item"], ["=", [".", "Item", "Sku"], [".", "Coupon", "Value"]]]]
    rule = a_rule(["setDiscountPerItem", "off", mine, [["Item"], 5]], when=VALID)
    limits = [a_limit("setDiscount", 50, "Coupon"), a_limit("setDiscount", 50, "Coupon", "Profile")]
    book = a_rulebook(a_ruleset(rule), campaigns=[a_campaign(1, *limits)])
    codes = [a_coupon("TEN", discount_limit=50), a_coupon("TENT", discount_limit=50)]
    cart = a_session(an_item("TEN", 10), an_item("TENT", 10), codes=["TEN", "TENT"])
    given = a_situation(cart, *codes, customer="TENT", state="closed")
    outcome, held = returned(stored(evaluate(book, given)), wanted(0))
    assert {key[2].split("\x1f")[0] for key in spent(outcome)} == {"TEN"}
    assert len(spent(outcome)) == 2
    assert [(one.coupon_id, one.times, one.discount) for one in outcome.coupons] == [
        (codes[0].id, 0, -5)
    ]
    assert sorted(one.discount for one in outcome.session.used) == [0, 5]
    assert "acceptCoupon" in {effect.effect_type for effect in held}


def test_a_return_without_discounts_gives_nothing_back():
    session = closed(an_item("A", 10, 3), effects=[["setDiscount", "all", 5]])
    outcome, held = returned(session, wanted(0))
    assert (kinds(outcome), outcome.counters, outcome.coupons) == ([], [], [])
    assert [effect.effect_type for effect in held] == ["setDiscount"]


def test_what_was_stored_stays_as_it_was():
    session = closed(an_item("A", 10, 3))
    returned(session, wanted(0, 2))
    assert session.document.cart_items[0].returned_quantity is UNSET
    assert len(session.effects) == 4
