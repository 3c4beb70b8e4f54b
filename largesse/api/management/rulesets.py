"""Rulesets of a campaign. A stored ruleset never changes; another one is made active."""

from datetime import datetime
from typing import Final

from largesse.actions import save_ruleset
from largesse.actions.show_campaigns import show_campaign
from largesse.http.operation import get, post
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import must
from largesse.model.campaigns import Application, Campaign, NewRuleset, Ruleset
from largesse.model.people import Caller
from largesse.storage import rulesets
from largesse.storage.db import Db

TAG: Final = "Campaigns"
RULESETS: Final = "/v1/applications/{application_id:int}/campaigns/{campaign_id:int}/rulesets"
RULESET: Final = RULESETS + "/{ruleset_id:int}"


@get(RULESETS, tags=[TAG], may="read campaigns")
async def list_rulesets(db: Db, campaign: Campaign, page: PageQuery) -> Total[Ruleset]:
    """List the rulesets of a campaign, earlier ones included."""
    return await rulesets.page(db, campaign.application_id, campaign.id, page)


@get(RULESET, tags=[TAG], may="read campaigns")
async def get_ruleset(db: Db, campaign: Campaign, ruleset_id: int) -> Ruleset:
    """Get a ruleset of a campaign."""
    found = await rulesets.find(db, campaign.application_id, campaign.id, ruleset_id)
    return must(found, "ruleset", ruleset_id)


@post(RULESETS, tags=[TAG], may="edit campaigns", own=True)
async def create_ruleset(
    db: Db,
    caller: Caller,
    application: Application,
    campaign: Campaign,
    data: NewRuleset,
    *,
    now: datetime,
) -> Ruleset:
    """Create a ruleset. Everything that is wrong with it is told, and then nothing is stored."""
    return await save_ruleset.create_ruleset(
        db, application, campaign, data, person_id=caller.person_id, now=now
    )


@post(RULESET + "/activate", tags=[TAG], may="edit campaigns", own=True, status=200)
async def activate_ruleset(
    db: Db, application: Application, campaign: Campaign, ruleset_id: int, now: datetime
) -> Campaign:
    """Make a ruleset the one that its campaign runs by."""
    changed = await save_ruleset.activate_ruleset(db, application, campaign, ruleset_id, now=now)
    return await show_campaign(db, application, changed, now)
