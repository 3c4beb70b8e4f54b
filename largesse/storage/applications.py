"""Applications, and the version of their rulebooks.

Every process compiles an Application's rulebook once and keeps it as long as the version is the
same. So whatever a decision depends on is changed together with `touch` (or `touch_all`), in one
transaction.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from largesse.kit.paging import PageQuery, Total
from largesse.model.campaigns import Application
from largesse.storage import keys
from largesse.storage.db import Db

SORTS = ("id", "name", "created", "modified")


async def find(db: Db, account_id: int, application_id: int) -> Application | None:
    """An Application of an account."""
    return await db.one(
        Application,
        "select * from application where account_id = $1 and id = $2",
        account_id,
        application_id,
    )


async def page(
    db: Db, account_id: int, only: Collection[int] | None, page: PageQuery
) -> Total[Application]:
    """The Applications of an account; `only` some of them where the caller may not see all."""
    ids = None if only is None else list(only)
    return await db.total(
        Application,
        "select * from application where account_id = $1"
        " and ($2::bigint[] is null or id = any($2))",
        account_id,
        ids,
        page=page,
        sorts=SORTS,
    )


async def known(db: Db, account_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that belong to Applications of the account."""
    rows = await db.rows(
        "select id from application where account_id = $1 and id = any($2::bigint[])",
        account_id,
        list(ids),
    )
    return {row["id"] for row in rows}


async def insert(db: Db, account_id: int, values: dict[str, Any]) -> Application:
    """A new Application."""
    return await db.insert(Application, "application", {"account_id": account_id, **values})


async def update(
    db: Db, account_id: int, application_id: int, values: dict[str, Any], now: datetime
) -> Application | None:
    """Change an Application, and with it its rulebook."""
    changed = await db.update(
        Application,
        "application",
        {"account_id": account_id, "id": application_id},
        {**values, "modified": now},
    )
    await touch(db, application_id)
    return changed


async def running_campaigns(db: Db, application_id: int, now: datetime) -> int:
    """How many campaigns of an Application run. Holds it until the transaction ends."""
    await db.run("select from application where id = $1 for update", application_id)
    return int(
        await db.value(
            "select count(*) from campaign where application_id = $1 and state = 'enabled'"
            " and coalesce(start_time <= $2, true) and coalesce(end_time > $2, true)",
            application_id,
            now,
        )
    )


async def delete(db: Db, account_id: int, application_id: int) -> bool:
    """Remove an Application with all that is only its own, and refuse its keys from now on."""
    gone = await db.run(
        "delete from application where account_id = $1 and id = $2", account_id, application_id
    )
    for table in ("referral", "coupon", "counter", "session", "event", "reply", "outbox"):
        await db.run(f"delete from {table} where application_id = $1", application_id)
    await keys.touch(db, account_id)
    return gone > 0


async def touch(db: Db, application_id: int) -> None:
    """Let every process compile the rulebook of an Application anew."""
    await db.run(
        "update application set rulebook_version = rulebook_version + 1 where id = $1",
        application_id,
    )


async def touch_all(db: Db, account_id: int, only: Collection[int] = ()) -> None:
    """Let every process compile the rulebooks of an account anew, or `only` some of them.

    Locks in the order of ids.
    """
    await db.run(
        "update application set rulebook_version = rulebook_version + 1 where id in"
        " (select id from application where account_id = $1"
        " and ($2::bigint[] = '{}' or id = any($2)) order by id for update)",
        account_id,
        list(only),
    )
