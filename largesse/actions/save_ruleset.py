"""Storing rules: checked before they are stored, so that what is stored can run."""

from datetime import datetime

from largesse.engine.check_ruleset import check_ruleset
from largesse.engine.vocabulary import names_of
from largesse.kit.problems import Invalid, must
from largesse.model.campaigns import Application, Campaign, NewRuleset, Ruleset
from largesse.storage import applications, attributes, campaigns, rulesets
from largesse.storage.db import Db


async def create_ruleset(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: NewRuleset,
    *,
    person_id: int,
    now: datetime,
) -> Ruleset:
    """Store rules for a campaign, and let it run by them if they shall be active."""
    names = names_of(await attributes.of_account(db, application.account_id), application.id)
    faults = check_ruleset(names, data, campaign_type=campaign.type)
    if faults:
        raise Invalid.of(faults)
    values = {
        "user_id": person_id,
        "rules": data.rules,
        "strikethrough_rules": data.strikethrough_rules,
        "bindings": data.bindings,
        "rb_version": data.rb_version,
    }
    made = await rulesets.insert(db, application.id, campaign.id, values, now)
    if data.activate:
        await rulesets.activate(db, application.id, campaign.id, made.id, now)
        await applications.touch(db, application.id)
        made.activated_at = now
    return made


async def activate_ruleset(
    db: Db, application: Application, campaign: Campaign, ruleset_id: int, *, now: datetime
) -> Campaign:
    """Let a campaign run by one of its rulesets."""
    found = await rulesets.activate(db, application.id, campaign.id, ruleset_id, now)
    must(found or None, "ruleset", ruleset_id)
    await applications.touch(db, application.id)
    changed = await campaigns.find(db, application.id, campaign.id)
    return must(changed, "campaign", campaign.id)
