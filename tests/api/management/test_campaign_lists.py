"""Lists of campaigns, and their copies."""

import pytest

from tests import kit
from tests.api.management.making import RULES, an_attribute, places

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"

# fmt: off
#    query                              names that it finds
QUERIES = [
    ("",                                   ["Autumn", "Spring", "Summer"]),
    ("name=sUM",                           ["Summer"]),
    ("name=%25",                           []),
    ("tags=SHOES",                         ["Spring", "Summer"]),
    ("tags=shoes,hats",                    ["Summer"]),
    ("startBefore=2021-01-01T00:00:00Z",   ["Spring"]),
    ("startAfter=2021-01-01T00:00:00Z",    ["Summer"]),
    ("endBefore=2095-01-01T00:00:00Z",     ["Spring"]),
    ("endAfter=2095-01-01T00:00:00Z",      []),
    ("createdAfter=2020-01-01T00:00:00Z",  ["Autumn", "Spring", "Summer"]),
    ("createdBefore=2020-01-01T00:00:00Z", []),
    ("campaignGroupId=7",                  ["Autumn"]),
    ("templateId=7",                       []),
    ("campaignState=running&name=spring",  ["Spring"]),
    ("sort=-name&pageSize=2",              ["Summer", "Spring"]),
    ("sort=name&pageSize=1&skip=1",        ["Spring"]),
]
# fmt: on


@pytest.mark.parametrize("query, names", QUERIES)
def test_the_list_is_filtered(call, shop, within, query, names):
    kit.a_campaign(call, shop, name="Spring", tags=["Shoes"], startTime=PAST, endTime=FUTURE)
    kit.a_campaign(call, shop, name="Summer", tags=["shoes", "Hats"], startTime=FUTURE)
    kit.a_campaign(call, shop, name="Autumn", campaignGroups=[7])
    found = call("GET", f"{within}/campaigns?{query}", status=200).json()
    listed = [one["name"] for one in found["data"]]
    assert (listed if "sort" in query else sorted(listed)) == names


def test_the_list_is_filtered_by_store(call, shop, within):
    body = {"name": "North", "description": "", "integrationId": "n"}
    store = call("POST", f"{within}/stores", body, status=201).json()
    linked = kit.a_campaign(call, shop, linkedStoreIds=[store["id"]])
    kit.a_campaign(call, shop)
    found = call("GET", f"{within}/campaigns?storeId={store['id']}").json()
    assert [one["id"] for one in found["data"]] == [linked["id"]]


@pytest.mark.parametrize(
    "query, where",
    [
        ("campaignState=paused", {"campaignState"}),
        ("createdBefore=yesterday", {"createdBefore"}),
        ("pageSize=0", {"pageSize"}),
        ("pageSize=1001", {"pageSize"}),
        ("skip=-1", {"skip"}),
        ("sort=limits", {"sort"}),
    ],
)
def test_a_wrong_query_is_refused(call, within, query, where):
    assert places(call("GET", f"{within}/campaigns?{query}", status=400)) == where


def test_the_search_matches_all_attributes(call, shop, within):
    an_attribute(call, "Campaign", "Brand")
    an_attribute(call, "Campaign", "Size", type="number")
    both = kit.a_campaign(call, shop, attributes={"Brand": "A", "Size": 1})
    kit.a_campaign(call, shop, attributes={"Brand": "A", "Size": 2})
    off = kit.a_campaign(call, shop, attributes={"Brand": "A", "Size": 1}, state="disabled")
    search = f"{within}/campaigns_search"
    body = {"attributes": {"Brand": "A", "Size": 1}}
    found = call("POST", search, body, status=200).json()
    assert [one["id"] for one in found["data"]] == [both["id"], off["id"]]
    running = call("POST", f"{search}?campaignState=running", body).json()
    assert [one["id"] for one in running["data"]] == [both["id"]]
    assert places(call("POST", search, {}, status=400)) == {"/attributes"}


def test_a_copy_has_the_active_rules_and_is_disabled(call, shop, within, path, campaign):
    ruleset = call("POST", f"{path}/rulesets", {**RULES, "activate": True}, status=201).json()
    other = kit.an_application(call)
    body = {"applicationIds": [shop.id, other.id], "tags": ["copied"]}
    answer = call("POST", f"{path}/copy", body, status=200).json()
    assert answer["totalResultSize"] == 2
    here, there = answer["data"]
    for copy, application_id in ((here, shop.id), (there, other.id)):
        assert copy["applicationId"] == application_id
        assert copy["name"] == f"Copy of {campaign['name']}"
        assert copy["tags"] == ["copied"]
        assert copy["frontendState"] == "disabled"
        own = f"/v1/applications/{application_id}/campaigns/{copy['id']}"
        assert call("GET", own).json() == copy
        rules = call("GET", f"{own}/rulesets/{copy['activeRulesetId']}", status=200).json()
        assert rules["rules"] == ruleset["rules"]
        assert rules["id"] != ruleset["id"]


def test_a_copy_is_what_the_caller_says_of_it(call, shop, path):
    body = {
        "applicationIds": [shop.id], "name": "Twin", "description": "d",
        "startTime": PAST, "endTime": FUTURE,
    }  # fmt: skip
    (copy,) = call("POST", f"{path}/copy", body, status=200).json()["data"]
    assert {name: copy[name] for name in body if name != "applicationIds"} == {
        name: value for name, value in body.items() if name != "applicationIds"
    }


def test_a_copy_does_not_spend_what_the_first_has_spent(call, shop, within):
    limit = {"action": "setDiscount", "limit": 9, "entities": []}
    made = kit.a_campaign(call, shop, limits=[limit])
    path = f"{within}/campaigns/{made['id']}"
    (copy,) = call("POST", f"{path}/copy", {"applicationIds": [shop.id]}).json()["data"]
    assert copy["budgets"] == [{"action": "setDiscount", "limit": 9, "counter": 0}]


def test_a_copy_into_an_application_of_nobody_or_another_is_refused(call, shop, path, stranger):
    foreign = kit.an_application(stranger)
    body = {"applicationIds": [shop.id, foreign.id, 999_999_999]}
    before = call("GET", f"/v1/applications/{shop.id}/campaigns").json()
    refused = call("POST", f"{path}/copy", body, status=400)
    assert places(refused) == {"/applicationIds/1", "/applicationIds/2"}
    assert call("GET", f"/v1/applications/{shop.id}/campaigns").json() == before
    stranger("POST", f"{path}/copy", {"applicationIds": [foreign.id]}, status=404)
    wrong = {"applicationIds": [shop.id], "startTime": FUTURE, "endTime": PAST}
    assert places(call("POST", f"{path}/copy", wrong, status=400)) == {"/endTime"}
