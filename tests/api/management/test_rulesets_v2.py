"""Rulesets in blocks: what is written in blocks or arrays can be read in both."""

import pytest

from tests.api.management.making import RULES, an_attribute, places
from tests.contracts import CONTRACTS
from tests.engine.blocks.fitting import misfits

TOTAL = [".", "Session", "Total"]
TEN = {
    "id": "b", "type": "awardDiscount", "name": "ten", "value": "{{$Session.Total * 0.1}}",
    "partial": False, "target": {"type": "cart"},
}  # fmt: skip


@pytest.fixture
def path_v2(path):
    """The path of the rulesets of the campaign, in blocks."""
    return path.replace("/v1/", "/v2/") + "/rulesets"


def checks(operator, **more):
    """A block that looks at the total."""
    return {
        "id": "a", "type": "checkAttribute", "operator": operator, "attribute": "$Session.Total",
        **more,
    }  # fmt: skip


def rules(*blocks, **more):
    """The body of a ruleset with one rule."""
    return {"promotionRules": [{"title": "t", "blocks": list(blocks)}], **more}


def test_what_is_written_in_blocks_is_read_in_arrays(call, path, path_v2):
    made = call("POST", path_v2, rules(checks("greaterThan", value=50), TEN), status=201).json()
    stored = call("GET", f"{path}/rulesets/{made['id']}").json()
    assert stored["rules"][0]["condition"] == [">", TOTAL, 50]
    assert stored["rules"][0]["effects"] == [["setDiscount", "ten", ["*", TOTAL, 0.1]]]
    assert call("GET", f"{path_v2}/{made['id']}").json() == made
    again = {name: made[name] for name in ("promotionRules", "strikethroughRules", "selectors")}
    written = call("POST", path_v2, again, status=201).json()
    assert written["promotionRules"] == made["promotionRules"]


def test_what_is_written_in_arrays_is_read_in_blocks(call, path, path_v2):
    made = call("POST", f"{path}/rulesets", RULES, status=201).json()
    shown = call("GET", f"{path_v2}/{made['id']}").json()
    (rule,) = shown["promotionRules"]
    assert [block["type"] for block in rule["blocks"]] == ["awardDiscount"]
    assert rule["blocks"][0]["value"] == "{{$Session.Total * 0.1}}"
    assert (shown["id"], shown["campaignId"]) == (made["id"], made["campaignId"])


def test_blocks_name_what_they_use(call, path, path_v2):
    known = an_attribute(call, "CustomerProfile", "Level", type="number")
    effect = ["updateAttribute", "Profile.Attributes.Level", 3]
    body = {"rules": [{"title": "t", "condition": ["and"], "effects": [effect]}], "bindings": []}
    made = call("POST", f"{path}/rulesets", body, status=201).json()
    shown = call("GET", f"{path_v2}/{made['id']}").json()
    (block,) = shown["promotionRules"][0]["blocks"]
    assert block["attribute"] == {
        "id": known["id"], "entity": "CustomerProfile", "name": "Level", "title": "Level",
        "type": "number",
    }  # fmt: skip


ITEMS = [".", "Session", "CartItems"]
SKU = ["=", [".", "Item", "Sku"], "s"]
CONDITION = [
    "and",
    ["onFailure", ["between", TOTAL, 1, 9], ["showNotification", "Info", "a", "b"]],
    ["or", ["couponValid"], ["not", ["or", ["referralValid"]]]],
    ["budgetAvailable", "setDiscount"],
    ["eventType", "x"],
    ["oneOf", TOTAL, ["list", 1, 2]],
    ["catch", False, ["=", TOTAL, 1]],
]
EFFECTS = [
    ["addFreeItem", "n", "s", 2],
    ["catch", ["noop"], ["showNotification", "Info", "a", "b"]],
    ["createCoupon", 1, "", ["kv", "usageLimit", 2]],
    ["createReferral", 1, ""],
    ["reserveCoupon"],
    ["awardGiveaway", 7],
    ["addToAudience", 7],
    ["triggerWebhook", 7, TOTAL],
    ["customEffect", 7],
    ["setDiscountPerItem", "n", [".", "S"], [["Item"], 1]],
    ["setDiscountPerItem", "n", ["filter", ITEMS, [["Item"], SKU]], [["Item"], 1]],
    ["setDiscountPerAdditionalCost", "n", "shipping", 1],
]
PIPELINE = ["reverse", ["filter", ITEMS, [["Item"], ["catch", False, SKU]]]]
STRIKE = {
    "title": "s", "condition": ["and", SKU],
    "effects": [["setDiscountPerItem", "n", ITEMS, [["Item"], 1]]],
}  # fmt: skip
EVERYTHING = {
    "rules": [{"title": "t", "condition": CONDITION, "effects": EFFECTS}],
    "strikethroughRules": [{**STRIKE, "condition": ["and"]}],
    "bindings": [
        {"name": "B", "type": "bundle", "expression": ["bundle", ["list", ITEMS, 1]]},
        {"name": "S", "type": "cartItemFilter", "expression": PIPELINE},
        {"name": "P", "type": "templateParameter", "expression": ["identity", 10]},
    ],
}


