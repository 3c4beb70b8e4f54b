"""Custom effects of an account."""

from datetime import datetime
from typing import Any

from largesse.kit.paging import PageQuery, Total
from largesse.model.campaigns import CustomEffect
from largesse.storage.db import Db

SORTS = ("id", "created", "modified", "name", "title")


async def find(db: Db, account_id: int, effect_id: int) -> CustomEffect | None:
    """A custom effect of an account."""
    return await db.one(
        CustomEffect,
        "select * from custom_effect where account_id = $1 and id = $2",
        account_id,
        effect_id,
    )


async def of_account(db: Db, account_id: int) -> list[CustomEffect]:
    """Every custom effect of an account."""
    return await db.all(
        CustomEffect, "select * from custom_effect where account_id = $1 order by id", account_id
    )


async def page(db: Db, account_id: int, page: PageQuery) -> Total[CustomEffect]:
    """The custom effects of an account."""
    sql = "select * from custom_effect where account_id = $1"
    return await db.total(CustomEffect, sql, account_id, page=page, sorts=SORTS)


async def insert(db: Db, account_id: int, values: dict[str, Any], now: datetime) -> CustomEffect:
    """A new custom effect."""
    own = {"account_id": account_id, "created": now, "modified": now}
    return await db.insert(CustomEffect, "custom_effect", own | values)


async def update(
    db: Db, account_id: int, effect_id: int, values: dict[str, Any]
) -> CustomEffect | None:
    """Change a custom effect."""
    owner = {"account_id": account_id, "id": effect_id}
    return await db.update(CustomEffect, "custom_effect", owner, values)


async def delete(db: Db, account_id: int, effect_id: int) -> bool:
    """Remove a custom effect."""
    sql = "delete from custom_effect where account_id = $1 and id = $2"
    return await db.run(sql, account_id, effect_id) > 0
