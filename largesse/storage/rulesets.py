"""Rulesets of campaigns. A stored ruleset never changes; another one is made active."""

from datetime import datetime
from typing import Any

from largesse.kit.paging import PageQuery, Total
from largesse.model.campaigns import Ruleset
from largesse.storage.db import Db


async def find(db: Db, application_id: int, campaign_id: int, ruleset_id: int) -> Ruleset | None:
    """A ruleset of a campaign."""
    return await db.one(
        Ruleset,
        "select * from ruleset where application_id = $1 and campaign_id = $2 and id = $3",
        application_id,
        campaign_id,
        ruleset_id,
    )


async def page(db: Db, application_id: int, campaign_id: int, page: PageQuery) -> Total[Ruleset]:
    """The rulesets of a campaign, those that were active once and those that never were."""
    return await db.total(
        Ruleset,
        "select * from ruleset where application_id = $1 and campaign_id = $2",
        application_id,
        campaign_id,
        page=page,
        sorts=("id", "created", "activated_at"),
    )


async def insert(
    db: Db, application_id: int, campaign_id: int, values: dict[str, Any], now: datetime
) -> Ruleset:
    """A new ruleset."""
    own = {"application_id": application_id, "campaign_id": campaign_id, "created": now}
    return await db.insert(Ruleset, "ruleset", own | values)


async def activate(
    db: Db, application_id: int, campaign_id: int, ruleset_id: int, now: datetime
) -> bool:
    """Make a ruleset the one that its campaign runs by."""
    found = await db.run(
        "update ruleset set activated_at = $4"
        " where application_id = $1 and campaign_id = $2 and id = $3",
        application_id,
        campaign_id,
        ruleset_id,
        now,
    )
    if found:
        await db.run(
            "update campaign set active_ruleset_id = $3, updated = $4"
            " where application_id = $1 and id = $2",
            application_id,
            campaign_id,
            ruleset_id,
            now,
        )
    return found > 0
