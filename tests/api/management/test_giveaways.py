"""Giveaway pools: codes come from files, and a file says which were given to whom."""

import csv
import io

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places, version

POOLS = "/v1/giveaways/pools"


@pytest.fixture
def pool(call, shop):
    """The path of a pool of the shop."""
    body = {"name": "Keys", "subscribedApplicationsIds": [shop.id]}
    return f"{POOLS}/{call('POST', POOLS, body, status=201).json()['id']}"


def upload(call, pool, text, **rest):
    """Send a CSV file."""
    return call("POST", f"{pool}/import", files={"upFile": ("codes.csv", text)}, **rest)


def exported(call, pool, query=""):
    """The lines of the exported file."""
    text = call("GET", f"{pool}/export{query}", status=200).text
    return list(csv.DictReader(io.StringIO(text)))


def test_a_pool_is_made_and_seen(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    body = {"name": "Keys", "description": "d", "subscribedApplicationsIds": [shop.id]}
    made = call("POST", POOLS, body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert made["sandbox"] is False
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 1, before[1])
    assert call("GET", f"{POOLS}/{made['id']}").json() == made
    assert call("GET", POOLS).json() == {"totalResultSize": 1, "data": [made]}
    call("POST", POOLS, {"name": "Keys"}, status=409)


def test_a_pool_is_for_sandboxes_or_for_live_applications(call, shop):
    sandbox = kit.an_application(call, sandbox=True)
    body = {"name": "Keys", "subscribedApplicationsIds": [sandbox.id]}
    assert call("POST", POOLS, body, status=201).json()["sandbox"] is True
    where = {"/subscribedApplicationsIds/1"}
    for second in (shop.id, 999_999_999):
        body = {"name": "Mixed", "subscribedApplicationsIds": [sandbox.id, second]}
        assert places(call("POST", POOLS, body, status=400)) == where
    body = {"name": "Mixed", "subscribedApplicationsIds": [shop.id], "sandbox": True}
    assert places(call("POST", POOLS, body, status=400)) == {"/subscribedApplicationsIds/0"}


def test_what_is_imported_is_exported(call, pool):
    an_attribute(call, "Giveaway", "provider")
    text = (
        "code,startdate,enddate,attributes\n"
        "ONE,2020-11-10T23:00:00Z,2022-11-11T23:00:00+02:00,"
        '"{""provider"":\n""Acme""}"\n'
        "TWO,,,\n"
    )
    done = upload(call, pool, text, status=200).json()
    assert (done["amount"], done["entity"]) == (2, "Giveaway")
    one, two = exported(call, pool)
    assert list(one) == [
        *("id", "poolid", "code", "startdate", "enddate", "attributes", "used", "importid"),
        *("created", "profileintegrationid", "profileid"),
    ]
    assert (one["code"], one["used"], one["importid"]) == ("ONE", "false", str(done["id"]))
    assert one["startdate"] == "2020-11-10T23:00:00Z"
    assert one["enddate"] == "2022-11-11T21:00:00Z"
    assert one["attributes"] == '{"provider":"Acme"}'
    assert (two["startdate"], two["attributes"], two["profileid"]) == ("", "{}", "")
    assert exported(call, pool, "?createdAfter=2100-01-01T00:00:00Z") == []
    assert len(exported(call, pool, "?createdBefore=2100-01-01T00:00:00Z")) == 2


def test_more_codes_are_added_to_those_that_are_there(call, shop, pool):
    before = version(call, shop.id)
    upload(call, pool, "code\nONE\n", status=200)
    many = "\n".join(f"CODE-{at}" for at in range(12_000))
    assert upload(call, pool, f"code\n{many}\n", status=200).json()["amount"] == 12_000
    found = exported(call, pool)
    assert len({line["id"] for line in found}) == 12_001
    assert found[-1]["code"] == "CODE-11999"
    assert version(call, shop.id) == before  # Codes are read when they are given.


def test_the_file_says_who_was_given_a_code(call, shop, pool):
    upload(call, pool, "code\nONE\n", status=200)
    call("PUT", "/v2/customer_profiles/ann", {"attributes": {}}, key=shop.key, status=200)
    call.server.sql(
        "update giveaway set awarded = now(), profile_integration_id = 'ann' where pool_id = $1",
        int(pool.rpartition("/")[2]),
    )
    (line,) = exported(call, pool)
    assert (line["used"], line["profileintegrationid"]) == ("true", "ann")
    assert int(line["profileid"]) > 0


# fmt: off
WRONG = [
    ("name\nA\n",                                                             {"1"}),
    ("code,startdate\nA,tomorrow\nB,\n,2020-01-01T00:00:00Z\n",               {"2", "4"}),
    ("code,startdate\nA,2020-01-01T00:00:00\n",                               {"2"}),
    ("code,startdate,enddate\nA,2021-01-01T00:00:00Z,2020-01-01T00:00:00Z\n", {"2"}),
    ("code,attributes\nA,{}\nB,[1]\nC,x\n",                                   {"3", "4"}),
    ("code,attributes\nA,\"{\"\"other\"\":1}\"\n",                            {"2"}),
]
# fmt: on


@pytest.mark.parametrize("text, where", WRONG)
def test_a_wrong_file_adds_nothing(call, pool, text, where):
    assert places(upload(call, pool, text, status=400)) == where
    assert exported(call, pool) == []


def test_pools_of_others_are_not_there(pool, stranger):
    stranger("GET", pool, status=404)
    stranger("GET", f"{pool}/export", status=404)
    upload(stranger, pool, "code\nA\n", status=404)
    assert stranger("GET", POOLS).json()["data"] == []
