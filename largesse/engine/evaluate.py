"""The decision: a rulebook and a situation go in; effects and changes come out."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import msgspec

from largesse.engine.expr.predicates import ANY_ITEM
from largesse.engine.expr.values import RuleError, textual
from largesse.engine.outcome import Failure, Outcome, counters_of, coupons_of, spent_of
from largesse.engine.questions import Evaluation
from largesse.engine.referral_verdicts import of_campaign_not_evaluated, unknown_referral
from largesse.engine.rulebook import CompiledCampaign, CompiledRule, Rulebook
from largesse.engine.situation import Situation
from largesse.engine.tree import Tree, Turn
from largesse.engine.verdicts import left_out, lost_to_others, of_campaign_left_out, unknown
from largesse.engine.walker import Codes, Walker
from largesse.model.attributes import merged
from largesse.model.changes import (
    AttributeSet,
    AudienceChanged,
    Change,
    CodeMade,
    CouponReserved,
    GiveawayAwarded,
    ReferralMade,
    ReferralUsed,
    WebhookTriggered,
)
from largesse.model.sessions import SessionDocument


def evaluate(rulebook: Rulebook, situation: Situation) -> Outcome:
    """Walk the campaigns that can fire, in order, and give every code its verdict.

    Pure: the same rulebook and situation give the same outcome.
    """
    scene = Evaluation(rulebook, situation)
    codes = codes_of(rulebook, situation)
    walker = Walker(scene, codes)
    Tree(scene, rulebook.root, turns_of(scene, codes), walker.walk).walk()
    return finish(scene, codes, walker.failures)


def turns_of(scene: Evaluation, codes: Codes) -> dict[int, Turn]:
    """The campaigns to walk, by their places, each with the rules that can fire."""
    return {campaign.place: (campaign, rules) for campaign, rules in chosen(scene, codes)}


def finish(scene: Evaluation, codes: Codes, failures: list[Failure]) -> Outcome:
    """Give the codes that no campaign judged their verdicts, and sum everything up."""
    for code in unknown_codes(scene.rulebook, scene.situation):
        scene.tell(unknown(code))
    tell_left_out(scene, codes)
    tell_referral_left_out(scene)
    return outcome_of(scene, failures)


def codes_of(rulebook: Rulebook, situation: Situation) -> Codes:
    """The coupons of the session by campaign, each once, in the order in which they were sent."""
    found: Codes = {}
    for code in dict.fromkeys(rulebook.fold(code) for code in situation.session.coupon_codes):
        coupon = situation.coupons.get(code)
        if coupon is not None:
            found.setdefault(coupon.campaign_id, []).append(coupon)
    return found


def unknown_codes(rulebook: Rulebook, situation: Situation) -> Iterator[str]:
    """The codes that no coupon has, as they were sent, each once."""
    folded = {rulebook.fold(code): code for code in reversed(situation.session.coupon_codes)}
    return (code for fold, code in reversed(folded.items()) if fold not in situation.coupons)


def chosen(
    scene: Evaluation, codes: Codes
) -> Iterator[tuple[CompiledCampaign, tuple[CompiledRule, ...]]]:
    """The campaigns to evaluate, in order, each with the rules that can fire.

    A campaign whose code is in the session runs all of its rules, so that the code gets its reason.
    """
    situation, store_id = scene.situation, store_of(scene)
    for campaign, rules in possible(scene, codes):
        if rules and left_out(campaign, situation, store_id) is None:
            yield campaign, rules


def possible(
    scene: Evaluation, codes: Codes
) -> Iterator[tuple[CompiledCampaign, tuple[CompiledRule, ...]]]:
    """The campaigns that the index does not rule out, in order."""
    rulebook, situation = scene.rulebook, scene.situation
    if situation.complete or situation.evaluable_campaign_ids is not None:
        yield from ((campaign, campaign.rules) for campaign in rulebook.campaigns)
        return
    places = candidates(scene)
    referral = situation.referral
    owners = {*codes, *((referral.campaign_id,) if referral else ())}
    whole = {
        rulebook.by_id[campaign_id].place for campaign_id in owners if campaign_id in rulebook.by_id
    }
    for place in sorted({*places, *whole}):
        campaign = rulebook.campaigns[place]
        if place in whole:
            yield campaign, campaign.rules
        else:
            yield campaign, tuple(campaign.rules[at] for at in places[place])


def candidates(scene: Evaluation) -> dict[int, list[int]]:
    """The rules that the index does not rule out, by the place of their campaign; asked once."""
    situation, rulebook = scene.situation, scene.rulebook
    if situation.candidates is None:
        situation.candidates = {}
        for position in rulebook.index.candidates(partial(read, scene.roots)):
            place, rule = rulebook.places[position]
            situation.candidates.setdefault(place, []).append(rule)
    return situation.candidates


def read(roots: dict[str, Any], path: tuple[str, ...]) -> Any:
    """What a path leads to, or None."""
    if ANY_ITEM in path:
        at = path.index(ANY_ITEM)
        return looks(read(roots, path[:at]), path[at + 1 :])
    value: Any = roots
    for step in path:
        try:
            value = value[step]
        except (KeyError, TypeError):
            return None
    return value


def looks(items: Any, path: tuple[str, ...]) -> frozenset[str]:
    """How what a path leads to looks, for every element of a list."""
    if not isinstance(items, list):
        return frozenset()
    if path:  # Units of a line share what they lead to: one of them is enough.
        having = [item for item in items if isinstance(item, dict) and path[0] in item]
        items = {id(item.get(path[0])): item for item in having}.values()
    found: set[str] = set()
    for item in items:
        value = read(item, path)
        with suppress(RuleError):  # A list or map looks like nothing.
            found |= value if isinstance(value, frozenset) else {textual(value)}
    return frozenset(found)


def tell_left_out(scene: Evaluation, codes: Codes) -> None:
    """Reject the codes of campaigns that were not evaluated, or lost to others."""
    rulebook, situation = scene.rulebook, scene.situation
    store_id = store_of(scene)
    for campaign_id, coupons in codes.items():
        campaign = rulebook.by_id.get(campaign_id)
        if campaign and campaign_id in scene.excluded:
            for coupon in coupons:
                scene.tell(lost_to_others(scene, campaign, coupon))
            continue
        reason = left_out(campaign, situation, store_id) if campaign else None
        if campaign and campaign.rules and reason is None:
            continue
        for coupon in coupons:
            why = reason or "CouponPartOfNotTriggeredCampaign"
            scene.tell(of_campaign_left_out(coupon, campaign, why))


def tell_referral_left_out(scene: Evaluation) -> None:
    """Reject a referral code that is unknown, or whose campaign was not evaluated."""
    code, referral = scene.situation.session.referral_code, scene.situation.referral
    if not code:
        return
    if referral is None:
        scene.tell(unknown_referral(code))
        return
    campaign = scene.rulebook.by_id.get(referral.campaign_id)
    rejection = of_campaign_not_evaluated(scene, campaign, referral, store_of(scene))
    if rejection is not None:
        scene.tell(rejection)


def store_of(scene: Evaluation) -> int:
    """The id of the store that the request names, or 0."""
    store = scene.rulebook.stores.get(scene.situation.session.store_integration_id)
    return store.id if store else 0


def outcome_of(scene: Evaluation, failures: list[Failure]) -> Outcome:
    """What was told and moved, as one outcome."""
    situation = scene.situation
    counters = counters_of(scene.changes, commits=situation.commits)
    coupons = coupons_of(scene.changes) if situation.commits else []
    sets = of_kind(scene.changes, AttributeSet)
    used = of_kind(scene.changes, ReferralUsed) if situation.commits else []
    outcome = Outcome(
        effects=scene.effects,
        session=situation.session,
        failures=failures,
        counters=counters,
        coupons=coupons,
        codes=[made.code for made in of_kind(scene.changes, CodeMade)],
        referral=used[0] if used else None,
        referral_codes=[made.code for made in of_kind(scene.changes, ReferralMade)],
        reservations=of_kind(scene.changes, CouponReserved),
        attributes=[one for one in sets if one.entity == "Coupon"],
        audiences=of_kind(scene.changes, AudienceChanged),
        giveaways=of_kind(scene.changes, GiveawayAwarded) if situation.commits else [],
        webhooks=of_kind(scene.changes, WebhookTriggered),
    )
    profile = {one.name: one.value for one in sets if one.entity == "Profile"}
    if profile:
        known = situation.profile.attributes if situation.profile else {}
        outcome.profile_attributes = merged(known, profile)
    if situation.session_key:
        outcome.session = session_after(scene, outcome)
    return outcome


def session_after(scene: Evaluation, outcome: Outcome) -> SessionDocument:
    """The session with what rules changed of it, and what cancelling will give back."""
    session = scene.situation.session
    made = {one.place: one.code for one in of_kind(scene.changes, CodeMade)}
    referrals = {one.place: one.code for one in of_kind(scene.changes, ReferralMade)}
    after = msgspec.structs.replace(
        session,
        codes={**session.codes, **made},
        referral_codes={**session.referral_codes, **referrals},
    )
    changed = {
        one.name: one.value
        for one in of_kind(scene.changes, AttributeSet)
        if one.entity == "Session" and one.position < 0
    }
    if changed:
        after.attributes = merged(session.attributes, changed)
    if scene.situation.commits:
        after.spent, after.used = spent_of(outcome.counters), outcome.coupons
        after.referral_used = outcome.referral.referral_id if outcome.referral else 0
    return after


T = TypeVar("T")


def of_kind(changes: Iterable[Change], kind: type[T]) -> list[T]:
    """The changes of one kind, in their order."""
    return [change for change in changes if isinstance(change, kind)]
