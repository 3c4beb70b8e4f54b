"""Outcome → the body that the caller asked for.

Source: IntegrationStateV2 and its kin of the Integration contract.
"""

from datetime import datetime
from typing import Literal

from msgspec import UNSET, Struct, field

from largesse.engine.eligibility import eligibility
from largesse.engine.outcome import Failure, Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Situation
from largesse.engine.verdicts import details_of
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.campaigns import Campaign
from largesse.model.changes import GiveawayAwarded
from largesse.model.coupons import Coupon, IntegrationCoupon, NewCode
from largesse.model.effects import Effect
from largesse.model.giveaways import Giveaway
from largesse.model.profiles import CustomerProfile
from largesse.model.referrals import InventoryReferral, NewReferralCode, Referral
from largesse.model.sessions import CustomerSession, Return

ResponseContent = Literal[
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "previousReturns",
    "campaignEligibility",
    "achievements",
]


class RuleFailureReason(Wire, kw_only=True):
    """One evaluation of a rule that came to nothing."""

    campaign_id: int = field(name="campaignID")
    campaign_name: str
    ruleset_id: int = field(name="rulesetID")
    rule_index: int
    rule_name: str
    coupon_id: Maybe[int] = field(name="couponID", default=UNSET)
    coupon_value: Maybe[str] = UNSET
    condition_index: Maybe[int] = UNSET
    effect_index: Maybe[int] = UNSET
    details: Maybe[str] = UNSET


class Event(Wire, kw_only=True):
    """What happened. `effects` is the legacy form and stays empty."""

    id: int
    created: datetime
    application_id: int
    type: str
    attributes: dict[str, Json]
    effects: list[Json] = []
    ledger_entries: list[Json] = []
    profile_id: Maybe[str] = UNSET
    session_id: Maybe[str] = UNSET
    store_integration_id: Maybe[str] = UNSET


class AdvancedEvent(Event, kw_only=True):
    """An event that is taken once."""

    integration_id: str
    connected_session_id: Maybe[str] = UNSET


class State(Wire, kw_only=True):
    """The answer to a session update, a profile update or an event. Lists are never null."""

    effects: list[Effect]
    created_coupons: list[Coupon]
    created_referrals: list[Referral] = []
    customer_session: Maybe[CustomerSession] = UNSET
    customer_profile: Maybe[CustomerProfile] = UNSET
    coupons: Maybe[list[IntegrationCoupon]] = UNSET
    triggered_campaigns: Maybe[list[Campaign]] = UNSET
    rule_failure_reasons: Maybe[list[RuleFailureReason]] = UNSET
    campaign_eligibility: Maybe[list[Json]] = UNSET
    event: Maybe[Event] = UNSET
    advanced_event: Maybe[AdvancedEvent] = UNSET
    loyalty: Maybe[Json] = UNSET
    referral: Maybe[InventoryReferral] = UNSET
    awarded_giveaways: Maybe[list[Giveaway]] = UNSET
    achievements: Maybe[list[Json]] = UNSET
    previous_returns: Maybe[list[Return]] = UNSET
    return_: Maybe[Return] = field(name="return", default=UNSET)


class Rows(Struct, kw_only=True):
    """The rows that the decision is about, as they will be."""

    session: CustomerSession | None = None
    profile: CustomerProfile | None = None
    event: Event | None = None


def answer(
    rulebook: Rulebook, situation: Situation, outcome: Outcome, rows: Rows, wanted: frozenset[str]
) -> State:
    """The effects, and the parts that were asked for and are there."""
    state = State(
        effects=outcome.effects,
        created_coupons=[as_coupon(code, situation.now) for code in created(situation, outcome)],
        created_referrals=created_referrals(situation, outcome),
    )
    if "customerSession" in wanted and rows.session:
        state.customer_session = rows.session
    if "customerProfile" in wanted and rows.profile:
        state.customer_profile = rows.profile
    if "event" in wanted and rows.event:
        state.event = rows.event
    if "advancedEvent" in wanted and isinstance(rows.event, AdvancedEvent):
        state.advanced_event = rows.event
    if "coupons" in wanted:
        state.coupons = coupons_after(rulebook, situation, outcome)
    if "triggeredCampaigns" in wanted:
        triggered = {
            effect.campaign_id for effect in outcome.effects if effect.effect_type != "rejectCoupon"
        }
        state.triggered_campaigns = [
            one.campaign for one in rulebook.campaigns if one.campaign.id in triggered
        ]
    if "ruleFailureReasons" in wanted:
        state.rule_failure_reasons = [failure_reason(failure) for failure in outcome.failures]
    if "campaignEligibility" in wanted:
        state.campaign_eligibility = eligibility(rulebook, situation, outcome)
    answer_rest(situation, outcome, state, wanted)
    return state


