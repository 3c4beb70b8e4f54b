"""What a process remembers is never older than two seconds, whoever changed it."""

import asyncio
import secrets
import time
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from largesse.http import credentials
from largesse.kit.problems import NotFound
from largesse.live import IDS_IN_BLOCK, STALE_SECONDS, Live
from largesse.storage import keys
from largesse.storage.db import connect
from tests.kit import NEVER


class Loads:
    """Loads rulebooks that are nothing but a version, and counts."""

    def __init__(self):
        self.count = 0

    async def __call__(self, db, application_id, before=None):
        self.count += 1
        await asyncio.sleep(0.01)
        version = await db.value(
            "select rulebook_version from application where id = $1", application_id
        )
        if version is None:
            raise NotFound("gone")
        return SimpleNamespace(version=version)


@pytest.fixture
async def pool(database_url):
    """Connections of this test."""
    opened = await connect(database_url, most=10)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(pool, load=None):
    """A process that remembers."""
    live = Live(pool, load or Loads(), deployments=["own.test"])
    await live.start()
    try:
        yield live
    finally:
        await live.stop()


async def value(pool, sql, *values):
    async with pool.plain() as db:
        return await db.value(sql, *values)


async def an_account(pool):
    return await value(pool, "insert into account (name) values ('Live') returning id")


async def an_application(pool, account):
    return await value(
        pool,
        "insert into application (account_id, name, timezone, currency)"
        " values ($1, 'Live', 'UTC', 'EUR') returning id",
        account,
    )


async def a_key(pool, account, application):
    digest = credentials.digest(credentials.make("integration", secrets.token_bytes(32)))
    await value(
        pool,
        "insert into api_key (account_id, application_id, title, hash, created_by, expires)"
        " values ($1, $2, '', $3, 1, $4) returning id",
        account,
        application,
        digest,
        NEVER,
    )
    return digest


async def seconds_until(question):
    """How long it takes until something is so; at most four seconds."""
    began = time.monotonic()
    while time.monotonic() - began < 2 * STALE_SECONDS:
        if await question():
            break
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_a_revoked_key_is_refused_within_two_seconds(pool):
    account = await an_account(pool)
    digest = await a_key(pool, account, await an_application(pool, account))
    async with running(pool) as one, running(pool) as other:
        assert await one.caller("integration", digest)
        assert await other.caller("integration", digest)
        async with pool.transaction() as db:
            await db.run("delete from api_key where hash = $1", digest)
            await keys.touch(db, account)

        async def refused():
            known = [await live.caller("integration", digest) for live in (one, other)]
            return known == [None, None]

        assert await seconds_until(refused) < STALE_SECONDS


async def test_a_process_that_fell_behind_looks_before_it_trusts(pool):
    account = await an_account(pool)
    digest = await a_key(pool, account, await an_application(pool, account))
    async with running(pool) as live:
        await live.stop()
        assert await live.caller("integration", digest)
        async with pool.transaction() as db:
            await db.run("delete from api_key where hash = $1", digest)
            await keys.touch(db, account)
        await asyncio.sleep(STALE_SECONDS)
        assert await live.caller("integration", digest) is None


async def test_a_stranger_is_not_remembered(pool):
    account = await an_account(pool)
    application = await an_application(pool, account)
    async with running(pool) as live:
        digest = credentials.digest("not yet")
        assert await live.caller("integration", digest) is None
        await value(
            pool,
            "insert into api_key (account_id, application_id, title, hash, created_by, expires)"
            " values ($1, $2, '', $3, 1, $4)",
            account,
            application,
            digest,
            NEVER,
        )
        assert await live.caller("integration", digest)
        assert await live.caller("management", digest) is None
        await value(pool, "delete from api_key where hash = $1", digest)


async def test_settings_and_deployments_are_seen_within_two_seconds(pool):
    account = await an_account(pool)
    host = f"{secrets.token_hex(4)}.test"
    async with running(pool) as live:
        assert await live.settings(account) == {}
        assert await live.is_deployment("own.test")
        assert not await live.is_deployment(host)
        async with pool.transaction() as db:
            await db.run("insert into setting values ($1, 'a', '1')", account)
            await db.run("insert into deployment (account_id, host) values ($1, $2)", account, host)
            await keys.touch(db, account)

        async def seen():
            return await live.settings(account) == {"a": 1} and await live.is_deployment(host)

        assert await seconds_until(seen) < STALE_SECONDS
        assert await live.is_deployment("own.test")


async def test_a_rulebook_is_loaded_once_however_many_ask(pool):
    application = await an_application(pool, await an_account(pool))
    load = Loads()
    async with running(pool, load) as live:
        found = await asyncio.gather(*(live.rulebook(pool, application) for _ in range(20)))
        assert load.count == 1
        assert {book.version for book in found} == {1}


async def test_a_newer_rulebook_is_loaded_when_it_is_asked_for_or_seen(pool):
    application = await an_application(pool, await an_account(pool))
    newer = "update application set rulebook_version = rulebook_version + 1 where id = $1"
    load = Loads()
    async with running(pool, load) as live:
        await live.rulebook(pool, application)
        await value(pool, newer, application)
        assert (await live.rulebook(pool, application, 2)).version == 2
        await value(pool, newer, application)

        async def seen():
            return (await live.rulebook(pool, application)).version == 3

        assert await seconds_until(seen) < STALE_SECONDS
        await value(pool, "delete from application where id = $1", application)
        await live.look()
        with pytest.raises(NotFound):
            await live.rulebook(pool, application)


async def test_a_rulebook_that_comes_during_a_look_is_kept(pool, monkeypatch):
    application = await an_application(pool, await an_account(pool))
    load, versions = Loads(), keys.versions
    async with running(pool, load) as live:

        async def slow(db, application_ids):
            found = await versions(db, application_ids)
            await live.rulebook(pool, application)
            return found

        monkeypatch.setattr(keys, "versions", slow)
        await live.look()
        monkeypatch.undo()
        await live.rulebook(pool, application)
        assert load.count == 1


async def test_no_id_is_handed_out_twice(pool):
    async with running(pool) as one, running(pool) as other:

        async def take(live):
            taken = []
            for _ in range(20):
                await live.ids(300)
                taken += [live.next_id() for _ in range(300)]
                await asyncio.sleep(0)
            return taken

        taken = await asyncio.gather(*(take(live) for live in (one, other) for _ in range(3)))
        every = [number for numbers in taken for number in numbers]
        assert len(set(every)) == len(every) > 3 * IDS_IN_BLOCK


async def test_more_ids_than_a_block_can_be_had(pool):
    async with running(pool) as live:
        count = 2 * IDS_IN_BLOCK + 1
        await live.ids(count)
        assert len({live.next_id() for _ in range(count)}) == count


async def test_looking_goes_on_after_the_database_was_away(pool, monkeypatch):
    account = await an_account(pool)
    async with running(pool) as live:
        real = keys.versions

        async def away(*_):
            raise ConnectionResetError

        monkeypatch.setattr(keys, "versions", away)
        await asyncio.sleep(1.2)
        monkeypatch.setattr(keys, "versions", real)
        assert await live.settings(account) == {}
        async with pool.transaction() as db:
            await db.run("insert into setting values ($1, 'a', '1')", account)
            await keys.touch(db, account)

        async def seen():
            return await live.settings(account) == {"a": 1}

        assert await seconds_until(seen) < 2 * STALE_SECONDS
