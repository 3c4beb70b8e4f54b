"""Campaigns of an Application: rules that run for a time, with their budgets."""

from datetime import datetime
from typing import Any, Final

from msgspec import UNSET

from largesse.actions import copy_campaign as copying
from largesse.actions import save_campaign as saving
from largesse.actions.copy_campaign import CampaignCopy
from largesse.actions.show_campaigns import show_campaign, show_campaigns
from largesse.http.operation import delete, get, post, put
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import Application, Campaign, NewCampaign, UpdateCampaign
from largesse.model.people import Caller
from largesse.storage import applications, campaigns
from largesse.storage.campaigns import CampaignQuery, StateQuery
from largesse.storage.db import Db

TAG: Final = "Campaigns"
CAMPAIGNS: Final = "/v1/applications/{application_id:int}/campaigns"
CAMPAIGN: Final = CAMPAIGNS + "/{campaign_id:int}"


class CampaignSearch(Wire, kw_only=True):
    """Attributes that campaigns shall have."""

    attributes: dict[str, Any]


@get(CAMPAIGNS, tags=[TAG], may="read campaigns")
async def list_campaigns(
    db: Db, application: Application, query: CampaignQuery, page: PageQuery, now: datetime
) -> Total[Campaign]:
    """List the campaigns of an Application; archived ones only if they are asked for."""
    found = await campaigns.page(db, application.id, query, now, page)
    found.data = await show_campaigns(db, application, found.data, now)
    return found


@post(CAMPAIGNS + "_search", tags=[TAG], may="read campaigns", status=200)
async def search_campaigns(
    db: Db,
    application: Application,
    data: CampaignSearch,
    page: PageQuery,
    *,
    now: datetime,
    campaign_state: Maybe[StateQuery] = UNSET,
) -> Total[Campaign]:
    """List the campaigns that have all of these attributes."""
    query = CampaignQuery(campaign_state=campaign_state)
    wanted = data.attributes
    found = await campaigns.page(db, application.id, query, now, page, attributes=wanted)
    found.data = await show_campaigns(db, application, found.data, now)
    return found


@get(CAMPAIGN, tags=[TAG], may="read campaigns")
async def get_campaign(
    db: Db, application: Application, campaign: Campaign, now: datetime
) -> Campaign:
    """Get a campaign."""
    return await show_campaign(db, application, campaign, now)


@post(CAMPAIGNS, tags=[TAG], may="edit campaigns", own=True)
async def create_campaign(
    db: Db, caller: Caller, application: Application, data: NewCampaign, now: datetime
) -> Campaign:
    """Create a campaign. Without `limits` it gets those of the Application."""
    made = await saving.create_campaign(db, application, caller.person_id, data, now=now)
    return await show_campaign(db, application, made, now)


@put(CAMPAIGN, tags=[TAG], may="edit campaigns")
async def update_campaign(
    db: Db, application: Application, campaign: Campaign, data: UpdateCampaign, now: datetime
) -> Campaign:
    """Change a campaign. Optional members that are not named stay; a null ends a schedule."""
    changed = await saving.update_campaign(db, application, campaign, data, now=now)
    return await show_campaign(db, application, changed, now)


@delete(CAMPAIGN, tags=[TAG], may="edit campaigns")
async def delete_campaign(db: Db, application: Application, campaign: Campaign) -> None:
    """Delete a campaign with its rules, coupons and budgets."""
    await campaigns.delete(db, application.id, campaign.id)
    await applications.touch(db, application.id)


@post(CAMPAIGN + "/copy", tags=[TAG], may="edit campaigns", status=200)
async def copy_campaign(
    db: Db, caller: Caller, campaign: Campaign, data: CampaignCopy, now: datetime
) -> Total[Campaign]:
    """Copy a campaign and its active rules into Applications. The copies are disabled."""
    targets = await targets_of(db, caller, data.application_ids)
    made = await copying.copy_campaign(
        db, campaign, targets, data, person_id=caller.person_id, now=now
    )
    shown = [
        await show_campaign(db, target, one, now) for target, one in zip(targets, made, strict=True)
    ]
    return Total(total_result_size=len(shown), data=shown)


async def targets_of(db: Db, caller: Caller, ids: list[int]) -> list[Application]:
    """The Applications of these ids. Raises `Invalid` for those that the caller cannot see."""
    targets, faults = [], []
    for at, application_id in enumerate(ids):
        allowed = caller.application_ids is None or application_id in caller.application_ids
        found = await applications.find(db, caller.account_id, application_id) if allowed else None
        if found is None:
            details = f"There is no Application {application_id}"
            faults.append(Fault("Not found", details, f"/applicationIds/{at}"))
        else:
            targets.append(found)
    if faults:
        raise Invalid.of(faults)
    return targets
