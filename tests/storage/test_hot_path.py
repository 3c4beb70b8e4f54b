"""The write of the hot path: lists of decisions, each of them written whole or not at all.

A decision here writes one of everything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

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
from largesse.model.limits import CounterKey
from largesse.model.referrals import NewReferralCode
from largesse.model.sessions import SessionDocument, Used
from largesse.storage import changes
from largesse.storage.changes import EventWrite, ProfileWrite, ReplyWrite, SessionWrite, Write
from largesse.storage.db import Db, connect

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
CODE, CARD, WALLET, REFERRAL, GIFT = 11, 12, 13, 14, 15
CAMPAIGN, WEBHOOK, BUDGET = 21, 22, Decimal(100)


@dataclass
class Place:
    """An Application with things that decisions use up, in a transaction that is undone."""

    db: Db
    account: int
    application: int
    audience: int
    pool: int

    async def tables(self) -> dict[str, str]:
        """What stands in every table, by name."""
        names = await self.db.rows(
            "select table_name as name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        sql = "select coalesce(string_agg(t::text, chr(10) order by t::text), '') from {} t"
        return {row["name"]: await self.db.value(sql.format(row["name"])) for row in names}

    async def only(self, table: str) -> dict[str, Any]:
        """The one row of the Application in a table."""
        (row,) = await self.db.rows(
            f"select * from {table} where application_id = $1", self.application
        )
        return dict(row)

    async def coupon(self, coupon_id: int) -> dict[str, Any]:
        """A coupon."""
        sql = "select * from coupon where application_id = $1 and id = $2"
        (row,) = await self.db.rows(sql, self.application, coupon_id)
        return dict(row)

    def key(self, subject: str = "") -> CounterKey:
        """A budget of the campaign."""
        return CounterKey(CAMPAIGN, "setDiscount", "", subject, "")

    def whole(self, at: int, **other: Any) -> Write:
        """A decision of a new customer that writes one of everything."""
        key, number = f"c{at}", 1000 * at
        write = Write(
            application_id=self.application, instant=NOW, version=1, profile_key=key,
            account=self.account, sandbox=False,
            profile=ProfileWrite(
                account=self.account, sandbox=False, integration_id=key, id=number, is_new=True,
                attributes="{}", closed=1, sales=Decimal(90), sessions=1,
            ),
            session=SessionWrite(
                id=number + 1, integration_id=f"s{at}", revision=0, state="closed", effects=[],
                document=SessionDocument(profile_id=key, coupon_codes=["CODE"]),
            ),
            counters=[CounterMoved(self.key(), Decimal(10), BUDGET)],
            coupons=[Used(CODE, 1, Decimal(0)), Used(CARD, 1, Decimal(10))],
            codes=[NewCode(id=number + 2, campaign=CAMPAIGN, value=f"NEW-{at}")],
            reservations=[CouponReserved(WALLET, key)],
            attributes=[AttributeSet("Coupon", "colour", "red", "red", coupon_id=CODE)],
            referral=ReferralUsed(REFERRAL, 1, key),
            referral_codes=[
                NewReferralCode(id=number + 3, campaign=CAMPAIGN, code=f"REF-{at}", advocate=key)
            ],
            audiences=[AudienceChanged(self.audience, key, True)],
            giveaways=[GiveawayAwarded(self.pool, GIFT + at, key)],
            event=EventWrite(id=number + 4, type="talon_session_closed", session=f"s{at}",
                             integration_id=f"e{at}"),
            reply=ReplyWrite(key=key, fingerprint="f", body=b"{}", replies_since=LONG_AGO),
        )  # fmt: skip
        return replace(write, **other)


@pytest.fixture
async def place(database_url):
    """A place that no other test sees."""
    async with undone(database_url) as db:
        yield await a_place(db)


@asynccontextmanager
async def undone(database_url: str) -> AsyncIterator[Db]:
    """A transaction that is undone in the end."""
    pool = await connect(database_url, most=1)
    async with pool.plain() as db:
        await db.run("begin")
        yield db
        await db.run("rollback")
    await pool.close()


async def a_place(db: Db) -> Place:
    """An account, an Application, coupons, a referral, a pool of gifts and an audience."""
    account = await db.value("insert into account (name) values ('Hot') returning id")
    application = await db.value(
        "insert into application (account_id, name, timezone, currency)"
        " values ($1, 'Hot', 'UTC', 'EUR') returning id",
        account,
    )
    own = "insert into {} values ($1, 'Hot'{}) returning id"
    audience = await db.value(own.format("audience (account_id, name)", ""), account)
    pool = await db.value(
        own.format("giveaway_pool (account_id, name, created_by)", ", 0"), account
    )
    await db.many(
        "insert into coupon (application_id, id, campaign_id, value, usage_limit, discount_limit,"
        " reservation_limit, created) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (application, CODE, CAMPAIGN, "CODE", 5, None, None, NOW),
            (application, CARD, CAMPAIGN, "CARD", 0, Decimal(50), None, NOW),
            (application, WALLET, CAMPAIGN, "WALLET", 0, None, 5, NOW),
        ],
    )
    await db.run(
        "insert into referral (application_id, id, campaign_id, code, usage_limit,"
        " advocate_profile_integration_id, created) values ($1, $2, $3, 'REF', 5, 'ada', $4)",
        application, REFERRAL, CAMPAIGN, NOW,
    )  # fmt: skip
    await db.many(
        "insert into giveaway (pool_id, id, code) values ($1, $2, $3)",
        [(pool, GIFT + at, f"gift{at}") for at in range(5)],
    )
    return Place(db, account, application, audience, pool)


async def test_a_decision_is_written_whole(place):
    webhook = WebhookTriggered(WEBHOOK, ("a", 1))
    assert await changes.write(place.db, [place.whole(1, webhooks=[webhook])]) == [None]
    session = await place.only("session")
    assert (session["integration_id"], session["revision"], session["state"]) == ("s1", 1, "closed")
    assert (await place.only("counter"))["amount"] == 10
    code, card = await place.coupon(CODE), await place.coupon(CARD)
    assert (code["usage_counter"], code["attributes"]) == (1, {"colour": "red"})
    assert (card["usage_counter"], card["discount_counter"]) == (1, 10)
    assert (await place.coupon(1002))["value"] == "NEW-1"
    assert (await place.coupon(WALLET))["reservation_counter"] == 1
    assert (await place.only("coupon_reservation"))["profile_integration_id"] == "c1"
    assert (await place.only("referral_friend"))["friend_profile_integration_id"] == "c1"
    assert (await place.only("event"))["session_integration_id"] == "s1"
    assert (await place.only("reply"))["body"] == "{}"
    assert msgspec.json.decode((await place.only("outbox"))["payload"]) == ["a", 1]
    for table in ("audience_member", "giveaway"):
        sql = f"select count(*) from {table} where profile_integration_id = 'c1'"
        assert await place.db.value(sql) == 1


async def test_several_decisions_are_written_in_one_call_and_answered_in_their_order(place):
    nobody = place.whole(2, version=99)
    answers = await changes.write(place.db, [place.whole(1), nobody, place.whole(3)])
    assert answers == [None, "rulebook", None]
    assert (await place.only("counter"))["amount"] == 20
