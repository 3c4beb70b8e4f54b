"""Promotions of whole orders: percentages with a cap, free shipping, steps, hours and days."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.engine.building import (
    TOTAL,
    a_campaign,
    a_cost,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    an_application,
    an_item,
    some_costs,
)
from tests.engine.shopping import Shop, noticed

GOODS = [".", "Session", "CartItemTotal"]
NOW_IS = [".", "Now"]
SHIPPING = a_cost("shipping", 1)


def percent(share, amount=TOTAL):
    """A share of an amount."""
    return ["*", amount, Decimal(share) / 100]


def cart(*prices, **more):
    """One unit at each price, and perhaps a shipping."""
    costs = {"shipping": more.pop("shipping")} if "shipping" in more else {}
    session = a_session(*(an_item(f"SKU-{at}", one) for at, one in enumerate(prices)), **more)
    session.additional_costs = some_costs(costs)
    return session


def shop_of(*rules, limits=(), **source):
    """A shop with one campaign."""
    campaigns = [a_campaign(1, *limits)]
    return Shop(
        a_rulebook(a_ruleset(*rules), campaigns=campaigns, additional_costs=[SHIPPING], **source)
    )


# 10 % off, at most 50.
TEN_UP_TO_50 = a_rule(["setDiscount", "10%", ["min", ["list", percent(10), 50]]])
# fmt: off
UP_TO_50 = [
    ([100],     ["10% 10"]),
    (["99.99"], ["10% 9.999"]),
    ([500],     ["10% 50"]),
    ([900],     ["10% 50"]),
    ([],        ["10% 0"]),
]
# fmt: on


@pytest.mark.parametrize("prices, notices", UP_TO_50)
def test_ten_percent_up_to_50(prices, notices):
    assert noticed(shop_of(TEN_UP_TO_50).close(cart(*prices))) == notices


# Free shipping over 60; before that, a word on what is missing.
MISSING = ["concat", ["toString", ["-", 60, GOODS]], " more for free shipping"]
SHIPPED_FOR = [".|", 0, "Session", "AdditionalCosts", "shipping", "Price"]
FREE_SHIPPING = a_rule(
    ["setDiscountPerAdditionalCost", "free shipping", "shipping", SHIPPED_FOR],
    when=["and", ["onFailure", [">=", GOODS, 60], ["showNotification", "Offer", MISSING, ""]]],
)
# fmt: off
OVER_60 = [
    ([59, "0.99"], "4.90",  ["says 0.01 more for free shipping"]),
    ([60],         "4.90",  ["free shipping 4.9"]),
    ([10] * 7,     "10",    ["free shipping 10"]),
    ([60],         "0",     ["free shipping 0"]),
]
# fmt: on


@pytest.mark.parametrize("prices, shipping, notices", OVER_60)
def test_free_shipping_over_60(prices, shipping, notices):
    assert noticed(shop_of(FREE_SHIPPING).close(cart(*prices, shipping=shipping))) == notices


def test_free_shipping_needs_a_shipping():
    assert noticed(shop_of(FREE_SHIPPING).close(cart(60))) == []


# 5 % from 50, 10 % from 100, 15 % from 200: the highest step counts.
STEPS = [
    a_rule(["setDiscount", f"{share}%", percent(share)], when=["and", *bounds])
    for share, bounds in (
        (5, [[">=", TOTAL, 50], ["<", TOTAL, 100]]),
        (10, [[">=", TOTAL, 100], ["<", TOTAL, 200]]),
        (15, [[">=", TOTAL, 200]]),
    )
]
# fmt: off
ON_STEPS = [
    ("49.99",  []),
    ("50",     ["5% 2.5"]),
    ("99.99",  ["5% 4.9995"]),
    ("100",    ["10% 10"]),
    ("199.99", ["10% 19.999"]),
    ("200",    ["15% 30"]),
]
# fmt: on


@pytest.mark.parametrize("price, notices", ON_STEPS)
def test_the_more_you_buy_the_more_you_save(price, notices):
    assert noticed(shop_of(*STEPS).close(cart(price))) == notices


# Happy hour: 20 % from five to seven in the evening of the shop.
HAPPY_HOUR = a_rule(
    ["setDiscount", "happy hour", percent(20)],
    when=["oneOf", ["hour", NOW_IS, "Europe/Berlin"], ["list", "17", "18"]],
)
# fmt: off
HOURS = [
    ((2026, 1, 15, 15, 59), []),
    ((2026, 1, 15, 16, 0),  ["happy hour 20"]),
    ((2026, 1, 15, 17, 59), ["happy hour 20"]),
    ((2026, 1, 15, 18, 0),  []),
    ((2026, 7, 15, 14, 59), []),                   # in summer the clock is ahead
    ((2026, 7, 15, 15, 0),  ["happy hour 20"]),
    ((2026, 7, 15, 17, 0),  []),
]
# fmt: on


@pytest.mark.parametrize("instant, notices", HOURS)
def test_happy_hour(instant, notices):
    now = datetime(*instant, tzinfo=UTC)
    assert noticed(shop_of(HAPPY_HOUR).close(cart(100), now=now)) == notices


# Weekends only, within the time of the campaign: half open.
WEEKEND = a_rule(
    ["setDiscount", "weekend", 5], when=["oneOf", ["weekday", NOW_IS], ["list", "6", "0"]]
)
# fmt: off
DAYS = [
    ((2026, 2, 28, 12), []),              # a Saturday, but a day too early
    ((2026, 3, 1, 0),   ["weekend 5"]),   # a Sunday, and the campaign begins
    ((2026, 3, 2, 0),   []),
    ((2026, 3, 7, 23),  ["weekend 5"]),
    ((2026, 3, 15, 0),  []),              # a Sunday, and the campaign ends
]
# fmt: on


@pytest.mark.parametrize("instant, notices", DAYS)
def test_weekends_of_a_fortnight(instant, notices):
    march = {
        "start_time": datetime(2026, 3, 1, tzinfo=UTC),
        "end_time": datetime(2026, 3, 15, tzinfo=UTC),
    }
    book = a_rulebook(a_ruleset(WEEKEND), campaigns=[a_campaign(1, **march)])
    now = datetime(*instant, tzinfo=UTC)
    assert noticed(Shop(book).close(cart(100), now=now)) == notices


def test_the_first_thousand_are_given_away_to_the_last_cent():
    """Half price until a budget of 1000 is used up; the last order gets what is left."""
    half = a_rule(["setDiscount", "half", percent(50)])
    partial = an_application(enable_partial_discounts=True)
    shop = shop_of(half, limits=[a_limit("setDiscount", 1000)], application=partial)
    orders = [noticed(shop.close(cart(price), key=str(price))) for price in (900, 800, 700, 60)]
    assert orders == [["half 450"], ["half 400"], ["half 150"], []]
    assert [*shop.counters.values()] == [1000]


def test_an_open_order_holds_no_budget():
    shop = shop_of(a_rule(["setDiscount", "off", 60]), limits=[a_limit("setDiscount", 100)])
    slow = [shop.update(cart(200), key=key) for key in ("one", "two")]
    assert [noticed(outcome) for outcome in slow] == [["off 60"], ["off 60"]]
    assert noticed(shop.close(cart(200), key="two")) == ["off 60"]
    assert noticed(shop.close(cart(200), key="one")) == []
    shop.cancel("two")
    assert noticed(shop.update(cart(200), key="three")) == ["off 60"]


# Members pay 10 less, and then everybody saves a fifth of the rest.
MEMBER = a_rule(["setDiscount", "member", 10], when=["!=", [".", "Profile", "IntegrationId"], ""])
FIFTH = a_rule(["setDiscount", "fifth", percent(20, [".", "Session", "DiscountedTotal"])])


@pytest.mark.parametrize(
    "customer, notices", [("ada", ["member 10", "fifth 18"]), ("", ["fifth 20"])]
)
def test_one_discount_after_the_other(customer, notices):
    book = a_rulebook(
        a_ruleset(MEMBER),
        a_ruleset(FIFTH, campaign=2),
        application=an_application(enable_cascading_discounts=True),
    )
    assert noticed(Shop(book).close(cart(100), customer=customer)) == notices