def test_every_kind_of_block_fits_the_contract(call, path, path_v2):
    made = call("POST", f"{path}/rulesets", EVERYTHING, status=201).json()
    shown = call("GET", f"{path_v2}/{made['id']}").json()
    assert CONTRACTS is None or not misfits(shown)
    again = {name: shown[name] for name in ("promotionRules", "strikethroughRules", "selectors",
                                            "bundles", "parameters")}  # fmt: skip
    second = call("POST", path_v2, again, status=201).json()
    stored = call("GET", f"{path}/rulesets/{second['id']}").json()
    same = ("rules", "bindings", "strikethroughRules")
    assert {name: stored[name] for name in same} == {name: made[name] for name in same}


POINTS = {"id": "p", "type": "awardLoyaltyPoints", "value": 1}
SHOUT = {"id": "p", "type": "passthrough", "expression": ["shout"]}
MANY = {"name": "S", "type": "selector", "source": "$Session.CartItems", "steps": [
    {"type": "select", "operator": "many", "from": "start", "count": 2}]}  # fmt: skip

# fmt: off
WRONG = [
    (rules(POINTS),                                       "/promotionRules/0/blocks/0/type"),
    (rules({"id": "x", "type": "shout"}),                 "/promotionRules/0/blocks/0/type"),
    (rules({**TEN, "tags": 5, "name": 5}),                "/promotionRules/0/blocks/0/name"),
    (rules({"id": "x"}),                                  "/promotionRules/0/blocks/0/type"),
    (rules(TEN, checks("equals", value=1)),               "/promotionRules/0/blocks/1"),
    (rules(checks("resembles", value=1)),                 "/promotionRules/0/blocks/0/operator"),
    (rules(checks("equals")),                             "/promotionRules/0/blocks/0/value"),
    (rules(checks("isTrue", value=1)),                    "/promotionRules/0/blocks/0/value"),
    (rules({**TEN, "value": "{{1 +}}"}),                  "/promotionRules/0/blocks/0/value"),
    (rules({**TEN, "value": "much"}),                     "/promotionRules/0/blocks/0/value"),
    (rules({**TEN, "target": {"type": "globalFilter", "name": "x"}}),
                                                          "/promotionRules/0/blocks/0/target"),
    (rules({**TEN, "onFailure": []}),                     "/promotionRules/0/blocks/0/onFailure"),
    (rules({"id": "g", "type": "group", "operator": "all", "blocks": [POINTS]}),
                                                 "/promotionRules/0/blocks/0/blocks/0/type"),
    (rules(TEN, SHOUT),                                   "/promotionRules/0/blocks/1"),
    (rules(checks("equals", value=1), checks("startsWith", value="a")),
                                                          "/promotionRules/0/blocks/1"),
    (rules(selectors=[MANY]),                             "/selectors/0/steps/0"),
    ({"promotionRules": [], "strikethroughRules": [{"title": "t", "blocks": [
        {"id": "c", "type": "checkCoupon", "redeem": True}]}]},
                                                          "/strikethroughRules/0/blocks/0/type"),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_wrong_blocks_are_refused_with_their_place(call, path, path_v2, body, where):
    refused = call("POST", path_v2, {**body, "activate": True}, status=400)
    assert places(refused) == {where}
    assert call("GET", f"{path}/rulesets").json()["data"] == []


def test_a_ruleset_in_blocks_may_be_made_active(call, path, path_v2):
    made = call("POST", path_v2, rules(TEN, activate=True), status=201).json()
    assert "activatedAt" in made
    assert call("GET", path).json()["activeRulesetId"] == made["id"]


def test_rulesets_of_others_are_not_there(call, path_v2, stranger):
    made = call("POST", path_v2, rules(TEN), status=201).json()
    stranger("GET", f"{path_v2}/{made['id']}", status=404)
    stranger("POST", path_v2, rules(TEN), status=404)
    call("GET", f"{path_v2}/{made['id'] + 1}", status=404)
