"""What `engine/rulebook.py` compiles, read in one snapshot, and its version."""

from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from largesse.kit.money import tidy
from largesse.kit.problems import NotFound
from largesse.model.attributes import AdditionalCost, Attribute
from largesse.model.campaigns import Application, Campaign, CustomEffect, Ruleset, Store
from largesse.model.evaluation import EvaluationGroup
from largesse.model.webhooks import Webhook
from largesse.storage.db import Db


async def version(db: Db, application_id: int) -> int:
    """The version of an Application's rulebook. It moves with everything that decisions are made
    from.
    """
    found = await db.value("select rulebook_version from application where id = $1", application_id)
    if found is None:
        raise NotFound(f"There is no Application {application_id}", "resource:application")
    return int(found)


SUBSCRIBED: Final = "(subscribed_applications_ids = '{}' or $2 = any (subscribed_applications_ids))"


class CollectionRow(NamedTuple):
    """A list of texts; `campaign_id` 0 for one of the account."""

    campaign_id: int
    name: str
    items: frozenset[str]


class ValueMapRow(NamedTuple):
    """What a campaign says of each identifier."""

    campaign_id: int
    name: str
    values: dict[str, Decimal]


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
    audiences: dict[int, str]
    pools: dict[int, str]
    webhooks: dict[int, Webhook]
    collections: list[CollectionRow]
    value_maps: list[ValueMapRow]
    catalog_id: int | None
    tree: EvaluationGroup | None


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
    await read_targets(db, parts)
    await read_lists(db, parts)
    return parts


async def read_targets(db: Db, parts: Parts) -> None:
    """What rules can name by id: audiences, giveaway pools, webhooks; and the evaluation tree."""
    application = parts.application
    owner = (application.account_id, application.id)
    audiences = await db.rows(
        f"select id, name from audience where account_id = $1 and sandbox = $3 and {SUBSCRIBED}",
        *owner,
        application.sandbox,
    )
    parts.audiences = {row["id"]: row["name"] for row in audiences}
    pools = await db.rows(
        f"select id, name from giveaway_pool where account_id = $1 and {SUBSCRIBED}", *owner
    )
    parts.pools = {row["id"]: row["name"] for row in pools}
    webhooks = await db.all(
        Webhook,
        "select * from webhook where account_id = $1 and enabled and not draft"
        " and (application_ids = '{}' or $2 = any (application_ids))",
        *owner,
    )
    parts.webhooks = {one.id: one for one in webhooks}
    tree = await db.value(
        "select tree from evaluation_tree where application_id = $1", application.id
    )
    parts.tree = None if tree is None else msgspec.convert(tree, EvaluationGroup)


async def read_lists(db: Db, parts: Parts) -> None:
    """Collections, value maps, and which catalog carts are filled from."""
    application = parts.application
    names = texts_in(parts.rulesets)
    collections = await db.rows(
        "select coalesce(c.campaign_id, 0) as campaign_id, c.name,"
        " array(select item from collection_item i where i.collection_id = c.id) as items"
        " from collection c where c.account_id = $1 and c.name = any ($3)"
        f" and (c.application_id = $2 or (c.campaign_id is null and {SUBSCRIBED}))",
        application.account_id,
        application.id,
        names,
    )
    parts.collections = [
        CollectionRow(row["campaign_id"], row["name"], frozenset(row["items"]))
        for row in collections
    ]
    maps = await db.rows(
        "select m.id, m.campaign_id, m.name, i.identifier, i.value from value_map m"
        " left join value_map_item i on i.value_map_id = m.id"
        " where m.application_id = $1 and m.name = any ($2)",
        application.id,
        names,
    )
    found: dict[int, ValueMapRow] = {}
    for row in maps:
        one = found.setdefault(row["id"], ValueMapRow(row["campaign_id"], row["name"], {}))
        if row["identifier"] is not None:
            one.values[row["identifier"]] = tidy(row["value"])
    parts.value_maps = list(found.values())
    parts.catalog_id = await db.value(
        "select id from catalog where account_id = $1 and $2 = any (subscribed_applications_ids)"
        " order by id limit 1",
        application.account_id,
        application.id,
    )


def texts_in(rulesets: list[Ruleset]) -> list[str]:
    """Every text of some rulesets: a list that no rule names need not be read."""
    found: set[str] = set()
    waiting: list[Any] = [msgspec.to_builtins(ruleset) for ruleset in rulesets]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
    return sorted(found)
