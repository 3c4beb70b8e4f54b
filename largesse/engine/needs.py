"""Which counters a decision will look at, so that they are read with everything else."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, field

from largesse.engine.evaluate import codes_of, possible
from largesse.engine.limits import MissingEntity, keys_of, limits_for
from largesse.engine.questions import Evaluation
from largesse.engine.rulebook import CompiledCampaign, Rulebook
from largesse.engine.situation import Situation
from largesse.model.coupons import KnownCoupon
from largesse.model.limits import CounterKey, LimitConfig

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
CAMPAIGNS_MAX: Final = (
    200  # more limited campaigns than this are read when it is known that they matter
)


class Guess(Struct):
    """The counters that a request probably needs, as `storage/situations.py` asks for them."""

    campaigns: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)

    def covers(self, key: CounterKey, owners: Iterable[int]) -> bool:
        """Whether a counter was asked for, the campaigns of the codes included."""
        return (
            (key.campaign_id in self.campaigns or key.campaign_id in owners)
            and key.action in self.actions
            and key.entities in self.entities
            and key.subject in self.subjects
            and key.period in self.periods
        )


def guess(rulebook: Rulebook, situation: Situation) -> Guess:
    """What the counters will be, from what the request alone says.

    Campaigns of codes are not known yet; the read adds them. What the guess misses is read
    afterwards.
    """
    if not rulebook.limited:
        return Guess()
    scene = Evaluation(rulebook, situation)
    campaigns = [one for one, _ in possible(scene, {}) if one.limits][:CAMPAIGNS_MAX]
    coupons = [_unread(rulebook.fold(code)) for code in situation.session.coupon_codes]
    owners = rulebook.limited_by_code if coupons else ()
    keys: set[CounterKey] = set()
    for campaign in [*campaigns, *owners]:
        keys.update(keys_for(rulebook, situation, campaign, [None, *coupons]))
    return Guess(
        campaigns=[one.campaign.id for one in campaigns],
        actions=sorted({key.action for key in keys}),
        entities=sorted({key.entities for key in keys}),
        subjects=sorted({key.subject for key in keys}),
        periods=sorted({key.period for key in keys}),
    )


def _unread(code: str) -> KnownCoupon:
    """A code of which only the text is known."""
    return KnownCoupon(id=0, created=LONG_AGO, campaign_id=0, value=code, usage_limit=0)


def needed(rulebook: Rulebook, situation: Situation) -> set[CounterKey]:
    """Every counter that evaluating the situation may look at."""
    codes = codes_of(rulebook, situation)
    if not rulebook.limited and not any(one.limits for found in codes.values() for one in found):
        return set()
    scene = Evaluation(rulebook, situation)
    keys: set[CounterKey] = set()
    for campaign, _ in possible(scene, codes):
        own: list[KnownCoupon | None] = [None, *codes.get(campaign.campaign.id, [])]
        if campaign.limits or len(own) > 1:
            keys.update(keys_for(rulebook, situation, campaign, own))
    return keys


def keys_for(
    rulebook: Rulebook,
    situation: Situation,
    campaign: CompiledCampaign,
    coupons: Iterable[KnownCoupon | None],
) -> Iterable[CounterKey]:
    """The counters of a campaign for this request, with each of the codes and without."""
    campaign_id, zone = campaign.campaign.id, rulebook.zone
    for coupon in coupons:
        for limit, prefix in all_limits(campaign, coupon):
            with suppress(MissingEntity):
                yield from keys_of(campaign_id, limit, situation, coupon, zone, prefix=prefix)


def all_limits(
    campaign: CompiledCampaign, coupon: KnownCoupon | None
) -> Iterator[tuple[LimitConfig, str]]:
    """The limits of a campaign and of a code, each with the prefix of its counters."""
    own = {limit.action for limit in coupon.limits} if coupon else set()
    for action in {*campaign.limits, *own}:
        yield from limits_for(campaign.limits.get(action, ()), action, coupon)
