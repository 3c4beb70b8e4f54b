"""The write of the hot path beside itself: however rows overlap, everyone ends, and nobody hangs."""

import asyncio
from decimal import Decimal

import pytest

from largesse.model.changes import AttributeSet, AudienceChanged, CouponReserved
from largesse.model.sessions import Used
from largesse.storage import changes
from largesse.storage.changes import Write
from largesse.storage.db import connect
from tests.storage.test_hot_path import CARD, CODE, NOW, WALLET, a_place

ROUNDS = 60
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
