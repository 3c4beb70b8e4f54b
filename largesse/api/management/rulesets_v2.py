"""Rulesets in blocks. They are stored as arrays: two spellings of the same rules."""

from datetime import datetime
from typing import Final

from largesse.actions import save_ruleset
from largesse.engine.blocks.rulesets import read_ruleset, show_ruleset
from largesse.engine.blocks.slots import Known
from largesse.http.operation import get, post
from largesse.kit.paging import PageQuery
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Json
from largesse.model.blocks import NewRulesetV2, RulesetV2
from largesse.model.campaigns import Application, Campaign, CustomEffect
from largesse.model.people import Caller
from largesse.model.webhooks import Webhook
from largesse.storage import (
    additional_costs,
    attributes,
    custom_effects,
    rulebooks,
    rulesets,
    value_maps,
)
from largesse.storage.db import Db

TAG: Final = "Campaigns"
RULESETS: Final = "/v2/applications/{application_id:int}/campaigns/{campaign_id:int}/rulesets"
RULESET: Final = RULESETS + "/{ruleset_id:int}"


@get(RULESET, tags=[TAG], may="read campaigns")
async def get_ruleset_v2(
    db: Db, application: Application, campaign: Campaign, ruleset_id: int
) -> RulesetV2:
    """Get a ruleset of a campaign in blocks."""
    found = await rulesets.find(db, campaign.application_id, campaign.id, ruleset_id)
    return show_ruleset(must(found, "ruleset", ruleset_id), await _known(db, application, campaign))


@post(RULESETS, tags=[TAG], may="edit campaigns", own=True)
async def create_ruleset_v2(
    db: Db,
    caller: Caller,
    application: Application,
    campaign: Campaign,
    data: NewRulesetV2,
    *,
    now: datetime,
) -> RulesetV2:
    """Create a ruleset from blocks. It is checked as one of arrays is, and stored as one."""
    known = await _known(db, application, campaign)
    reading = read_ruleset(data, known)
    try:
        made = await save_ruleset.create_ruleset(
            db, application, campaign, reading.ruleset, person_id=caller.person_id, now=now
        )
    except Invalid as problem:
        faults = [Fault(one.title, one.details, reading.place(one.at)) for one in problem.faults]
        raise Invalid.of(faults) from problem
    return show_ruleset(made, known)


async def _known(db: Db, application: Application, campaign: Campaign) -> Known:
    """What blocks say of the things that they name."""
    account_id, everything = application.account_id, PageQuery()
    targets = rulebooks.Parts()
    targets.application = application
    await rulebooks.read_targets(db, targets)
    effects = await custom_effects.of_account(db, account_id)
    costs = await additional_costs.page(db, account_id, everything)
    owner = value_maps.Owner(application.id, campaign.id)
    maps = await value_maps.page(db, owner, everything)
    return {
        "audience": {key: {"name": name} for key, name in targets.audiences.items()},
        "giveawayPool": {key: {"name": name} for key, name in targets.pools.items()},
        "webhook": {key: _called(one) for key, one in targets.webhooks.items()},
        "customEffect": {one.id: {"name": one.name, **_called(one)} for one in effects},
        "additionalCost": {one.name: {"id": one.id, "title": one.title} for one in costs.data},
        "valueMap": {one.id: {"name": one.name} for one in maps.data},
        "attribute": {
            f"{one.entity}.{one.name}": {"id": one.id, "title": one.title, "type": one.type}
            for one in await attributes.of_account(db, account_id)
        },
    }


def _called(one: CustomEffect | Webhook) -> dict[str, Json]:
    return {"title": one.title, "params": [param.name for param in one.params]}
