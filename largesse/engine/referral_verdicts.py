"""The referral code of a session gets one verdict: accepted by a rule, or rejected with a
reason.
"""

from collections.abc import Iterable

from msgspec import UNSET

from largesse.engine.outcome import Failure
from largesse.engine.questions import Evaluation
from largesse.engine.referrals import judge_referral
from largesse.engine.rulebook import CompiledCampaign
from largesse.engine.verdicts import details_of, left_out
from largesse.kit.wire import Maybe, Wire
from largesse.model.coupons import Rejection
from largesse.model.effects import Effect
from largesse.model.referrals import KnownReferral, ReferralRejection


class RejectReferral(Wire, kw_only=True):
    """The referral code does nothing here, and why."""

    value: str
    rejection_reason: ReferralRejection
    condition_index: Maybe[int] = UNSET
    effect_index: Maybe[int] = UNSET
    details: Maybe[str] = UNSET
    campaign_exclusion_reason: Maybe[str] = UNSET


def told(
    props: RejectReferral, campaign: CompiledCampaign | None, first: Failure | None = None
) -> Effect:
    """The rejection as an effect."""
    return Effect(
        campaign_id=campaign.campaign.id if campaign else -1,
        ruleset_id=campaign.ruleset_id if campaign else 0,
        rule_index=first.rule.index if first else 0,
        rule_name=first.rule.title if first else "",
        effect_type="rejectReferral",
        props=props,
    )


def unknown_referral(code: str) -> Effect:
    """No campaign has this code."""
    return told(RejectReferral(value=code, rejection_reason="ReferralNotFound"), None)


def rejected_referral(
    scene: Evaluation,
    campaign: CompiledCampaign,
    referral: KnownReferral,
    failures: Iterable[Failure],
) -> Effect:
    """No rule of the campaign took this code."""
    scene.campaign, scene.coupon = campaign, None
    first = next((one for one in failures if one.rule.asks_for_referral), None)
    reason = judge_referral(scene, referral)
    props = RejectReferral(
        value=referral.code, rejection_reason=reason or "ReferralRejectedByCondition"
    )
    if first is not None and reason is None:
        if first.effect_index is not None:
            props.rejection_reason = "EffectCouldNotBeApplied"
            props.effect_index = first.effect_index
        elif first.condition_index is not None:
            props.condition_index = first.condition_index
        props.details = details_of(first)
    return told(props, campaign, first)


REASONS: dict[Rejection, ReferralRejection] = {
    "CouponPartOfNotRunningCampaign": "ReferralPartOfNotRunningCampaign",
    "CouponPartOfNotTriggeredCampaign": "ReferralPartOfNotTriggeredCampaign",
}


def of_campaign_not_evaluated(
    scene: Evaluation, campaign: CompiledCampaign | None, referral: KnownReferral, store_id: int
) -> Effect | None:
    """The campaign of this code was left out, or lost to another; None when it was evaluated."""
    reason: ReferralRejection = "ReferralPartOfNotTriggeredCampaign"
    why = scene.excluded.get(referral.campaign_id)
    if campaign is not None and campaign.rules and why is None:
        found = left_out(campaign, scene.situation, store_id)
        if found is None:
            return None
        reason = REASONS[found]
    props = RejectReferral(value=referral.code, rejection_reason=reason)
    if reason == "ReferralPartOfNotTriggeredCampaign":
        props.campaign_exclusion_reason = why or "CampaignNotInEvaluationSet"
    return told(props, campaign)
