"""Stores: the shops of an Application."""

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places, version

NEW = {"name": "North", "description": "", "integrationId": "store-north"}


@pytest.fixture
def stores(within):
    """The path of the stores of an Application."""
    return f"{within}/stores"


# fmt: off
WRONG = [
    ({**NEW, "name": ""},                      {"/name"}),
    ({**NEW, "name": "n" * 201},               {"/name"}),
    ({**NEW, "integrationId": ""},             {"/integrationId"}),
    ({**NEW, "integrationId": "i" * 1001},     {"/integrationId"}),
    ({**NEW, "attributes": {"Unknown": 1}},    {"/attributes/Unknown"}),
    ({**NEW, "attributes": {"Area": "large"}}, {"/attributes/Area"}),
    ({"name": "North", "integrationId": "n"},  {"/description"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_a_wrong_store_is_refused(call, stores, body, where):
    an_attribute(call, "Store", "Area", type="number")
    assert places(call("POST", stores, body, status=400)) == where
    assert call("GET", stores).json()["data"] == []


def test_a_store_is_made_changed_and_deleted(call, shop, stores):
    an_attribute(call, "Store", "Area", type="number")
    versions = [version(call, shop.id)]
    made = call("POST", stores, {**NEW, "attributes": {"Area": 70}}, status=201).json()
    versions.append(version(call, shop.id))
    call("POST", stores, NEW, status=409)
    path = f"{stores}/{made['id']}"
    assert call("GET", path).json() == made
    changed = call("PUT", path, {"name": "N", "description": "d"}, status=200).json()
    versions.append(version(call, shop.id))
    assert changed["integrationId"] == "store-north"
    assert changed["attributes"] == {"Area": 70}
    cleared = call("PUT", path, {"name": "N", "description": "", "attributes": {}}).json()
    assert cleared["attributes"] == {}
    call("DELETE", path, status=204)
    versions.append(version(call, shop.id))
    call("GET", path, status=404)
    call("PUT", path, {"name": "N", "description": ""}, status=404)
    call("DELETE", path, status=404)
    assert versions == sorted(set(versions))


def test_the_same_integration_id_may_be_used_in_another_application(call, stores):
    other = kit.an_application(call)
    call("POST", stores, NEW, status=201)
    call("POST", f"/v1/applications/{other.id}/stores", NEW, status=201)


# fmt: off
#    query                          names that it finds
QUERIES = [
    ("",                      ["North", "South", "Southwest"]),
    ("name=South",            ["South"]),
    ("integrationId=s-2",     ["South"]),
    ("query=outh",            ["South", "Southwest"]),
    ("query=S-3",             ["Southwest"]),
    ("query=%25",             []),
    ("sort=-name&pageSize=1", ["Southwest"]),
]
# fmt: on


@pytest.mark.parametrize("query, names", QUERIES)
def test_the_list_is_filtered(call, stores, query, names):
    for number, name in enumerate(["North", "South", "Southwest"], 1):
        body = {"name": name, "description": "", "integrationId": f"s-{number}"}
        call("POST", stores, body, status=201)
    found = call("GET", f"{stores}?{query}", status=200).json()
    assert [one["name"] for one in found["data"]] == names


def test_a_page_says_how_many_there_are_only_if_asked(call, stores):
    call("POST", stores, NEW, status=201)
    call("POST", stores, {**NEW, "integrationId": "other"}, status=201)
    plain = call("GET", f"{stores}?pageSize=1").json()
    assert plain["hasMore"] is True
    assert "totalResultSize" not in plain
    counted = call("GET", f"{stores}?pageSize=1&withTotalResultSize=true").json()
    assert counted["totalResultSize"] == 2
    assert "hasMore" not in counted


def test_a_store_knows_its_campaigns(call, shop, stores):
    made = call("POST", stores, NEW, status=201).json()
    other = call("POST", stores, {**NEW, "integrationId": "other"}, status=201).json()
    campaign = kit.a_campaign(call, shop, linkedStoreIds=[made["id"]])
    linked = call("GET", f"{stores}/{made['id']}").json()
    assert linked["linkedCampaignIds"] == [campaign["id"]]
    found = call("GET", f"{stores}?campaignId={campaign['id']}").json()
    assert [one["id"] for one in found["data"]] == [made["id"]]
    assert call("GET", f"{stores}/{other['id']}").json()["linkedCampaignIds"] == []


def test_a_campaign_of_a_deleted_store_does_not_run_everywhere(call, shop, stores):
    made = call("POST", stores, NEW, status=201).json()
    campaign = kit.a_campaign(call, shop, linkedStoreIds=[made["id"]])
    path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}"
    call("DELETE", f"{stores}/{made['id']}", status=204)
    assert call("GET", path).json()["linkedStoreIds"] == [made["id"]]
    call("PUT", path, campaign, status=200)


def test_stores_of_others_are_not_there(call, stores, stranger):
    made = call("POST", stores, NEW, status=201).json()
    other = kit.an_application(call)
    call("GET", f"/v1/applications/{other.id}/stores/{made['id']}", status=404)
    stranger("GET", stores, status=404)
    stranger("DELETE", f"{stores}/{made['id']}", status=404)
