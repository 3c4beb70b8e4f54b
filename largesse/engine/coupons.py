"""Is this code good, here and now? If not, which of the reasons.

The order of the checks is the order of the reasons in the contract; the first that applies is told.
"""

from datetime import datetime

from msgspec import UNSET

from largesse.engine.expr.values import EffectFailed
from largesse.engine.limits import limits_for
from largesse.engine.scene import Scene
from largesse.kit.money import ZERO
from largesse.model.coupons import KnownCoupon, Rejection


def judge(scene: Scene, coupon: KnownCoupon) -> Rejection | None:
    """Why a code of the current campaign may not be redeemed now, or None."""
    if ("accepted", coupon.id) in scene.state:
        return None  # Another rule took it already; one session redeems a code once.
    return (
        outside_its_time(coupon, scene.situation.now)
        or of_somebody_else(scene, coupon)
        or used_up(scene, coupon)
        or over_budget(scene, coupon)
    )


def outside_its_time(coupon: KnownCoupon, now: datetime) -> Rejection | None:
    """Start included, expiry not."""
    if coupon.start_date is not UNSET and now < coupon.start_date:
        return "CouponStartDateInFuture"
    if coupon.expiry_date is not UNSET and now >= coupon.expiry_date:
        return "CouponExpired"
    return None


def of_somebody_else(scene: Scene, coupon: KnownCoupon) -> Rejection | None:
    """Codes that need a customer, this customer, or a reservation."""
    assert scene.campaign is not None, "codes are judged within their campaign"
    customer = scene.situation.profile_key
    limits = limits_for(scene.campaign.limits.get("redeemCoupon", ()), "redeemCoupon", coupon)
    by_profile = any("Profile" in limit.entities for limit, _ in limits)
    if not customer and (coupon.is_reservation_mandatory or by_profile):
        return "ProfileRequired"
    recipient = coupon.recipient_integration_id
    if recipient is not UNSET and recipient and recipient != customer:
        return "CouponRecipientDoesNotMatch"
    if coupon.is_reservation_mandatory and not coupon.is_reserved:
        return "CouponReservationRequired"
    return None


def used_up(scene: Scene, coupon: KnownCoupon) -> Rejection | None:
    """The limits of the code itself: redemptions, and the amount of a gift card."""
    times, paid = scene.used(coupon.id)
    if 0 < coupon.usage_limit <= coupon.usage_counter + times:
        return "CouponLimitReached"
    if (
        coupon.discount_limit is not UNSET
        and coupon.discount_limit - coupon.discount_counter - paid <= ZERO
    ):
        return "CouponLimitReached"
    return None


def over_budget(scene: Scene, coupon: KnownCoupon) -> Rejection | None:
    """The redemption budgets of the campaign, the code's own first."""
    try:
        bounds = scene.bounds("redeemCoupon")
    except EffectFailed:
        return "EffectCouldNotBeApplied"
    reasons: list[Rejection] = []
    for bound in bounds:
        if bound.left < 1:
            if "Profile" in bound.entities:
                reasons.append("ProfileLimitReached")
            elif "Coupon" in bound.entities:
                reasons.append("CouponLimitReached")
            else:
                reasons.append("CampaignLimitReached")
    order: tuple[Rejection, ...] = (
        "CouponLimitReached",
        "ProfileLimitReached",
        "CampaignLimitReached",
    )
    return next((reason for reason in order if reason in reasons), None)
