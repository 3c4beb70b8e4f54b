"""Collections of the account: lists of texts that the rules of several Applications may use."""

from datetime import datetime
from typing import Final

from msgspec import UNSET

from largesse.actions import import_lists as importing
from largesse.actions.import_lists import Import
from largesse.http.operation import Csv, Upload, delete, get, post, put
from largesse.kit.paging import Page, PageQuery
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage import applications, collections
from largesse.storage.collections import (
    Collection,
    CollectionItem,
    CollectionPage,
    CollectionQuery,
    Description,
    Ids,
    Name,
    Owner,
)
from largesse.storage.db import Db

TAG: Final = "Collections"
COLLECTIONS: Final = "/v1/collections"
COLLECTION: Final = COLLECTIONS + "/{collection_id:int}"
IN_APPLICATION: Final = "/v1/applications/{application_id:int}/collections"


class UpdateCollection(Wire, kw_only=True):
    """A collection as it shall be. No Applications: all of them."""

    description: Maybe[Description] = UNSET
    subscribed_applications_ids: Maybe[Ids] = UNSET


class NewCollection(UpdateCollection, kw_only=True):
    """A collection that is to be."""

    name: Name


@get(COLLECTIONS, tags=[TAG], may="read collections")
async def list_account_collections(
    db: Db, caller: Caller, query: CollectionQuery, page: PageQuery
) -> CollectionPage:
    """List the collections of the account."""
    return await collections.page(db, Owner(caller.account_id), query, page)


@get(IN_APPLICATION, tags=[TAG], may="read collections")
async def list_collections_in_application(
    db: Db, application: Application, query: CollectionQuery, page: PageQuery
) -> CollectionPage:
    """List the collections of all campaigns of an Application."""
    owner = Owner(application.account_id, application.id)
    return await collections.page(db, owner, query, page)


@post(COLLECTIONS, tags=[TAG], may="edit collections")
async def create_account_collection(
    db: Db, caller: Caller, data: NewCollection, now: datetime
) -> Collection:
    """Create a collection. Its items are imported."""
    await check(db, caller, data)
    owner = Owner(caller.account_id)
    values = {"created_by": caller.person_id, **given(data)}
    made = await collections.insert(db, owner, values, now)
    await importing.touch(db, owner, made)
    return await collections.whole(db, made)


@get(COLLECTION, tags=[TAG], may="read collections")
async def get_account_collection(db: Db, caller: Caller, collection_id: int) -> Collection:
    """Get a collection with its first items."""
    found = await collections.find(db, Owner(caller.account_id), collection_id)
    return await collections.whole(db, must(found, "collection", collection_id))


@put(COLLECTION, tags=[TAG], may="edit collections")
async def update_account_collection(
    db: Db, caller: Caller, collection_id: int, data: UpdateCollection, now: datetime
) -> Collection:
    """Change the description of a collection and the Applications that see it."""
    owner = Owner(caller.account_id)
    old = must(await collections.find(db, owner, collection_id), "collection", collection_id)
    await check(db, caller, data)
    values = {"modified": now, "modified_by": caller.person_id, **given(data)}
    changed = await collections.update(db, owner, collection_id, values)
    found = must(changed, "collection", collection_id)
    await importing.touch(db, owner, old, found)
    return await collections.whole(db, found)


@delete(COLLECTION, tags=[TAG], may="edit collections")
async def delete_account_collection(
    db: Db, caller: Caller, collection_id: int, now: datetime
) -> None:
    """Delete a collection that no active campaign uses."""
    await importing.delete_collection(db, Owner(caller.account_id), collection_id, now=now)


@get(COLLECTION + "/items", tags=[TAG], may="read collections")
async def get_collection_items(
    db: Db, caller: Caller, collection_id: int, page: PageQuery
) -> Page[CollectionItem]:
    """List the items of a collection."""
    found = await collections.find(db, Owner(caller.account_id), collection_id)
    must(found, "collection", collection_id)
    return await collections.items(db, collection_id, page)


@post(COLLECTION + "/import", tags=[TAG], may="edit collections", status=200)
async def import_account_collection(
    db: Db, caller: Caller, collection_id: int, file: Upload[CollectionItem], now: datetime
) -> Import:
    """Replace the items of a collection by those of a CSV file with the column `item`."""
    return await importing.import_collection(
        db, Owner(caller.account_id), collection_id, file.lines, caller=caller, now=now
    )


@get(COLLECTION + "/export", tags=[TAG], may="read collections")
async def export_account_collection_items(
    db: Db, caller: Caller, collection_id: int
) -> Csv[CollectionItem]:
    """Download the items of a collection."""
    found = await collections.find(db, Owner(caller.account_id), collection_id)
    must(found, "collection", collection_id)
    items = await collections.all_items(db, collection_id)
    return Csv(CollectionItem, (CollectionItem(item=item) for item in items))


async def check(db: Db, caller: Caller, data: UpdateCollection) -> None:
    """Raise `Invalid` for Applications of another account."""
    ids = data.subscribed_applications_ids or []
    known = await applications.known(db, caller.account_id, ids)
    faults = [
        Fault("Not found", f"There is no Application {one}", f"/subscribedApplicationsIds/{at}")
        for at, one in enumerate(ids)
        if one not in known
    ]
    if faults:
        raise Invalid.of(faults)
