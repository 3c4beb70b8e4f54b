"""Everything that is done to a database before it is served: its shape, its first contents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from largesse.api.management.api_keys import NewApiKey
from largesse.config import Settings
from largesse.http import credentials
from largesse.kit.clock import Clock
from largesse.model.people import ApiKey, ManagementKey, Platform
from largesse.start import demo, issue
from largesse.start.demo import Demo
from largesse.storage import accounts, migrate
from largesse.storage.db import Db, connect

NOBODY: Final = (
    "Nobody can sign in yet. Set LARGESSE_ADMIN_EMAIL and LARGESSE_ADMIN_PASSWORD and start again,"
    " or make a key with `largesse keys create --kind management`."
)


async def furnish_demo(settings: Settings) -> Demo:
    """Bring the database up to date and put the example shop into it, once."""
    await migrate.migrate(url_in(settings))
    async with transaction(settings) as (db, now):
        return await demo.furnish(db, settings, url_of(settings), now)


async def appoint_administrator(settings: Settings) -> list[str]:
    """Bring the database up to date and give it its first administrator; what to say about it."""
    await migrate.migrate(url_in(settings))
    async with transaction(settings) as (db, now):
        caller = await issue.owner(db, now)
        if caller.person_id:
            return []
        if settings.admin_email is None or settings.admin_password is None:
            return [NOBODY]
        await accounts.put_administrator(
            db,
            caller.account_id,
            settings.admin_email,
            password_hash=credentials.hash_password(settings.admin_password),
            now=now,
        )
        return [f"{settings.admin_email} may sign in as the administrator."]


async def new_key(
    settings: Settings, application_id: int | None, platform: Platform, title: str
) -> ManagementKey | ApiKey:
    """A key of an Application, or one for the Management API."""
    await migrate.check(url_in(settings))
    async with transaction(settings) as (db, now):
        caller = await issue.owner(db, now)
        if application_id is None:
            return await issue.management_key(db, caller, title, now)
        data = NewApiKey(title=title, expires=now + issue.KEY_VALID_FOR, platform=platform)
        return await issue.application_key(db, caller, application_id, data, now)


@asynccontextmanager
async def transaction(settings: Settings) -> AsyncIterator[tuple[Db, datetime]]:
    """One transaction on a connection of its own, and the time."""
    pool = await connect(url_in(settings), most=1)
    try:
        async with pool.transaction() as db:
            yield db, Clock(settings.clock_offset).now()
    finally:
        await pool.close()


def url_in(settings: Settings) -> str:
    """The address of the database."""
    assert settings.database_url, "the database runs before anything is asked of it"
    return settings.database_url


def url_of(settings: Settings) -> str:
    """Where the server is reached from this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    host = everywhere.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
