"""Whoever may call: keys of Applications, management keys, sign-ins; and what processes remember.

Only hashes of secrets are stored. Whatever takes a right away is done together with `touch`, in one
transaction, so that every process forgets what it knows.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct

from largesse.kit.paging import PageQuery, Total
from largesse.model.people import ApiKey, Caller, ManagementKey
from largesse.storage.db import Db


class Known(Struct, frozen=True):
    """A caller as it is remembered. `permissions`: None for all."""

    kind: str  # integration, management, login
    caller: Caller
    permissions: frozenset[str] | None = None


class Person(Struct, frozen=True):
    """Someone who may sign in."""

    id: int
    account_id: int
    password_hash: str


class Versions(Struct, frozen=True):
    """What has to be looked at again when it differs from what is remembered."""

    keys: dict[int, int]  # account → version of its keys and settings
    rulebooks: dict[int, int]  # Application → version of its rulebook
    deployments: frozenset[str]


async def touch(db: Db, account_id: int) -> None:
    """Let every process forget the keys, sign-ins and settings of an account."""
    await db.run("update account set keys_version = keys_version + 1 where id = $1", account_id)


async def versions(db: Db, application_ids: Collection[int]) -> Versions:
    """The versions of all accounts and of some Applications, and the names of the gateway."""
    rows = await db.rows(
        "select 'account' as kind, id, keys_version as version, '' as host from account"
        " union all select 'application', id, rulebook_version, '' from application"
        " where id = any($1::bigint[])"
        " union all select 'deployment', id, 0, host from deployment",
        list(application_ids),
    )
    found: dict[str, dict[int, int]] = {"account": {}, "application": {}, "deployment": {}}
    for row in rows:
        found[row["kind"]][row["id"]] = row["version"]
    hosts = frozenset(row["host"] for row in rows if row["kind"] == "deployment")
    return Versions(found["account"], found["application"], hosts)


async def find(db: Db, kind: str, digest: bytes) -> Known | None:
    """Who has a secret with this hash."""
    return await _FINDERS[kind](db, digest)


async def _find_integration(db: Db, digest: bytes) -> Known | None:
    row = await _row(db, "select * from api_key where hash = $1", digest)
    if row is None:
        return None
    caller = Caller(
        account_id=row["account_id"],
        kind="integration",
        application_ids=frozenset({row["application_id"]}),
        application_id=row["application_id"],
        platform=row["platform"],
        is_test=row["type"] in ("test", "staging"),
        key_id=row["id"],
        expires=row["expires"],
    )
    return Known("integration", caller)


async def _find_management(db: Db, digest: bytes) -> Known | None:
    row = await _row(
        db,
        "select k.* from management_key k left join person p on p.id = k.created_by"
        " where k.hash = $1 and not k.disabled and coalesce(p.state, 'active') = 'active'",
        digest,
    )
    if row is None:
        return None
    caller = Caller(
        account_id=row["account_id"],
        kind="management",
        application_ids=frozenset(row["allowed_application_ids"]) or None,
        person_id=row["created_by"],
        endpoints=tuple(
            (endpoint.get("method", "").upper(), endpoint.get("path", ""))
            for endpoint in row["endpoints"]
        ),
        key_id=row["id"],
        expires=row["expiry_date"],
    )
    return Known("management", caller)


async def _find_login(db: Db, digest: bytes) -> Known | None:
    row = await _row(
        db,
        "select p.id, p.account_id, p.is_admin, l.expires from login l"
        " join person p on p.id = l.person_id where l.token_hash = $1 and p.state = 'active'",
        digest,
    )
    if row is None:
        return None
    caller = Caller(
        account_id=row["account_id"], kind="person", person_id=row["id"], expires=row["expires"]
    )
    return Known("login", caller, None if row["is_admin"] else frozenset())


_FINDERS = {
    "integration": _find_integration,
    "management": _find_management,
    "login": _find_login,
}


async def person(db: Db, email: str) -> Person | None:
    """Someone active, by the address that they sign in with. Letter case does not matter."""
    return await db.one(
        Person,
        "select id, account_id, password_hash from person"
        " where lower(email) = lower($1) and state = 'active'",
        email,
    )


async def insert_login(db: Db, who: Person, digest: bytes, now: datetime, until: datetime) -> None:
    """Remember a sign-in, and forget those of the same person that have ended."""
    await db.run("delete from login where person_id = $1 and expires < $2", who.id, now)
    await db.run(
        "insert into login (token_hash, account_id, person_id, created, expires)"
        " values ($1, $2, $3, $4, $5)",
        digest,
        who.account_id,
        who.id,
        now,
        until,
    )


async def delete_login(db: Db, account_id: int, digest: bytes) -> None:
    """Sign out."""
    await db.run("delete from login where account_id = $1 and token_hash = $2", account_id, digest)
    await touch(db, account_id)


async def api_keys(db: Db, application_id: int, page: PageQuery) -> Total[ApiKey]:
    """The keys of an Application, without their secrets."""
    sql = "select * from api_key where application_id = $1"
    return await db.total(ApiKey, sql, application_id, page=page, sorts=("id", "created", "title"))


async def insert_api_key(db: Db, values: dict[str, Any]) -> ApiKey:
    """A new key of an Application."""
    return await db.insert(ApiKey, "api_key", values)


async def delete_api_key(db: Db, account_id: int, application_id: int, key_id: int) -> bool:
    """Refuse a key of an Application from now on."""
    sql = "delete from api_key where application_id = $1 and id = $2"
    gone = await db.run(sql, application_id, key_id)
    await touch(db, account_id)
    return gone > 0


async def management_keys(db: Db, account_id: int, page: PageQuery) -> Total[ManagementKey]:
    """The management keys of an account, without their secrets."""
    sql = "select * from management_key where account_id = $1"
    sorts = ("id", "created", "name")
    return await db.total(ManagementKey, sql, account_id, page=page, sorts=sorts)


async def insert_management_key(db: Db, values: dict[str, Any]) -> ManagementKey:
    """A new management key."""
    return await db.insert(ManagementKey, "management_key", values)


async def delete_management_key(db: Db, account_id: int, key_id: int) -> bool:
    """Refuse a management key from now on."""
    sql = "delete from management_key where account_id = $1 and id = $2"
    gone = await db.run(sql, account_id, key_id)
    await touch(db, account_id)
    return gone > 0


async def next_ids(db: Db) -> int:
    """The first of ten thousand ids that are nobody's yet."""
    return int(await db.value("select nextval('object_id')"))


async def _row(db: Db, sql: str, digest: bytes) -> Any:
    rows = await db.rows(sql, digest)
    return rows[0] if rows else None
