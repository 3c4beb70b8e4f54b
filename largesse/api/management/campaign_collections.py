"""Collections of a campaign: lists of texts that only its own rules use."""

from datetime import datetime
from typing import Final

from msgspec import UNSET

from largesse.actions import import_lists as importing
from largesse.actions.import_lists import Import
from largesse.http.operation import Csv, Upload, delete, get, post, put
from largesse.kit.paging import PageQuery
from largesse.kit.problems import must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.campaigns import Application, Campaign
from largesse.model.people import Caller
from largesse.storage import collections
from largesse.storage.collections import (
    Collection,
    CollectionItem,
    CollectionPage,
    CollectionQuery,
    Description,
    Name,
    Owner,
)
from largesse.storage.db import Db

TAG: Final = "Collections"
COLLECTIONS: Final = "/v1/applications/{application_id:int}/campaigns/{campaign_id:int}/collections"
COLLECTION: Final = COLLECTIONS + "/{collection_id:int}"


class UpdateCampaignCollection(Wire, kw_only=True):
    """A collection of a campaign as it shall be."""

    description: Maybe[Description] = UNSET


class NewCampaignCollection(UpdateCampaignCollection, kw_only=True):
    """A collection of a campaign that is to be."""

    name: Name


@get(COLLECTIONS, tags=[TAG], may="read collections")
async def list_collections(
    db: Db, application: Application, campaign: Campaign, query: CollectionQuery, page: PageQuery
) -> CollectionPage:
    """List the collections of a campaign."""
    return await collections.page(db, owner_of(application, campaign), query, page)


@post(COLLECTIONS, tags=[TAG], may="edit collections")
async def create_collection(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: NewCampaignCollection,
    *,
    caller: Caller,
    now: datetime,
) -> Collection:
    """Create a collection of a campaign. Its items are imported."""
    owner = owner_of(application, campaign)
    values = {"created_by": caller.person_id, **given(data)}
    made = await collections.insert(db, owner, values, now)
    await importing.touch(db, owner)
    return await collections.whole(db, made)


@get(COLLECTION, tags=[TAG], may="read collections")
async def get_collection(
    db: Db, application: Application, campaign: Campaign, collection_id: int
) -> Collection:
    """Get a collection of a campaign with its first items."""
    found = await collections.find(db, owner_of(application, campaign), collection_id)
    return await collections.whole(db, must(found, "collection", collection_id))


@put(COLLECTION, tags=[TAG], may="edit collections")
async def update_collection(
    db: Db,
    application: Application,
    campaign: Campaign,
    collection_id: int,
    data: UpdateCampaignCollection,
    *,
    caller: Caller,
    now: datetime,
) -> Collection:
    """Change the description of a collection of a campaign."""
    owner = owner_of(application, campaign)
    values = {"modified": now, "modified_by": caller.person_id, **given(data)}
    changed = await collections.update(db, owner, collection_id, values)
    found = must(changed, "collection", collection_id)
    await importing.touch(db, owner)
    return await collections.whole(db, found)


@delete(COLLECTION, tags=[TAG], may="edit collections")
async def delete_collection(
    db: Db, application: Application, campaign: Campaign, collection_id: int, now: datetime
) -> None:
    """Delete a collection that its campaign does not use while it is active."""
    owner = owner_of(application, campaign)
    await importing.delete_collection(db, owner, collection_id, now=now)


@post(COLLECTION + "/import", tags=[TAG], may="edit collections", status=200)
async def import_collection(
    db: Db,
    application: Application,
    campaign: Campaign,
    collection_id: int,
    file: Upload[CollectionItem],
    *,
    caller: Caller,
    now: datetime,
) -> Import:
    """Replace the items of a collection by those of a CSV file with the column `item`."""
    owner = owner_of(application, campaign)
    return await importing.import_collection(
        db, owner, collection_id, file.lines, caller=caller, now=now
    )


@get(COLLECTION + "/export", tags=[TAG], may="read collections")
async def export_collection_items(
    db: Db, application: Application, campaign: Campaign, collection_id: int
) -> Csv[CollectionItem]:
    """Download the items of a collection of a campaign."""
    found = await collections.find(db, owner_of(application, campaign), collection_id)
    must(found, "collection", collection_id)
    items = await collections.all_items(db, collection_id)
    return Csv(CollectionItem, (CollectionItem(item=item) for item in items))


def owner_of(application: Application, campaign: Campaign) -> Owner:
    """The campaign as the owner of collections."""
    return Owner(application.account_id, application.id, campaign.id)
