"""Campaigns as callers see them: with their state at this instant and what their budgets spent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import UNSET, structs

from largesse.engine.limits import period_label
from largesse.kit.money import ZERO
from largesse.model.campaigns import Application, Campaign, FrontendState
from largesse.model.limits import CampaignBudget
from largesse.storage import campaigns
from largesse.storage.db import Db

PERIODS: Final = ("", "daily", "weekly", "monthly", "yearly")


async def show_campaigns(
    db: Db, application: Application, found: Sequence[Campaign], now: datetime
) -> list[Campaign]:
    """The campaigns of an Application with their `frontendState` and `budgets`."""
    zone = ZoneInfo(application.timezone)
    labels = {period: period_label(period, now, zone) for period in PERIODS}
    spent = {}
    if any(campaign.limits for campaign in found):
        ids = [campaign.id for campaign in found]
        spent = await campaigns.whole_counters(db, application.id, ids, labels.values())
    return [
        structs.replace(
            campaign,
            state="disabled" if campaign.state == "staged" else campaign.state,
            frontend_state=frontend_state(campaign, now),
            stores_imported=bool(campaign.linked_store_ids),
            budgets=[
                CampaignBudget(
                    action=limit.action,
                    limit=limit.limit,
                    counter=spent.get(
                        (campaign.id, limit.action, labels[limit.period or ""]), ZERO
                    ),
                )
                for limit in campaign.limits
                if not limit.entities
            ],
        )
        for campaign in found
    ]


async def show_campaign(
    db: Db, application: Application, campaign: Campaign, now: datetime
) -> Campaign:
    """A campaign of an Application with its `frontendState` and `budgets`."""
    (shown,) = await show_campaigns(db, application, [campaign], now)
    return shown


def frontend_state(campaign: Campaign, now: datetime) -> FrontendState:
    """What an enabled campaign is doing: it runs from its start on, and at its end it does not."""
    if campaign.state != "enabled":
        return campaign.state
    if campaign.start_time is not UNSET and now < campaign.start_time:
        return "scheduled"
    if campaign.end_time is not UNSET and campaign.end_time <= now:
        return "expired"
    return "running"
