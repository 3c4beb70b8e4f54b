"""Additional costs of an account: shipping, wrapping and the like."""

from datetime import datetime
from typing import Any

from largesse.kit.paging import PageQuery, Total
from largesse.model.attributes import AdditionalCost
from largesse.storage.db import Db


async def find(db: Db, account_id: int, cost_id: int) -> AdditionalCost | None:
    """An additional cost of an account."""
    return await db.one(
        AdditionalCost,
        "select * from additional_cost where account_id = $1 and id = $2",
        account_id,
        cost_id,
    )


async def page(db: Db, account_id: int, page: PageQuery) -> Total[AdditionalCost]:
    """The additional costs of an account."""
    return await db.total(
        AdditionalCost,
        "select * from additional_cost where account_id = $1",
        account_id,
        page=page,
        sorts=("id", "created", "name", "title", "type"),
    )


async def insert(db: Db, account_id: int, values: dict[str, Any], now: datetime) -> AdditionalCost:
    """A new additional cost."""
    own = {"account_id": account_id, "created": now}
    return await db.insert(AdditionalCost, "additional_cost", own | values)


async def update(
    db: Db, account_id: int, cost_id: int, values: dict[str, Any]
) -> AdditionalCost | None:
    """Change an additional cost."""
    owner = {"account_id": account_id, "id": cost_id}
    return await db.update(AdditionalCost, "additional_cost", owner, values)
