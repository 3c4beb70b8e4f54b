"""Webhooks and cart item filters: what is checked before rules may use them."""

import pytest

from tests import kit
from tests.api.management.making import places, version

WEBHOOKS = "/v1/webhooks"
PARAMETER = {"type": "string", "title": "CouponCode", "ui": {}}
NEW = {
    "title": "Order hook",
    "applicationIds": [],
    "verb": "POST",
    "url": "https://hooks.example.test/order/${$CouponCode}",
    "headers": ["Content-Type: application/json"],
    "payload": '{"code":"${$CouponCode}"}',
    "params": [PARAMETER],
    "enabled": True,
    "draft": False,
}


def test_a_webhook_is_made_changed_and_deleted(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    body = {**NEW, "applicationIds": [shop.id]}
    made = call("POST", WEBHOOKS, body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 1, before[1])
    path = f"{WEBHOOKS}/{made['id']}"
    assert call("GET", path, status=200).json() == made
    call("POST", WEBHOOKS, NEW, status=409)
    changed = call("PUT", path, {**NEW, "verb": "PUT", "params": []}, status=200).json()
    assert (changed["verb"], changed["params"], changed["applicationIds"]) == ("PUT", [], [])
    assert version(call, other.id) == before[1] + 1
    call("DELETE", path, status=204)
    for method in ("GET", "DELETE"):
        call(method, path, status=404)
    call("PUT", path, NEW, status=404)


def test_a_session_is_decided_with_the_new_webhook(call, shop):
    call("POST", WEBHOOKS, NEW, status=201)
    path = "/v2/customer_sessions/one"
    body = {"customerSession": {"state": "open"}}
    call("PUT", path, body, key=shop.key, status=200)


# fmt: off
WRONG = [
    ({"title": "1st"},                                {"/title"}),
    ({"verb": "HEAD"},                                {"/verb"}),
    ({"url": ""},                                     {"/url"}),
    ({"url": "/order"},                               {"/url"}),
    ({"url": "www.example.test/order"},               {"/url"}),
    ({"url": "ftp://example.test/order"},             {"/url"}),
    ({"url": "https:///order"},                       {"/url"}),
    ({"url": "https://example.test:port/"},           {"/url"}),
    ({"url": "https://example.test/a b"},             {"/url"}),
    ({"url": "https://${$Host}/order"},               {"/url"}),
    ({"url": "https://me:secret@example.test/"},      {"/url"}),
    ({"headers": ["Content-Type"]},                   {"/headers/0"}),
    ({"headers": ["A: b", "C: d\r\nE: f"]},           {"/headers/1"}),
    ({"params": [PARAMETER, PARAMETER]},              {"/params/1/title"}),
    ({"params": [{**PARAMETER, "type": "money"}]},    {"/params/0/type"}),
    ({"applicationIds": [999_999_999]},               {"/applicationIds/0"}),
    ({"secret": "shared"},                            {"/secret"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG)
def test_a_wrong_webhook_is_refused(call, values, where):
    assert places(call("POST", WEBHOOKS, {**NEW, **values}, status=400)) == where
    assert call("GET", WEBHOOKS).json() == {"totalResultSize": 0, "data": []}


def test_webhooks_are_listed_by_what_they_are(call, shop):
    other = kit.an_application(call)
    mine = call("POST", WEBHOOKS, {**NEW, "title": "Mine", "applicationIds": [shop.id]})
    everywhere = call("POST", WEBHOOKS, {**NEW, "title": "All of them", "enabled": False})
    one, two = mine.json()["id"], everywhere.json()["id"]
    # fmt: off
    rows = [
        ("",                              [one, two]),
        ("sort=title",                    [two, one]),
        (f"applicationIds={shop.id}",     [one, two]),
        (f"applicationIds={other.id}",    [two]),
        ("title=MINE",                    [one]),
        ("visibility=visible",            [one]),
        ("visibility=hidden",             [two]),
        ("creationType=webhooks",         [one, two]),
        ("creationType=templateWebhooks", []),
        ("outgoingIntegrationsTypeId=1",  []),
    ]
    # fmt: on
    for query, ids in rows:
        found = call("GET", f"{WEBHOOKS}?{query}", status=200).json()
        assert [each["id"] for each in found["data"]] == ids, query
    assert places(call("GET", f"{WEBHOOKS}?applicationIds=x")) == {"applicationIds"}


def test_webhooks_of_others_are_not_there(call, stranger):
    path = f"{WEBHOOKS}/{call('POST', WEBHOOKS, NEW, status=201).json()['id']}"
    for method in ("GET", "DELETE"):
        stranger(method, path, status=404)
    stranger("PUT", path, NEW, status=404)
    assert stranger("GET", WEBHOOKS).json()["data"] == []


KITCHEN = {
    "name": "Kitchen",
    "expression": [
        "filter",
        [".", "Session", "CartItems"],
        [["Item"], ["=", [".", "Item", "Category"], "Kitchen"]],
    ],
}


def test_a_cart_item_filter_is_made_changed_and_deleted(call, shop, within):
    filters = f"{within}/cart_item_filters"
    before = version(call, shop.id)
    made = call("POST", filters, KITCHEN, status=201).json()
    found = call("GET", f"{filters}?name=Kitchen", status=200).json()
    assert found == {"hasMore": False, "data": [made]}
    assert call("GET", f"{filters}?name=Other").json()["data"] == []
    path = f"{filters}/{made['id']}"
    expression = f"{path}/expressions/{made['activeExpressionId']}"
    assert call("GET", expression, status=200).json()["expression"] == KITCHEN["expression"]
    call("GET", f"{path}/expressions/999999999", status=404)
    call("POST", filters, KITCHEN, status=409)
    call("PUT", path, {**KITCHEN, "name": "Other"}, status=200)
    call("DELETE", path, status=204)
    assert version(call, shop.id) == before + 3
    call("DELETE", path, status=404)
    call("PUT", path, KITCHEN, status=404)


# fmt: off
NO_FILTERS = [
    ([],                                                               {"/expression"}),
    (["nothing", 1],                                                   {"/expression"}),
    (["+", 1, 2],                                                      {"/expression"}),
    (["filter", [".", "Session", "Carts"], [["Item"], True]],          {"/expression/1"}),
]
# fmt: on


@pytest.mark.parametrize("expression, where", NO_FILTERS)
def test_what_gives_no_items_is_no_filter(call, within, expression, where):
    body = {"name": "Wrong", "expression": expression}
    found = places(call("POST", f"{within}/cart_item_filters", body, status=400))
    assert {"/".join(place.split("/")[: 3 if len(place) > 11 else 2]) for place in found} == where


def test_filters_of_others_are_not_there(call, within, stranger):
    made = call("POST", f"{within}/cart_item_filters", KITCHEN, status=201).json()
    other = kit.an_application(call)
    path = f"/v1/applications/{other.id}/cart_item_filters/{made['id']}"
    call("DELETE", path, status=404)
    call("GET", f"{path}/expressions/{made['id']}", status=404)
    stranger("GET", f"{within}/cart_item_filters", status=404)
