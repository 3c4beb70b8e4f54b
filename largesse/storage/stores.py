"""Stores: the shops of an Application."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import UNSET

from largesse.kit.paging import PageQuery
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import Store
from largesse.storage.db import Db
from largesse.storage.where import Where

SORTS = ("id", "created", "updated", "name", "integration_id")


class StoreQuery(Wire, kw_only=True):
    """Which stores of an Application are wanted."""

    campaign_id: Maybe[int] = UNSET
    name: Maybe[str] = UNSET
    integration_id: Maybe[str] = UNSET
    query: Maybe[str] = UNSET
    with_total_result_size: bool = False


async def find(db: Db, application_id: int, store_id: int) -> Store | None:
    """A store of an Application."""
    return await db.one(
        Store,
        "select * from store where application_id = $1 and id = $2",
        application_id,
        store_id,
    )


async def known(db: Db, application_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that belong to stores of the Application."""
    rows = await db.rows(
        "select id from store where application_id = $1 and id = any($2::bigint[])",
        application_id,
        list(ids),
    )
    return {row["id"] for row in rows}


async def page(
    db: Db, application_id: int, query: StoreQuery, page: PageQuery
) -> tuple[list[Store], bool, int | None]:
    """Stores of an Application, whether there are more, and how many in all if that was asked."""
    where = Where("application_id = {}", application_id)
    if query.campaign_id is not UNSET:
        where.add(
            "id = any (select unnest(linked_store_ids) from campaign"
            " where campaign.application_id = $1 and campaign.id = {})",
            query.campaign_id,
        )
    if query.name is not UNSET:
        where.add("name = {}", query.name)
    if query.integration_id is not UNSET:
        where.add("integration_id = {}", query.integration_id)
    if query.query is not UNSET:
        where.add(
            "position(lower({}) in lower(name)) > 0"
            " or position(lower({}) in lower(integration_id)) > 0",
            query.query,
        )
    sql = f"select * from store where {where}"
    found, more = await db.page(Store, sql, *where.values, page=page, sorts=SORTS)
    total = await db.count(sql, *where.values) if query.with_total_result_size else None
    return found, more, total


async def linked_campaigns(
    db: Db, application_id: int, store_ids: Collection[int]
) -> dict[int, list[int]]:
    """For each of the stores the ids of the campaigns that are linked to it."""
    rows = await db.rows(
        "select store_id, array_agg(id order by id) as campaigns"
        " from campaign, unnest(linked_store_ids) as store_id"
        " where application_id = $1 and store_id = any($2::bigint[]) group by store_id",
        application_id,
        list(store_ids),
    )
    return {row["store_id"]: row["campaigns"] for row in rows}


async def insert(db: Db, application_id: int, values: dict[str, Any], now: datetime) -> Store:
    """A new store."""
    own = {"application_id": application_id, "created": now, "updated": now}
    return await db.insert(Store, "store", own | values)


async def update(
    db: Db, application_id: int, store_id: int, values: dict[str, Any], now: datetime
) -> Store | None:
    """Change a store."""
    owner = {"application_id": application_id, "id": store_id}
    return await db.update(Store, "store", owner, {**values, "updated": now})


async def delete(db: Db, application_id: int, store_id: int) -> bool:
    """Remove a store.

    Campaigns keep its id: one that ran in this store only must not run everywhere from now on.
    """
    sql = "delete from store where application_id = $1 and id = $2"
    return await db.run(sql, application_id, store_id) > 0
