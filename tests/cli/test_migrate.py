"""A database is brought up to date once, by one process, and is refused when it cannot serve."""

import asyncio
import subprocess
import sys

import pytest

from largesse.config import CannotStart
from largesse.storage import migrate
from largesse.storage.db import connect


async def alter(url, *statements):
    pool = await connect(url, most=1)
    async with pool.plain() as db:
        for statement in statements:
            await db.run(statement)
    await pool.close()


async def test_an_empty_database_is_behind_until_it_is_migrated(empty_url):
    assert await migrate.is_behind(empty_url)
    with pytest.raises(CannotStart, match="largesse migrate"):
        await migrate.check(empty_url)
    assert await migrate.migrate(empty_url)
    assert not await migrate.is_behind(empty_url)
    await migrate.check(empty_url)


async def test_nothing_is_done_twice(empty_url):
    await migrate.migrate(empty_url)
    assert not await migrate.migrate(empty_url)


def test_a_start_does_not_load_what_only_a_migration_needs():
    """Loading them takes a second, which a start with nothing to migrate need not pay."""
    code = "import sys, largesse.cli; print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


async def test_of_many_processes_one_migrates_and_the_others_wait(empty_url):
    await asyncio.gather(*(migrate.migrate(empty_url) for _ in range(4)))
    assert not await migrate.is_behind(empty_url)


async def test_a_database_of_a_newer_version_is_refused(empty_url):
    await migrate.migrate(empty_url)
    await alter(empty_url, "update alembic_version set version_num = '9999'")
    with pytest.raises(CannotStart, match="revision 9999, which is newer"):
        await migrate.migrate(empty_url)


async def test_a_database_that_may_forget_is_refused(empty_url):
    name = empty_url.partition("?")[0].rpartition("/")[2]
    await alter(empty_url, f"alter database {name} set synchronous_commit = off")
    with pytest.raises(CannotStart, match="synchronous_commit is off"):
        await migrate.check(empty_url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost:1/nothing",
        "postgresql://u@/nothing?host=/no/such/folder",
        "postgresql://[::1/broken",
    ],
)
async def test_no_connection_is_said_in_one_sentence(url):
    with pytest.raises(CannotStart, match="LARGESSE_DATABASE_URL: no connection") as refused:
        await migrate.check(url)
    assert "\n" not in str(refused.value)


async def test_a_missing_database_is_said_in_one_sentence(server_url):
    with pytest.raises(CannotStart, match='database "nowhere" does not exist'):
        await migrate.check(server_url.replace("/postgres?", "/nowhere?"))


def test_revisions_are_numbered_without_gaps():
    assert migrate.revisions() == [f"{n:04}" for n in range(1, len(migrate.revisions()) + 1)]
