"""Catalogs: which Applications they fill the carts of, and their items."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.api.management.making import places, version

CATALOGS = "/v1/catalogs"


@pytest.fixture
def catalog(call, shop):
    """A catalog of the shop with three items."""
    body = {"name": "Main", "description": "", "subscribedApplicationsIds": [shop.id]}
    made = call("POST", CATALOGS, body, status=201).json()
    actions = [
        {"type": "ADD", "payload": {"sku": sku, "price": price, "product": {"name": name}}}
        for sku, price, name in (("A", 1, "Mug"), ("B", 2.5, "Mug"), ("C", 3, "Cup"))
    ]
    path = f"{CATALOGS}/{made['id']}"
    call("PUT", f"{path}/sync", {"actions": actions}, key=shop.key, status=200)
    return path


def skus(found):
    """The SKUs of a list of items."""
    return [item["sku"] for item in found.json()["data"]]


def test_a_catalog_is_made_changed_and_deleted(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    body = {"name": "Main", "description": "d", "subscribedApplicationsIds": [shop.id]}
    made = call("POST", CATALOGS, body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert made["version"] == 0
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 1, before[1])
    path = f"{CATALOGS}/{made['id']}"
    assert call("GET", path).json() == made
    assert call("GET", CATALOGS).json() == {"totalResultSize": 1, "data": [made]}
    call("POST", CATALOGS, {"name": "Main"}, status=409)
    changed = call("PUT", path, {"name": "M", "subscribedApplicationsIds": [other.id]}, status=200)
    assert changed.json()["subscribedApplicationsIds"] == [other.id]
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 2, before[1] + 1)
    call("DELETE", path, status=204)
    assert version(call, other.id) == before[1] + 2
    for method in ("GET", "DELETE"):
        call(method, path, status=404)
    call("PUT", path, body, status=404)


def test_an_application_has_one_catalog(call, shop, catalog):
    body = {"name": "Second", "subscribedApplicationsIds": [shop.id]}
    where = {"/subscribedApplicationsIds/0"}
    assert places(call("POST", CATALOGS, body, status=400)) == where
    call("PUT", catalog, {**body, "name": "Main"}, status=200)
    wrong = {**body, "subscribedApplicationsIds": [999_999_999]}
    assert places(call("POST", CATALOGS, wrong, status=400)) == where
    assert places(call("POST", CATALOGS, {"name": ""}, status=400)) == {"/name"}


def test_an_application_gets_one_catalog_of_several_at_once(call, shop):
    def create(at):
        body = {"name": f"Catalog {at}", "subscribedApplicationsIds": [shop.id]}
        return call("POST", CATALOGS, body).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == [201, 400, 400, 400]


def test_items_are_listed_by_sku_and_product(call, catalog):
    items = f"{catalog}/items"
    assert skus(call("GET", items)) == ["A", "B", "C"]
    assert skus(call("GET", f"{items}?sku=A&sku=C")) == ["A", "C"]
    assert skus(call("GET", f"{items}?sku=a")) == []
    assert skus(call("GET", f"{items}?productNames=Mug&sku=B,C")) == ["B"]
    page = call("GET", f"{items}?pageSize=2").json()
    assert page["hasMore"] is True
    page = call("GET", f"{items}?pageSize=2&withTotalResultSize=true").json()
    assert page["totalResultSize"] == 3
    item = page["data"][1]
    assert (item["price"], item["product"], item["version"]) == (2.5, {"name": "Mug"}, 1)
    assert item["catalogid"] == int(catalog.rpartition("/")[2])


def test_catalogs_of_others_are_not_there(catalog, stranger):
    for method in ("GET", "DELETE"):
        stranger(method, catalog, status=404)
    stranger("GET", f"{catalog}/items", status=404)
    stranger("PUT", catalog, {"name": "Main"}, status=404)
    assert stranger("GET", CATALOGS).json()["data"] == []
