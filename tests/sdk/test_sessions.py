"""The official client updates, reads, reopens, returns and cancels sessions."""

import pytest
from talon_one import (
    AdditionalCost,
    CartItem,
    IntegrationRequest,
    NewCustomerSessionV2,
    NewReturn,
    ReturnedCartItem,
    ReturnIntegrationRequest,
)

from tests.sdk.merchant import kinds

CONTENT = {
    "customerSession": "customer_session",
    "customerProfile": "customer_profile",
    "coupons": "coupons",
    "triggeredCampaigns": "triggered_campaigns",
    "referral": "referral",
    "loyalty": "loyalty",
    "event": "event",
    "awardedGiveaways": "awarded_giveaways",
    "ruleFailureReasons": "rule_failure_reasons",
    "previousReturns": "previous_returns",
}
CART = [CartItem(name="Mug", sku="mug", quantity=2, price=50)]


def update(merchant, key="s1", content=(), dry=None, **session):
    """One update of a session with a cart of a hundred."""
    wanted = NewCustomerSessionV2(**{"cart_items": CART, "profile_id": "ada", **session})
    request = IntegrationRequest(customer_session=wanted, response_content=list(content))
    return merchant.integration.update_customer_session_v2(key, request, dry=dry)


def test_an_open_session_tells_the_discount_and_counts_nothing(merchant):
    (coupon,) = merchant.codes()
    state = update(merchant, coupon_codes=[coupon.value], content=["customerSession", "coupons"])
    assert kinds(state) == ["acceptCoupon", "setDiscount"]
    assert state.effects[1].props == {"name": "10% off", "value": 10}
    assert state.customer_session.total == 100
    assert state.customer_session.update_count == 1
    assert state.coupons[0].usage_counter == 0


def test_a_session_is_closed_read_reopened_and_cancelled(merchant):
    (coupon,) = merchant.codes()
    closed = update(merchant, coupon_codes=[coupon.value], state="closed", content=["coupons"])
    assert kinds(closed) == ["acceptCoupon", "setDiscount"]
    assert (closed.coupons[0].usage_counter, closed.coupons[0].profile_redemption_count) == (1, 1)
    read = merchant.integration.get_customer_session("s1")
    assert read.customer_session.state == "closed"
    assert kinds(read) == ["acceptCoupon", "setDiscount"]
    reopened = merchant.integration.reopen_customer_session("s1")
    assert kinds(reopened) == ["rollbackCoupon", "rollbackDiscount"]
    update(merchant, state="closed")
    cancelled = update(merchant, state="cancelled", content=["customerSession"])
    assert kinds(cancelled) == ["rollbackCoupon", "rollbackDiscount"]
    assert cancelled.customer_session.state == "cancelled"


@pytest.mark.parametrize("state", ["open", "closed", "cancelled"])
@pytest.mark.parametrize(
    "content",
    [*([one] for one in CONTENT), [*CONTENT]],
    ids=lambda content: content[0] if len(content) == 1 else "everything",
)
def test_whatever_is_asked_for_is_in_the_answer_and_can_be_parsed(merchant, content, state):
    (coupon,) = merchant.codes()
    if state == "cancelled":
        update(merchant, coupon_codes=[coupon.value], state="closed")
    answer = update(merchant, coupon_codes=[coupon.value], state=state, content=content)
    always = {"effects", "createdCoupons", "createdReferrals"}
    told = set(answer.to_dict())
    assert set(content) - {"referral"} <= told  # There is none, and so it is left out.
    assert told <= always | set(content)


def test_units_of_a_closed_session_are_returned(merchant):
    update(merchant, state="closed")
    wanted = NewReturn(returned_cart_items=[ReturnedCartItem(position=0, quantity=1)])
    request = ReturnIntegrationRequest(
        var_return=wanted, response_content=["customerSession", "previousReturns"]
    )
    answer = merchant.integration.return_cart_items("s1", request)
    assert answer.var_return.returned_cart_items[0].quantity == 1
    assert answer.customer_session.state == "partially_returned"
    assert answer.customer_session.cart_items[0].remaining_quantity == 1
    assert answer.previous_returns == []
    again = merchant.integration.return_cart_items("s1", request)
    assert [one.id for one in again.previous_returns] == [answer.var_return.id]


def test_an_anonymous_session_has_no_customer_in_its_answer(merchant):
    answer = update(merchant, profile_id="", content=["customerSession", "customerProfile"])
    assert answer.customer_session.profile_id == ""
    assert answer.customer_profile is None


def test_everything_that_a_session_can_hold_comes_back(merchant):
    merchant.attribute("CustomerSession", "channel")
    merchant.attribute("CartItem", "size", type="number")
    cost = {"name": "delivery", "title": "Delivery", "description": "", "type": "session"}
    merchant.call("POST", "/v1/additional_costs", cost, status=201)
    item = CartItem(
        name="Mug", sku="mug", quantity=3, price=12.34, category="cups", attributes={"size": 0.5},
        weight=310, height=10, width=9, length=12,
    )  # fmt: skip
    answer = update(
        merchant,
        cart_items=[item],
        additional_costs={"delivery": AdditionalCost(price=4.99)},
        attributes={"channel": "web"},
        identifiers=["91.11.156.141"],
        content=["customerSession"],
    )
    session = answer.customer_session
    assert session.cart_items[0].to_dict().items() >= item.to_dict().items()
    assert session.additional_costs["delivery"].price == 4.99
    assert session.attributes == {"channel": "web"}
    assert session.identifiers == ["91.11.156.141"]
    assert (session.cart_item_total, session.additional_cost_total) == (37.02, 4.99)
    assert session.total == 42.01


def test_a_code_that_does_nothing_is_rejected_with_its_reason(merchant):
    (coupon,) = merchant.codes()
    update(merchant, coupon_codes=[coupon.value], state="closed")
    answer = update(
        merchant, "s2", coupon_codes=[coupon.value, "NOBODY"], content=["ruleFailureReasons"]
    )
    reasons = {one.props["value"]: one.props["rejectionReason"] for one in answer.effects}
    assert reasons == {coupon.value: "CouponLimitReached", "NOBODY": "CouponNotFound"}
    assert answer.rule_failure_reasons[0].coupon_value == coupon.value


def test_a_dry_run_leaves_nothing_behind(merchant):
    (coupon,) = merchant.codes()
    answer = update(merchant, coupon_codes=[coupon.value], dry=True, content=["customerSession"])
    assert kinds(answer) == ["acceptCoupon", "setDiscount"]
    again = update(merchant, content=["customerSession", "customerProfile"])
    assert again.customer_session.update_count == 1
    assert again.customer_session.coupon_codes == []


def test_a_key_of_idempotency_brings_the_same_answer_again(merchant):
    request = IntegrationRequest(
        customer_session=NewCustomerSessionV2(profile_id="ada", cart_items=CART, state="closed"),
        response_content=["customerSession", "event"],
    )
    first, second = (
        merchant.integration.update_customer_session_v2(
            "s1", request, _headers={"Idempotency-Key": "order-1"}
        )
        for _ in range(2)
    )
    assert first.to_dict() == second.to_dict()
    assert second.customer_session.update_count == 1
