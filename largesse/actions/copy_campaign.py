"""Copying a campaign with its active rules into Applications. Copies are disabled at first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta

from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.campaigns import Application, Campaign, Ruleset, Tags, Text
from largesse.storage import applications, campaigns, rulesets
from largesse.storage.db import Db

COPIES_MAX: Final = 100  # Applications that one call may copy into
KEPT: Final = (
    "description",
    "attributes",
    "tags",
    "reevaluate_on_return",
    "features",
    "limits",
    "type",
    "coupon_attributes",
    "start_time",
    "end_time",
    "coupon_settings",
    "referral_settings",
)
LOCAL: Final = ("campaign_groups", "evaluation_group_id", "linked_store_ids")  # of one Application


class CampaignCopy(Wire, kw_only=True):
    """Where copies go, and what is said anew of them."""

    application_ids: Annotated[list[int], Meta(max_length=COPIES_MAX)]
    name: Maybe[Text] = UNSET
    description: Maybe[str] = UNSET
    start_time: Maybe[datetime] = UNSET
    end_time: Maybe[datetime] = UNSET
    tags: Maybe[Tags] = UNSET
    evaluation_group_id: Maybe[int] = UNSET


async def copy_campaign(
    db: Db,
    campaign: Campaign,
    targets: Sequence[Application],
    data: CampaignCopy,
    *,
    person_id: int,
    now: datetime,
) -> list[Campaign]:
    """One copy for each Application, in their order, with what the caller said anew."""
    said = given(data)
    del said["application_ids"]
    values = {name: getattr(campaign, name) for name in KEPT}
    values = {name: value for name, value in values.items() if value is not UNSET} | said
    values["name"] = said.get("name", f"Copy of {campaign.name}")
    start, end = values.get("start_time"), values.get("end_time")
    if start and end and end <= start:
        raise Invalid.of([Fault("Invalid", "A campaign ends after its start", "/endTime")])
    ruleset = None
    if campaign.active_ruleset_id is not UNSET:
        owner = (campaign.application_id, campaign.id)
        ruleset = await rulesets.find(db, *owner, campaign.active_ruleset_id)
    own = {"state": "disabled", "user_id": person_id}
    return [
        await copy_into(db, target, {**local(campaign, target), **values, **own}, ruleset, now)
        for target in targets
    ]


def local(campaign: Campaign, target: Application) -> dict[str, Any]:
    """What a copy keeps only within the same Application."""
    if target.id != campaign.application_id:
        return {}
    values = {name: getattr(campaign, name) for name in LOCAL}
    return {name: value for name, value in values.items() if value is not UNSET}


async def copy_into(
    db: Db, target: Application, values: dict[str, Any], ruleset: Ruleset | None, now: datetime
) -> Campaign:
    """One copy, with the same rules active."""
    made = await campaigns.insert(db, target.id, values, now)
    await applications.touch(db, target.id)
    if ruleset is None:
        return made
    rules = {
        "user_id": values["user_id"],
        "rules": ruleset.rules,
        "strikethrough_rules": ruleset.strikethrough_rules,
        "bindings": ruleset.bindings,
        "rb_version": ruleset.rb_version,
    }
    stored = await rulesets.insert(db, target.id, made.id, rules, now)
    await rulesets.activate(db, target.id, made.id, stored.id, now)
    made.active_ruleset_id = stored.id
    return made
