"""THE write of the hot path: one statement for any number of decisions, each all or nothing.

The statement is `write_outcomes` of the migrations. It locks in one order, the same for spending
and for giving back: idempotency key, profile, session, budgets (ascending), coupons (ascending).
Budgets and limits are spent by conditional updates whose row count is checked; a decision that
loses a race writes nothing and is told what it lost to.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, field

from largesse.kit.wire import Maybe, Wire
from largesse.model.changes import (
    AttributeSet,
    AudienceChanged,
    CounterMoved,
    CouponReserved,
    GiveawayAwarded,
    ReferralUsed,
    WebhookTriggered,
)
from largesse.model.coupons import NewCode
from largesse.model.effects import Effect
from largesse.model.referrals import NewReferralCode
from largesse.model.sessions import SessionDocument, State, Used
from largesse.storage.db import Db, as_json

LostTo = Literal[
    "reply",
    "rulebook",
    "profile",
    "session",
    "limit",
    "coupon",
    "code",
    "reservation",
    "referral",
    "giveaway",
    "event",
    "lock",
]


class ProfileWrite(Wire, kw_only=True):
    """A new customer, or what moves of a known one. `attributes` is guarded by the revision that
    was read.
    """

    account: int
    sandbox: bool
    integration_id: str
    id: int
    revision: int = 0
    is_new: bool = False
    is_first: Maybe[bool] = (
        UNSET  # the session that is written is decided to be the customer's first
    )
    attributes: Maybe[str] = UNSET
    closed: int = 0
    sales: Decimal = Decimal(0)
    sessions: int = 0
    active: bool = True


class SessionWrite(Struct, kw_only=True):
    """A session at the revision that was read; 0 for a new one."""

    id: int
    integration_id: str
    revision: int
    state: State
    document: SessionDocument
    effects: list[Effect]  # those that hold from now on


class EventWrite(Struct, kw_only=True):
    """What happened, with the effects that it was answered with."""

    id: int
    type: str
    session: str = ""
    integration_id: str | None = None
    store: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)


class ReplyWrite(Struct, kw_only=True):
    """The answer that a repeat of the request will get."""

    key: str
    fingerprint: str
    body: bytes
    replies_since: datetime  # an older reply to the same key makes room
    status: int = 200


class Write(Struct, kw_only=True):
    """Everything that one decision writes. `version` is the rulebook's that decided."""

    application_id: int
    instant: datetime
    version: int | None = None
    profile_key: str = ""
    profile: ProfileWrite | None = None
    session: SessionWrite | None = None
    counters: list[CounterMoved] = field(default_factory=list)
    coupons: list[Used] = field(default_factory=list)
    codes: list[NewCode] = field(default_factory=list)
    reservations: list[CouponReserved] = field(default_factory=list)
    attributes: list[AttributeSet] = field(default_factory=list)
    account: int = 0
    sandbox: bool = False
    referral: ReferralUsed | None = None
    referral_codes: list[NewReferralCode] = field(default_factory=list)
    audiences: list[AudienceChanged] = field(default_factory=list)
    giveaways: list[GiveawayAwarded] = field(default_factory=list)
    webhooks: list[WebhookTriggered] = field(default_factory=list)
    event: EventWrite | None = None
    reply: ReplyWrite | None = None


WRITE: Final = "select item, lost_to from write_outcomes($1, $2, $3, $4, $5)"


async def write(db: Db, writes: Sequence[Write]) -> list[LostTo | None]:
    """Write each decision, or nothing of it; what each lost a race to, or None."""
    rows = await db.rows(WRITE, *arguments(writes))
    return [row["lost_to"] for row in sorted(rows, key=lambda row: row["item"])]


