"""Discounts of the session and of its additional costs."""

from decimal import Decimal

import pytest

from tests.engine.building import (
    TOTAL,
    VALID,
    a_campaign,
    a_cost,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_application,
    an_item,
    evaluate,
    failed,
    happens,
    spent,
    told,
    values,
)

# Two units at 30 with a wrapping of 5 each, and a shipping of 10: 60 + 10 + 10.
CART = a_session(an_item(price=30, quantity=2, costs={"wrapping": 5}), costs={"shipping": 10})
COSTS = [a_cost("shipping", 7), a_cost("wrapping", 8)]
CASCADING = an_application(enable_cascading_discounts=True)
PARTIAL = an_application(enable_partial_discounts=True)


def of_cart(*effects, **source):
    """What effects come to on that cart."""
    return happens(*effects, given=a_situation(CART), additional_costs=COSTS, **source)


# fmt: off
#    scope              wished  granted
SCOPES = [
    ("sessionTotal",    "79",   "79"),
    ("sessionTotal",    "80.1", "80"),
    ("cartItems",       "59",   "59"),
    ("cartItems",       "61",   "60"),
    ("additionalCosts", "19.5", "19.5"),
    ("additionalCosts", "21",   "20"),
]
# fmt: on


@pytest.mark.parametrize("scope, wished, granted", SCOPES)
def test_a_discount_never_passes_the_base_of_its_scope(scope, wished, granted):
    assert values(of_cart(["setDiscount", "off", Decimal(wished), scope])) == [granted]


@pytest.mark.parametrize("scope, wished, granted", SCOPES)
def test_without_a_scope_the_default_of_the_application_holds(scope, wished, granted):
    own = an_application(default_discount_scope=scope)
    for left_open in ([], [None]):
        effect = ["setDiscount", "off", Decimal(wished), *left_open]
        assert values(of_cart(effect, application=own)) == [granted]


# fmt: off
#    total   left  partial  wished  granted
BUDGETS = [
    ("100", None,  False,   "10",   "10"),
    ("100", None,  False,   "130",  "100"),   # never more than the session
    ("100", "20",  False,   "20",   "20"),
    ("100", "20",  False,   "30",   None),    # all or nothing
    ("100", "20",  True,    "30",   "20"),    # unless the Application allows part of it
    ("100", "20",  True,    "10",   "10"),
    ("100", "0",   True,    "30",   None),
    ("100", "120", False,   "130",  "100"),   # the budget need only be enough for what is granted
    ("100", "0",   False,   "0",    "0"),     # nothing costs nothing
    ("0",   "5",   False,   "30",   "0"),
]
# fmt: on


@pytest.mark.parametrize("total, left, partial, wished, granted", BUDGETS)
def test_a_discount_never_passes_the_session_or_its_budget(total, left, partial, wished, granted):
    outcome = happens(
        ["setDiscount", "off", Decimal(wished)],
        given=a_situation(a_session(an_item(price=total))),
        application=an_application(enable_partial_discounts=partial),
        campaigns=[a_campaign(1, *([a_limit("setDiscount", left)] if left else []))],
    )
    assert values(outcome) == ([granted] if granted else [])


# fmt: off
#    Application  effect        granted
SWITCHES = [
    (False,       [],           None),
    (False,       [None, None], None),
    (False,       [None, True], "20"),
    (True,        [],           "20"),
    (True,        [None, None], "20"),
    (True,        [None, False], None),
]
# fmt: on


@pytest.mark.parametrize("application, effect, granted", SWITCHES)
def test_an_effect_may_overrule_whether_parts_are_granted(application, effect, granted):
    outcome = happens(
        ["setDiscount", "off", 30, *effect],
        application=an_application(enable_partial_discounts=application),
        campaigns=[a_campaign(1, a_limit("setDiscount", 20))],
    )
    assert values(outcome) == ([granted] if granted else [])


