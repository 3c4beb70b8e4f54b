"""The official client updates customers, tracks what they do, and reserves coupons for them."""

from talon_one import (
    CouponReservations,
    CustomerProfileIntegrationRequestV2,
    IntegrationEventV2Request,
)

from tests.sdk.merchant import kinds, rule

CONTENT = [
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
]
HELLO = ["showNotification", "Info", "hello", "Hello"]


def saved(merchant, key="ada", **values):
    """An update of a customer that runs rules."""
    request = CustomerProfileIntegrationRequestV2(response_content=CONTENT, **values)
    return merchant.integration.update_customer_profile_v2(key, request, run_rule_engine=True)


def tracked(merchant, kind="signup", silent="no", **values):
    """An event of a customer."""
    request = IntegrationEventV2Request(
        **{"profile_id": "ada", "type": kind, "response_content": CONTENT, **values}
    )
    return merchant.integration.track_event_v2(request, silent=silent)


def test_a_customer_is_updated_with_rules_and_without(merchant):
    merchant.attribute("CustomerProfile", "city")
    merchant.rules(rule("hello", effects=[HELLO]))
    answer = saved(merchant, attributes={"city": "Berlin"})
    assert kinds(answer) == ["showNotification"]
    assert answer.customer_profile.attributes == {"city": "Berlin"}
    assert answer.event.type == "talon_profile_created"
    assert [one.id for one in answer.triggered_campaigns] == [merchant.campaign["id"]]
    plain = merchant.integration.update_customer_profile_v2(
        "ada", CustomerProfileIntegrationRequestV2(attributes={"city": "Rome"})
    )
    assert plain.effects == []
    assert saved(merchant).customer_profile.attributes == {"city": "Rome"}


def test_an_event_is_answered_with_what_follows(merchant):
    merchant.attribute("Event", "channel", eventType="signup")
    merchant.rules(rule("hello", effects=[HELLO]))
    answer = tracked(merchant, attributes={"channel": "web"})
    assert kinds(answer) == ["showNotification"]
    assert answer.event.type == "signup"
    assert answer.event.attributes == {"channel": "web"}
    assert answer.customer_profile.integration_id == "ada"


def test_a_silent_event_is_answered_with_nothing(merchant):
    merchant.attribute("Event", "channel", eventType="signup")
    assert tracked(merchant, silent="yes") is None


def test_a_coupon_is_reserved_for_customers_and_given_up(merchant):
    (coupon,) = merchant.codes()
    wanted = CouponReservations(integration_ids=["ada", "bob"])
    reserved = merchant.integration.create_coupon_reservation(coupon.value, wanted)
    assert (reserved.value, reserved.reservation_counter) == (coupon.value, 2)
    customers = merchant.integration.get_reserved_customers(coupon.value)
    assert [one.integration_id for one in customers.data] == ["ada", "bob"]
    gone = CouponReservations(integration_ids=["ada"])
    assert merchant.integration.delete_coupon_reservation(coupon.value, gone) is None
    customers = merchant.integration.get_reserved_customers(coupon.value)
    assert [one.integration_id for one in customers.data] == ["bob"]
