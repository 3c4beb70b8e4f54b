"""Syncing catalogs: all actions of a request or none, on items by SKU or by their attributes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.kit import exact

CATALOGS = "/v1/catalogs"
ATTRIBUTES = {"size": "number", "color": "string", "sale": "boolean"}


@pytest.fixture
def shop(call):
    """An Application."""
    return kit.an_application(call)


@pytest.fixture
def catalog(call, shop):
    """A catalog of the shop, to which some attributes are connected."""
    body = {"name": "Main", "subscribedApplicationsIds": [shop.id]}
    made = call("POST", CATALOGS, body, status=201).json()
    for name, kind in ATTRIBUTES.items():
        attribute = {
            "entity": "CartItem",
            "name": name,
            "title": name,
            "type": kind,
            "description": "",
            "suggestions": [],
            "editable": True,
            "subscribedCatalogsIds": [made["id"]],
        }
        call("POST", "/v1/attributes", attribute, status=201)
    return f"{CATALOGS}/{made['id']}"


@pytest.fixture
def sync(call, shop, catalog):
    """Send actions of one type."""

    def send(kind, *payloads, status=200, **more):
        actions = [{"type": kind, "payload": payload} for payload in payloads]
        body = {"actions": actions, **more}
        return call("PUT", f"{catalog}/sync", body, key=shop.key, status=status)

    return send


@pytest.fixture
def items(call, catalog):
    """What the catalog holds, by SKU."""

    def read():
        found = exact(call("GET", f"{catalog}/items", status=200))["data"]
        return {
            item["sku"]: (
                item.get("price"),
                item.get("product", {}).get("name"),
                {one["name"]: one["value"] for one in item["attributes"]},
                item["version"],
            )
            for item in found
        }

    return read


def wrong(response):
    """Where a request was wrong."""
    return {error["source"]["pointer"] for error in response.json()["errors"]}


MUG = {
    "sku": "A",
    "price": 1.5,
    "product": {"name": "Mug"},
    "attributes": {"size": 4, "sale": True},
}


def test_added_items_are_there(sync, items):
    made = sync("ADD", MUG, {"sku": "B"}).json()
    assert made["version"] == 1
    assert items() == {
        "A": (1.5, "Mug", {"size": 4, "sale": True}, 1),
        "B": (None, None, {}, 1),
    }


def test_an_item_is_replaced_only_where_that_was_said(sync, items):
    sync("ADD", MUG)
    answer = sync("ADD", {"sku": "B"}, {"sku": "A", "attributes": {"color": "red"}}, status=400)
    assert wrong(answer) == {"/actions/1/payload/sku"}
    assert list(items()) == ["A"]
    sync("ADD", {"sku": "A", "attributes": {"color": "red"}, "replaceIfExists": True})
    assert items() == {"A": (1.5, None, {"color": "red"}, 2)}


def test_a_patch_merges_attributes_and_forgets_the_product(sync, items):
    sync("ADD", MUG)
    answer = sync("PATCH", {"sku": "A"}, {"sku": "B"}, status=400)
    assert wrong(answer) == {"/actions/1/payload/sku"}
    sync("PATCH", {"sku": "A", "attributes": {"color": "red", "sale": None}})
    assert items() == {"A": (1.5, None, {"size": 4, "color": "red"}, 2)}
    cup = {"name": "Cup"}
    sync("PATCH", {"sku": "A", "price": 2, "product": cup}, {"sku": "B", "createIfNotExists": True})
    assert items() == {
        "A": (2, "Cup", {"size": 4, "color": "red"}, 3),
        "B": (None, None, {}, 3),
    }


def test_items_that_are_not_there_need_no_removal(sync, items):
    sync("ADD", MUG, {"sku": "B"})
    assert sync("REMOVE", {"sku": "B"}, {"sku": "C"}).json()["version"] == 2
    assert list(items()) == ["A"]


# fmt: off
FILTERS = [
    ([],                                                                     "ABCD"),
    ([("size", "EQ", 2)],                                                    "B"),
    ([("size", "EQ", 2.0)],                                                  "B"),
    ([("size", "LT", 2)],                                                    "A"),
    ([("size", "LE", 2)],                                                    "AB"),
    ([("size", "GT", 1.5)],                                                  "BC"),
    ([("size", "GE", 3), ("color", "EQ", "red")],                            ""),
    ([("size", "IN", "1, 3")],                                               "AC"),
    ([("size", "IN", [1, 3])],                                               "AC"),
    ([("color", "IN", "red,blue")],                                          "AB"),
    ([("color", "IN", ["red"])],                                             "A"),
    ([("color", "EQ", "Red")],                                               ""),
    ([("sale", "EQ", False)],                                                "B"),
    ([("sale", "IN", "true,false")],                                         "AB"),
]
# fmt: on


@pytest.fixture
def four(sync):
    """Four items, the last without attributes."""
    sync(
        "ADD",
        {"sku": "A", "attributes": {"size": 1, "color": "red", "sale": True}},
        {"sku": "B", "attributes": {"size": 2, "color": "blue", "sale": False}},
        {"sku": "C", "attributes": {"size": 3}},
        {"sku": "D"},
    )


def filters(rows):
    """Filters as a request has them."""
    return [{"attr": attr, "op": op, "value": value} for attr, op, value in rows]


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("rows, chosen", FILTERS)
def test_filters_choose_items(sync, items, rows, chosen):
    sync("PATCH_MANY", {"filters": filters(rows), "price": 7, "attributes": {"color": "new"}})
    found = items()
    assert "".join(sku for sku, item in found.items() if item[0] == 7) == chosen
    assert "".join(sku for sku, item in found.items() if item[2].get("color") == "new") == chosen
    assert "".join(sku for sku, item in found.items() if item[3] == 2) == chosen
    sync("ADD", *({"sku": sku, "price": 7, "replaceIfExists": True} for sku in "ABCD"))


@pytest.mark.usefixtures("four")
def test_many_items_are_removed_by_filters(sync, items):
    sync("REMOVE_MANY", {"filters": filters([("size", "GE", 2)])})
    assert list(items()) == ["A", "D"]
    sync("REMOVE_MANY", {})
    assert items() == {}


@pytest.mark.usefixtures("four")
def test_a_patch_of_many_keeps_what_it_does_not_name(sync, items):
    before = items()["C"]
    sync("PATCH_MANY", {"attributes": {"sale": None}})
    assert items()["C"] == (*before[:3], 2)
    assert "sale" not in items()["A"][2]


# fmt: off
#    type           payload                                       where
WRONG = [
    ("ADD",         {},                                           "payload/sku"),
    ("ADD",         {"sku": ""},                                  "payload/sku"),
    ("ADD",         {"sku": "s" * 1001},                          "payload/sku"),
    ("ADD",         {"sku": "X", "price": "1"},                   "payload/price"),
    ("ADD",         {"sku": "X", "price": -1},                    "payload"),
    ("ADD",         {"sku": "X", "product": {}},                  "payload/product/name"),
    ("ADD",         {"sku": "X", "attributes": {"other": 1}},     "payload/attributes/other"),
    ("ADD",         {"sku": "X", "attributes": {"size": "1"}},    "payload/attributes/size"),
    ("PATCH",       {"price": 1},                                 "payload/sku"),
    ("REMOVE",      {},                                           "payload/sku"),
    ("PATCH_MANY",  {"filters": filters([("other", "EQ", 1)])},   "payload/filters/0/attr"),
    ("PATCH_MANY",  {"filters": filters([("color", "GT", "a")])}, "payload/filters/0/op"),
    ("PATCH_MANY",  {"filters": filters([("size", "LIKE", 1)])},  "payload/filters/0/op"),
    ("PATCH_MANY",  {"filters": filters([("size", "EQ", "1")])},  "payload/filters/0/value"),
    ("PATCH_MANY",  {"filters": filters([("size", "IN", "1,x")])}, "payload/filters/0/value"),
    ("REMOVE_MANY", {"filters": filters([("size", "IN", 1)])},    "payload/filters/0/value"),
    ("ADD_MANY",    {},                                           "type"),
    ("ADD_PRICE_ADJUSTMENT", {"sku": "A", "adjustments": []},     "type"),
]
# fmt: on


@pytest.mark.parametrize("kind, payload, where", WRONG)
def test_a_wrong_action_is_refused(sync, items, kind, payload, where):
    assert wrong(sync(kind, payload, status=400)) == {f"/actions/0/{where}"}
    assert items() == {}


def test_actions_of_one_request_have_one_type_and_their_own_skus(call, shop, catalog, sync, items):
    assert wrong(sync("ADD", {"sku": "A"}, {"sku": "A"}, status=400)) == {"/actions/1/payload/sku"}
    actions = [{"type": kind, "payload": {"sku": kind}} for kind in ("ADD", "REMOVE")]
    answer = call("PUT", f"{catalog}/sync", {"actions": actions}, key=shop.key, status=400)
    assert wrong(answer) == {"/actions/1/type"}
    assert wrong(sync("ADD", status=400)) == {"/actions"}
    many = ({"sku": str(at)} for at in range(1_001))
    assert wrong(sync("ADD", *many, status=400)) == {"/actions"}
    assert items() == {}


def test_a_sync_may_name_the_version_that_it_is_made_for(sync, items):
    sync("ADD", MUG)
    assert wrong(sync("REMOVE", {"sku": "A"}, version=2, status=400)) == {"/version"}
    assert sync("REMOVE", {"sku": "A"}, version=1).json()["version"] == 2
    assert items() == {}


def test_syncs_at_the_same_time_follow_each_other(sync, items):
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda at: sync("ADD", {"sku": str(at)}).json(), range(8)))
    assert sorted(made["version"] for made in done) == list(range(1, 9))
    assert sorted(item[3] for item in items().values()) == list(range(1, 9))


def test_only_keys_of_its_applications_reach_a_catalog(call, catalog, server):
    body = {"actions": [{"type": "ADD", "payload": {"sku": "A"}}]}
    other = kit.an_application(call)
    call("PUT", f"{catalog}/sync", body, key=other.key, status=404)
    call("PUT", f"{CATALOGS}/999999999/sync", body, key=other.key, status=404)
    with kit.an_account(server) as stranger:
        key = kit.an_application(stranger).key
        stranger("PUT", f"{catalog}/sync", body, key=key, status=404)


def test_a_test_key_changes_nothing(call, shop, catalog, items):
    key = kit.an_api_key(call, shop.id, type="test")
    body = {"actions": [{"type": "ADD", "payload": {"sku": "A"}}]}
    call("PUT", f"{catalog}/sync", body, key=key, status=200)
    assert items() == {}
