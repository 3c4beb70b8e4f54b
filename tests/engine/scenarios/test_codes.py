"""Promotions by codes: gift cards, welcome coupons, codes that make codes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.engine.building import (
    NOW,
    TOTAL,
    VALID,
    a_campaign,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_store,
    an_application,
    an_attribute,
    an_item,
)
from tests.engine.shopping import Shop, noticed

PARTIAL = an_application(enable_partial_discounts=True)


def cart(price, *codes, **more):
    """One item, and codes."""
    return a_session(an_item(price=price), codes=codes, **more)


def shop_of(*rules, coupons=(), limits=(), **source):
    """A shop with one campaign and some codes."""
    book = a_rulebook(a_ruleset(*rules), campaigns=[a_campaign(1, *limits)], **source)
    return Shop(book, *coupons)


def test_a_gift_card_pays_for_two_orders():
    """50 on a card: the first order takes 30, the second what is left, a third finds it empty."""
    card = a_coupon("CARD", usage_limit=0, discount_limit=50)
    pays = a_rule(["setDiscount", "card", TOTAL], when=VALID)
    shop = shop_of(pays, coupons=[card], application=PARTIAL)
    orders = [noticed(shop.close(cart(30, "CARD"), key=key)) for key in ("one", "two", "three")]
    assert orders == [
        ["CARD accepted", "card 30"],
        ["CARD accepted", "card 20"],
        ["CARD CouponLimitReached"],
    ]
    assert noticed(shop.cancel("one")) == ["CARD back", "card 30 back"]
    assert noticed(shop.close(cart(100, "CARD"), key="four")) == ["CARD accepted", "card 30"]
    assert shop.coupons["CARD"].usage_counter == 2


WELCOME = a_rule(
    ["setDiscount", "welcome", 10],
    when=["and", VALID, ["=", [".", "Profile", "ClosedSessions"], 0]],
)


def test_a_welcome_coupon_is_for_the_first_order_of_each_customer():
    coupon = a_coupon("HELLO", usage_limit=0)
    limits = [a_limit("redeemCoupon", 1, "Profile")]
    shop = shop_of(WELCOME, coupons=[coupon], limits=limits)
    assert noticed(shop.close(cart(50, "HELLO"), key="nobody's")) == ["HELLO ProfileRequired"]
    assert noticed(shop.close(cart(50), customer="ada", key="plain")) == []
    late = shop.close(cart(50, "HELLO"), customer="ada", key="late")
    assert noticed(late) == ["HELLO CouponRejectedByCondition"]
    first = shop.close(cart(50, "HELLO"), customer="bob", key="first")
    assert noticed(first) == ["HELLO accepted", "welcome 10"]
    second = shop.update(cart(50, "HELLO"), customer="bob", key="second")
    assert noticed(second) == ["HELLO ProfileLimitReached"]
    shop.cancel("first")
    again = shop.close(cart(50, "HELLO"), customer="bob", key="second")
    assert noticed(again) == ["HELLO accepted", "welcome 10"]


def test_a_code_for_one_customer_works_for_nobody_else():
    shop = shop_of(
        a_rule(["setDiscount", "yours", 5], when=VALID),
        coupons=[a_coupon("ADAS", recipient_integration_id="ada")],
    )
    for customer in ("", "bob"):
        notices = noticed(shop.close(cart(50, "ADAS"), customer=customer, key=customer or "none"))
        assert notices == ["ADAS CouponRecipientDoesNotMatch"]
    assert noticed(shop.close(cart(50, "ADAS"), customer="ada")) == ["ADAS accepted", "yours 5"]


WORTH = [".", "Coupon", "Attributes", "worth"]
# fmt: off
#    codes             notices, on an order of 100
WORTHS = [
    (["TEN"],          ["TEN accepted", "off 10"]),
    (["TEN", "FIVE"],  ["TEN accepted", "off 10", "FIVE accepted", "off 5"]),
    (["FIVE", "NONE"], ["FIVE accepted", "off 5", "NONE EffectCouldNotBeApplied"]),
    (["TEN", "TEN"],   ["TEN accepted", "off 10"]),
    (["WHAT"],         ["WHAT CouponNotFound"]),
]
# fmt: on


@pytest.mark.parametrize("codes, notices", WORTHS)
def test_each_code_is_worth_what_it_says(codes, notices):
    shop = shop_of(
        a_rule(["setDiscount", "off", WORTH], when=VALID),
        coupons=[
            a_coupon("TEN", attributes={"worth": 10}),
            a_coupon("FIVE", attributes={"worth": 5}),
            a_coupon("NONE"),
        ],
        attributes=[an_attribute("Coupon", "worth", "number")],
    )
    assert noticed(shop.close(cart(100, *codes))) == notices


def test_only_one_code_counts_in_an_order():
    shop = shop_of(
        a_rule(["setDiscount", "off", 5], when=VALID),
        coupons=[a_coupon("ONE"), a_coupon("TWO")],
        limits=[a_limit("redeemCoupon", 1, "Session")],
    )
    both = noticed(shop.close(cart(100, "TWO", "ONE")))
    assert both == ["TWO accepted", "off 5", "ONE CampaignLimitReached"]
    assert noticed(shop.close(cart(100, "ONE"), key="next")) == ["ONE accepted", "off 5"]


# fmt: off
SPELLINGS = [
    ("insensitive-uppercase", ["summer", "SUMMER"], ["SUMMER accepted", "off 5"]),
    ("sensitive",             ["summer"],           ["summer CouponNotFound"]),
]
# fmt: on


@pytest.mark.parametrize("case, codes, notices", SPELLINGS)
def test_a_code_may_be_typed_in_small_letters(case, codes, notices):
    shop = shop_of(
        a_rule(["setDiscount", "off", 5], when=VALID),
        coupons=[a_coupon("SUMMER")],
        application=an_application(case_sensitivity=case),
    )
    assert noticed(shop.close(cart(100, *codes))) == notices


def test_an_order_over_100_earns_a_code_for_the_next_one():
    """The code is made once, while the order is open, stays the same, and is the customer's."""
    earns = a_rule(
        ["createCoupon", 2, [".", "Profile", "IntegrationId"], {"discountLimit": 15}],
        when=["and", [">=", TOTAL, 100]],
    )
    pays = a_rule(["setDiscount", "thanks", 15], when=VALID)
    shop = Shop(a_rulebook(a_ruleset(earns), a_ruleset(pays, campaign=2), application=PARTIAL))
    opened = shop.update(cart(100), customer="ada")
    closed = shop.close(cart(120), customer="ada")
    assert noticed(opened) == noticed(closed) == ["a code for ada"]
    (code,) = shop.coupons
    bob = shop.close(cart(50, code), customer="bob", key="bob's")
    assert noticed(bob) == [f"{code} CouponRecipientDoesNotMatch"]
    ada = shop.close(cart(50, code), customer="ada", key="next")
    assert noticed(ada) == [f"{code} accepted", "thanks 15"]
    shop.cancel("order-1")
    assert [*shop.coupons] == [code], "a code outlives the order that made it"


