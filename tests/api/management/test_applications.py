"""Applications: what they may be, and when they may go."""

import pytest

from tests import kit
from tests.api.management.making import a_code, an_attribute, places, version

NEW = {"name": "Shop", "currency": "EUR", "timezone": "Europe/Berlin"}
MANDATORY = "/attributesSettings/mandatory"


def mandatory(entities, *names):
    """Settings that demand attributes."""
    return {"attributesSettings": {"mandatory": {entities: list(names)}}}


# fmt: off
# what is different what is wrong
WRONG = [
    ({"name": ""},                                            {"/name"}),
    ({"timezone": "Mars/Olympus"},                            {"/timezone"}),
    ({"timezone": "Europe"},                                  {"/timezone"}),
    ({"currency": ""},                                        {"/currency"}),
    ({"caseSensitivity": "none"},                             {"/caseSensitivity"}),
    ({"attributes": {"Unknown": 1}},                          {"/attributes/Unknown"}),
    ({"attributes": {"Known": 1}},                            {"/attributes/Known"}),
    (mandatory("coupons", "Known"),                           {MANDATORY + "/coupons/0"}),
    (mandatory("campaigns", "Known"),                         {MANDATORY + "/campaigns/0"}),
    ({"limits": [{"action": "setDiscount", "limit": -1, "entities": []}]}, {"/limits/0"}),
    ({"limits": [{"action": "jump", "limit": 1, "entities": []}]}, {"/limits/0/action"}),
    ({"limits": [{"action": "setDiscount", "limit": 1, "entities": []},
                 {"action": "setDiscount", "limit": 2, "entities": []}]}, {"/limits/1"}),
    ({"limits": [{"action": "setDiscount", "limit": 1, "entities": ["Profile", "Profile"]}]},
        {"/limits/0/entities"}),
    ({"timezone": "x", "attributes": {"Unknown": 1}},         {"/timezone", "/attributes/Unknown"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG)
def test_a_wrong_application_is_refused_whole(call, values, where):
    an_attribute(call, "Application", "Known")
    before = call("GET", "/v1/applications").json()["totalResultSize"]
    refused = call("POST", "/v1/applications", {**NEW, **values}, status=400)
    assert places(refused) == where
    assert call("GET", "/v1/applications").json()["totalResultSize"] == before
    shop = kit.an_application(call)
    changed = call("PUT", f"/v1/applications/{shop.id}", {**NEW, **values}, status=400)
    assert places(changed) == where
    assert call("GET", f"/v1/applications/{shop.id}").json() == shop.body


def test_what_is_not_named_gets_the_usual_value(call):
    made = call("POST", "/v1/applications", NEW, status=201).json()
    assert made["caseSensitivity"] == "sensitive"
    assert made["enableFlattenedCartItems"] is True
    assert made["sandbox"] is False
    assert made["loyaltyPrograms"] == []
    assert call("GET", f"/v1/applications/{made['id']}").json() == made


def test_an_update_keeps_what_it_does_not_name(call):
    an_attribute(call, "Application", "Brand")
    values = {"enablePartialDiscounts": True, "attributes": {"Brand": "A"}, "description": "old"}
    shop = kit.an_application(call, **values)
    before = version(call, shop.id)
    changed = call("PUT", f"/v1/applications/{shop.id}", {**NEW, "description": "new"}).json()
    assert changed["enablePartialDiscounts"] is True
    assert changed["attributes"] == {"Brand": "A"}
    assert changed["description"] == "new"
    assert changed["timezone"] == "Europe/Berlin"
    assert version(call, shop.id) > before


def test_a_sandbox_stays_one(call):
    shop = kit.an_application(call, sandbox=True)
    body = {**NEW, "sandbox": False}
    assert places(call("PUT", f"/v1/applications/{shop.id}", body)) == {"/sandbox"}


def test_state_management_cannot_be_turned_off(call):
    shop = kit.an_application(call, enableCampaignStateManagement=True)
    body = {**NEW, "enableCampaignStateManagement": False}
    refused = call("PUT", f"/v1/applications/{shop.id}", body)
    assert places(refused) == {"/enableCampaignStateManagement"}


def test_an_application_with_running_campaigns_stays(call, server):
    shop = kit.an_application(call)
    campaign = kit.a_campaign(call, shop)
    path = f"/v1/applications/{shop.id}"
    a_code(call, f"{path}/campaigns/{campaign['id']}", "GOES-TOO")
    call("DELETE", path, status=409)
    update = {**campaign, "state": "disabled"}
    call("PUT", f"{path}/campaigns/{campaign['id']}", update, status=200)
    call("DELETE", path, status=204)
    call("GET", path, status=404)
    left = server.sql("select count(*) as n from coupon where application_id = $1", shop.id)
    assert left[0]["n"] == 0


@pytest.mark.parametrize(
    "schedule",
    [{"startTime": "2090-01-01T00:00:00Z"}, {"endTime": "2020-01-01T00:00:00Z"}],
    ids=str,
)
def test_campaigns_that_do_not_run_now_do_not_keep_it(call, schedule):
    shop = kit.an_application(call)
    kit.a_campaign(call, shop, **schedule)
    call("DELETE", f"/v1/applications/{shop.id}", status=204)


def test_the_key_of_a_deleted_application_is_refused(call, server):
    shop = kit.an_application(call)
    known = call("PUT", "/v2/customer_profiles/p", {}, key=shop.key)
    assert known.status_code != 401
    call("DELETE", f"/v1/applications/{shop.id}", status=204)
    server.run(server.parts.live.look())
    call("PUT", "/v2/customer_profiles/p", {}, key=shop.key, status=401)


def test_pages_are_windows_on_the_whole_list(call):
    made = [kit.an_application(call, name=name).id for name in "CAB"]
    by_name = call("GET", "/v1/applications?sort=name").json()
    assert [one["name"] for one in by_name["data"]] == ["A", "B", "C"]
    last = call("GET", "/v1/applications?pageSize=2&skip=2").json()
    assert [one["id"] for one in last["data"]] == made[2:]
    assert last["totalResultSize"] == 3
    beyond = call("GET", "/v1/applications?pageSize=2&skip=7").json()
    assert beyond == {"totalResultSize": 3, "data": []}
    backwards = call("GET", "/v1/applications?sort=-id&pageSize=1").json()
    assert backwards["data"][0]["id"] == made[2]
    assert backwards["totalResultSize"] == 3
    assert places(call("GET", "/v1/applications?sort=secret")) == {"sort"}


def test_another_account_sees_nothing(call, stranger, shop):
    path = f"/v1/applications/{shop.id}"
    assert stranger("GET", "/v1/applications").json()["data"] == []
    stranger("GET", path, status=404)
    stranger("PUT", path, NEW, status=404)
    stranger("DELETE", path, status=404)
    assert call("GET", path).json() == shop.body
