"""The write of the hot path beside itself: however rows overlap, nobody hangs."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest

from largesse.model.changes import AttributeSet, AudienceChanged, CouponReserved
from largesse.model.sessions import Used
from largesse.storage import changes
from largesse.storage.changes import Write
from largesse.storage.db import connect
from tests.storage.test_hot_path import CARD, CODE, NOW, WALLET, a_place

ROUNDS = 60
names = (f"c{at}" for at in count())  # a customer who has not been before
NOTHING = Decimal(0)
UNLIMITED = "update coupon set usage_limit = 0, reservation_limit = 0 where application_id = $1"


@pytest.fixture
async def pool(database_url):
    """Connections for decisions at the same time."""
    opened = await connect(database_url, most=4)
    yield opened
    await opened.close()


@pytest.fixture
async def place(pool):
    """An Application of its own, whose coupons never run out. It stays."""
    async with pool.plain() as db:
        made = await a_place(db)
        await db.run(UNLIMITED, made.application)
    return made


async def at_once(pool, one, other):
    """Two kinds of decisions beside each other, again and again."""

    async def keep_writing(make):
        for at in range(ROUNDS):
            async with pool.plain() as db:
                assert await changes.write(db, [make(at)]) == [None]

    await asyncio.gather(*(keep_writing(make) for make in (one, other, one, other)))


def redeems(place, coupon_id, at, **rest):
    """A decision that redeems a coupon, and does something else to another."""
    return Write(
        application_id=place.application,
        instant=NOW,
        profile_key="ada",
        account=place.account,
        coupons=[Used(coupon_id, 1, NOTHING)],
        **rest,
    )


async def test_one_may_reserve_what_another_redeems_while_that_one_redeems_what_it_reserves(
    pool, place
):
    await at_once(
        pool,
        lambda at: redeems(place, CODE, at, reservations=[CouponReserved(CARD, next(names))]),
        lambda at: redeems(place, CARD, at, reservations=[CouponReserved(CODE, next(names))]),
    )


async def test_attributes_are_set_beside_redemptions_of_the_same_coupons(pool, place):
    def sets(*ids):
        return [AttributeSet("Coupon", "n", one, one, coupon_id=one) for one in ids]

    await at_once(
        pool,
        lambda at: redeems(place, CODE, at, attributes=sets(CARD, WALLET)),
        lambda at: redeems(place, WALLET, at, attributes=sets(CARD, CODE)),
    )


async def test_audiences_are_joined_in_any_order(pool, place):
    async with pool.plain() as db:
        other = await db.value(
            "insert into audience (account_id, name) values ($1, 'Other') returning id",
            place.account,
        )

    def joins(at, *audiences):
        return [AudienceChanged(one, f"c{at}", True) for one in audiences]

    await at_once(
        pool,
        lambda at: redeems(place, CODE, at, audiences=joins(at, place.audience, other)),
        lambda at: redeems(place, CARD, at, audiences=joins(-at, other, place.audience)),
    )


async def until_it_waits(pool):
    """Look until a decision waits for a lock."""
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and query like '%write_outcomes%'"
    )
    async with pool.plain() as db:
        while not await db.value(waiting):
            await asyncio.sleep(0.01)


async def test_who_would_hang_gives_way_and_may_decide_again(pool, place):
    hold = "select from coupon where application_id = $1 and id = $2 for update"
    async with pool.transaction() as first, pool.plain() as second:
        await first.rows(hold, place.application, CARD)
        write = redeems(place, CODE, 0)
        write.coupons.append(Used(CARD, 1, NOTHING))
        writing = asyncio.create_task(changes.write(second, [write]))
        await until_it_waits(pool)
        await first.rows(hold, place.application, CODE)
        assert await writing == ["lock"]
        assert (await replace(place, db=first).coupon(CODE))["usage_counter"] == 0