def test_the_worked_example_of_the_notes():
    """A budget of 25 for discounts and of one code: a fifth off, and a code for the next order."""
    rule = a_rule(["setDiscount", "20%", ["/", TOTAL, 5]], ["createCoupon", 1], when=VALID)
    limits = [a_limit("setDiscount", 25), a_limit("createCoupon", 1)]
    coupons = [a_coupon("A"), a_coupon("B")]
    shop = shop_of(rule, coupons=coupons, limits=limits)
    took = ["A accepted", "20% 20", "a code for anybody"]
    assert noticed(shop.update(cart(100, "A"), key="one")) == took
    assert noticed(shop.close(cart(100, "A"), key="one")) == took
    second = shop.update(cart(50, "B"), key="two")
    assert noticed(second) == ["B EffectCouldNotBeApplied"]
    assert second.effects[0].props.effect_index == 0
    assert noticed(shop.cancel("one")) == ["A back", "20% 20 back"]
    third = shop.update(cart(50, "B"), key="two")
    assert third.effects[0].props.effect_index == 1
    spent = {key.action: amount for key, amount in shop.counters.items()}
    assert spent == {"setDiscount": 0, "createCoupon": 1}
    assert len(shop.coupons) == 3


def test_a_wallet_reserves_a_code_that_only_its_holder_may_use():
    reserves = a_rule(["reserveCoupon"], when=["eventType", "talon_session_created"])
    uses = a_rule(["setDiscount", "off", 5], when=VALID)
    coupon = a_coupon("MINE", is_reservation_mandatory=True, reservation_limit=1)
    shop = shop_of(reserves, uses, coupons=[coupon])
    assert noticed(shop.update(cart(50, "MINE"), customer="ada"))[0] == "MINE reserved"
    bob = shop.update(cart(50, "MINE"), customer="bob", key="bob's")
    assert noticed(bob) == ["MINE CouponReservationRequired"]
    assert noticed(shop.close(cart(50, "MINE"), customer="ada")) == ["MINE accepted", "off 5"]


def test_a_code_lives_from_its_first_to_its_last_instant():
    coupon = a_coupon("MARCH", start_date=NOW, expiry_date=NOW + timedelta(days=1), usage_limit=0)
    shop = shop_of(a_rule(["setDiscount", "off", 5], when=VALID), coupons=[coupon])
    moment = timedelta(microseconds=1)
    verdicts = {
        NOW - moment: "MARCH CouponStartDateInFuture",
        NOW: "MARCH accepted",
        NOW + timedelta(days=1) - moment: "MARCH accepted",
        NOW + timedelta(days=1): "MARCH CouponExpired",
    }
    for now, verdict in verdicts.items():
        assert noticed(shop.close(cart(9, "MARCH"), key=str(now), now=now))[0] == verdict


def test_a_code_of_one_shop_does_not_work_in_another():
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "off", Decimal("2.50")], when=VALID)),
        campaigns=[a_campaign(1, linked_store_ids=[2])],
        stores=[a_store("berlin", 1), a_store("paris", 2)],
    )
    shop = Shop(book, a_coupon("OUI"))
    for place, notices in (
        ("", ["OUI CouponPartOfNotTriggeredCampaign"]),
        ("berlin", ["OUI CouponPartOfNotTriggeredCampaign"]),
        ("paris", ["OUI accepted", "off 2.5"]),
    ):
        session = cart(50, "OUI", store_integration_id=place)
        assert noticed(shop.close(session, key=f"in {place}")) == notices