def arguments(writes: Sequence[Write]) -> tuple[Any, ...]:
    """The arguments of `write_outcomes`: what is looked at as one JSON list, what is only stored
    as texts.
    """
    sessions = [one.session for one in writes]
    return (
        [item_of(at, one) for at, one in enumerate(writes)],
        [as_json(one.document) if one else None for one in sessions],
        [as_json(one.effects) if one else None for one in sessions],
        [_event_text(one.event) if one.event else None for one in writes],
        [one.reply.body.decode() if one.reply else None for one in writes],
    )


def _event_text(event: EventWrite) -> str:
    told = {"attributes": event.attributes, "effects": event.effects}
    return as_json({**told, "store": event.store} if event.store else told)


def item_of(at: int, one: Write) -> dict[str, Any]:
    """One decision with the names that `write_outcomes` knows. What is empty is left out."""
    item: dict[str, Any] = {
        "item": at,
        "application": one.application_id,
        "version": one.version,
        "instant": one.instant,
        "profileKey": one.profile_key,
    }
    if one.session:
        item["session"] = {
            "id": one.session.id,
            "integrationId": one.session.integration_id,
            "revision": one.session.revision,
            "state": one.session.state,
            "profile": one.session.document.profile_id,
            "codes": one.session.document.coupon_codes,
            "referral": one.session.document.referral_code,
        }
    if one.event:
        item["event"] = {
            "id": one.event.id,
            "type": one.event.type,
            "session": one.event.session,
            "integrationId": one.event.integration_id,
        }
    if one.reply:
        item |= {
            "replyKey": one.reply.key,
            "repliesSince": one.reply.replies_since,
            "fingerprint": one.reply.fingerprint,
            "status": one.reply.status,
        }
    item |= {"profile": one.profile} | spending_of(one) | rest_of(one)
    return {name: value for name, value in item.items() if value is not None and value != []}


def spending_of(one: Write) -> dict[str, Any]:
    """What a decision spends and makes, each list in the order in which its rows are locked."""
    return {
        "counters": [_counter(moved) for moved in one.counters],
        "coupons": [
            {"id": used.coupon_id, "t": used.times, "d": used.discount} for used in one.coupons
        ],
        "codes": one.codes,
        "reservations": [
            {"coupon": made.coupon_id, "profile": made.profile_integration_id}
            for made in one.reservations
        ],
        "attributes": attributes_of(one.attributes),
    }


def attributes_of(sets: Sequence[AttributeSet]) -> list[dict[str, Any]]:
    """The new attributes of each coupon, once for each coupon; the last value of a name holds."""
    found: dict[int, dict[str, Any]] = {}
    for made in sets:
        found.setdefault(made.coupon_id, {})[made.name] = made.value
    return [{"id": coupon_id, "attributes": found[coupon_id]} for coupon_id in sorted(found)]


def rest_of(one: Write) -> dict[str, Any]:
    """Referrals, audiences, giveaways and what others are to be told."""
    if not (one.referral or one.referral_codes or one.audiences or one.giveaways or one.webhooks):
        return {}
    used = one.referral
    return {
        "account": one.account,
        "sandbox": one.sandbox,
        "referral": used and {"id": used.referral_id, "t": used.times, "friend": used.friend},
        "referralCodes": one.referral_codes,
        "audiences": [
            {
                "audience": made.audience_id,
                "profile": made.profile_integration_id,
                "adds": made.adds,
            }
            for made in sorted(one.audiences, key=lambda made: made.audience_id)
        ],
        "giveaways": [
            {"pool": made.pool_id, "id": made.giveaway_id, "profile": made.profile_integration_id}
            for made in sorted(one.giveaways, key=lambda made: (made.pool_id, made.giveaway_id))
        ],
        "told": [
            {"kind": "webhook", "subject": made.webhook_id, "payload": made.values}
            for made in one.webhooks
        ],
    }


def _counter(moved: CounterMoved) -> dict[str, Any]:
    key = moved.key
    return {
        "c": key.campaign_id,
        "a": key.action,
        "e": key.entities,
        "s": key.subject,
        "p": key.period,
        "n": moved.amount,
        "l": moved.limit,
    }
