"""Every code in a session gets one verdict: accepted by a rule, or rejected with the first
reason that applies.
"""

from collections.abc import Iterable

from msgspec import UNSET

from largesse.engine.coupons import judge
from largesse.engine.effects import table
from largesse.engine.expr.say import say
from largesse.engine.outcome import Failure
from largesse.engine.questions import Evaluation
from largesse.engine.rulebook import CompiledCampaign, is_running
from largesse.engine.situation import Situation
from largesse.kit.wire import Maybe, Wire
from largesse.model.coupons import KnownCoupon, Rejection
from largesse.model.effects import Effect


class RejectCoupon(Wire, kw_only=True):
    """The code does nothing here, and why."""

    value: str
    rejection_reason: Rejection
    condition_index: Maybe[int] = UNSET
    effect_index: Maybe[int] = UNSET
    details: Maybe[str] = UNSET
    campaign_exclusion_reason: Maybe[str] = UNSET


def left_out(campaign: CompiledCampaign, situation: Situation, store_id: int) -> Rejection | None:
    """Why a campaign is not evaluated at all, as a reason for its codes; None when it is."""
    chosen = situation.evaluable_campaign_ids
    state = campaign.campaign.state
    if chosen is not None:
        if campaign.campaign.id not in chosen or state == "archived":
            return "CouponPartOfNotTriggeredCampaign"
    elif state == "archived":
        return "CouponPartOfNotTriggeredCampaign"
    elif not is_running(campaign.campaign, situation.now, staged=situation.staged):
        return "CouponPartOfNotRunningCampaign"
    if situation.happening.integration_id and "advancedEvents" not in campaign.campaign.features:
        return "CouponPartOfNotTriggeredCampaign"
    if campaign.store_ids and store_id not in campaign.store_ids:
        return "CouponPartOfNotTriggeredCampaign"
    return None


def unknown(code: str) -> Effect:
    """No campaign has this code."""
    props = RejectCoupon(value=code, rejection_reason="CouponNotFound")
    return Effect(
        campaign_id=-1,
        ruleset_id=0,
        rule_index=0,
        rule_name="",
        effect_type="rejectCoupon",
        props=props,
    )


def of_campaign_left_out(
    coupon: KnownCoupon, campaign: CompiledCampaign | None, reason: Rejection
) -> Effect:
    """The campaign of this code is not evaluated."""
    props = RejectCoupon(value=coupon.value, rejection_reason=reason)
    if reason == "CouponPartOfNotTriggeredCampaign":
        props.campaign_exclusion_reason = "CampaignNotInEvaluationSet"
    return Effect(
        campaign_id=coupon.campaign_id,
        ruleset_id=campaign.ruleset_id if campaign else 0,
        rule_index=0,
        rule_name="",
        effect_type="rejectCoupon",
        props=props,
        triggered_by_coupon=coupon.id,
    )


def rejected(
    scene: Evaluation, campaign: CompiledCampaign, coupon: KnownCoupon, failures: Iterable[Failure]
) -> Effect:
    """No rule of the campaign took this code."""
    scene.campaign, scene.coupon = campaign, coupon
    own = [one for one in failures if one.coupon is coupon and one.rule.asks_for_coupon]
    first = own[0] if own else None
    reason = judge(scene, coupon)
    props = RejectCoupon(value=coupon.value, rejection_reason=reason or "CouponRejectedByCondition")
    if first is not None and reason is None:
        if first.effect_index is not None:
            props.rejection_reason, props.effect_index = (
                "EffectCouldNotBeApplied",
                first.effect_index,
            )
        elif first.condition_index is not None:
            props.condition_index = first.condition_index
        props.details = details_of(first)
    effect = Effect(
        campaign_id=campaign.campaign.id,
        ruleset_id=campaign.ruleset_id,
        rule_index=first.rule.index if first else 0,
        rule_name=first.rule.title if first else "",
        effect_type="rejectCoupon",
        props=props,
        triggered_by_coupon=coupon.id,
    )
    if first is not None and first.condition_index is not None:
        effect.condition_index = first.condition_index
    return effect


def lost_to_others(scene: Evaluation, campaign: CompiledCampaign, coupon: KnownCoupon) -> Effect:
    """The campaign of this code lost to another of its evaluation group."""
    props = RejectCoupon(value=coupon.value, rejection_reason="CouponPartOfNotTriggeredCampaign")
    props.campaign_exclusion_reason = scene.excluded[campaign.campaign.id]
    return Effect(
        campaign_id=coupon.campaign_id,
        ruleset_id=campaign.ruleset_id,
        rule_index=0,
        rule_name="",
        effect_type="rejectCoupon",
        props=props,
        triggered_by_coupon=coupon.id,
    )


def details_of(failure: Failure) -> str:
    """Why a rule failed, in a sentence."""
    if failure.operand is None:
        return failure.message or "the rule has no condition that could hold"
    what = "condition not met" if failure.condition_index is not None else "effect not possible"
    sentence = f"{what}: {say(failure.operand.node, table())}"
    return f"{sentence} ({failure.message})" if failure.message else sentence
