"""Catalogs as shops keep them up to date."""

from datetime import datetime
from typing import Final

from largesse.actions import sync_catalog as syncing
from largesse.actions.sync_catalog import CatalogSyncRequest
from largesse.http.operation import put
from largesse.kit.problems import must
from largesse.model.catalogs import Catalog
from largesse.model.people import Caller
from largesse.storage import catalogs
from largesse.storage.db import Db

TAG: Final = "Catalogs"


@put("/v1/catalogs/{catalog_id:int}/sync", tags=[TAG], may="edit catalogs")
async def sync_catalog(
    db: Db, caller: Caller, catalog_id: int, data: CatalogSyncRequest, now: datetime
) -> Catalog:
    """Do up to 1000 actions of one type on a catalog of the Application: all of them, or none."""
    found = await catalogs.find(db, caller.account_id, catalog_id, hold=True)
    if found and caller.application_id not in found.subscribed_applications_ids:
        found = None
    catalog = must(found, "catalog", catalog_id)
    return await syncing.sync_catalog(db, catalog, data, now=now, dry=caller.is_test)
