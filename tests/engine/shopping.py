"""A shop that remembers: what a database keeps between decisions, in a few dictionaries.

It writes what outcomes want written, refuses what a guard would refuse, and says of each outcome in
short texts what a customer would notice.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec

from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import check_move, trigger
from largesse.engine.situation import Happening, Situation
from largesse.engine.undo import kept, undo
from largesse.model.changes import CounterMoved
from largesse.model.coupons import KnownCoupon, NewCode
from largesse.model.limits import CounterKey
from largesse.model.profiles import KnownProfile
from largesse.model.sessions import SessionDocument, State, StoredSession, Used
from tests.engine.building import NOW, a_profile, evaluate, stored, told


class Shop:
    """An Application with its customers, codes and orders."""

    def __init__(self, rulebook: Rulebook, *coupons: KnownCoupon) -> None:
        self.rulebook = rulebook
        self.coupons = {coupon.value: coupon for coupon in coupons}
        self.counters: dict[CounterKey, Decimal] = defaultdict(Decimal)
        self.profiles: dict[str, KnownProfile] = {}
        self.sessions: dict[str, StoredSession] = {}
        self.ids = count(1000)
        self.reserved: set[tuple[int, str]] = set()

    # What may happen in a shop.

    def update(
        self,
        session: SessionDocument,
        *,
        state: State = "open",
        key: str = "order-1",
        customer: str = "",
        now: datetime = NOW,
    ) -> Outcome:
        """Bring a session to a state with a cart, and write what follows."""
        was = self.sessions.get(key)
        check_move(was.state if was else None, state, "update")
        if was:
            session = msgspec.structs.replace(session, codes=was.document.codes)
        session = msgspec.structs.replace(session, profile_id=customer)
        happening = Happening(trigger(was.state if was else None, state))
        situation = self.situation(happening, session=session, customer=customer, now=now)
        situation.session_key, situation.state, situation.stored = key, state, was
        outcome = evaluate(self.rulebook, situation)
        self.write(outcome, situation, customer)
        self.sessions[key] = stored(outcome, state)
        if state == "closed" and customer:
            self.profiles[customer].closed_sessions += 1
        return outcome

    def close(self, session: SessionDocument, **more: Any) -> Outcome:
        """Update a session for the last time."""
        return self.update(session, state="closed", **more)

    def cancel(self, key: str = "order-1", *, to: State = "cancelled") -> Outcome:
        """Give back what closing a session took."""
        was = self.sessions[key]
        check_move(was.state, to, "update" if to == "cancelled" else "reopen")
        outcome = undo(was, was.document)
        self.settle(outcome.counters, outcome.coupons)
        self.sessions[key] = msgspec.structs.replace(
            was, document=outcome.session, state=to, effects=kept(was.effects)
        )
        if was.document.profile_id:
            self.profiles[was.document.profile_id].closed_sessions -= 1
        return outcome

    def reopen(self, key: str = "order-1") -> Outcome:
        """Open a closed session again."""
        return self.cancel(key, to="open")

    def track(self, kind: str, customer: str, *, now: datetime = NOW, **attributes: Any) -> Outcome:
        """Something that a customer did."""
        happening = Happening(kind, attributes, is_custom=True)
        situation = self.situation(happening, customer=customer, now=now)
        outcome = evaluate(self.rulebook, situation)
        self.write(outcome, situation, customer)
        return outcome

    # What a database does.

    @property
    def by_id(self) -> dict[int, KnownCoupon]:
        """The codes by their numbers."""
        return {coupon.id: coupon for coupon in self.coupons.values()}

    def situation(self, happening: Happening, *, customer: str, **more: Any) -> Situation:
        """What is there now, for one decision."""
        for coupon in self.coupons.values():
            coupon.is_reserved = (coupon.id, customer) in self.reserved
        return Situation(
            happening=happening,
            profile_key=customer,
            profile=self.profiles.setdefault(customer, a_profile(customer)) if customer else None,
            coupons=dict(self.coupons),
            counters=dict(self.counters),
            ids=self.ids,
            seed=str(next(self.ids)).encode(),
            **more,
        )

    def write(self, outcome: Outcome, situation: Situation, customer: str) -> None:
        """Keep what a decision wants kept."""
        self.settle(outcome.counters, outcome.coupons)
        for code in outcome.codes:
            assert code.value not in self.coupons, "a code is made once"
            self.coupons[code.value] = known(code, situation.now)
        for one in outcome.reservations:
            self.reserved.add((one.coupon_id, one.profile_integration_id))
            self.by_id[one.coupon_id].reservation_counter += 1
        if outcome.profile_attributes is not None:
            self.profiles[customer].attributes = outcome.profile_attributes

    def settle(self, counters: list[CounterMoved], coupons: list[Used]) -> None:
        """Move counters and coupons; nothing goes below zero or above its limit."""
        for moved in counters:
            self.counters[moved.key] += moved.amount
            after = self.counters[moved.key]
            assert after >= 0, f"{moved.key} is below zero"
            assert moved.amount < 0 or after <= moved.limit, f"{moved.key} is above its limit"
        for used in coupons:
            coupon = self.by_id[used.coupon_id]
            coupon.usage_counter += used.times
            coupon.discount_counter += used.discount
            assert 0 <= coupon.usage_counter <= (coupon.usage_limit or 999_999)
            assert 0 <= coupon.discount_counter <= (coupon.discount_limit or 10**15)


def known(code: NewCode, now: datetime) -> KnownCoupon:
    """A code that was just made, as the next decision reads it."""
    coupon = KnownCoupon(
        id=code.id, created=now, campaign_id=code.campaign, value=code.value, usage_limit=1
    )
    coupon.usage_limit, coupon.attributes = code.usage_limit, code.attributes
    if code.discount_limit is not None:
        coupon.discount_limit = code.discount_limit
    if code.start_date is not None:
        coupon.start_date = code.start_date
    if code.expiry_date is not None:
        coupon.expiry_date = code.expiry_date
    if code.recipient:
        coupon.recipient_integration_id = code.recipient
    return coupon


# What a customer notices of an effect.
NOTICED: dict[str, Callable[[dict[str, Any]], str]] = {
    "acceptCoupon": lambda props: f"{props['value']} accepted",
    "rejectCoupon": lambda props: f"{props['value']} {props['rejectionReason']}",
    "addFreeItem": lambda props: f"free {props['sku']}",
    "couponCreated": lambda props: f"a code for {props['profileId'] or 'anybody'}",
    "reserveCoupon": lambda props: f"{props['couponValue']} reserved",
    "showNotification": lambda props: f"says {props['title']}",
    "updateAttribute": lambda props: f"{props['path']} is {props['value']}",
    "rollbackCoupon": lambda props: f"{props['value']} back",
    "rollbackDiscount": lambda props: f"{props['name']} {props['value']} back",
}


def noticed(outcome: Outcome) -> list[str]:
    """Each effect in a few words; discounts by their name and amount."""
    pairs = zip(outcome.effects, told(outcome), strict=True)
    return [
        NOTICED.get(effect.effect_type, lambda props: f"{props['name']} {props['value']}")(props)
        for effect, props in pairs
    ]
