"""Value maps: what a campaign says of each identifier, such as the price of an item."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Wire
from largesse.storage.db import Db

SORTS: Final = ("id", "created", "modified", "name")
BLOCK: Final = 10_000  # items that are written at once


class ValueMap(Wire, kw_only=True):
    """A list of identifiers and values. The version moves with each import."""

    id: int
    created: datetime
    modified: datetime
    application_id: int
    campaign_id: int
    name: str
    version: int
    created_by: int


class ValueMapItem(Wire, kw_only=True):
    """An identifier and its value."""

    identifier: str
    value: Decimal


class Owner(NamedTuple):
    """A campaign as the owner of value maps."""

    application_id: int
    campaign_id: int


async def find(db: Db, owner: Owner, value_map_id: int) -> ValueMap | None:
    """A value map of a campaign."""
    return await db.one(
        ValueMap,
        "select * from value_map where application_id = $1 and campaign_id = $2 and id = $3",
        *owner,
        value_map_id,
    )


async def page(db: Db, owner: Owner, page: PageQuery) -> Total[ValueMap]:
    """The value maps of a campaign."""
    sql = "select * from value_map where application_id = $1 and campaign_id = $2"
    return await db.total(ValueMap, sql, *owner, page=page, sorts=SORTS)


async def insert(db: Db, owner: Owner, values: dict[str, Any], now: datetime) -> ValueMap:
    """A new value map without items."""
    own = {**owner._asdict(), "created": now, "modified": now}
    return await db.insert(ValueMap, "value_map", own | values)


async def update(
    db: Db, owner: Owner, value_map_id: int, values: dict[str, Any]
) -> ValueMap | None:
    """Change a value map."""
    return await db.update(ValueMap, "value_map", {**owner._asdict(), "id": value_map_id}, values)


async def delete(db: Db, owner: Owner, value_map_id: int) -> bool:
    """Remove a value map with its items."""
    sql = "delete from value_map where application_id = $1 and campaign_id = $2 and id = $3"
    return await db.run(sql, *owner, value_map_id) > 0


async def replace(
    db: Db, owner: Owner, value_map_id: int, values: Mapping[str, Decimal], now: datetime
) -> bool:
    """Put items in the place of the old ones, as the next version. False: no such value map."""
    moved = await db.run(
        "update value_map set version = version + 1, modified = $4"
        " where application_id = $1 and campaign_id = $2 and id = $3",
        *owner,
        value_map_id,
        now,
    )
    if not moved:
        return False
    await db.run("delete from value_map_item where value_map_id = $1", value_map_id)
    items = list(values.items())
    for first in range(0, len(items), BLOCK):
        block = items[first : first + BLOCK]
        await db.run(
            "insert into value_map_item (value_map_id, identifier, value)"
            " select $1, line.identifier, line.value"
            " from unnest($2::text[], $3::numeric[]) as line(identifier, value)",
            value_map_id,
            [identifier for identifier, _ in block],
            [value for _, value in block],
        )
    return True


async def items(db: Db, owner: Owner, value_map_id: int) -> list[tuple[str, Decimal]]:
    """The identifiers of a value map in their order, each with its value."""
    rows = await db.rows(
        "select i.identifier, i.value from value_map_item i"
        " join value_map m on m.id = i.value_map_id"
        " where m.application_id = $1 and m.campaign_id = $2 and m.id = $3 order by i.identifier",
        *owner,
        value_map_id,
    )
    return [(identifier, value) for identifier, value in rows]