def test_where_parts_are_granted_the_wish_is_told():
    limit = a_campaign(1, a_limit("setDiscount", 20))
    (part,) = told(happens(["setDiscount", "off", 30], application=PARTIAL, campaigns=[limit]))
    (all_of_it,) = told(happens(["setDiscount", "off", 5], application=PARTIAL, campaigns=[limit]))
    assert part == {"name": "off", "value": "20", "desiredValue": "30"}
    assert all_of_it == {"name": "off", "value": "5", "desiredValue": "5"}


def test_a_wish_beyond_the_session_is_told_as_what_the_session_allows():
    (props,) = told(happens(["setDiscount", "off", 130], application=PARTIAL))
    assert props == {"name": "off", "value": "100", "desiredValue": "100"}


def test_the_scope_is_told_only_where_discounts_cascade():
    (plain,) = told(of_cart(["setDiscount", "off", 1, "cartItems"]))
    (cascading,) = told(of_cart(["setDiscount", "off", 1, "cartItems"], application=CASCADING))
    assert plain == {"name": "off", "value": "1"}
    assert cascading == {"name": "off", "value": "1", "scope": "cartItems"}


@pytest.mark.parametrize("scope", ["price", "cartitems", ["concat", "cart", "Item"]])
def test_a_scope_that_there_is_not_fails_its_rule(scope):
    outcome = of_cart(["setDiscount", "off", 1, scope])
    assert failed(outcome) == [(None, 0)]


@pytest.mark.parametrize("wished", ["-0.000000000001", "-1"])
def test_a_negative_discount_fails_its_rule(wished):
    outcome = happens(["setDiscount", "ok", 1], ["setDiscount", "off", Decimal(wished)])
    assert outcome.effects == []
    assert failed(outcome) == [(None, 1)]


def test_nothing_is_rounded():
    ten_percent = ["setDiscount", "10%", ["*", TOTAL, Decimal("0.1")]]
    cart = a_session(an_item(price="99.99"))
    assert values(happens(ten_percent, given=a_situation(cart))) == ["9.999"]


TEN_OFF = ["setDiscount", "a", 10]
FIFTH_OF_REST = ["setDiscount", "b", ["*", [".", "Session", "DiscountedTotal"], Decimal("0.2")]]


def off(amount, scope="sessionTotal"):
    """An amount off the session."""
    return ["setDiscount", "off", amount, scope]


def off_shipping(amount):
    """An amount off the shipping of the session."""
    return ["setDiscountPerAdditionalCost", "off", "shipping", amount]


# fmt: off
#    one                        and then another              granted
CASCADES = [
    (TEN_OFF,                   FIFTH_OF_REST,                ["10", "14"]),
    (off(50),                   off(50),                      ["50", "30"]),
    (off(80),                   off(1),                       ["80", "0"]),
    (off(40, "cartItems"),      off(40, "cartItems"),         ["40", "20"]),
    (off(15, "additionalCosts"), off(9, "additionalCosts"),   ["15", "5"]),
    (off(15, "additionalCosts"), off(99, "cartItems"),        ["15", "60"]),
    (off(70),                   off(60, "cartItems"),         ["70", "10"]),
    (off_shipping(10),          off(90),                      ["10", "70"]),
    (off_shipping(8),           off_shipping(8),              ["8", "2"]),
    (off_shipping(8),           off(20, "additionalCosts"),   ["8", "12"]),
]
# fmt: on


@pytest.mark.parametrize("one, another, granted", CASCADES)
def test_discounts_that_cascade_take_from_what_is_left(one, another, granted):
    assert values(of_cart(one, another, application=CASCADING)) == granted


def test_discounts_that_do_not_cascade_do_not_see_one_another():
    effects = [["setDiscount", "a", 50], ["setDiscount", "b", 50, "cartItems"], TEN_OFF]
    assert values(of_cart(*effects)) == ["50", "50", "10"]


