"""Audiences of the Integration API: their names, their members, the attributes of those."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places, version


@pytest.fixture
def shop(call):
    return kit.an_application(call)


@pytest.fixture
def ask(call, shop):
    """Sends a request with the key of the Application."""

    def asked(method, path, *body, status=None, key=None):
        return call(method, path, *body, key=key or shop.key, status=status)

    return asked


@pytest.fixture
def create(ask):
    def made(name, status=201, **values):
        return ask("POST", "/v2/audiences", {"name": name, **values}, status=status)

    return made


@pytest.fixture
def move(ask):
    """Sends moves: ("add", "ada", audience id)."""

    def moved(*moves, status=204):
        names = ("action", "profileIntegrationId", "audienceId")
        data = [dict(zip(names, one, strict=True)) for one in moves]
        return ask("POST", "/v2/customer_audiences", {"data": data}, status=status)

    return moved


def members(call, audience_id):
    sql = (
        "select profile_integration_id as key from audience_member where audience_id = $1"
        " order by key"
    )
    return [row["key"] for row in call.server.sql(sql, audience_id)]


def test_an_audience_needs_only_a_name(call, create):
    made = create("VIP").json()
    assert (made["name"], made["accountId"]) == ("VIP", call.account_id)
    assert (made["sandbox"], made["createdIn3rdParty"]) == (False, False)
    assert made["subscribedApplicationsIds"] == []
    assert not {"integration", "integrationId", "lastUpdate"} & set(made)


def test_an_audience_of_a_platform_keeps_its_id_there(create, shop):
    values = {
        "integration": "mparticle",
        "integrationId": "382370BKDB946",
        "description": "from elsewhere",
        "subscribedApplicationsIds": [shop.id],
    }
    made = create("VIP", **values).json()
    assert {name: made[name] for name in values} == values
    assert made["createdIn3rdParty"] is True


def test_names_and_ids_elsewhere_are_unique_in_an_environment(call, create):
    create("VIP", integration="segment", integrationId="1")
    create("VIP", status=409)
    create("Other", integration="segment", integrationId="1", status=409)
    create("Other", integration="braze", integrationId="1")
    create("VIP", sandbox=True)
    sandbox = kit.an_application(call, sandbox=True)
    call("POST", "/v2/audiences", {"name": "VIP"}, key=sandbox.key, status=409)


# fmt: off
WRONG = [
    ({"name": ""},                                    "/name"),
    ({"name": None},                                  "/name"),
    ({"name": "x", "integrationId": ""},              "/integrationId"),
    ({"name": "x", "integrationId": "x" * 1001},      "/integrationId"),
    ({"name": "x", "subscribedApplicationsIds": [0]}, "/subscribedApplicationsIds/0"),
]
# fmt: on


@pytest.mark.parametrize("body, place", WRONG)
def test_what_cannot_be_is_refused(ask, body, place):
    assert places(ask("POST", "/v2/audiences", body, status=400)) == {place}


def test_rules_know_of_every_change(call, shop, ask, create):
    before = version(call, shop.id)
    path = f"/v2/audiences/{create('VIP').json()['id']}"
    made = version(call, shop.id)
    ask("PUT", path, {"name": "Gold"}, status=200)
    renamed = version(call, shop.id)
    ask("DELETE", path, status=204)
    assert before < made < renamed < version(call, shop.id)


def test_renaming_keeps_what_is_not_named(ask, create, shop):
    made = create("VIP", subscribedApplicationsIds=[shop.id], description="d").json()
    changed = ask("PUT", f"/v2/audiences/{made['id']}", {"name": "Gold"}, status=200).json()
    assert changed == {**made, "name": "Gold"}
    values = {"name": "Gold", "subscribedApplicationsIds": []}
    changed = ask("PUT", f"/v2/audiences/{made['id']}", values, status=200).json()
    assert changed["subscribedApplicationsIds"] == []


def test_a_name_that_is_taken_is_refused(ask, create):
    create("VIP")
    other = create("Gold").json()["id"]
    ask("PUT", f"/v2/audiences/{other}", {"name": "VIP"}, status=409)


def test_customers_join_and_leave_and_come_into_being(call, create, move):
    vip, gold = create("VIP").json()["id"], create("Gold").json()["id"]
    move(("add", "bo", vip), ("add", "ada", vip), ("add", "ada", gold), ("delete", "cy", vip))
    assert (members(call, vip), members(call, gold)) == (["ada", "bo"], ["ada"])
    sql = "select integration_id from profile where account_id = $1 order by 1"
    known = [row["integration_id"] for row in call.server.sql(sql, call.account_id)]
    assert known == ["ada", "bo"]
    move(("delete", "ada", vip), ("delete", "ada", vip), ("add", "bo", vip))
    assert (members(call, vip), members(call, gold)) == (["bo"], ["ada"])


def test_the_last_move_of_a_customer_counts(call, create, move):
    vip = create("VIP").json()["id"]
    move(("add", "ada", vip), ("delete", "ada", vip), ("delete", "bo", vip), ("add", "bo", vip))
    assert members(call, vip) == ["bo"]


def test_an_unknown_audience_spoils_all_moves(call, create, move):
    vip = create("VIP").json()["id"]
    move(("add", "ada", vip), ("add", "bo", 2**62), status=404)
    assert members(call, vip) == []


def test_only_changes_of_members_are_dated(call, create, move):
    vip = create("VIP").json()["id"]
    sql = "select last_update from audience where id = $1"

    def changed():
        return call.server.sql(sql, vip)[0]["last_update"]

    move(("delete", "ada", vip))
    assert changed() is None
    move(("add", "ada", vip))
    first = changed()
    assert first is not None
    move(("add", "ada", vip))
    assert changed() == first


# fmt: off
WRONG_MOVES = [
    ([("join", "ada", 1)],               "/data/0/action"),
    ([("add", "", 1)],                   "/data/0/profileIntegrationId"),
    ([("add", "ada", 1)] * 1001,         "/data"),
]
# fmt: on


@pytest.mark.parametrize("moves, place", WRONG_MOVES)
def test_moves_that_cannot_be_are_refused(move, moves, place):
    assert places(move(*moves, status=400)) == {place}


def test_deleting_an_audience_frees_its_members_and_its_name(call, ask, create, move):
    vip = create("VIP").json()["id"]
    move(("add", "ada", vip))
    ask("DELETE", f"/v2/audiences/{vip}", status=204)
    ask("DELETE", f"/v2/audiences/{vip}", status=404)
    assert members(call, vip) == []
    create("VIP")


def test_an_audience_can_be_emptied(call, ask, create, move):
    vip, gold = create("VIP").json()["id"], create("Gold").json()["id"]
    move(("add", "ada", vip), ("add", "ada", gold))
    ask("DELETE", f"/v2/audiences/{vip}/memberships", status=204)
    assert (members(call, vip), members(call, gold)) == ([], ["ada"])


def test_attributes_are_set_for_every_member(call, ask, create, move):
    an_attribute(call, "CustomerProfile", "Language")
    an_attribute(call, "CustomerProfile", "Age", type="number")
    vip = create("VIP").json()["id"]
    move(("add", "ada", vip), ("add", "bo", vip), ("add", "cy", vip))
    move(("delete", "cy", vip))
    ask("PUT", "/v2/customer_profiles/ada", {"attributes": {"Language": "de"}}, status=200)
    path = f"/v2/audience_customers/{vip}/attributes"
    ask("PUT", path, {"Age": 30.50}, status=204)
    ask("PUT", path, {"Age": 31, "Language": None}, status=204)
    sql = "select integration_id as key, attributes, revision from profile where account_id = $1"
    found = {row["key"]: row["attributes"] for row in call.server.sql(sql, call.account_id)}
    assert found == {"ada": '{"Age": 31}', "bo": '{"Age": 31}', "cy": "{}"}


def test_attributes_that_are_not_defined_so_are_refused(call, ask, create):
    an_attribute(call, "CustomerProfile", "Age", type="number")
    path = f"/v2/audience_customers/{create('VIP').json()['id']}/attributes"
    answer = ask("PUT", path, {"Age": "x", "Shoe": 1}, status=400)
    assert places(answer) == {"/Age", "/Shoe"}


@pytest.mark.parametrize("zone", ["account", "environment"])
def test_what_belongs_to_others_is_not_found(server, call, create, zone):
    vip = create("VIP").json()["id"]
    with kit.an_account(server) as other:
        client = other if zone == "account" else call
        stranger = kit.an_application(client, sandbox=zone == "environment")
        moves = {"data": [{"action": "add", "profileIntegrationId": "a", "audienceId": vip}]}
        for method, path, *body in (
            ("PUT", f"/v2/audiences/{vip}", {"name": "Mine"}),
            ("DELETE", f"/v2/audiences/{vip}"),
            ("DELETE", f"/v2/audiences/{vip}/memberships"),
            ("PUT", f"/v2/audience_customers/{vip}/attributes", {}),
            ("POST", "/v2/customer_audiences", moves),
        ):
            client(method, path, *body, key=stranger.key, status=404)


def test_an_application_of_another_account_cannot_be_subscribed(server, create):
    with kit.an_account(server) as other:
        theirs = kit.an_application(other).id
        answer = create("VIP", status=400, subscribedApplicationsIds=[theirs])
        assert places(answer) == {"/subscribedApplicationsIds/0"}


def test_moves_and_updates_at_once_do_not_stand_in_each_others_way(call, shop, create, ask):
    """Two audiences and a few customers, changed from all sides, in all orders."""
    an_attribute(call, "CustomerProfile", "Age", type="number")
    ids = [create(name).json()["id"] for name in ("A", "B")]
    people = [f"c{at}" for at in range(5)]

    def moves(at):
        data = [
            {
                "action": "add" if at % 2 else "delete",
                "profileIntegrationId": one,
                "audienceId": each,
            }
            for one in people[:: 1 if at % 3 else -1]
            for each in ids[:: -1 if at % 2 else 1]
        ]
        return ask("POST", "/v2/customer_audiences", {"data": data})

    def update(at):
        body = {"audiencesChanges": {"adds": ids[::-1], "deletes": []}}
        return ask("PUT", f"/v2/customer_profiles/{people[at % 5]}?runRuleEngine=true", body)

    def many(at):
        items = [{"integrationId": one, "attributes": {"Age": at}} for one in people[::-1]]
        return ask("PUT", "/v2/customer_profiles", {"customerProfiles": items})

    def rest(at):
        ask("PUT", f"/v2/audience_customers/{ids[at % 2]}/attributes", {"Age": at})
        return ask("DELETE", f"/v2/audiences/{ids[at % 2]}/memberships")

    with ThreadPoolExecutor(8) as crowd:
        sent = [crowd.submit(work, at) for at in range(25) for work in (moves, update, many, rest)]
    assert {one.result().status_code for one in sent} <= {200, 204, 409}
