"""What `engine/rulebook.py` compiles, read in one snapshot, and its version."""

from largesse.kit.problems import NotFound
from largesse.model.attributes import AdditionalCost, Attribute
from largesse.model.campaigns import Application, Campaign, CustomEffect, Ruleset, Store
from largesse.storage.db import Db


async def version(db: Db, application_id: int) -> int:
    """The version of an Application's rulebook. It moves with everything that decisions are made
    from.
    """
    found = await db.value("select rulebook_version from application where id = $1", application_id)
    if found is None:
        raise NotFound(f"There is no Application {application_id}", "resource:application")
    return int(found)


class Parts:
    """Everything about an Application that decisions need."""

    version: int
    application: Application
    campaigns: list[Campaign]
    rulesets: list[Ruleset]
    attributes: list[Attribute]
    additional_costs: list[AdditionalCost]
    custom_effects: list[CustomEffect]
    stores: list[Store]


async def read(db: Db, application_id: int) -> Parts:
    """The parts, all at one version: what changes meanwhile is seen by the next read, whose
    version is newer.
    """
    parts = Parts()
    parts.version = await version(db, application_id)
    application = await db.one(
        Application, "select * from application where id = $1", application_id
    )
    if application is None:
        raise NotFound(f"There is no Application {application_id}", "resource:application")
    parts.application = application
    account_id = application.account_id
    parts.campaigns = await db.all(
        Campaign, "select * from campaign where application_id = $1 order by id", application_id
    )
    parts.rulesets = await db.all(
        Ruleset,
        "select r.* from ruleset r join campaign c on c.active_ruleset_id = r.id"
        " where r.application_id = $1 and c.application_id = $1",
        application_id,
    )
    parts.attributes = await db.all(
        Attribute, "select * from attribute where account_id = $1", account_id
    )
    parts.additional_costs = await db.all(
        AdditionalCost, "select * from additional_cost where account_id = $1", account_id
    )
    parts.custom_effects = await db.all(
        CustomEffect, "select * from custom_effect where account_id = $1", account_id
    )
    parts.stores = await db.all(
        Store, "select * from store where application_id = $1", application_id
    )
    return parts