# fmt: off
#    cost        wished  granted
OF_COSTS = [
    ("shipping", "4",    "4"),
    ("shipping", "10.5", "10"),
    ("shipping", "0",    "0"),
    ("shipping", "-1",   None),
    ("wrapping", "1",    None),   # only items have it
    ("customs",  "1",    None),   # nobody knows it
]
# fmt: on


@pytest.mark.parametrize("cost, wished, granted", OF_COSTS)
def test_a_discount_of_a_cost_never_passes_what_the_session_pays(cost, wished, granted):
    outcome = of_cart(["setDiscountPerAdditionalCost", "off", cost, Decimal(wished)])
    assert values(outcome) == ([granted] if granted else [])


def test_a_discount_of_a_cost_names_the_cost():
    (props,) = told(of_cart(["setDiscountPerAdditionalCost", "free shipping", "shipping", 99]))
    assert props == {
        "name": "free shipping",
        "additionalCostId": 7,
        "additionalCost": "shipping",
        "value": "10",
    }


@pytest.mark.parametrize("partial, granted", [(False, []), (True, ["6"])])
def test_a_discount_of_a_cost_spends_the_budget_of_discounts(partial, granted):
    effect = ["setDiscountPerAdditionalCost", "off", "shipping", 9, partial]
    outcome = of_cart(effect, campaigns=[a_campaign(1, a_limit("setDiscount", 6))])
    assert values(outcome) == granted


def test_money_and_the_number_of_discounts_are_spent_when_the_session_closes():
    limits = [a_limit("setDiscount", 50), a_limit("setDiscountEffect", 3)]
    effects = [["setDiscount", "a", 20], ["setDiscount", "none", 0], ["setDiscount", "b", 5]]
    for state, paid in (("open", {}), ("closed", {"setDiscount": "25", "setDiscountEffect": "2"})):
        given = a_situation(state=state)
        outcome = happens(*effects, given=given, campaigns=[a_campaign(1, *limits)])
        assert {action: amount for (action, *_), amount in spent(outcome).items()} == paid


def test_one_discount_too_many_fails_its_rule():
    limit = a_campaign(1, a_limit("setDiscountEffect", 1))
    assert failed(happens(TEN_OFF, TEN_OFF, campaigns=[limit])) == [(None, 1)]


# fmt: off
#    limit  paid   partial  wished  granted
GIFT_CARDS = [
    ("50",  "0",   False,   "30",   "30"),
    ("50",  "30",  False,   "30",   None),
    ("50",  "30",  True,    "30",   "20"),
    ("50",  "0",   True,    "80",   "50"),
]
# fmt: on


@pytest.mark.parametrize("limit, paid, partial, wished, granted", GIFT_CARDS)
def test_a_gift_card_pays_what_is_left_of_it(limit, paid, partial, wished, granted):
    card = a_coupon(usage_limit=0, discount_limit=limit, discount_counter=Decimal(paid))
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "card", Decimal(wished)], when=VALID)),
        application=an_application(enable_partial_discounts=partial),
    )
    outcome = evaluate(book, a_situation(None, card, state="closed"))
    assert values(outcome) == ([granted] if granted else [])
    assert [format(used.discount, "f") for used in outcome.coupons] == values(outcome)


def test_two_rules_share_what_a_gift_card_has_left():
    rules = [a_rule(["setDiscount", name, 30], when=VALID) for name in "ab"]
    book = a_rulebook(a_ruleset(*rules), application=PARTIAL)
    outcome = evaluate(book, a_situation(None, a_coupon(discount_limit=50), state="closed"))
    assert values(outcome) == ["30", "20"]
    assert [(used.times, used.discount) for used in outcome.coupons] == [(1, Decimal(50))]


def test_the_tightest_budget_wins():
    limits = [a_limit("setDiscount", 40), a_limit("setDiscount", 25, "Session")]
    effect = ["setDiscount", "off", 30]
    outcome = happens(effect, application=PARTIAL, campaigns=[a_campaign(1, *limits)])
    assert values(outcome) == ["25"]
