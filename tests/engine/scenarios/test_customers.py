"""Promotions of customers: birthdays, third orders, monthly allowances, things they did."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.engine.building import (
    ITEMS,
    NOW,
    TOTAL,
    VALID,
    a_campaign,
    a_limit,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    an_application,
    an_attribute,
    an_item,
)
from tests.engine.shopping import Shop, noticed

BORN = an_attribute("CustomerProfile", "born", "time")
TIER = an_attribute("CustomerProfile", "tier")
STAFF = an_attribute("CustomerProfile", "staff", "boolean")


def cart(price=100, **more):
    """One item."""
    return a_session(an_item(price=price), **more)


def shop_of(*rules, limits=(), customers=(), **source):
    """A shop with one campaign and customers who are known."""
    shop = Shop(a_rulebook(a_ruleset(*rules), campaigns=[a_campaign(1, *limits)], **source))
    shop.profiles = {one.integration_id: one for one in customers}
    return shop


# A present in the week of the birthday.
BIRTHDAY = a_rule(
    ["addFreeItem", "happy birthday", "CAKE"],
    when=["anniversaryWithin", [".", "Profile", "Attributes", "born"], 3, 3],
)
# fmt: off
BIRTHDAYS = [
    ("1990-03-15T00:00:00Z", ["free CAKE"]),
    ("1990-03-12T12:00:00Z", ["free CAKE"]),
    ("1990-03-18T12:00:00Z", ["free CAKE"]),
    ("1990-03-11T00:00:00Z", []),
    ("1990-03-20T00:00:00Z", []),
    (None,                   []),
]
# fmt: on


@pytest.mark.parametrize("born, notices", BIRTHDAYS)
def test_a_cake_in_the_week_of_the_birthday(born, notices):
    ada = a_profile(attributes={"born": born} if born else {})
    shop = shop_of(BIRTHDAY, customers=[ada], attributes=[BORN])
    assert noticed(shop.close(cart(), customer="ada")) == notices


def test_the_third_order_makes_a_gold_customer_who_saves_from_then_on():
    is_gold = ["=", [".|", "none", "Profile", "Attributes", "tier"], "gold"]
    becomes = a_rule(
        ["updateAttribute", "Profile.Attributes.tier", "gold"],
        ["showNotification", "Info", "you are gold", ""],
        when=["and", [">=", [".", "Profile", "ClosedSessions"], 2], ["not", is_gold]],
    )
    saves = a_rule(["setDiscount", "gold", ["/", TOTAL, 10]], when=["and", is_gold])
    shop = shop_of(becomes, saves, attributes=[TIER])
    orders = [noticed(shop.close(cart(), customer="ada", key=str(key))) for key in range(4)]
    gold = ["Profile.Attributes.tier is gold", "says you are gold", "gold 10"]
    assert orders == [[], [], gold, ["gold 10"]]


def test_staff_have_an_allowance_each_month():
    """A fifth off for staff, 50 a month for each; the last order of a month gets what is left."""
    fifth = a_rule(
        ["setDiscount", "staff", ["/", TOTAL, 5]],
        when=["and", [".|", False, "Profile", "Attributes", "staff"]],
    )
    people = [a_profile("ada", attributes={"staff": True}), a_profile("bob")]
    shop = shop_of(
        fifth,
        customers=[*people, a_profile("eve", attributes={"staff": True})],
        limits=[a_limit("setDiscount", 50, "Profile", period="monthly")],
        application=an_application(enable_partial_discounts=True),
        attributes=[STAFF],
    )
    april = datetime(2026, 4, 1, tzinfo=UTC)
    orders = [("ada", 200, NOW), ("ada", 100, NOW), ("ada", 5, NOW), ("bob", 100, NOW)]
    orders += [("eve", 100, NOW), ("ada", 100, april - timedelta(hours=2)), ("ada", 100, april)]
    seen = [
        noticed(shop.close(cart(price), customer=who, now=now, key=str(at)))
        for at, (who, price, now) in enumerate(orders)
    ]
    assert seen[:5] == [["staff 40"], ["staff 10"], [], [], ["staff 20"]]
    assert seen[5:] == [["staff 20"], ["staff 20"]], "in Berlin it is April from ten in the evening"


def test_one_device_gets_one_discount_whoever_uses_it():
    shop = shop_of(
        a_rule(["setDiscount", "try it", 5]), limits=[a_limit("setDiscountEffect", 1, "Identifier")]
    )
    for customer, devices, notices in (
        ("ada", ["phone"], ["try it 5"]),
        ("bob", ["phone"], []),
        ("bob", ["laptop", "phone"], []),
        ("bob", ["laptop"], ["try it 5"]),
        ("eve", [], []),
    ):
        session = cart(identifiers=devices)
        key = f"{customer} {devices}"
        assert noticed(shop.close(session, customer=customer, key=key)) == notices


# Who subscribes gets a code, once; it is worth 10 in another campaign.
SUBSCRIBES = a_rule(
    ["createCoupon", 2, [".", "Profile", "IntegrationId"]],
    [
        "showNotification",
        "Info",
        ["concat", "thanks for ", [".", "Event", "Attributes", "list"]],
        "",
    ],
    when=["and", ["eventType", "subscribed"]],
)


def test_who_subscribes_gets_a_code_once():
    book = a_rulebook(
        a_ruleset(SUBSCRIBES),
        a_ruleset(a_rule(["setDiscount", "thanks", 10], when=VALID), campaign=2),
        campaigns=[a_campaign(1, a_limit("createCoupon", 1, "Profile"))],
        attributes=[an_attribute("Event", "list", event_type="subscribed")],
    )
    shop = Shop(book)
    subscribed = [noticed(shop.track("subscribed", who, list="news")) for who in ("ada", "ada")]
    assert subscribed == [["a code for ada", "says thanks for news"], []]
    assert noticed(shop.track("visited", "bob")) == []
    (code,) = shop.coupons
    session = cart(coupon_codes=[code])
    assert noticed(shop.close(session, customer="ada")) == [f"{code} accepted", "thanks 10"]


# Who left a cart is reminded a day later.
REMINDED = a_rule(
    ["showNotification", "Offer", "still there", ""],
    when=[
        "and",
        ["eventType", "cart left"],
        [">=", ["daysBetween", [".", "Event", "Attributes", "since"], [".", "Now"]], 1],
    ],
)


@pytest.mark.parametrize("hours, notices", [(23, []), (24, ["says still there"])])
def test_who_left_a_cart_is_reminded_after_a_day(hours, notices):
    since = an_attribute("Event", "since", "time", event_type="cart left")
    shop = shop_of(REMINDED, attributes=[since])
    left = (NOW - timedelta(hours=hours)).isoformat()
    assert noticed(shop.track("cart left", "ada", since=left)) == notices


def test_anonymous_customers_are_told_what_they_would_save():
    knows = ["!=", [".", "Profile", "IntegrationId"], ""]
    sign_in = ["showNotification", "Info", "sign in to save 5", ""]
    rule = a_rule(["setDiscount", "member", 5], when=["and", ["onFailure", knows, sign_in]])
    shop = shop_of(rule)
    assert noticed(shop.update(cart())) == ["says sign in to save 5"]
    assert noticed(shop.update(cart(), customer="ada")) == ["member 5"]


def test_staff_save_on_everything_but_gift_cards():
    no_cards = ["filter", ITEMS, [["Item"], ["!=", [".|", "", "Item", "Category"], "cards"]]]
    half = [["Item"], ["*", [".", "Item", "Price"], Decimal("0.5")]]
    rule = a_rule(
        ["setDiscountPerItem", "staff", no_cards, half],
        when=["and", [".|", False, "Profile", "Attributes", "staff"]],
    )
    ada = a_profile(attributes={"staff": True})
    shop = shop_of(rule, customers=[ada], attributes=[STAFF])
    items = [an_item("A", 10), an_item("CARD", 50, category="cards"), an_item("B", 8, category="x")]
    assert noticed(shop.close(a_session(*items), customer="ada")) == ["staff#0 5", "staff#2 4"]


def test_reopening_an_order_makes_it_the_customers_first_again():
    first_order = a_rule(
        ["setDiscount", "first", 10], when=["=", [".", "Profile", "ClosedSessions"], 0]
    )
    shop = shop_of(first_order, limits=[a_limit("setDiscount", 10, "Profile")])
    assert noticed(shop.close(cart(), customer="ada")) == ["first 10"]
    assert noticed(shop.update(cart(), customer="ada", key="second")) == []
    assert noticed(shop.reopen()) == ["first 10 back"]
    assert noticed(shop.update(cart(), customer="ada", key="second")) == ["first 10"]
    assert noticed(shop.close(cart(20), customer="ada")) == ["first 10"]
    assert noticed(shop.update(cart(), customer="ada", key="second")) == []
