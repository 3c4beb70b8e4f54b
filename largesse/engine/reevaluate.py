"""After a return, campaigns that want it decide again on what is left of the cart.

What they gave at close is rolled back whole; what they give now is spent anew. Only the difference
is written, so that a budget is never asked for what it had given already.
"""

import msgspec

from largesse.engine.evaluate import evaluate
from largesse.engine.outcome import Outcome, spent_of
from largesse.engine.returns import key_of
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Situation
from largesse.engine.undo import UNDONE, rollbacks
from largesse.kit.money import ZERO
from largesse.model.changes import CounterMoved
from largesse.model.effects import Effect
from largesse.model.limits import CounterKey
from largesse.model.sessions import Spent, Used


def again(
    rulebook: Rulebook, situation: Situation, outcome: Outcome, held: list[Effect]
) -> tuple[Outcome, list[Effect]]:
    """The outcome of a return with the campaigns that are evaluated on return decided anew."""
    wanting = {
        effect.campaign_id
        for effect in held
        if (campaign := rulebook.by_id.get(effect.campaign_id)) is not None
        and campaign.campaign.reevaluate_on_return
    }
    if not wanting:
        return outcome, held
    old = [effect for effect in held if effect.campaign_id in wanting]
    before = [one for one in outcome.session.spent if one.campaign_id in wanting]
    decided = evaluate(rulebook, as_if_nothing_was_given(situation, outcome, before, wanting))
    gone = [
        rollback
        for effect in old
        if effect.effect_type in UNDONE and effect.effect_type not in REDEMPTIONS
        for rollback in rollbacks(effect)
    ]
    told = [effect for effect in decided.effects if effect.effect_type not in REDEMPTIONS]
    redeemed = [effect for effect in old if effect.effect_type in REDEMPTIONS]
    result = merged(outcome, decided, before)
    result.effects = [*outcome.effects, *gone, *told]
    rest = [effect for effect in held if effect.campaign_id not in wanting]
    return result, [*rest, *redeemed, *told]


REDEMPTIONS = frozenset({"acceptCoupon", "acceptReferral", "rejectCoupon", "rejectReferral"})


def as_if_nothing_was_given(
    situation: Situation, outcome: Outcome, before: list[Spent], wanting: set[int]
) -> Situation:
    """The situation with what these campaigns had spent still to be spent."""
    counters = dict(situation.counters)
    for one in before:
        counters[key_of(one)] = counters.get(key_of(one), ZERO) - one.amount
    coupons = dict(situation.coupons)
    for used in outcome.session.used:
        for code, coupon in situation.coupons.items():
            if coupon.id == used.coupon_id:
                coupons[code] = msgspec.structs.replace(
                    coupon,
                    usage_counter=coupon.usage_counter - used.times,
                    discount_counter=coupon.discount_counter - used.discount,
                )
    return msgspec.structs.replace(
        situation,
        session=outcome.session,
        counters=counters,
        coupons=coupons,
        evaluable_campaign_ids=frozenset(wanting),
    )


def merged(outcome: Outcome, decided: Outcome, before: list[Spent]) -> Outcome:
    """What the return gave back together with what the campaigns spend more, or less, than
    before.
    """
    old = {key_of(one): one.amount for one in before}
    new = {moved.key: moved for moved in decided.counters}
    moves: dict[CounterKey, CounterMoved] = {moved.key: moved for moved in outcome.counters}
    for key in {*old, *new}:
        change = (new[key].amount if key in new else ZERO) - old.get(key, ZERO)
        given = moves[key].amount if key in moves else ZERO
        limit = new[key].limit if key in new else ZERO
        moves[key] = CounterMoved(key, change + given, limit)
    kept = [one for one in outcome.session.spent if key_of(one) not in old]
    session = msgspec.structs.replace(
        outcome.session,
        spent=[*kept, *spent_of(decided.counters)],
        codes=decided.session.codes,
        referral_codes=decided.session.referral_codes,
        attributes=decided.session.attributes,
    )
    ordered = [moves[key] for key in sorted(moves) if moves[key].amount]
    return msgspec.structs.replace(
        decided,
        session=session,
        counters=ordered,
        coupons=card_changes(outcome, decided),
        referral=None,
    )


def card_changes(outcome: Outcome, decided: Outcome) -> list[Used]:
    """What gift cards pay more or less than before; a redemption stays one."""
    before = {one.coupon_id: one for one in outcome.session.used}
    now = {one.coupon_id: one for one in decided.coupons}
    back = {one.coupon_id: one.discount for one in outcome.coupons}
    found = []
    for coupon_id in sorted({*before, *now}):
        paid = now[coupon_id].discount if coupon_id in now else before[coupon_id].discount
        was = before[coupon_id].discount if coupon_id in before else ZERO
        change = paid - was + back.get(coupon_id, ZERO)
        if change:
            found.append(Used(coupon_id, 0, change))
    return found
