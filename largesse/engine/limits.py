"""Budgets: which counters an action moves, what is left of them, what gets spent."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct

from largesse.engine.situation import Situation
from largesse.kit.money import ZERO
from largesse.model.changes import CounterMoved
from largesse.model.coupons import KnownCoupon
from largesse.model.limits import CounterKey, LimitConfig

SEPARATOR: Final = "\x1f"  # cannot stand in a name: names with control characters are refused


class MissingEntity(Exception):
    """A budget counts by something that the request does not have: `entity` names it."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"a budget counts by {entity}, and there is none")
        self.entity = entity


class Bound(Struct, frozen=True):
    """One counter that bounds an action, with the limit and what is left of it."""

    key: CounterKey
    limit: Decimal
    left: Decimal
    entities: tuple[str, ...]


def period_label(period: str, now: datetime, zone: ZoneInfo) -> str:
    """The calendar window that an instant lies in: `Y2021M8`, `Y2021W34`, `Y2021M8D15`, `Y2021`,
    or none.
    """
    local = now.astimezone(zone)
    match period:
        case "daily":
            return f"Y{local.year}M{local.month}D{local.day}"
        case "weekly":
            year, week, _ = local.isocalendar()
            return f"Y{year}W{week}"
        case "monthly":
            return f"Y{local.year}M{local.month}"
        case "yearly":
            return f"Y{local.year}"
        case _:
            return ""


def subjects(limit: LimitConfig, situation: Situation, coupon: KnownCoupon | None) -> Iterator[str]:
    """Whom or what a limit counts for here: one text for each tuple of its entities.

    Raises `MissingEntity` where the request has no such thing.
    """
    session = situation.session
    values: list[list[str]] = []
    for entity in limit.entities:
        found = {
            "Coupon": [coupon.value] if coupon else [],
            "Referral": [session.referral_code] if session.referral_code else [],
            "Profile": [situation.profile_key] if situation.profile_key else [],
            "Identifier": session.identifiers,
            "Store": [session.store_integration_id] if session.store_integration_id else [],
            "Session": [situation.session_key] if situation.session_key else [],
        }[entity]
        if not found:
            raise MissingEntity(entity)
        values.append(found)
    for combination in product(*values):
        yield SEPARATOR.join(combination)


def keys_of(
    campaign_id: int,
    limit: LimitConfig,
    situation: Situation,
    coupon: KnownCoupon | None,
    zone: ZoneInfo,
    *,
    prefix: str = "",
) -> list[CounterKey]:
    """The counters that a limit moves for this request and code."""
    period = period_label(limit.period if limit.period is not UNSET else "", situation.now, zone)
    entities = prefix + ",".join(sorted(limit.entities))
    ordered = LimitConfig(
        action=limit.action, limit=limit.limit, entities=sorted(limit.entities), period=limit.period
    )
    return [
        CounterKey(campaign_id, limit.action, entities, subject, period)
        for subject in subjects(ordered, situation, coupon)
    ]


OWN: Final = "own:"  # marks the counters of limits that a coupon has for itself


def limits_for(
    limits: Iterable[LimitConfig], action: str, coupon: KnownCoupon | None
) -> Iterator[tuple[LimitConfig, str]]:
    """The limits that bound an action, each with the prefix of its counters.

    The limits of a coupon replace the campaign's limits by profile for the same action.
    """
    own = [limit for limit in coupon.limits if limit.action == action] if coupon else []
    for limit in limits:
        if limit.action == action and not (own and "Profile" in limit.entities):
            yield limit, ""
    for limit in own:
        by_coupon = sorted({*limit.entities, "Coupon"})
        yield (
            LimitConfig(
                action=limit.action, limit=limit.limit, entities=by_coupon, period=limit.period
            ),
            OWN,
        )


class Purse:
    """What is left of everything that bounds one effect, taken piece by piece.

    `money` bounds an amount, `count` the number of effects. `partial` lets a piece be smaller than
    was wished.
    """

    def __init__(
        self,
        money: list[Bound],
        count: list[Bound],
        *,
        gift_card: Decimal | None = None,
        partial: bool = False,
    ) -> None:
        self.money, self.count, self.partial = money, count, partial
        left = [bound.left for bound in money] + ([] if gift_card is None else [gift_card])
        self.left = min(left) if left else None
        self.pieces_left = min((bound.left for bound in count), default=None)
        self.taken = ZERO
        self.pieces = 0

    def take(self, wanted: Decimal) -> Decimal | None:
        """As much of `wanted` as may be had, or None. Nothing costs nothing."""
        if wanted == 0:
            return wanted
        if self.pieces_left is not None and self.pieces + 1 > self.pieces_left:
            return None
        rest = None if self.left is None else self.left - self.taken
        if rest is not None and rest < wanted:
            if not self.partial or rest <= 0:
                return None
            wanted = rest
        self.taken += wanted
        self.pieces += 1
        return wanted

    def give_back(self, amount: Decimal) -> None:
        """Return what a piece turned out not to need."""
        self.taken -= amount

    def changes(self) -> tuple[CounterMoved, ...]:
        """What the pieces cost the budgets."""
        spent = [
            CounterMoved(bound.key, self.taken, bound.limit) for bound in self.money if self.taken
        ]
        spent += [
            CounterMoved(bound.key, Decimal(self.pieces), bound.limit)
            for bound in self.count
            if self.pieces
        ]
        return tuple(spent)
