"""Catalogs of items: what shops sell, so that carts need only name it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

from msgspec import UNSET, Meta, field

from largesse.http.operation import delete, get, post, put
from largesse.kit.money import tidy
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Json, Maybe, Wire, given
from largesse.model.campaigns import Text
from largesse.model.catalogs import Catalog
from largesse.model.people import Caller
from largesse.storage import applications, attributes, catalogs
from largesse.storage.catalogs import ItemQuery, StoredItem
from largesse.storage.db import Db

TAG: Final = "Catalogs"
CATALOGS: Final = "/v1/catalogs"
CATALOG: Final = CATALOGS + "/{catalog_id:int}"


class WritableCatalog(Wire, kw_only=True):
    """A catalog as it shall be. It fills the carts of these Applications only."""

    name: Text
    description: Annotated[str, Meta(max_length=1_000)] = ""
    subscribed_applications_ids: Annotated[list[int], Meta(max_length=1_000)] = []


class Product(Wire, kw_only=True):
    """What several items are variants of."""

    name: str


class ItemAttribute(Wire, kw_only=True):
    """An attribute of an item."""

    attributeid: int
    name: str
    value: Json


class CatalogItem(Wire, kw_only=True):
    """An item of a catalog, and the version of the catalog that changed it last."""

    id: int
    created: datetime
    sku: str
    catalog_id: int = field(name="catalogid")
    version: int
    attributes: list[ItemAttribute]
    price: Maybe[Decimal] = UNSET
    product: Maybe[Product] = UNSET


class CatalogItemPage(Wire, kw_only=True):
    """A page of items: how many there are in all, or whether there are more."""

    data: list[CatalogItem]
    has_more: Maybe[bool] = UNSET
    total_result_size: Maybe[int] = UNSET


@get(CATALOGS, tags=[TAG], may="read catalogs", own=True)
async def list_catalogs(db: Db, caller: Caller, page: PageQuery) -> Total[Catalog]:
    """List the catalogs of the account."""
    return await catalogs.page(db, caller.account_id, page)


@post(CATALOGS, tags=[TAG], may="edit catalogs", own=True)
async def create_catalog(db: Db, caller: Caller, data: WritableCatalog, now: datetime) -> Catalog:
    """Create a catalog. Its items come by syncs."""
    await touch(db, caller.account_id, data.subscribed_applications_ids)
    await check(db, caller.account_id, data)
    values = {"created_by": caller.person_id, **given(data)}
    return await catalogs.insert(db, caller.account_id, values, now)


@get(CATALOG, tags=[TAG], may="read catalogs", own=True)
async def get_catalog(db: Db, caller: Caller, catalog_id: int) -> Catalog:
    """Get a catalog."""
    return must(await catalogs.find(db, caller.account_id, catalog_id), "catalog", catalog_id)


@put(CATALOG, tags=[TAG], may="edit catalogs", own=True)
async def update_catalog(
    db: Db, caller: Caller, catalog_id: int, data: WritableCatalog, now: datetime
) -> Catalog:
    """Change a catalog and the Applications whose carts it fills."""
    found = await catalogs.find(db, caller.account_id, catalog_id, hold=True)
    old = must(found, "catalog", catalog_id)
    ids = data.subscribed_applications_ids
    await touch(db, caller.account_id, [*old.subscribed_applications_ids, *ids])
    await check(db, caller.account_id, data, catalog_id)
    values = {"modified": now, **given(data)}
    changed = await catalogs.update(db, caller.account_id, catalog_id, values)
    return must(changed, "catalog", catalog_id)


@delete(CATALOG, tags=[TAG], may="edit catalogs", own=True)
async def delete_catalog(db: Db, caller: Caller, catalog_id: int) -> None:
    """Delete a catalog with its items. Carts have to name prices from now on."""
    found = await catalogs.find(db, caller.account_id, catalog_id, hold=True)
    old = must(found, "catalog", catalog_id)
    await catalogs.delete(db, caller.account_id, catalog_id)
    await touch(db, caller.account_id, old.subscribed_applications_ids)


@get(CATALOG + "/items", tags=[TAG], may="read catalogs")
async def list_catalog_items(
    db: Db, caller: Caller, catalog_id: int, query: ItemQuery, page: PageQuery
) -> CatalogItemPage:
    """List the items of a catalog, or those with one of some SKUs or product names."""
    must(await catalogs.find(db, caller.account_id, catalog_id), "catalog", catalog_id)
    found, more, total = await catalogs.items(db, catalog_id, query, page)
    known = await attributes.of_account(db, caller.account_id)
    ids = {one.name: one.id for one in known if one.entity == "CartItem"}
    data = [shown(item, catalog_id, ids) for item in found]
    if total is None:
        return CatalogItemPage(data=data, has_more=more)
    return CatalogItemPage(data=data, total_result_size=total)


def shown(item: StoredItem, catalog_id: int, ids: dict[str, int]) -> CatalogItem:
    """An item as the list shows it; `ids` are those of attributes by name."""
    return CatalogItem(
        id=item.id,
        created=item.created,
        sku=item.sku,
        catalog_id=catalog_id,
        version=item.version,
        attributes=[
            ItemAttribute(attributeid=ids.get(name, 0), name=name, value=value)
            for name, value in item.attributes.items()
        ],
        price=UNSET if item.price is UNSET else tidy(item.price),
        product=UNSET if item.product_name is UNSET else Product(name=item.product_name),
    )


async def check(db: Db, account_id: int, data: WritableCatalog, catalog_id: int = 0) -> None:
    """Raise `Invalid` for Applications of others, and for those that have another catalog."""
    ids = data.subscribed_applications_ids
    known = await applications.known(db, account_id, ids)
    taken = await catalogs.subscribed_elsewhere(db, account_id, ids, catalog_id)
    faults = []
    for at, one in enumerate(ids):
        place = f"/subscribedApplicationsIds/{at}"
        if one not in known:
            faults.append(Fault("Not found", f"There is no Application {one}", place))
        elif one in taken:
            details = f"The Application {one} has another catalog already"
            faults.append(Fault("Duplicate", details, place))
    if faults:
        raise Invalid.of(faults)


async def touch(db: Db, account_id: int, application_ids: list[int]) -> None:
    """Let Applications know that their catalog is another one, and hold them until the end, so that
    none gets two.
    """
    if application_ids:
        await applications.touch_all(db, account_id, set(application_ids))
