"""Making and changing campaigns: what one may be, and what its budgets forget when they change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from largesse.kit.codes import check_alphabet, check_pattern
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import given
from largesse.model.attributes import Attribute, merged, missing_faults, value_faults
from largesse.model.campaigns import Application, Campaign, NewCampaign, UpdateCampaign
from largesse.model.limits import limit_faults, shape_of
from largesse.storage import applications, attributes, campaigns, rulesets, stores
from largesse.storage.db import Db

CODE_SETTINGS: Final = {
    "coupon_settings": "couponSettings",
    "referral_settings": "referralSettings",
}


async def create_campaign(
    db: Db, application: Application, person_id: int, data: NewCampaign, *, now: datetime
) -> Campaign:
    """Make a campaign. Its rules come after it."""
    values = {"limits": application.limits, **columns(given(data))}
    await check(db, application, None, values)
    made = await campaigns.insert(db, application.id, {"user_id": person_id, **values}, now)
    await applications.touch(db, application.id)
    return made


async def update_campaign(
    db: Db, application: Application, campaign: Campaign, data: UpdateCampaign, *, now: datetime
) -> Campaign:
    """Change a campaign. What is not named stays; a limit that is new has spent nothing."""
    if application.enable_campaign_state_management:
        raise Invalid("Campaigns of this Application are changed by revisions only")
    if campaign.state == "archived":
        raise Invalid("An archived campaign cannot be changed", "/state")
    values = columns(given(data))
    await check(db, application, campaign, values)
    changed = await campaigns.update(db, application.id, campaign.id, values, now)
    assert changed is not None, "its path was loaded in this transaction"
    old = {shape_of(limit): limit for limit in campaign.limits}
    new = {shape_of(limit): limit for limit in changed.limits}
    moved = [{**old, **new}[shape] for shape in sorted(old.keys() ^ new.keys())]
    await campaigns.reset_counters(db, (application.id, campaign.id), moved)
    await applications.touch(db, application.id)
    return changed


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """What is stored of the members that were sent: attributes without those that a null clears."""
    for name in ("attributes", "coupon_attributes"):
        if name in values:
            values[name] = merged({}, values[name])
    return values


async def check(
    db: Db, application: Application, campaign: Campaign | None, values: Mapping[str, Any]
) -> None:
    """Raise `Invalid` with everything that is wrong with the values for a campaign."""
    known = await attributes.of_account(db, application.account_id)
    faults = [
        *attribute_faults(known, application, campaign, values),
        *schedule_faults(campaign, values),
        *limit_faults(values["limits"]),
        *code_faults(values),
        *state_faults(application, values),
        *await reference_faults(db, application.id, campaign, values),
    ]
    if faults:
        raise Invalid.of(faults)


def attribute_faults(
    known: Sequence[Attribute],
    application: Application,
    campaign: Campaign | None,
    values: Mapping[str, Any],
) -> Iterator[Fault]:
    """Attributes of the campaign and of its coupons to come."""
    sent = values.get("attributes", {})
    yield from value_faults(known, sent, "Campaign", application.id)
    kept = campaign.attributes if campaign else {}
    mandatory = application.attributes_settings.mandatory.campaigns
    yield from missing_faults(values.get("attributes", kept), mandatory)
    yield from value_faults(
        known, values.get("coupon_attributes", {}), "Coupon", application.id, at="/couponAttributes"
    )


def schedule_faults(campaign: Campaign | None, values: Mapping[str, Any]) -> Iterator[Fault]:
    """A campaign ends after it has begun."""
    kept_start, kept_end = (campaign.start_time, campaign.end_time) if campaign else (None, None)
    start, end = values.get("start_time", kept_start), values.get("end_time", kept_end)
    if start and end and end <= start:
        yield Fault("Invalid", "A campaign ends after its start", "/endTime")


def code_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """How codes of coupons and referrals may look."""
    for name, outer in CODE_SETTINGS.items():
        if name in values:
            try:
                check_pattern(values[name].coupon_pattern, f"/{outer}/couponPattern")
                check_alphabet(values[name].valid_characters, f"/{outer}/validCharacters")
            except Invalid as problem:
                yield from problem.faults


def state_faults(application: Application, values: Mapping[str, Any]) -> Iterator[Fault]:
    """Staging is for Applications that manage the states of their campaigns."""
    if values.get("state") == "staged" and not application.enable_campaign_state_management:
        yield Fault("Invalid", "Campaigns of this Application are not staged", "/state")


async def reference_faults(
    db: Db, application_id: int, campaign: Campaign | None, values: Mapping[str, Any]
) -> list[Fault]:
    """Stores of another Application, rulesets of another campaign. What is linked may stay."""
    faults = []
    wanted = values.get("linked_store_ids", [])
    kept = campaign.linked_store_ids if campaign else []
    known = await stores.known(db, application_id, wanted)
    for at, store_id in enumerate(wanted):
        if store_id not in known and store_id not in kept:
            details = f"There is no store {store_id} in this Application"
            faults.append(Fault("Not found", details, f"/linkedStoreIds/{at}"))
    ruleset_id = values.get("active_ruleset_id")
    if ruleset_id is not None:
        owner = campaign.id if campaign else 0
        if not await rulesets.find(db, application_id, owner, ruleset_id):
            details = f"There is no ruleset {ruleset_id} of this campaign"
            faults.append(Fault("Not found", details, "/activeRulesetId"))
    return faults
