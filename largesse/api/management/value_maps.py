"""Value maps of a campaign: identifiers and their values, imported from a file."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

from largesse.actions import import_lists as importing
from largesse.actions.import_lists import Import
from largesse.http.operation import Csv, Upload, delete, get, post, put
from largesse.kit.money import tidy
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import must
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application, Campaign
from largesse.model.people import Caller
from largesse.storage import applications, value_maps
from largesse.storage.db import Db
from largesse.storage.value_maps import Owner, ValueMap, ValueMapItem

TAG: Final = "Value maps"
MAPS: Final = "/v1/applications/{application_id:int}/campaigns/{campaign_id:int}/value_maps"
MAP: Final = MAPS + "/{value_map_id:int}"


class WritableValueMap(Wire, kw_only=True):
    """A value map as it shall be."""

    name: Annotated[str, Meta(min_length=1, max_length=500)]


@get(MAPS, tags=[TAG], may="read campaigns", own=True)
async def list_value_maps(
    db: Db, application: Application, campaign: Campaign, page: PageQuery
) -> Total[ValueMap]:
    """List the value maps of a campaign."""
    return await value_maps.page(db, Owner(application.id, campaign.id), page)


@post(MAPS, tags=[TAG], may="edit campaigns", own=True)
async def create_value_map(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: WritableValueMap,
    *,
    caller: Caller,
    now: datetime,
) -> ValueMap:
    """Create a value map. Its items are imported."""
    values = {"name": data.name, "created_by": caller.person_id}
    made = await value_maps.insert(db, Owner(application.id, campaign.id), values, now)
    await applications.touch(db, application.id)
    return made


@get(MAP, tags=[TAG], may="read campaigns", own=True)
async def get_value_map(
    db: Db, application: Application, campaign: Campaign, value_map_id: int
) -> ValueMap:
    """Get a value map."""
    found = await value_maps.find(db, Owner(application.id, campaign.id), value_map_id)
    return must(found, "value map", value_map_id)


@put(MAP, tags=[TAG], may="edit campaigns", own=True)
async def update_value_map(
    db: Db,
    application: Application,
    campaign: Campaign,
    value_map_id: int,
    data: WritableValueMap,
    *,
    now: datetime,
) -> ValueMap:
    """Rename a value map."""
    owner = Owner(application.id, campaign.id)
    values = {"name": data.name, "modified": now}
    changed = await value_maps.update(db, owner, value_map_id, values)
    await applications.touch(db, application.id)
    return must(changed, "value map", value_map_id)


@delete(MAP, tags=[TAG], may="edit campaigns", own=True)
async def delete_value_map(
    db: Db, application: Application, campaign: Campaign, value_map_id: int
) -> None:
    """Delete a value map. Rules that use it fail from now on."""
    gone = await value_maps.delete(db, Owner(application.id, campaign.id), value_map_id)
    must(gone or None, "value map", value_map_id)
    await applications.touch(db, application.id)


@post(MAP + "/import", tags=[TAG], may="edit campaigns", own=True, status=200)
async def import_value_map(
    db: Db,
    application: Application,
    campaign: Campaign,
    value_map_id: int,
    file: Upload[ValueMapItem],
    *,
    caller: Caller,
    now: datetime,
) -> Import:
    """Replace the items of a value map by those of a CSV file with `identifier,value`.

    Where an identifier stands twice, the later value counts.
    """
    lines = await importing.checked(file.lines, "identifier", entity="value map")
    values = {name: line.value for name, line in lines.items()}
    owner = Owner(application.id, campaign.id)
    done = await value_maps.replace(db, owner, value_map_id, values, now)
    must(done or None, "value map", value_map_id)
    await applications.touch(db, application.id)
    return await importing.new_import(db, caller, "ValueMap", len(values), now)


@get(MAP + "/export", tags=[TAG], may="read campaigns")
async def export_campaign_value_map(
    db: Db, application: Application, campaign: Campaign, value_map_id: int
) -> Csv[ValueMapItem]:
    """Download the items of a value map."""
    owner = Owner(application.id, campaign.id)
    must(await value_maps.find(db, owner, value_map_id), "value map", value_map_id)
    found = await value_maps.items(db, owner, value_map_id)
    return Csv(
        ValueMapItem,
        (ValueMapItem(identifier=name, value=tidy(value)) for name, value in found),
    )
