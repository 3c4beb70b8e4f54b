"""Discounts of single units, and of their additional costs."""

from decimal import Decimal

import pytest

from tests.engine.building import (
    ITEMS,
    PRICE,
    a_campaign,
    a_cost,
    a_limit,
    a_session,
    a_situation,
    an_application,
    an_item,
    failed,
    happens,
    told,
    values,
)

COSTS = [a_cost("shipping", 7), a_cost("wrapping", 8)]
CASCADING = an_application(enable_cascading_discounts=True)
PARTIAL = an_application(enable_partial_discounts=True)
CHEAP = ["filter", ITEMS, [["Item"], ["<", [".", "Item", "Price"], 20]]]


def each(amount, *more, items=ITEMS):
    """An amount off each unit."""
    return ["setDiscountPerItem", "off", items, [["Item"], amount], *more]


def spread(total, *more, items=ITEMS):
    """An amount spread over units."""
    return ["setDiscountPerItemProRata", "off", items, Decimal(total), *more]


def off_shipping(amount, items=ITEMS):
    """An amount off the shipping of each unit."""
    return ["setDiscountPerAdditionalCostPerItem", "off", "shipping", items, [["Item"], amount]]


def of_cart(*effects, items=(), **source):
    """What effects come to on a cart."""
    given = source.pop("given", None) or a_situation(a_session(*items))
    return happens(*effects, given=given, additional_costs=COSTS, **source)


def places(outcome):
    """The units that were discounted."""
    return [(props["position"], props["subPosition"]) for props in told(outcome)]


def test_each_unit_gets_an_effect_of_its_own():
    items = [an_item("A", 10, 2), an_item("B", 30)]
    first, second, third = told(of_cart(each(5), items=items))
    assert first == {
        "name": "off#0",
        "value": "5",
        "position": 0,
        "subPosition": 0,
        "scope": "price",
    }
    assert second == {**first, "subPosition": 1}
    assert third == {**first, "name": "off#1", "position": 1}


# fmt: off
#    scope              wished  granted
SCOPES = [
    ("price",           "99",   "10"),
    ("additionalCosts", "99",   "5"),    # shipping 3, wrapping 2
    ("itemTotal",       "99",   "15"),
    ("itemTotal",       "14.9", "14.9"),
]
# fmt: on


@pytest.mark.parametrize("scope, wished, granted", SCOPES)
def test_a_discount_never_passes_what_the_unit_costs_in_its_scope(scope, wished, granted):
    items = [an_item(price=10, costs={"shipping": 3, "wrapping": 2})]
    (props,) = told(of_cart(each(Decimal(wished), scope), items=items))
    assert (props["value"], props["scope"]) == (granted, scope)
    own = an_application(default_discount_additional_cost_per_item_scope=scope)
    assert told(of_cart(each(Decimal(wished)), items=items, application=own)) == [props]


def test_the_amount_may_depend_on_the_unit():
    half = ["*", [".", "Item", "Price"], Decimal("0.5")]
    items = [an_item("A", 10), an_item("B", "30.3")]
    assert values(of_cart(each(half), items=items)) == ["5", "15.15"]


def test_only_the_units_of_the_list_are_discounted():
    items = [an_item("A", 30), an_item("B", 10, 2)]
    assert places(of_cart(each(1, items=CHEAP), items=items)) == [(1, 0), (1, 1)]


def test_a_unit_that_a_list_names_twice_is_discounted_once():
    twice = ["append", ITEMS, ["head", ITEMS]]
    items = [an_item("A", 30), an_item("B", 10)]
    assert places(of_cart(each(1, items=twice), items=items)) == [(0, 0), (1, 0)]


def test_units_come_in_the_order_of_the_cart_whatever_the_order_of_the_list():
    items = [an_item("A", 10), an_item("B", 30), an_item("C", 20)]
    by_price = ["sortByNumber", ITEMS, PRICE, True]
    assert places(of_cart(each(1, items=by_price), items=items)) == [(0, 0), (1, 0), (2, 0)]


def test_returned_units_are_no_longer_there():
    items = [an_item(price=10, quantity=3, returned_quantity=1)]
    assert places(of_cart(each(1), items=items)) == [(0, 1), (0, 2)]


@pytest.mark.parametrize(
    "effect",
    [
        each(-1),
        each(1, items=["list", 1, 2]),
        ["setDiscountPerItem", "off", ["map", ITEMS, PRICE], [["Item"], 1]],
        each([".", "Item", "Attributes", "missing"]),
        each(1, "sessionTotal"),
        each(1, ["concat", "pri", "ces"]),
    ],
)
def test_what_is_no_discount_of_units_fails(effect):
    assert failed(of_cart(effect, items=[an_item()])) == [(None, 0)]


def test_an_empty_list_is_discounted_by_nothing():
    nothing = ["filter", ITEMS, [["Item"], False]]
    outcome = of_cart(each(5, items=nothing), items=[an_item()])
    assert (outcome.effects, outcome.failures) == ([], [])


