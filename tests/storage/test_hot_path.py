"""The write of the hot path: lists of decisions, each of them written whole or not at all.

A decision here writes one of everything, so that a guard is tested with all that was written before
it, and with all that would have been written after it.
"""

from collections.abc import AsyncIterator, Callable
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
            event=EventWrite(id=number + 4, type="talon_session_closed", session=f"s{at}"),
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
    pool = await db.value(own.format("giveaway_pool (account_id, name, created_by)", ", 0"), account)
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


Spoil = Callable[[Place, Write], Write]


def profile(**members: Any) -> Spoil:
    """The same decision with another customer."""
    return lambda place, write: replace(write, profile=replace(write.profile, **members))


def session(**members: Any) -> Spoil:
    """The same decision with another session."""
    return lambda place, write: replace(write, session=replace(write.session, **members))


def spends(amount: int, limit: int, subject: str = "") -> Spoil:
    """The same decision with another amount of a budget."""
    return lambda place, write: replace(
        write, counters=[CounterMoved(place.key(subject), Decimal(amount), Decimal(limit))]
    )


def uses(coupon_id: int, times: int = 1, paid: int = 0) -> Spoil:
    """The same decision with another coupon."""
    return lambda place, write: replace(write, coupons=[Used(coupon_id, times, Decimal(paid))])


def other(**members: Any) -> Spoil:
    """The same decision with other members."""
    return lambda place, write: replace(write, **members)


def other_reply(**members: Any) -> Spoil:
    """The same decision with another reply."""
    return lambda place, write: replace(write, reply=replace(write.reply, **members))


def a_code(**members: Any) -> NewCode:
    """A new coupon."""
    return NewCode(**{"id": 7777, "campaign": CAMPAIGN, "value": "FRESH", **members})


def gift(at: int) -> Spoil:
    """The same decision with another code of the pool."""
    return lambda place, write: replace(
        write, giveaways=[GiveawayAwarded(place.pool, GIFT + at, "c2")]
    )


# Beside the first decision of the place, which is written before the second loses.
# fmt: off
#    guard                                      what the second wants                                   lost to
GUARDS = [
    ("the key has an answer",                   other_reply(key="c1"),                                  "reply"),
    ("the rules have changed",                  other(version=2),                                       "rulebook"),
    ("the Application is gone",                 other(application_id=0),                                "rulebook"),
    ("the new customer is there already",       profile(integration_id="c1"),                           "profile"),
    ("the customer has changed",                profile(integration_id="c1", is_new=False, revision=9), "profile"),
    ("the customer has a first session",        profile(integration_id="c1", is_new=False, revision=1,
                                                        is_first=True),                                 "profile"),
    ("the known customer is gone",              profile(is_new=False, revision=1),                      "profile"),
    ("the new session is there already",        session(integration_id="s1"),                           "session"),
    ("the session has changed",                 session(integration_id="s1", revision=2),               "session"),
    ("the known session is gone",               session(revision=1),                                    "session"),
    ("the budget has less left",                spends(91, 100),                                        "limit"),
    ("the budget was lowered meanwhile",        spends(1, 10),                                          "limit"),
    ("a budget that spent nothing is less",     spends(11, 10, "new"),                                  "limit"),
    ("the code has fewer uses left",            uses(CODE, 5),                                          "coupon"),
    ("the gift card has less left",             uses(CARD, 1, 41),                                      "coupon"),
    ("the coupon is gone",                      uses(99),                                               "coupon"),
    ("the new code is taken",                   other(codes=[a_code(value="NEW-1")]),                   "code"),
    ("the second new code is taken",            other(codes=[a_code(), a_code(id=8, value="CODE")]),    "code"),
    ("the customer holds the coupon already",   other(reservations=[CouponReserved(WALLET, "c1")]),     "reservation"),
    ("the coupon to reserve is gone",           other(reservations=[CouponReserved(99, "c2")]),         "reservation"),
    ("no reservation is left",                  other(reservations=[CouponReserved(WALLET, f"r{at}")
                                                                    for at in range(5)]),               "reservation"),
    ("the friend was referred already",         other(referral=ReferralUsed(REFERRAL, 1, "c1")),        "referral"),
    ("the referral has fewer uses left",        other(referral=ReferralUsed(REFERRAL, 5, "c2")),        "referral"),
    ("the referral is gone",                    other(referral=ReferralUsed(99, 1, "c2")),              "referral"),
    ("the new referral code is taken",          other(referral_codes=[NewReferralCode(
                                                    id=9, campaign=CAMPAIGN, code="REF", advocate="")]), "code"),
    ("the gift was given already",              gift(1),                                                "giveaway"),
    ("the gift is gone",                        gift(50),                                               "giveaway"),
]
# fmt: on


@pytest.mark.parametrize("spoil, reason", [one[1:] for one in GUARDS], ids=[g[0] for g in GUARDS])
async def test_a_decision_that_loses_changes_nothing(place, spoil, reason):
    assert await changes.write(place.db, [place.whole(1)]) == [None]
    before = await place.tables()
    loser = spoil(place, place.whole(2))
    assert await changes.write(place.db, [loser]) == [reason]
    assert await place.tables() == before


@pytest.mark.parametrize("spoil, reason", [one[1:] for one in GUARDS], ids=[g[0] for g in GUARDS])
async def test_beside_a_decision_that_loses_the_others_are_as_if_it_had_not_been(
    place, spoil, reason
):
    first, loser, third = place.whole(1), spoil(place, place.whole(2)), place.whole(3)
    await place.db.run("savepoint before")
    assert await changes.write(place.db, [first, third]) == [None, None]
    without = await place.tables()
    await place.db.run("rollback to before")
    assert await changes.write(place.db, [first, loser, third]) == [None, reason, None]
    assert await place.tables() == without
