"""Brings a database to the shape that this version needs, and refuses to serve on any other.

A revision is a file of `migrations/versions`; its name begins with its number. Looking costs one
connection; Alembic is loaded only when there is something to do.
"""

import importlib
import re
from pathlib import Path
from typing import Final

import asyncpg

from largesse.config import CannotStart

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"
SERVER_VERSION_MIN: Final = 15
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")


async def migrate(url: str) -> bool:
    """Bring a database up to date; whether there was something to do. Safe from many processes."""
    if not await is_behind(url):
        return False
    # Alembic and SQLAlchemy take a second to load, which most starts need not pay.
    upgrade = importlib.import_module("largesse.storage.migrations.upgrade")
    await upgrade.upgrade(url)
    return True


async def check(url: str) -> None:
    """Refuse a database that is behind, ahead, too old or not durable."""
    if await is_behind(url):
        raise CannotStart("the database is behind this version; run `largesse migrate` first")


async def is_behind(url: str) -> bool:
    """Whether revisions are missing. Refuses a database that cannot serve at all."""
    connection = await connect(url)
    try:
        await refuse_unfit(connection)
        found = None
        if await connection.fetchval("select to_regclass('alembic_version')") is not None:
            found = await connection.fetchval("select version_num from alembic_version")
    finally:
        await connection.close()
    known = revisions()
    if found is not None and found not in known:
        raise CannotStart(
            f"the database is at revision {found}, which is newer than this version of Largesse;"
            " install the version that wrote it, or a later one"
        )
    return found != known[-1]


async def connect(url: str) -> asyncpg.Connection:
    """A connection, or a sentence about why there is none."""
    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as problem:
        raise CannotStart(f"LARGESSE_DATABASE_URL: no connection: {problem or 'timeout'}") from None


async def refuse_unfit(connection: asyncpg.Connection) -> None:
    """Refuse a server that may lose what it has acknowledged, or that is too old."""
    version = connection.get_server_version().major
    if version < SERVER_VERSION_MIN:
        raise CannotStart(
            f"LARGESSE_DATABASE_URL: this is PostgreSQL {version};"
            f" {SERVER_VERSION_MIN} or newer is needed"
        )
    rows = await connection.fetch(
        "select name from pg_settings where name = any($1) and setting = 'off'", list(DURABLE)
    )
    if rows:
        names = " and ".join(row["name"] for row in rows)
        raise CannotStart(
            f"LARGESSE_DATABASE_URL: {names} is off, so that a crash loses redemptions that"
            " shoppers were promised; switch it on in the database's configuration"
        )


def revisions() -> list[str]:
    """The numbers of all revisions, oldest first."""
    return sorted(path.name.split("_")[0] for path in VERSIONS.glob("*.py") if is_revision(path))


def is_revision(path: Path) -> bool:
    """Whether a file is named like a revision: `0001_start.py`."""
    return re.fullmatch(r"\d{4}_\w+\.py", path.name) is not None
