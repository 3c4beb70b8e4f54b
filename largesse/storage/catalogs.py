"""Catalogs of an account and their items."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.catalogs import Catalog
from largesse.storage.db import Db, as_json
from largesse.storage.where import Where

SORTS: Final = ("id", "created", "modified", "name", "version")

Texts = Annotated[list[str], Meta(max_length=1_000)]
Comparison = Literal["EQ", "LT", "LE", "GT", "GE", "IN"]
SIGNS: Final[dict[str, str]] = {"LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


class StoredItem(Wire, kw_only=True):
    """An item of a catalog as it is stored."""

    id: int
    created: datetime
    sku: str
    version: int
    price: Maybe[Decimal] = UNSET
    product_name: Maybe[str] = UNSET
    attributes: dict[str, Any] = {}


class ItemQuery(Wire, kw_only=True):
    """Which items of a catalog are wanted."""

    sku: Maybe[Texts] = UNSET
    product_names: Maybe[Texts] = UNSET
    with_total_result_size: bool = False


class ItemFilter(Wire, kw_only=True):
    """A condition on an attribute of items."""

    attr: str
    op: Comparison
    value: Json


async def find(db: Db, account_id: int, catalog_id: int, *, hold: bool = False) -> Catalog | None:
    """A catalog of an account; `hold` it until the transaction ends."""
    lock = " for update" if hold else ""
    sql = f"select * from catalog where account_id = $1 and id = $2{lock}"
    return await db.one(Catalog, sql, account_id, catalog_id)


async def page(db: Db, account_id: int, page: PageQuery) -> Total[Catalog]:
    """The catalogs of an account."""
    sql = "select * from catalog where account_id = $1"
    return await db.total(Catalog, sql, account_id, page=page, sorts=SORTS)


async def insert(db: Db, account_id: int, values: dict[str, Any], now: datetime) -> Catalog:
    """A new catalog without items."""
    own = {"account_id": account_id, "created": now, "modified": now}
    return await db.insert(Catalog, "catalog", own | values)


async def update(
    db: Db, account_id: int, catalog_id: int, values: dict[str, Any]
) -> Catalog | None:
    """Change a catalog."""
    return await db.update(Catalog, "catalog", {"account_id": account_id, "id": catalog_id}, values)


async def delete(db: Db, account_id: int, catalog_id: int) -> bool:
    """Remove a catalog with its items."""
    sql = "delete from catalog where account_id = $1 and id = $2"
    return await db.run(sql, account_id, catalog_id) > 0


async def subscribed_elsewhere(
    db: Db, account_id: int, application_ids: Collection[int], but_not: int
) -> set[int]:
    """Those of the Applications that another catalog fills the carts of."""
    rows = await db.rows(
        "select unnest(subscribed_applications_ids) as id from catalog"
        " where account_id = $1 and id <> $2 and subscribed_applications_ids && $3::bigint[]",
        account_id,
        but_not,
        list(application_ids),
    )
    return {row["id"] for row in rows}.intersection(application_ids)


async def items(
    db: Db, catalog_id: int, query: ItemQuery, page: PageQuery
) -> tuple[list[StoredItem], bool, int | None]:
    """Items of a catalog that its owner was asked for, whether there are more, and how many in all
    if that was asked.
    """
    where = Where("catalog_id = {}", catalog_id)
    if query.sku is not UNSET:
        where.add("sku = any({}::text[])", query.sku)
    if query.product_names is not UNSET:
        where.add("product_name = any({}::text[])", query.product_names)
    sql = f"select * from catalog_item where {where}"
    found, more = await db.page(StoredItem, sql, *where.values, page=page)
    total = await db.count(sql, *where.values) if query.with_total_result_size else None
    return found, more, total


async def of_skus(db: Db, catalog_id: int, skus: Collection[str]) -> dict[str, StoredItem]:
    """The items with these SKUs."""
    found = await db.all(
        StoredItem,
        "select * from catalog_item where catalog_id = $1 and sku = any($2::text[])",
        catalog_id,
        list(skus),
    )
    return {item.sku: item for item in found}


async def save(db: Db, catalog: Catalog, items: Sequence[StoredItem], now: datetime) -> None:
    """Write items of a catalog that is held, at its version; their ids are not looked at."""
    await db.run(
        "insert into catalog_item"
        " (catalog_id, sku, price, product_name, attributes, version, created)"
        " select $1, line.sku, line.price, line.product_name, line.attributes::jsonb, $6, $7"
        " from unnest($2::text[], $3::numeric[], $4::text[], $5::text[])"
        " as line(sku, price, product_name, attributes)"
        " on conflict (catalog_id, sku) do update set price = excluded.price,"
        " product_name = excluded.product_name, attributes = excluded.attributes,"
        " version = excluded.version",
        catalog.id,
        [item.sku for item in items],
        [None if item.price is UNSET else item.price for item in items],
        [None if item.product_name is UNSET else item.product_name for item in items],
        [as_json(item.attributes) for item in items],
        catalog.version,
        now,
    )


async def patch_many(
    db: Db,
    catalog: Catalog,
    filters: Sequence[ItemFilter],
    *,
    price: Decimal | None,
    attributes: dict[str, Any],
) -> None:
    """Change all items that meet the filters. A null removes an attribute."""
    where = matching(catalog.id, filters)
    first = len(where.values) + 1
    await db.run(
        f"update catalog_item set version = ${first}, price = coalesce(${first + 1}, price),"
        f" attributes = (attributes - ${first + 2}::text[]) || ${first + 3}::jsonb where {where}",
        *where.values,
        catalog.version,
        price,
        [name for name, value in attributes.items() if value is None],
        {name: value for name, value in attributes.items() if value is not None},
    )


async def remove(db: Db, catalog_id: int, skus: Collection[str]) -> None:
    """Remove items; a SKU that is not there is none."""
    sql = "delete from catalog_item where catalog_id = $1 and sku = any($2::text[])"
    await db.run(sql, catalog_id, list(skus))


async def remove_many(db: Db, catalog_id: int, filters: Sequence[ItemFilter]) -> None:
    """Remove all items that meet the filters."""
    where = matching(catalog_id, filters)
    await db.run(f"delete from catalog_item where {where}", *where.values)


def matching(catalog_id: int, filters: Sequence[ItemFilter]) -> Where:
    """The condition that items meet all of the filters. An `IN` has a list of values."""
    where = Where("catalog_id = {}", catalog_id)
    for one in filters:
        where.values.append(one.attr)
        held = f"attributes -> ${len(where.values)}::text"
        if one.op == "EQ":
            where.add(f"{held} = {{}}::jsonb", one.value)
        elif one.op == "IN":
            where.add(f"{{}}::jsonb @> jsonb_build_array({held})", one.value)
        else:
            number = f"case when jsonb_typeof({held}) = 'number' then ({held})::numeric end"
            where.add(f"{number} {SIGNS[one.op]} {{}}::numeric", Decimal(one.value))
    return where