def answer_rest(
    situation: Situation, outcome: Outcome, state: State, wanted: frozenset[str]
) -> None:
    """What is answered beside the rows of the decision."""
    if "referral" in wanted and situation.referral:
        state.referral = referral_after(situation, outcome)
    if "loyalty" in wanted:
        state.loyalty = {"cards": [], "programs": {}}
    if "previousReturns" in wanted:
        state.previous_returns = situation.session.returns
    if "awardedGiveaways" in wanted:
        state.awarded_giveaways = [as_giveaway(one, situation) for one in outcome.giveaways]
    if "achievements" in wanted:
        state.achievements = []


def as_giveaway(awarded: GiveawayAwarded, situation: Situation) -> Giveaway:
    """A giveaway that is being awarded, as its row."""
    code = next(gift.code for gift in situation.gifts if gift.id == awarded.giveaway_id)
    return Giveaway(
        id=awarded.giveaway_id,
        created=situation.now,
        code=code,
        pool_id=awarded.pool_id,
        used=True,
        profile_integration_id=awarded.profile_integration_id,
    )


def referral_after(situation: Situation, outcome: Outcome) -> InventoryReferral:
    """The referral of the session as it is when the decision is written."""
    known = situation.referral
    assert known is not None, "there is a referral"
    members = {name: getattr(known, name) for name in InventoryReferral.__struct_fields__}
    referral = InventoryReferral(**members)
    used = outcome.referral
    if used is not None:
        referral.usage_counter = max(0, referral.usage_counter + used.times)
        friends = [one for one in known.referred_customers if one != used.friend]
        referral.referred_customers = [*friends, used.friend] if used.times > 0 else friends
    return referral


def created_referrals(situation: Situation, outcome: Outcome) -> list[Referral]:
    """The referral codes that the effects speak of."""
    kinds = {"referralCreated"}
    told = {effect.props.value for effect in outcome.effects if effect.effect_type in kinds}
    known = {code.code: code for code in situation.session.referral_codes.values()}
    known |= {code.code: code for code in outcome.referral_codes}
    return [as_referral(code, situation.now) for value, code in known.items() if value in told]


def as_referral(code: NewReferralCode, now: datetime) -> Referral:
    """A referral code that was just made, as its row."""
    return Referral(
        id=code.id,
        created=now,
        campaign_id=code.campaign,
        code=code.code,
        advocate_profile_integration_id=code.advocate,
        friend_profile_integration_id=code.friend or UNSET,
        usage_limit=code.usage_limit,
        start_date=UNSET if code.start_date is None else code.start_date,
        expiry_date=UNSET if code.expiry_date is None else code.expiry_date,
        attributes=code.attributes,
    )


def created(situation: Situation, outcome: Outcome) -> list[NewCode]:
    """The codes that the effects speak of: new ones, and those that an earlier update of the
    session made.
    """
    told = {
        effect.props.value for effect in outcome.effects if effect.effect_type == "couponCreated"
    }
    known = {code.value: code for code in situation.session.codes.values()}
    known |= {code.value: code for code in outcome.codes}
    return [code for value, code in known.items() if value in told]


def as_coupon(code: NewCode, now: datetime) -> Coupon:
    """A code that was just made, as its row."""
    return Coupon(
        id=code.id,
        created=now,
        campaign_id=code.campaign,
        value=code.value,
        usage_limit=code.usage_limit,
        attributes=code.attributes,
        discount_limit=UNSET if code.discount_limit is None else code.discount_limit,
        discount_remainder=UNSET if code.discount_limit is None else code.discount_limit,
        start_date=UNSET if code.start_date is None else code.start_date,
        expiry_date=UNSET if code.expiry_date is None else code.expiry_date,
        recipient_integration_id=code.recipient or UNSET,
    )


def coupons_after(
    rulebook: Rulebook, situation: Situation, outcome: Outcome
) -> list[IntegrationCoupon]:
    """The coupons of the session as they are when the decision is written."""
    used = {one.coupon_id: one for one in outcome.coupons}
    found = []
    for code in dict.fromkeys(rulebook.fold(code) for code in situation.session.coupon_codes):
        coupon = situation.coupons.get(code)
        if coupon is None:
            continue
        members = {name: getattr(coupon, name) for name in IntegrationCoupon.__struct_fields__}
        one = IntegrationCoupon(**members)
        if coupon.id in used:
            one.usage_counter += used[coupon.id].times
            one.profile_redemption_count += used[coupon.id].times if situation.profile_key else 0
            one.discount_counter += used[coupon.id].discount
        if one.discount_limit is not UNSET:
            one.discount_remainder = one.discount_limit - one.discount_counter
        found.append(one)
    return found


def failure_reason(failure: Failure) -> RuleFailureReason:
    """A failure as the contract tells it."""
    campaign = failure.campaign.campaign
    reason = RuleFailureReason(
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        ruleset_id=failure.campaign.ruleset_id,
        rule_index=failure.rule.index,
        rule_name=failure.rule.title,
        details=details_of(failure),
    )
    if failure.coupon is not None:
        reason.coupon_id, reason.coupon_value = failure.coupon.id, failure.coupon.value
    if failure.condition_index is not None:
        reason.condition_index = failure.condition_index
    elif failure.effect_index is not None:
        reason.effect_index = failure.effect_index
    return reason
