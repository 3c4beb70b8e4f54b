"""The account of this server and its first people: made at a start, not by a request."""

from datetime import datetime

from largesse.storage.db import Db


async def hold(db: Db) -> None:
    """Let one process at a time make what is missing; others wait until the transaction ends."""
    await db.run("lock table account in share row exclusive mode")


async def first(db: Db) -> int | None:
    """The account of this server, if it has one."""
    found = await db.value("select min(id) from account")
    return None if found is None else int(found)


async def insert(db: Db, name: str, now: datetime) -> int:
    """A new account."""
    sql = "insert into account (name, created) values ($1, $2) returning id"
    return int(await db.value(sql, name, now))


async def administrator(db: Db, account_id: int) -> int | None:
    """The longest-serving person who may do everything, if there is one."""
    found = await db.value(
        "select min(id) from person where account_id = $1 and is_admin and state = 'active'",
        account_id,
    )
    return None if found is None else int(found)


async def put_administrator(
    db: Db, account_id: int, email: str, *, password_hash: str, now: datetime
) -> int:
    """Someone who may do everything, with this password from now on."""
    return int(
        await db.value(
            "insert into person (account_id, email, name, password_hash, is_admin, created)"
            " values ($1, $2, $2, $3, true, $4)"
            " on conflict (email) do update set password_hash = excluded.password_hash,"
            " is_admin = true, state = 'active'"
            " returning id",
            account_id,
            email,
            password_hash,
            now,
        )
    )
