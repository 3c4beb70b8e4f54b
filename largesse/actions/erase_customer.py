"""Forgetting what a customer said of himself."""

from largesse.kit.problems import must
from largesse.model.campaigns import Application
from largesse.storage import profiles
from largesse.storage.db import Db
from largesse.storage.trial import trial


async def erase_customer(db: Db, application: Application, key: str, *, dry: bool = False) -> None:
    """Blank the attributes of a customer and of what speaks of him, in the whole environment."""
    zone = profiles.zone_of(application)
    async with trial(db, dry=dry):
        held = await profiles.hold(db, zone, [key])
        must(held.get(key), "customer profile", key)
        await profiles.erase(db, zone, key)
