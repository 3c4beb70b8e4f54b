"""THE read of the hot path: one statement for any number of requests, outside of any
transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import UNSET, Struct

from largesse.kit.money import read_number
from largesse.kit.wire import Maybe, Wire
from largesse.model.catalogs import KnownItem
from largesse.model.coupons import KnownCoupon
from largesse.model.giveaways import Gift
from largesse.model.limits import CounterKey
from largesse.model.profiles import AudienceMembership, KnownProfile
from largesse.model.referrals import KnownReferral
from largesse.model.sessions import StoredSession
from largesse.storage.db import Db


class Ask(Wire, kw_only=True):
    """What one request has to know.

    Without `profile`, `codes` or `referral` those of the stored session are read. The counters are
    those of `campaigns` and of the campaigns that own the codes, as far as they are of these
    actions, entities, subjects and periods.
    """

    application: int
    account: int
    sandbox: bool
    session: Maybe[str] = UNSET
    profile: Maybe[str] = UNSET
    codes: Maybe[list[str]] = UNSET
    reply_key: Maybe[str] = UNSET
    replies_since: Maybe[datetime] = UNSET  # older replies are forgotten
    campaigns: list[int] = []
    actions: list[str] = []
    entities: list[str] = []
    subjects: list[str] = []
    periods: list[str] = []
    referral: Maybe[str] = UNSET
    audiences: bool = False
    catalog: Maybe[int] = UNSET
    skus: list[str] = []
    pools: list[int] = []
    gifts: int = 0  # codes of each pool
    instant: Maybe[datetime] = UNSET
    item: int = 0


class Reply(Wire, kw_only=True):
    """What was answered to a request with the same idempotency key."""

    fingerprint: str
    status: int
    body: str


class CounterRow(Struct, array_like=True):
    """What a budget has spent."""

    campaign_id: int
    action: str
    entities: str
    subject: str
    period: str
    amount: Decimal


class Found(Wire, kw_only=True):
    """What was found for one request. The version is None when the Application is gone."""

    rulebook_version: int | None
    session: StoredSession | None
    profile: KnownProfile | None
    coupons: list[KnownCoupon]
    counters: list[CounterRow]
    referral: KnownReferral | None = None
    audiences: list[AudienceMembership] = []
    goods: list[KnownItem] = []
    gifts: list[Gift] = []
    reply: Reply | None = None

    def amounts(self) -> dict[CounterKey, Decimal]:
        """What was spent, by counter."""
        return {
            CounterKey(
                row.campaign_id, row.action, row.entities, row.subject, row.period
            ): row.amount
            for row in self.counters
        }


READ: Final = "select item, facts from read_situations($1)"
_decoder: Final = msgspec.json.Decoder(Found, float_hook=read_number)


async def read(db: Db, asks: Sequence[Ask]) -> list[Found]:
    """What is there now for each request, in their order."""
    for item, ask in enumerate(asks):
        ask.item = item
    rows = await db.rows(READ, asks)
    return [_decoder.decode(row["facts"]) for row in sorted(rows, key=lambda row: row["item"])]


async def counters(
    db: Db, application_id: int, keys: Sequence[CounterKey]
) -> dict[CounterKey, Decimal]:
    """What these counters have spent; one that is not there has spent nothing."""
    rows = await db.rows(
        "select c.campaign_id, c.action, c.entities, c.subject, c.period, c.amount"
        " from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])"
        " as k(c, a, e, s, p)"
        " join counter c on c.application_id = $1 and c.campaign_id = k.c and c.action = k.a"
        " and c.entities = k.e and c.subject = k.s and c.period = k.p",
        application_id,
        *map(list, zip(*keys, strict=True)),
    )
    return {CounterKey(*list(row)[:5]): row["amount"] for row in rows}
