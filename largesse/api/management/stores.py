"""Stores: the shops of an Application."""

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, structs

from largesse.http.operation import delete, get, post, put
from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.paging import PageQuery
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.attributes import merged, value_faults
from largesse.model.campaigns import Application, Store
from largesse.storage import applications, attributes, stores
from largesse.storage.db import Db
from largesse.storage.stores import StoreQuery

TAG: Final = "Stores"
STORES: Final = "/v1/applications/{application_id:int}/stores"
STORE: Final = STORES + "/{store_id:int}"


class UpdateStore(Wire, kw_only=True):
    """A store as it shall be."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    description: str
    attributes: Maybe[dict[str, Any]] = UNSET


class NewStore(UpdateStore, kw_only=True):
    """A store that is to be."""

    integration_id: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]


class LinkedStore(Store, kw_only=True):
    """A store with the campaigns that are linked to it."""

    linked_campaign_ids: list[int] = []


class StorePage(Wire, kw_only=True):
    """A page of stores: how many there are in all, or whether there are more."""

    data: list[LinkedStore]
    has_more: Maybe[bool] = UNSET
    total_result_size: Maybe[int] = UNSET


@get(STORES, tags=[TAG], may="read stores")
async def list_stores(
    db: Db, application: Application, query: StoreQuery, page: PageQuery
) -> StorePage:
    """List the stores of an Application."""
    found, more, total = await stores.page(db, application.id, query, page)
    data = await linked(db, application.id, found)
    if total is None:
        return StorePage(data=data, has_more=more)
    return StorePage(data=data, total_result_size=total)


@post(STORES, tags=[TAG], may="edit stores")
async def create_store(
    db: Db, application: Application, data: NewStore, now: datetime
) -> LinkedStore:
    """Create a store. Its integration ID cannot be changed later."""
    values = await checked(db, application, data)
    made = await stores.insert(db, application.id, values, now)
    await applications.touch(db, application.id)
    return (await linked(db, application.id, [made]))[0]


@get(STORE, tags=[TAG], may="read stores")
async def get_store(db: Db, application: Application, store_id: int) -> LinkedStore:
    """Get a store."""
    found = must(await stores.find(db, application.id, store_id), "store", store_id)
    return (await linked(db, application.id, [found]))[0]


@put(STORE, tags=[TAG], may="edit stores")
async def update_store(
    db: Db, application: Application, store_id: int, data: UpdateStore, now: datetime
) -> LinkedStore:
    """Change a store. Attributes are replaced if there are any."""
    values = await checked(db, application, data)
    changed = await stores.update(db, application.id, store_id, values, now)
    found = must(changed, "store", store_id)
    await applications.touch(db, application.id)
    return (await linked(db, application.id, [found]))[0]


@delete(STORE, tags=[TAG], may="edit stores")
async def delete_store(db: Db, application: Application, store_id: int) -> None:
    """Delete a store. Campaigns that ran in this store only run nowhere from now on."""
    must(await stores.delete(db, application.id, store_id) or None, "store", store_id)
    await applications.touch(db, application.id)


async def checked(db: Db, application: Application, data: UpdateStore) -> dict[str, Any]:
    """What is stored of what was sent. Raises `Invalid` for wrong attributes."""
    values = given(data)
    if "attributes" in values:
        known = await attributes.of_account(db, application.account_id)
        faults = list(value_faults(known, values["attributes"], "Store", application.id))
        if faults:
            raise Invalid.of(faults)
        values["attributes"] = merged({}, values["attributes"])
    return values


async def linked(db: Db, application_id: int, found: list[Store]) -> list[LinkedStore]:
    """Stores with the campaigns that are linked to them."""
    ids = [store.id for store in found]
    campaigns = await stores.linked_campaigns(db, application_id, ids)
    return [
        LinkedStore(**structs.asdict(store), linked_campaign_ids=campaigns.get(store.id, []))
        for store in found
    ]