# fmt: off
#    budget            partial  granted                  at 4 off each of three units
BUDGETS = [
    ("setDiscount",       "12", False, ["4", "4", "4"]),
    ("setDiscount",       "11", False, []),
    ("setDiscount",       "11", True,  ["4", "4", "3"]),
    ("setDiscount",       "8",  True,  ["4", "4"]),
    ("setDiscount",       "5",  True,  ["4", "1"]),
    ("setDiscount",       "0",  True,  []),
    ("setDiscountEffect", "3",  False, ["4", "4", "4"]),
    ("setDiscountEffect", "2",  False, []),
    ("setDiscountEffect", "2",  True,  ["4", "4"]),
]
# fmt: on


@pytest.mark.parametrize("action, limit, partial, granted", BUDGETS)
def test_budgets_are_spent_unit_by_unit_in_the_order_of_the_cart(action, limit, partial, granted):
    outcome = of_cart(
        each(4),
        items=[an_item(price=10, quantity=3)],
        application=an_application(enable_partial_discounts=partial),
        campaigns=[a_campaign(1, a_limit(action, limit))],
    )
    assert values(outcome) == granted


def test_where_parts_are_granted_each_unit_tells_the_wish():
    limit = a_campaign(1, a_limit("setDiscount", 5))
    outcome = of_cart(each(4), items=[an_item(quantity=2)], application=PARTIAL, campaigns=[limit])
    assert [(one["value"], one["desiredValue"]) for one in told(outcome)] == [
        ("4", "4"),
        ("1", "4"),
    ]


DISCOUNTED = [["Item"], [".", "Item", "DiscountedPrice"]]
# fmt: off
#    effects on a unit at 10 with a shipping of 5, one after the other         granted
CASCADES = [
    ([each(4), ["setDiscountPerItem", "b", ITEMS, DISCOUNTED]],                ["4", "6"]),
    ([each(4), each(9)],                                                       ["4", "6"]),
    ([each(10, "price"), each(99, "additionalCosts")],                         ["10", "5"]),
    ([each(10, "price"), each(99, "itemTotal")],                               ["10", "5"]),
    ([each(12, "itemTotal"), each(10, "price")],                               ["12", "3"]),
    ([each(4), spread(99)],                                                    ["4", "6"]),
    ([spread(4), each(9)],                                                     ["4", "6"]),
    ([off_shipping(4), off_shipping(4)],                                       ["4", "1"]),
    ([off_shipping(4), each(99, "itemTotal")],                                 ["4", "11"]),
]
# fmt: on


@pytest.mark.parametrize("effects, granted", CASCADES)
def test_discounts_that_cascade_leave_no_unit_below_nothing(effects, granted):
    items = [an_item(price=10, costs={"shipping": 5})]
    assert values(of_cart(*effects, items=items, application=CASCADING)) == granted


def test_discounts_that_do_not_cascade_each_see_the_whole_price():
    assert values(of_cart(each(9), each(9), items=[an_item()])) == ["9", "9"]


SHIPPED = {"shipping": 5}
# fmt: off
#    cost        items                                                granted
OF_COSTS = [
    ("shipping", [an_item(costs=SHIPPED, quantity=2)],                ["3", "3"]),
    ("shipping", [an_item(costs=SHIPPED), an_item(costs={"shipping": 2})], ["3", "2"]),
    ("shipping", [an_item(costs=SHIPPED), an_item()],                 []),   # one lacks it
    ("customs",  [an_item(costs={"customs": 5})],                     []),   # nobody knows it
]
# fmt: on


@pytest.mark.parametrize("cost, items, granted", OF_COSTS)
def test_a_cost_is_taken_off_each_unit_or_off_none(cost, items, granted):
    effect = ["setDiscountPerAdditionalCostPerItem", "off", cost, ITEMS, [["Item"], 3]]
    assert values(of_cart(effect, items=items)) == granted


def test_a_discount_of_a_units_cost_names_the_cost_and_the_unit():
    second = ["filter", ITEMS, [["Item"], ["=", [".", "Item", "Position"], 1]]]
    effect = ["setDiscountPerAdditionalCostPerItem", "off", "wrapping", second, [["I"], 9]]
    limit = a_campaign(1, a_limit("setDiscount", 4))
    items = [an_item(), an_item(costs={"wrapping": 5})]
    (props,) = told(of_cart(effect, items=items, application=PARTIAL, campaigns=[limit]))
    assert props == {
        "name": "off#1",
        "additionalCostId": 8,
        "additionalCost": "wrapping",
        "value": "4",
        "position": 1,
        "subPosition": 0,
        "desiredValue": "5",
    }


def test_quantity_is_one_for_each_unit():
    dozens = ["setDiscountPerItem", "off", ITEMS, [["Item"], [".", "Item", "Quantity"]]]
    outcome = happens(dozens, given=a_situation(a_session(an_item(quantity=12))))
    assert values(outcome) == ["1"] * 12
