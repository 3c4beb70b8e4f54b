"""Coupon and referral codes, and the budgets of a campaign."""

from decimal import Decimal

from largesse.engine.expr.functions import Scene, function


@function("couponValid", says="the coupon code is valid")
def coupon_valid(scene: Scene) -> bool:
    """Whether the current coupon code is valid. It is redeemed when the session closes."""
    return scene.coupon_valid(redeem=True)


@function("couponValidWithoutRedemption", says="the coupon code is valid (not redeemed)")
def coupon_valid_without_redemption(scene: Scene) -> bool:
    """Whether the current coupon code is valid. It is not redeemed."""
    return scene.coupon_valid(redeem=False)


@function("referralValid", says="the referral code is valid")
def referral_valid(scene: Scene) -> bool:
    """Whether the referral code is valid. It is redeemed when the session closes."""
    return scene.referral_valid(redeem=True)


@function("referralValidWithoutRedemption", says="the referral code is valid (not redeemed)")
def referral_valid_without_redemption(scene: Scene) -> bool:
    """Whether the referral code is valid. It is not redeemed."""
    return scene.referral_valid(redeem=False)


@function("couponCanBeCreated", says="a coupon can be created")
def coupon_can_be_created(scene: Scene) -> bool:
    """Whether the budget of the campaign allows another coupon."""
    return scene.coupon_can_be_created()


@function("referralCanBeCreated", says="a referral code can be created")
def referral_can_be_created(scene: Scene) -> bool:
    """Whether the budget of the campaign allows another referral code."""
    return scene.referral_can_be_created()


@function("budgetAvailable", says="there is a budget left for {action}")
def budget_available(scene: Scene, action: str) -> bool:
    """Whether anything is left of the budgets of an action; without a budget there always is."""
    left = scene.budget_left(action)
    return left is None or left > 0


@function("budgetEnoughFor", says="the budget for {action} is enough for {amount}")
def budget_enough_for(scene: Scene, action: str, amount: Decimal) -> bool:
    """Whether the budgets of an action are enough for an amount."""
    left = scene.budget_left(action)
    return left is None or left >= amount
