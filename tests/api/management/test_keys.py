"""Keys: shown once, refused once they are gone or over, never for more than their maker may."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests import kit
from tests.api.management.making import places

PLATFORMS = ("braze", "iterable", "segment", "mparticle", "emarsys", "customer_engagement",
             "customer_data")  # fmt: skip
LATER = "2100-01-01T00:00:00Z"


def soon(seconds: float) -> str:
    """An instant near now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def keys(within):
    """The path of the keys of an Application."""
    return f"{within}/api_keys"


@pytest.mark.parametrize("platform", ["none", *PLATFORMS])
def test_only_the_answer_that_made_a_key_has_its_secret(call, keys, platform):
    body = {"title": "Till", "expires": LATER, "platform": platform}
    made = call("POST", keys, body, status=201).json()
    assert made["key"].startswith("lgs_int_" if platform == "none" else "lgs_3p_")
    assert made["title"] == "Till"
    assert made["platform"] == platform
    listed = call("GET", keys).json()
    assert made["key"] not in json.dumps(listed)
    assert made["id"] in {one["id"] for one in listed["data"]}


def test_the_database_does_not_know_the_secret(call, keys, server):
    made = call("POST", keys, {"title": "Till", "expires": LATER}, status=201).json()
    row = server.sql("select * from api_key where id = $1", made["id"])[0]
    assert made["key"] not in str(dict(row))


# fmt: off
WRONG = [
    ({"title": "", "expires": LATER},                        {"/title"}),
    ({"title": "a"},                                         {"/expires"}),
    ({"title": "a", "expires": "2020-01-01T00:00:00Z"},      {"/expires"}),
    ({"title": "a", "expires": "tomorrow"},                  {"/expires"}),
    ({"title": "a", "expires": LATER, "platform": "fax"},    {"/platform"}),
    ({"title": "a", "expires": LATER, "type": "production"}, {"/type"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_a_wrong_key_is_refused(call, keys, body, where):
    before = call("GET", keys).json()
    assert places(call("POST", keys, body, status=400)) == where
    assert call("GET", keys).json() == before


def test_a_key_may_live_for_a_second(call, shop, keys, server):
    body = {"title": "Brief", "expires": soon(1)}
    key = "ApiKey-v1 " + call("POST", keys, body, status=201).json()["key"]
    server.clock.move(seconds=2)
    call("PUT", "/v2/customer_profiles/p", {}, key=key, status=401)


def test_a_deleted_key_is_refused_within_two_seconds(call, shop, keys, server):
    made = call("POST", keys, {"title": "Till", "expires": LATER}, status=201).json()
    key = "ApiKey-v1 " + made["key"]
    assert call("PUT", "/v2/customer_profiles/p", {}, key=key).status_code != 401
    call("DELETE", f"{keys}/{made['id']}", status=204)
    server.run(server.parts.live.look())  # What the process does every second by itself.
    call("PUT", "/v2/customer_profiles/p", {}, key=key, status=401)
    call("DELETE", f"{keys}/{made['id']}", status=404)


def test_a_key_is_deleted_within_its_own_application_only(call, shop, keys, stranger):
    made = call("POST", keys, {"title": "Till", "expires": LATER}, status=201).json()
    other = kit.an_application(call)
    call("DELETE", f"/v1/applications/{other.id}/api_keys/{made['id']}", status=404)
    stranger("DELETE", f"{keys}/{made['id']}", status=404)
    stranger("GET", keys, status=404)
    stranger("POST", keys, {"title": "Till", "expires": LATER}, status=404)


def management(call, status=201, key=None, **values):
    """A new management key."""
    body = {"name": "Robot", "expiryDate": LATER, **values}
    return call("POST", "/v1/management_keys", body, key=key, status=status)


def header(made) -> str:
    """The key of an answer as it stands in the Authorization header."""
    return "ManagementKey-v1 " + made.json()["key"]


def test_a_management_key_works_until_it_is_deleted(call, server):
    made = management(call)
    assert made.json()["key"].startswith("lgs_mgt_")
    call("GET", "/v1/applications", key=header(made), status=200)
    listed = call("GET", "/v1/management_keys").text
    assert made.json()["key"] not in listed
    call("DELETE", f"/v1/management_keys/{made.json()['id']}", status=204)
    server.run(server.parts.live.look())
    call("GET", "/v1/applications", key=header(made), status=401)


def test_a_management_key_sees_its_applications_only(call, shop):
    other = kit.an_application(call)
    key = header(management(call, allowedApplicationIds=[shop.id]))
    seen = call("GET", "/v1/applications", key=key).json()
    assert [one["id"] for one in seen["data"]] == [shop.id]
    call("GET", f"/v1/applications/{other.id}", key=key, status=404)
    body = {"name": "New", "currency": "EUR", "timezone": "UTC"}
    call("POST", "/v1/applications", body, key=key, status=403)


def test_a_management_key_calls_its_endpoints_only(call, shop):
    key = header(management(call, endpoints=[{"path": "/v1/applications", "method": "GET"}]))
    call("GET", "/v1/applications", key=key, status=200)
    call("GET", f"/v1/applications/{shop.id}", key=key, status=403)


def test_a_key_makes_no_key_that_may_do_more(call, shop):
    makes = {"path": "/v1/management_keys"}
    reads = {"path": "/v1/applications", "method": "GET"}
    other = kit.an_application(call)
    key = header(management(call, endpoints=[makes, reads], allowedApplicationIds=[shop.id]))
    mine = {"endpoints": [reads], "allowedApplicationIds": [shop.id]}
    management(call, key=key, **mine)
    management(call, key=key, status=403)
    management(call, key=key, status=403, **{**mine, "endpoints": []})
    management(call, key=key, status=403, **{**mine, "endpoints": [{"path": "/v1/coupons"}]})
    management(call, key=key, status=403, **{**mine, "allowedApplicationIds": []})
    management(call, key=key, status=403, **{**mine, "allowedApplicationIds": [other.id]})


# fmt: off
WRONG_MANAGEMENT = [
    ({"name": ""},                                         {"/name"}),
    ({"expiryDate": "2020-01-01T00:00:00Z"},               {"/expiryDate"}),
    ({"allowedApplicationIds": [999_999_999]},             {"/allowedApplicationIds/0"}),
    ({"endpoints": [{"path": "everything"}]},              {"/endpoints/0/path"}),
    ({"endpoints": [{"path": "/v1/x", "method": "LOOK"}]}, {"/endpoints/0/method"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG_MANAGEMENT)
def test_a_wrong_management_key_is_refused(call, values, where):
    assert places(management(call, status=400, **values)) == where


def test_management_keys_of_another_account_are_not_there(call, stranger):
    made = management(call).json()
    stranger("DELETE", f"/v1/management_keys/{made['id']}", status=404)
    listed = stranger("GET", "/v1/management_keys").json()["data"]
    assert made["id"] not in {one["id"] for one in listed}
