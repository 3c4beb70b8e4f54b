"""Rulesets: checked before they are stored, never changed, made active one at a time."""

import pytest

from tests import kit
from tests.api.management.making import RULES, an_attribute, places, version

TOTAL = [".", "Session", "Total"]


def rules(condition=("and",), effects=(), **more):
    """The body of a ruleset with one rule."""
    rule = {"title": "t", "condition": list(condition), "effects": list(effects)}
    return {"rules": [rule], "bindings": [], **more}


SHOUTED = {"name": "b", "expression": ["shout"]}
SHOUTING = {"title": "s", "condition": ["and"], "effects": [["shout"]]}


# fmt: off
WRONG = [
    (rules(["and", ["unheardOf"]]),                            {"/rules/0/condition/1"}),
    (rules(["=", 1]),                                          {"/rules/0/condition"}),
    (rules(["+", 1, 2]),                                       {"/rules/0/condition"}),
    (rules(["not", 1]),                                       {"/rules/0/condition/1"}),
    (rules(["=", [".", "Session", "Attributes", "No"], 1]),    {"/rules/0/condition/1"}),
    (rules(effects=[["setDiscount", "a", "much"]]),            {"/rules/0/effects/0/2"}),
    (rules(effects=[["setDiscount", "a", 1], ["shout"]]),      {"/rules/0/effects/1"}),
    (rules([]),                                                {"/rules/0/condition"}),
    ({"rules": []},                                            {"/bindings"}),
    ({"bindings": []},                                         {"/rules"}),
    ({"rules": [{"condition": ["and"], "effects": []}], "bindings": []}, {"/rules/0/title"}),
    (rules(bindings=[SHOUTED]),                                {"/bindings/0/expression"}),
    (rules(strikethroughRules=[SHOUTING]),                     {"/strikethroughRules/0/effects/0"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_wrong_rules_are_refused_with_the_place_of_the_node(call, within, path, body, where):
    body = {**body, "activate": True}
    refused = call("POST", f"{path}/rulesets", body, status=400)
    assert places(refused) == where
    assert call("GET", f"{path}/rulesets").json()["data"] == []
    assert "activeRulesetId" not in call("GET", path).json()


def test_rules_are_stored_as_they_were_written(call, path):
    rule = {
        "id": "0b46f0d5-67f5-4b0e-9a40-1de3f7a4a0c9", "title": "ten", "description": "d",
        "condition": ["and", [">=", TOTAL, 50.25]],
        "effects": [["setDiscount", "10% off", ["*", TOTAL, 0.1]]],
        "bindings": [{"name": "half", "expression": ["/", TOTAL, 2]}],
    }  # fmt: skip
    binding = {"name": "Shoes", "type": "cartItemFilter", "expression": ["filter",
        [".", "Session", "CartItems"], [["Item"], ["=", [".", "Item", "Sku"], "s"]]]}  # fmt: skip
    body = {"rules": [rule], "bindings": [binding], "rbVersion": "v2"}
    made = call("POST", f"{path}/rulesets", body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert "activatedAt" not in made
    assert call("GET", f"{path}/rulesets/{made['id']}").json() == made
    assert call("GET", f"{path}/rulesets").json() == {"totalResultSize": 1, "data": [made]}


def test_one_ruleset_is_active(call, path, campaign):
    application_id = campaign["applicationId"]
    first = call("POST", f"{path}/rulesets", {**RULES, "activate": True}, status=201).json()
    versions = [version(call, application_id)]
    second = call("POST", f"{path}/rulesets", RULES, status=201).json()
    assert call("GET", path).json()["activeRulesetId"] == first["id"]
    versions.append(version(call, application_id))
    answer = call("POST", f"{path}/rulesets/{second['id']}/activate", status=200).json()
    versions.append(version(call, application_id))
    assert answer["activeRulesetId"] == second["id"]
    assert call("GET", path).json() == answer
    assert "activatedAt" in call("GET", f"{path}/rulesets/{second['id']}").json()
    assert versions[0] == versions[1] < versions[2]
    back = call("PUT", path, {**campaign, "activeRulesetId": first["id"]}, status=200).json()
    assert back["activeRulesetId"] == first["id"]


def test_a_ruleset_belongs_to_its_campaign(call, shop, path, stranger):
    made = call("POST", f"{path}/rulesets", RULES, status=201).json()
    sibling = kit.a_campaign(call, shop)
    elsewhere = f"/v1/applications/{shop.id}/campaigns/{sibling['id']}"
    call("GET", f"{elsewhere}/rulesets/{made['id']}", status=404)
    call("POST", f"{elsewhere}/rulesets/{made['id']}/activate", status=404)
    body = {**sibling, "activeRulesetId": made["id"]}
    assert places(call("PUT", elsewhere, body)) == {"/activeRulesetId"}
    stranger("GET", f"{path}/rulesets", status=404)
    stranger("GET", f"{path}/rulesets/{made['id']}", status=404)
    stranger("POST", f"{path}/rulesets", RULES, status=404)
    stranger("POST", f"{path}/rulesets/{made['id']}/activate", status=404)


def test_an_item_campaign_has_no_effects_on_the_session(call, shop, within):
    made = kit.a_campaign(call, shop, type="cartItem")
    refused = call("POST", f"{within}/campaigns/{made['id']}/rulesets", RULES, status=400)
    assert places(refused) == {"/rules/0/effects/0"}


def test_rules_know_the_attributes_of_their_application(call, shop, path):
    condition = ["=", [".", "Session", "Attributes", "City"], "Berlin"]
    call("POST", f"{path}/rulesets", rules(condition), status=400)
    an_attribute(call, "CustomerSession", "City", subscribedApplicationsIds=[shop.id])
    call("POST", f"{path}/rulesets", rules(condition), status=201)
    other = kit.an_application(call)
    elsewhere = kit.a_campaign(call, other)
    refused = call(
        "POST",
        f"/v1/applications/{other.id}/campaigns/{elsewhere['id']}/rulesets",
        rules(condition),
    )
    assert places(refused) == {"/rules/0/condition/1"}


def test_a_check_says_what_is_wrong_and_stores_nothing(call, within, path):
    wrong = call("POST", f"{within}/check", rules(["unheardOf"]), status=200).json()
    (problem,) = wrong["problems"]
    assert problem["pointer"] == "/rules/0/condition"
    assert problem["title"]
    assert problem["details"]
    right = call("POST", f"{within}/check", {**RULES, "activate": True}, status=200).json()
    assert right["problems"] == []
    assert right["sentences"] == [
        'When always, take (Session.Total times 0.1) off the session, called "10% off".'
    ]
    assert call("GET", f"{path}/rulesets").json()["data"] == []


@pytest.mark.parametrize("body, where", WRONG[:7])
def test_a_check_finds_what_storing_refuses(call, within, body, where):
    found = call("POST", f"{within}/check", body, status=200).json()["problems"]
    assert {problem["pointer"] for problem in found} == where
