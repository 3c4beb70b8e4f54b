"""Discounts that are spread over units in proportion to what they cost."""

from decimal import Decimal

import pytest

from tests.engine.building import (
    ITEMS,
    a_campaign,
    a_limit,
    a_session,
    a_situation,
    an_application,
    an_item,
    failed,
    happens,
    spent,
    told,
    values,
)

PARTIAL = an_application(enable_partial_discounts=True)


def spread(total, *more, items=ITEMS):
    """An amount spread over units."""
    return ["setDiscountPerItemProRata", "off", items, Decimal(total), *more]


def of_cart(*effects, items=(), **source):
    """What effects come to on a cart."""
    given = source.pop("given", None) or a_situation(a_session(*items))
    return happens(*effects, given=given, **source)


# fmt: off
#    prices                 total   shares
SPREAD = [
    (["10", "10"],          "20",   ["10", "10"]),
    (["10", "30"],          "10",   ["2.5", "7.5"]),
    (["10", "30"],          "99",   ["10", "30"]),    # never more than they cost together
    (["5", "5", "5"],       "10",   ["3.333333333333", "3.333333333333", "3.333333333334"]),
    (["10", "30"],          "0",    ["0", "0"]),
    (["0", "0"],            "10",   ["0", "0"]),
    (["7"],                 "3.1",  ["3.1"]),
]
# fmt: on


@pytest.mark.parametrize("prices, total, shares", SPREAD)
def test_a_total_is_spread_in_proportion_to_the_prices(prices, total, shares):
    items = [an_item(price=price) for price in prices]
    assert values(of_cart(spread(total), items=items)) == shares


def test_each_share_tells_the_total_and_the_wish():
    limit = a_campaign(1, a_limit("setDiscount", 10))
    outcome = of_cart(
        spread(30), items=[an_item(price=20, quantity=2)], application=PARTIAL, campaigns=[limit]
    )
    first, second = told(outcome)
    assert first == {
        "name": "off#0",
        "value": "5",
        "position": 0,
        "subPosition": 0,
        "scope": "price",
        "totalDiscount": "10",
        "desiredTotalDiscount": "30",
    }
    assert second == {**first, "subPosition": 1}


# fmt: off
#    action              limit  partial  shares
SPREAD_BUDGETS = [
    ("setDiscount",       "10", False,   ["5", "5"]),
    ("setDiscount",       "9",  False,   []),
    ("setDiscount",       "9",  True,    ["4.5", "4.5"]),
    ("setDiscountEffect", "2",  False,   ["5", "5"]),
    ("setDiscountEffect", "1",  False,   []),
]
# fmt: on


@pytest.mark.parametrize("action, limit, partial, shares", SPREAD_BUDGETS)
def test_what_is_spread_is_granted_as_a_whole(action, limit, partial, shares):
    outcome = of_cart(
        spread(10, None, partial),
        items=[an_item(quantity=2)],
        campaigns=[a_campaign(1, a_limit(action, limit))],
    )
    assert values(outcome) == shares


def test_spread_shares_count_as_many_discounts_as_units():
    limits = [a_limit("setDiscount", 50), a_limit("setDiscountEffect", 9)]
    closing = a_situation(a_session(an_item(quantity=3)), state="closed")
    outcome = of_cart(spread(12), given=closing, campaigns=[a_campaign(1, *limits)])
    assert sorted(spent(outcome).values()) == ["12", "3"]


def test_a_unit_that_costs_nothing_gets_no_share():
    items = [an_item(price=price) for price in (10, 20, 30, 0)]
    assert values(of_cart(spread(10), items=items))[-1] == "0"


# fmt: off
#    scope              shares of 6 over two units
SCOPES = [
    ("price",           ["2", "4"]),      # 10 and 20
    ("additionalCosts", ["4", "2"]),      # 4 and 2
    ("itemTotal",       ["2.333333333333", "3.666666666667"]),
]
# fmt: on


@pytest.mark.parametrize("scope, shares", SCOPES)
def test_the_shares_follow_the_scope(scope, shares):
    items = [an_item(price=10, costs={"ship": 4}), an_item(price=20, costs={"ship": 2})]
    assert values(of_cart(spread(6, scope), items=items)) == shares


def test_a_unit_that_a_list_names_twice_gets_one_share():
    twice = ["append", ITEMS, ["head", ITEMS]]
    items = [an_item("A", 30), an_item("B", 10)]
    assert values(of_cart(spread(99, items=twice), items=items)) == ["30", "10"]


@pytest.mark.parametrize("effect", [spread(-1), spread(1, items=["list", "a"])])
def test_what_cannot_be_spread_fails(effect):
    assert failed(of_cart(effect, items=[an_item()])) == [(None, 0)]


def test_over_an_empty_list_nothing_is_spread():
    outcome = of_cart(spread(5, items=["filter", ITEMS, [["Item"], False]]), items=[an_item()])
    assert (outcome.effects, outcome.failures) == ([], [])
