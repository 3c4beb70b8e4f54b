"""Additional costs of the account."""

import pytest

from tests.api.management.making import places, version

NEW = {"name": "shipping", "title": "Shipping", "description": ""}

# fmt: off
WRONG = [
    ({**NEW, "name": "with blank"},                       {"/name"}),
    ({**NEW, "title": "1"},                               {"/title"}),
    ({**NEW, "type": "order"},                            {"/type"}),
    ({**NEW, "subscribedApplicationsIds": [999_999_999]}, {"/subscribedApplicationsIds/0"}),
    ({"name": "shipping", "title": "Shipping"},           {"/description"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_a_wrong_cost_is_refused(call, body, where):
    assert places(call("POST", "/v1/additional_costs", body, status=400)) == where
    assert call("GET", "/v1/additional_costs").json()["data"] == []


def test_a_cost_is_of_the_session_unless_told_otherwise(call, shop):
    before = version(call, shop.id)
    made = call("POST", "/v1/additional_costs", NEW, status=201).json()
    assert made["type"] == "session"
    assert made["accountId"] == call.account_id
    assert call("GET", f"/v1/additional_costs/{made['id']}").json() == made
    assert call("GET", "/v1/additional_costs").json() == {"totalResultSize": 1, "data": [made]}
    assert version(call, shop.id) > before
    call("POST", "/v1/additional_costs", NEW, status=409)


def test_all_but_the_name_can_change(call, shop):
    made = call("POST", "/v1/additional_costs", NEW, status=201).json()
    path = f"/v1/additional_costs/{made['id']}"
    body = {**NEW, "title": "Post", "type": "both", "subscribedApplicationsIds": [shop.id]}
    before = version(call, shop.id)
    assert call("PUT", path, body, status=200).json() == {**made, **body}
    assert version(call, shop.id) > before
    assert places(call("PUT", path, {**body, "name": "post"}, status=400)) == {"/name"}


def test_costs_of_another_account_are_not_there(call, stranger):
    made = call("POST", "/v1/additional_costs", NEW, status=201).json()
    stranger("GET", f"/v1/additional_costs/{made['id']}", status=404)
    stranger("PUT", f"/v1/additional_costs/{made['id']}", NEW, status=404)
    assert stranger("GET", "/v1/additional_costs").json()["data"] == []
