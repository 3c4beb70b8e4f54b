"""The decision: a rulebook and a situation go in; effects and changes come out."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from largesse.engine.expr.scope import Scope
from largesse.engine.outcome import (
    Failure,
    Outcome,
    counters_of,
    coupons_of,
    made_codes,
    spent_of,
)
from largesse.engine.questions import Evaluation
from largesse.engine.rulebook import CompiledCampaign, CompiledRule, Rulebook
from largesse.engine.rules import run
from largesse.engine.situation import Situation
from largesse.engine.verdicts import left_out, of_campaign_left_out, rejected, unknown
from largesse.model.attributes import merged
from largesse.model.changes import AttributeSet, CouponReserved
from largesse.model.coupons import KnownCoupon

Codes = dict[int, list[KnownCoupon]]  # by campaign


def evaluate(rulebook: Rulebook, situation: Situation) -> Outcome:
    """Walk the campaigns that can fire, in order, and give every code its verdict.

    Pure: the same rulebook and situation give the same outcome.
    """
    scene = Evaluation(rulebook, situation)
    codes = codes_of(rulebook, situation)
    failures: list[Failure] = []
    for campaign, rules in chosen(scene, codes):
        failures += walk(scene, campaign, rules, codes.get(campaign.campaign.id, []))
    for code in unknown_codes(rulebook, situation):
        scene.tell(unknown(code))
    tell_left_out(scene, codes)
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
    rulebook, situation = scene.rulebook, scene.situation
    store = rulebook.stores.get(situation.session.store_integration_id)
    store_id = store.id if store else 0
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
    places: dict[int, list[int]] = {}
    for position in rulebook.index.candidates(lambda path: read(scene.roots, path)):
        place, rule = rulebook.places[position]
        places.setdefault(place, []).append(rule)
    whole = {
        rulebook.by_id[campaign_id].place for campaign_id in codes if campaign_id in rulebook.by_id
    }
    for place in sorted({*places, *whole}):
        campaign = rulebook.campaigns[place]
        if place in whole:
            yield campaign, campaign.rules
        else:
            yield campaign, tuple(campaign.rules[at] for at in places[place])


def read(roots: dict[str, Any], path: tuple[str, ...]) -> Any:
    """What a path leads to, or None."""
    value: Any = roots
    for step in path:
        try:
            value = value[step]
        except (KeyError, TypeError):
            return None
    return value


def walk(
    scene: Evaluation,
    campaign: CompiledCampaign,
    rules: Iterable[CompiledRule],
    coupons: list[KnownCoupon],
) -> list[Failure]:
    """Run rules of a campaign from top to bottom; a rule that speaks of a code once for each
    code.
    """
    scene.campaign, scene.coupon = campaign, None
    shared = Scope({**scene.roots, "Campaign": campaign.root}, scene)
    for binding in campaign.bindings:
        call = binding.call
        shared.bind_lazily(binding.name, lambda call=call: call(shared))  # type: ignore[misc]
    failures = []
    silent: set[int] = set()
    for rule in rules:
        turns: list[KnownCoupon | None] = [*coupons] if rule.uses_coupon and coupons else [None]
        for coupon in turns:
            failure = run(scene, campaign, rule, shared, coupon)
            if failure is not None:
                failures.append(failure)
            elif coupon is not None and rule.asks_for_coupon:
                silent.add(coupon.id)
    for coupon in coupons:
        if coupon.id not in silent:
            scene.tell(rejected(scene, campaign, coupon, failures))
    scene.coupon = None
    return failures


def tell_left_out(scene: Evaluation, codes: Codes) -> None:
    """Reject the codes of campaigns that were not evaluated."""
    rulebook, situation = scene.rulebook, scene.situation
    store = rulebook.stores.get(situation.session.store_integration_id)
    for campaign_id, coupons in codes.items():
        campaign = rulebook.by_id.get(campaign_id)
        reason = left_out(campaign, situation, store.id if store else 0) if campaign else None
        if campaign and campaign.rules and reason is None:
            continue
        for coupon in coupons:
            scene.tell(
                of_campaign_left_out(coupon, campaign, reason or "CouponPartOfNotTriggeredCampaign")
            )


def outcome_of(scene: Evaluation, failures: list[Failure]) -> Outcome:
    """What was told and moved, as one outcome."""
    situation = scene.situation
    counters = counters_of(scene.changes, commits=situation.commits)
    coupons = coupons_of(scene.changes) if situation.commits else []
    sets = [change for change in scene.changes if isinstance(change, AttributeSet)]
    made = made_codes(scene.changes)
    session = situation.session
    if situation.session_key:
        session = msgspec.structs.replace(session, codes={**session.codes, **made})
        changed = {
            one.name: one.value for one in sets if one.entity == "Session" and one.position < 0
        }
        if changed:
            session.attributes = merged(session.attributes, changed)
        if situation.commits:
            session.spent, session.used = spent_of(counters), coupons
    profile = {one.name: one.value for one in sets if one.entity == "Profile"}
    return Outcome(
        effects=scene.effects,
        session=session,
        failures=failures,
        counters=counters,
        coupons=coupons,
        codes=list(made.values()),
        reservations=[one for one in scene.changes if isinstance(one, CouponReserved)],
        attributes=[one for one in sets if one.entity == "Coupon"],
        profile_attributes=merged(
            situation.profile.attributes if situation.profile else {}, profile
        )
        if profile
        else None,
    )
