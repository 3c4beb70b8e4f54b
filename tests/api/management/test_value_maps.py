"""Value maps of a campaign: identifiers and exact values, from files."""

import pytest

from tests import kit
from tests.api.management.making import places, version


@pytest.fixture
def maps(path):
    """The path of the value maps of a campaign."""
    return f"{path}/value_maps"


@pytest.fixture
def one(call, maps):
    """The path of a value map."""
    made = call("POST", maps, {"name": "fixed"}, status=201).json()
    return f"{maps}/{made['id']}"


def upload(call, path, text, **rest):
    """Send a CSV file."""
    return call("POST", f"{path}/import", files={"upFile": ("values.csv", text)}, **rest)


def test_a_value_map_is_made_renamed_and_deleted(call, shop, maps, one):
    before = version(call, shop.id)
    made = call("GET", one, status=200).json()
    assert (made["name"], made["version"], made["applicationId"]) == ("fixed", 0, shop.id)
    call("POST", maps, {"name": "fixed"}, status=409)
    changed = call("PUT", one, {"name": "other"}, status=200).json()
    assert changed["name"] == "other"
    assert call("GET", maps).json() == {"totalResultSize": 1, "data": [changed]}
    call("DELETE", one, status=204)
    assert version(call, shop.id) == before + 2
    call("DELETE", one, status=404)
    call("PUT", one, {"name": "other"}, status=404)
    call("GET", f"{one}/export", status=404)
    upload(call, one, "identifier,value\na,1\n", status=404)
    assert places(call("POST", maps, {"name": ""}, status=400)) == {"/name"}


def test_an_import_is_the_next_version_and_replaces_all(call, shop, one):
    before = version(call, shop.id)
    upload(call, one, "identifier,value\nold,1\n", status=200)
    text = "identifier,value\nC,1\nA,4.50\nC,0.123456789012\n"
    done = upload(call, one, text, status=200).json()
    assert (done["amount"], done["entity"]) == (2, "ValueMap")
    assert call("GET", one).json()["version"] == 2
    assert version(call, shop.id) == before + 2
    assert call("GET", f"{one}/export").text == "identifier,value\nA,4.5\nC,0.123456789012\n"


# fmt: off
WRONG = [
    ("identifier\na\n",                            {"1"}),
    ("identifier,value\na,x\nb,1\nc,1e99\n",       {"2", "4"}),
    ("identifier,value\na\n",                      {"2"}),
    ("identifier,value\n" + "x" * 1001 + ",1\n",   {"2"}),
]
# fmt: on


@pytest.mark.parametrize("text, where", WRONG)
def test_a_wrong_file_changes_nothing(call, one, text, where):
    upload(call, one, "identifier,value\nkept,1\n", status=200)
    assert places(upload(call, one, text, status=400)) == where
    assert call("GET", f"{one}/export").text == "identifier,value\nkept,1\n"


def test_value_maps_of_others_are_not_there(call, shop, one, stranger):
    sibling = kit.a_campaign(call, shop)
    elsewhere = f"/v1/applications/{shop.id}/campaigns/{sibling['id']}/value_maps/"
    call("GET", f"{elsewhere}{one.rpartition('/')[2]}/export", status=404)
    for method in ("GET", "DELETE"):
        call(method, f"{elsewhere}{one.rpartition('/')[2]}", status=404)
        stranger(method, one, status=404)
    stranger("GET", f"{one}/export", status=404)
    upload(stranger, one, "identifier,value\na,1\n", status=404)
