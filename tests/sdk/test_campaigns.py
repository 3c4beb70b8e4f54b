"""The official client reads, changes, copies and deletes campaigns, and reads their rules."""

import json
from datetime import UTC, datetime

import pytest
from talon_one import CampaignCopy, CampaignSearch, LimitConfig, UpdateCampaign
from talon_one.exceptions import NotFoundException

from tests import kit
from tests.sdk.merchant import TEN_PERCENT, rule

RULE = rule("greet", ["couponValid"], effects=[])


def test_a_campaign_is_read_as_it_is_listed(merchant):
    found = merchant.management.get_campaign(*merchant.owner)
    assert (found.name, found.frontend_state) == (merchant.campaign["name"], "running")
    listed = merchant.management.get_campaigns(
        merchant.shop.id, campaign_state="running", sort="-created"
    )
    assert [one.to_dict() for one in listed.data] == [found.to_dict()]
    assert merchant.management.get_campaigns(merchant.shop.id, name="nobody").data == []


def test_a_campaign_is_changed(merchant):
    merchant.attribute("Campaign", "channel")
    ends = datetime(2090, 1, 31, 8, tzinfo=UTC)
    change = UpdateCampaign(
        name="Spring", description="Until it is warm", end_time=ends, tags=["spring"],
        attributes={"channel": "web"}, features=["coupons"],
        limits=[LimitConfig(action="setDiscount", limit=100, entities=[])],
    )  # fmt: skip
    changed = merchant.management.update_campaign(*merchant.owner, change)
    assert (changed.name, changed.end_time, changed.tags) == ("Spring", ends, ["spring"])
    assert changed.budgets[0].to_dict() == {"action": "setDiscount", "limit": 100, "counter": 0}
    found = merchant.management.get_campaign_by_attributes(
        merchant.shop.id, CampaignSearch(attributes={"channel": "web"})
    )
    assert [one.id for one in found.data] == [changed.id]
    change.state = "disabled"
    assert merchant.management.update_campaign(*merchant.owner, change).state == "disabled"


def test_a_campaign_is_copied_with_its_rules_into_other_applications(merchant):
    merchant.rules(RULE)
    other = kit.an_application(merchant.call)
    copy = CampaignCopy(application_ids=[other.id, merchant.shop.id], name="Copy")
    made = merchant.management.copy_campaign_to_applications(*merchant.owner, copy)
    assert [one.application_id for one in made.data] == [other.id, merchant.shop.id]
    (ruleset,) = merchant.management.get_rulesets(other.id, made.data[0].id).data
    assert ruleset.rules[0].title == "greet"
    assert made.data[0].active_ruleset_id == ruleset.id


def test_the_rules_of_a_campaign_are_read(merchant):
    made = merchant.rules(RULE)
    assert merchant.management.get_campaign(*merchant.owner).active_ruleset_id == made["id"]
    found = merchant.management.get_ruleset(*merchant.owner, made["id"])
    assert found.rules[0].condition == ["and", ["couponValid"]]
    assert found.campaign_id == merchant.campaign["id"]


def test_effects_of_rules_are_read_as_the_contract_has_them(merchant):
    # The client takes effects for objects and cannot parse lists, which the contract says they are.
    answer = merchant.management.get_rulesets_without_preload_content(*merchant.owner, sort="id")
    (ruleset,) = json.loads(answer.data)["data"]
    assert ruleset["rules"][0]["effects"] == [TEN_PERCENT]


def test_a_campaign_that_was_deleted_is_not_found(merchant):
    assert merchant.management.delete_campaign(*merchant.owner) is None
    assert merchant.management.get_campaigns(merchant.shop.id).data == []
    with pytest.raises(NotFoundException):
        merchant.management.get_campaign(*merchant.owner)
