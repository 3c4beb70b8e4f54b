"""Rulesets in blocks. They are stored as arrays: what is written in one can be read in the other."""

from datetime import datetime
from typing import Final

from largesse.actions import save_ruleset
from largesse.engine.blocks.rulesets import read_ruleset, show_ruleset
from largesse.engine.blocks.slots import Known
from largesse.http.operation import get, post
from largesse.kit.problems import Fault, Invalid, must
from largesse.model.blocks import NewRulesetV2, RulesetV2
from largesse.model.campaigns import Application, Campaign
from largesse.model.people import Caller
from largesse.storage import rulesets
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
    return show_ruleset(must(found, "ruleset", ruleset_id), await _known(db, application))


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
    known = await _known(db, application)
    reading = read_ruleset(data, known)
    try:
        made = await save_ruleset.create_ruleset(
            db, application, campaign, reading.ruleset, person_id=caller.person_id, now=now
        )
    except Invalid as problem:
        faults = [Fault(one.title, one.details, reading.place(one.at)) for one in problem.faults]
        raise Invalid.of(faults) from problem
    return show_ruleset(made, known)


async def _known(db: Db, application: Application) -> Known:
    """What blocks say of the things that they name."""
    return {}
