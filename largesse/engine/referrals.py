"""Is this referral code good for this friend, here and now? If not, which of the reasons.

The order of the checks is the order of the reasons in the contract; the first that applies is told.
"""

from datetime import datetime

from msgspec import UNSET

from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.model.referrals import KnownReferral, ReferralRejection


def judge_referral(scene: Scene, referral: KnownReferral) -> ReferralRejection | None:
    """Why a referral code of the current campaign may not be redeemed now, or None."""
    if "referral accepted" in scene.state:
        return None  # Another rule took it already.
    return (
        outside_its_time(referral, scene.situation.now)
        or of_the_wrong_people(referral, scene.situation.profile_key)
        or used_up(referral)
        or over_budget(scene)
    )


def outside_its_time(referral: KnownReferral, now: datetime) -> ReferralRejection | None:
    """Start included, expiry not."""
    if referral.start_date is not UNSET and now < referral.start_date:
        return "ReferralStartDateInFuture"
    if referral.expiry_date is not UNSET and now >= referral.expiry_date:
        return "ReferralExpired"
    return None


def of_the_wrong_people(referral: KnownReferral, customer: str) -> ReferralRejection | None:
    """Codes without an advocate, of oneself, for somebody else, or for who was referred before."""
    if referral.advocate is None:
        return "AdvocateNotFound"
    if referral.advocate_profile_integration_id == customer:
        return "ReferralRecipientIdSameAsAdvocate"
    friend = referral.friend_profile_integration_id
    if not customer or (friend is not UNSET and friend and friend != customer):
        return "ReferralRecipientDoesNotMatch"
    return "ReferralCustomerAlreadyReferred" if referral.is_referred_already else None


def used_up(referral: KnownReferral) -> ReferralRejection | None:
    """The limit of the code itself."""
    if 0 < referral.usage_limit <= referral.usage_counter:
        return "ReferralLimitReached"
    return None


def over_budget(scene: Scene) -> ReferralRejection | None:
    """The redemption budgets of the campaign."""
    try:
        bounds = scene.bounds("redeemReferral")
    except EffectFailed:
        return "EffectCouldNotBeApplied"
    spent = [bound for bound in bounds if bound.left < 1]
    if any("Profile" in bound.entities for bound in spent):
        return "ProfileLimitReached"
    return "CampaignLimitReached" if spent else None
