"""Settings of the running server, and the names that the gateway knows it under."""

import uuid

import pytest

from tests.api.management.making import places


def test_what_a_change_does_not_name_stays(call):
    assert call("GET", "/v1/settings").json() == {"thirdPartyRate": "off", "allowedIPs": []}
    changed = call("PUT", "/v1/settings", {"thirdPartyRate": "3/10s"}, status=200).json()
    assert changed == {"thirdPartyRate": "3/10s", "allowedIPs": []}
    networks = ["203.0.113.0/24", "127.0.0.1", "::1"]
    changed = call("PUT", "/v1/settings", {"allowedIPs": networks}, status=200).json()
    assert changed == {"thirdPartyRate": "3/10s", "allowedIPs": networks}
    assert call("GET", "/v1/settings").json() == changed
    assert call("PUT", "/v1/settings", changed, status=200).json() == changed
    assert call("PUT", "/v1/settings", {"allowedIPs": []}, status=200).json()["allowedIPs"] == []


def test_nobody_shuts_themselves_out(call):
    body = {"allowedIPs": ["203.0.113.0/24", "2001:db8::/32"]}
    assert places(call("PUT", "/v1/settings", body, status=400)) == {"/allowedIPs"}
    call("GET", "/v1/settings", status=200)


@pytest.mark.parametrize("rate", ["off", "3/10s", "100/m", "5000/h"])
def test_a_rate_is_a_number_in_a_time(call, rate):
    answer = call("PUT", "/v1/settings", {"thirdPartyRate": rate}, status=200).json()
    assert answer["thirdPartyRate"] == rate


# fmt: off
WRONG = [
    ({"thirdPartyRate": "often"},                     {"/thirdPartyRate"}),
    ({"thirdPartyRate": "0/s"},                       {"/thirdPartyRate"}),
    ({"thirdPartyRate": 3},                           {"/thirdPartyRate"}),
    ({"allowedIPs": "203.0.113.0/24"},                {"/allowedIPs"}),
    ({"allowedIPs": ["203.0.113.1", "example.test"]}, {"/allowedIPs/1"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_a_wrong_setting_changes_nothing(call, body, where):
    assert places(call("PUT", "/v1/settings", {"allowedIPs": [], **body}, status=400)) == where
    assert call("GET", "/v1/settings").json() == {"thirdPartyRate": "off", "allowedIPs": []}


def test_settings_belong_to_an_account(call, stranger):
    call("PUT", "/v1/settings", {"thirdPartyRate": "3/10s"}, status=200)
    assert stranger("GET", "/v1/settings").json()["thirdPartyRate"] == "off"


def a_host() -> str:
    """A name that no other test uses."""
    return f"{uuid.uuid4().hex}.promo.test"


def test_the_gateway_knows_a_name_until_it_is_deleted(call, server, stranger):
    host = a_host()
    made = call("POST", "/v1/deployments", {"host": host.upper()}, status=201).json()
    assert made["host"] == host
    assert call("GET", "/v1/deployments").json()["data"] == [made]
    server.run(server.parts.live.look())
    assert server.run(server.parts.live.is_deployment(host))
    call("POST", "/v1/deployments", {"host": host}, status=409)
    stranger("POST", "/v1/deployments", {"host": host}, status=409)
    stranger("DELETE", f"/v1/deployments/{made['id']}", status=404)
    call("DELETE", f"/v1/deployments/{made['id']}", status=204)
    call("DELETE", f"/v1/deployments/{made['id']}", status=404)
    server.run(server.parts.live.look())
    assert not server.run(server.parts.live.is_deployment(host))


@pytest.mark.parametrize("host", ["", "two words", "http://x.test", "-x.test", "x..test", "x_y"])
def test_a_name_is_that_of_a_host(call, host):
    assert places(call("POST", "/v1/deployments", {"host": host}, status=400)) == {"/host"}
