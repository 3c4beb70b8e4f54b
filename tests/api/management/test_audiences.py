"""Audiences of the account: lists, members, and files in and out."""

import pytest

from tests import kit
from tests.api.management.making import places


@pytest.fixture
def create(call, shop):
    """Makes an audience with members."""

    def made(name, *members, key=shop.key):
        body = {"name": name}
        audience = call("POST", "/v2/audiences", body, key=key, status=201).json()["id"]
        data = [
            {"action": "add", "profileIntegrationId": member, "audienceId": audience}
            for member in members
        ]
        call("POST", "/v2/customer_audiences", {"data": data}, key=key, status=204)
        return audience

    return made


@pytest.fixture
def members(call):
    """The members of an audience, without a look at the contract: it calls `loyaltyMemberships` a
    list, and says it is null.
    """

    def listed(audience, query=""):
        answer = call.server.http.get(
            f"/v1/audiences/{audience}/memberships{query}", headers={"Authorization": call.key}
        )
        assert answer.status_code == 200, answer.text
        return [one["integrationId"] for one in answer.json()["data"]]

    return listed


@pytest.fixture
def upload(call):
    def sent(audience, text, status=200):
        files = {"upFile": ("members.csv", text, "text/csv")}
        path = f"/v1/audiences/{audience}/memberships/import"
        return call("POST", path, files=files, status=status)

    return sent


def test_a_list_tells_whether_there_are_more_or_how_many_in_all(call, create):
    made = [create(name) for name in ("C", "A", "B")]
    answer = call("GET", "/v1/audiences?pageSize=2", status=200).json()
    assert [one["id"] for one in answer["data"]] == made[:2]
    assert (answer["hasMore"], "totalResultSize" in answer) == (True, False)
    path = "/v1/audiences?pageSize=2&sort=name&withTotalResultSize=true"
    answer = call("GET", path, status=200).json()
    assert [one["name"] for one in answer["data"]] == ["A", "B"]
    assert (answer["totalResultSize"], "hasMore" in answer) == (3, False)


def test_audiences_of_both_environments_are_listed(call, create):
    sandbox = kit.an_application(call, sandbox=True)
    create("VIP")
    create("VIP", key=sandbox.key)
    data = call("GET", "/v1/audiences", status=200).json()["data"]
    assert [one["sandbox"] for one in data] == [False, True]


def test_members_are_counted(call, create):
    two, none, one = create("two", "ada", "bo"), create("none"), create("one", "ada")

    def counted(query):
        path = f"/v1/audiences/analytics?audienceIds={query}"
        data = call("GET", path, status=200).json()["data"]
        return [(each["audienceId"], each["membersCount"]) for each in data]

    assert counted(f"{one},{two},{none},{2**62}") == [(two, 2), (none, 0), (one, 1)]
    assert counted(f"{one},{two}&sort=membersCount") == [(one, 1), (two, 2)]
    assert counted(f"{one},{two}&sort=-membersCount") == [(two, 2), (one, 1)]


# fmt: off
WRONG = [
    ("",                                 "audienceIds"),
    ("?audienceIds=",                    "audienceIds"),
    ("?audienceIds=a",                   "audienceIds"),
    ("?audienceIds=1,b",                 "audienceIds"),
    ("?audienceIds=" + "1," * 1001,      "audienceIds"),
    ("?audienceIds=1&sort=name",         "sort"),
]
# fmt: on


@pytest.mark.parametrize("query, place", WRONG)
def test_questions_that_cannot_be_are_refused(call, query, place):
    assert places(call("GET", f"/v1/audiences/analytics{query}", status=400)) == {place}


def test_members_are_listed_and_looked_for(create, members):
    audience = create("VIP", "cy", "ada", "Bob")
    assert sorted(members(audience)) == ["Bob", "ada", "cy"]
    assert members(audience, "?sort=integrationId&pageSize=1&skip=1") in (["ada"], ["Bob"])
    assert members(audience, "?profileQuery=bo") == ["Bob"]
    assert members(audience, "?profileQuery=nobody") == []


def test_a_file_holds_all_members(call, create):
    path = f"/v1/audiences/{create('VIP', 'cy', 'ada', 'a,b')}/memberships/export"
    answer = call("GET", path, status=200)
    assert answer.text == 'profileintegrationid\n"a,b"\nada\ncy\n'
    path = f"/v1/audiences/{create('none')}/memberships/export"
    assert call("GET", path, status=200).text == "profileintegrationid\n"


def test_a_file_replaces_all_members(call, create, members, upload):
    audience, other = create("VIP", "ada", "bo"), create("other", "ada")
    answer = upload(audience, "profileintegrationid\nbo\ncy\ncy\n").json()
    assert (answer["amount"], answer["accountId"]) == (2, call.account_id)
    assert sorted(members(audience)) == ["bo", "cy"]
    assert members(other) == ["ada"]
    upload(audience, "profileintegrationid\n")
    assert members(audience) == []


def test_one_bad_line_rejects_the_file(create, members, upload):
    audience = create("VIP", "ada")
    text = f"profileintegrationid\nbo\n{'x' * 1001}\n"
    assert places(upload(audience, text, status=400)) == {"3"}
    assert places(upload(audience, "id\nbo\n", status=400)) == {"1"}
    assert members(audience) == ["ada"]


def test_what_belongs_to_others_is_not_found(call, create, members, stranger):
    audience = create("VIP", "ada")
    path = f"/v1/audiences/{audience}/memberships"
    stranger("GET", path, status=404)
    stranger("GET", f"{path}/export", status=404)
    files = {"upFile": ("x.csv", "profileintegrationid\nbo\n", "text/csv")}
    stranger("POST", f"{path}/import", files=files, status=404)
    found = stranger("GET", f"/v1/audiences/analytics?audienceIds={audience}", status=200)
    assert found.json()["data"] == []
    assert stranger("GET", "/v1/audiences", status=200).json()["data"] == []
    assert members(audience) == ["ada"]
