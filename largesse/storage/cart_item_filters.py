"""Cart item filters of an Application: which items of a cart are meant."""

from datetime import datetime
from typing import Any, Final

from msgspec import UNSET

from largesse.kit.paging import Page, PageQuery
from largesse.kit.wire import Json, Maybe, Wire
from largesse.storage.db import Db

SORTS: Final = ("id", "created", "modified", "name")


class CartItemFilter(Wire, kw_only=True):
    """A filter with its expression."""

    id: int
    created: datetime
    modified: datetime
    application_id: int
    name: str
    expression: list[Json]


async def find(db: Db, application_id: int, filter_id: int) -> CartItemFilter | None:
    """A filter of an Application."""
    sql = "select * from cart_item_filter where application_id = $1 and id = $2"
    return await db.one(CartItemFilter, sql, application_id, filter_id)


async def page(
    db: Db, application_id: int, name: Maybe[str], page: PageQuery
) -> Page[CartItemFilter]:
    """Filters of an Application, or the one of a name."""
    found, more = await db.page(
        CartItemFilter,
        "select * from cart_item_filter where application_id = $1"
        " and ($2::text is null or name = $2)",
        application_id,
        None if name is UNSET else name,
        page=page,
        sorts=SORTS,
    )
    return Page(has_more=more, data=found)


async def insert(
    db: Db, application_id: int, values: dict[str, Any], now: datetime
) -> CartItemFilter:
    """A new filter."""
    own = {"application_id": application_id, "created": now, "modified": now}
    return await db.insert(CartItemFilter, "cart_item_filter", own | values)


async def update(
    db: Db, application_id: int, filter_id: int, values: dict[str, Any]
) -> CartItemFilter | None:
    """Change a filter."""
    owner = {"application_id": application_id, "id": filter_id}
    return await db.update(CartItemFilter, "cart_item_filter", owner, values)


async def delete(db: Db, application_id: int, filter_id: int) -> bool:
    """Remove a filter."""
    sql = "delete from cart_item_filter where application_id = $1 and id = $2"
    return await db.run(sql, application_id, filter_id) > 0
