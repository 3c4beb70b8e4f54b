"""Customer profiles: audiences that are joined and left, and many customers at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places

RULES = {
    "rules": [
        {
            "title": word,
            "condition": ["and", [function, 0]],
            "effects": [["showNotification", "Info", "t", word]],
        }
        for word, function in (("joined", "joinedAudience"), ("left", "leftAudience"))
    ],
    "bindings": [],
    "activate": True,
}
MANY = "/v2/customer_profiles"


@pytest.fixture
def shop(call):
    return kit.an_application(call)


@pytest.fixture
def send(call, shop):
    """Sends a request without a look at the contract: it calls `loyaltyMemberships` a list, and
    says it is null.
    """

    def sent(path, body, status=200, method="PUT", **headers):
        headers = {"Authorization": shop.key, **headers}
        answer = call.server.http.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return sent


@pytest.fixture
def vip(send):
    return send("/v2/audiences", {"name": "VIP"}, 201, "POST").json()["id"]


@pytest.fixture
def rules(call, shop, vip):
    """Tells of customers who join and leave."""
    path = f"/v1/applications/{shop.id}/campaigns/{kit.a_campaign(call, shop)['id']}"
    rules = [
        {**rule, "condition": ["and", [rule["condition"][1][0], vip]]} for rule in RULES["rules"]
    ]
    call("POST", f"{path}/rulesets", {**RULES, "rules": rules}, status=201)


@pytest.fixture
def change(send):
    """Lets Ada join and leave audiences; tells what rules said, and where she is now."""

    def changed(adds=(), deletes=(), query="?runRuleEngine=true"):
        body = {"audiencesChanges": {"adds": list(adds), "deletes": list(deletes)}}
        if query:
            body["responseContent"] = ["customerProfile"]
        answer = send(f"{MANY}/ada{query}", body).json()
        told = [effect["props"]["body"] for effect in answer["effects"]]
        profile = answer.get("customerProfile", {"audienceMemberships": []})
        return told, [one["id"] for one in profile["audienceMemberships"]]

    return changed


@pytest.mark.usefixtures("rules")
def test_only_new_members_join_and_only_members_leave(vip, change):
    assert change(adds=[vip]) == (["joined"], [vip])
    assert change(adds=[vip]) == ([], [vip])
    assert change() == ([], [vip])
    assert change(deletes=[vip]) == (["left"], [])
    assert change(deletes=[vip]) == ([], [])


@pytest.mark.usefixtures("rules")
def test_audiences_change_without_rules_too(vip, change):
    assert change(adds=[vip], query="") == ([], [])
    assert change() == ([], [vip])


@pytest.mark.usefixtures("rules")
def test_a_dry_run_changes_nothing(vip, change):
    assert change(adds=[vip], query="?runRuleEngine=true&dry=true") == (["joined"], [vip])
    assert change() == ([], [])


def test_audiences_are_named_in_every_answer(send, vip, change):
    change(adds=[vip])
    session = {"customerSession": {"profileId": "ada"}, "responseContent": ["customerProfile"]}
    answer = send("/v2/customer_sessions/s1", session).json()["customerProfile"]
    assert answer["audienceMemberships"] == [{"id": vip, "name": "VIP"}]
    path = "/v1/customer_profiles/ada/inventory?profile=true"
    profile = send(path, {}, method="GET").json()["profile"]
    assert profile["audienceMemberships"] == [{"id": vip, "name": "VIP"}]


def test_what_rules_change_is_in_the_answer(call, shop, vip, send):
    path = f"/v1/applications/{shop.id}/campaigns/{kit.a_campaign(call, shop)['id']}"
    rule = {"title": "in", "condition": ["and"], "effects": [["addToAudience", vip]]}
    body = {"rules": [rule], "bindings": [], "activate": True}
    call("POST", f"{path}/rulesets", body, status=201)
    body = {"responseContent": ["customerProfile"]}
    answer = send(f"{MANY}/ada?runRuleEngine=true", body).json()
    assert answer["customerProfile"]["audienceMemberships"] == [{"id": vip, "name": "VIP"}]
    sql = "select profile_integration_id as key from audience_member where audience_id = $1"
    assert [row["key"] for row in call.server.sql(sql, vip)] == ["ada"]


# fmt: off
WRONG = [
    ({"adds": [0], "deletes": []},       "/audiencesChanges/adds/0"),
    ({"adds": [], "deletes": [0]},       "/audiencesChanges/deletes/0"),
    ({"adds": ["VIP"], "deletes": ["VIP"]}, "/audiencesChanges/deletes/0"),
    ({"adds": []},                       "/audiencesChanges/deletes"),
    ({"deletes": []},                    "/audiencesChanges/adds"),
]
# fmt: on


@pytest.mark.parametrize("changes, place", WRONG)
def test_audience_changes_that_cannot_be_are_refused(call, send, vip, changes, place):
    named = {
        member: [vip if one == "VIP" else one for one in ids] for member, ids in changes.items()
    }
    answer = send(f"{MANY}/ada", {"audiencesChanges": named}, 400)
    assert places(answer) == {place}
    assert not call.server.sql("select from profile where account_id = $1", call.account_id)


def test_an_audience_of_the_other_environment_is_unknown(call, send):
    sandbox = kit.an_application(call, sandbox=True)
    theirs = call("POST", "/v2/audiences", {"name": "X"}, key=sandbox.key, status=201).json()["id"]
    send(f"{MANY}/ada", {"audiencesChanges": {"adds": [theirs], "deletes": []}}, 400)


def attributes(call):
    sql = "select integration_id as key, attributes from profile where account_id = $1"
    return {row["key"]: row["attributes"] for row in call.server.sql(sql, call.account_id)}


@pytest.fixture
def age(call):
    an_attribute(call, "CustomerProfile", "Age", type="number")


def many(*items):
    return {
        "customerProfiles": [{"integrationId": key, "attributes": values} for key, values in items]
    }


@pytest.mark.usefixtures("age")
def test_many_are_updated_in_silence(call, send):
    assert send(MANY, many(("ada", {"Age": 20}), ("bo", {"Age": 21})), 204).content == b""
    assert attributes(call) == {"ada": '{"Age":20}', "bo": '{"Age":21}'}
    send(MANY, many(("ada", {"Age": None}), ("bo", {})), 204)
    assert attributes(call) == {"ada": "{}", "bo": '{"Age":21}'}


@pytest.mark.usefixtures("age")
def test_many_are_told_in_the_order_of_the_request(send):
    body = many(("bo", {"Age": 1}), ("ada", {"Age": 2}), ("bo", {"Age": 3}))
    answer = send(f"{MANY}?silent=no", body).json()["integrationStates"]
    told = [
        (one["customerProfile"]["integrationId"], one["customerProfile"]["attributes"]["Age"])
        for one in answer
    ]
    assert told == [("bo", 3), ("ada", 2), ("bo", 3)]


@pytest.mark.usefixtures("age")
def test_one_that_is_wrong_spoils_all(call, send):
    body = many(("ada", {"Age": 20}), ("bo", {"Age": "x"}), ("cy", {"Shoe": 1}))
    answer = send(MANY, body, 400)
    assert places(answer) == {
        "/customerProfiles/1/attributes/Age",
        "/customerProfiles/2/attributes/Shoe",
    }
    assert attributes(call) == {}


# fmt: off
WRONG_MANY = [
    ([{"attributes": {}}],                 "/customerProfiles/0/integrationId"),
    ([{"integrationId": ""}],              "/customerProfiles/0/integrationId"),
    ([{"integrationId": "x" * 1001}],      "/customerProfiles/0/integrationId"),
    ([{"integrationId": "x"}] * 1001,      "/customerProfiles"),
]
# fmt: on


@pytest.mark.parametrize("items, place", WRONG_MANY)
def test_many_that_cannot_be_are_refused(send, items, place):
    assert places(send(MANY, {"customerProfiles": items}, 400)) == {place}


@pytest.mark.usefixtures("age")
def test_a_repeat_gets_the_same_answer_and_changes_nothing(call, send):
    key = {"Idempotency-Key": "k1"}
    body = many(("ada", {"Age": 20}))
    first = send(f"{MANY}?silent=no", body, **key)
    send(MANY, many(("ada", {"Age": 30})), 204)
    assert send(f"{MANY}?silent=no", body, **key).content == first.content
    assert attributes(call) == {"ada": '{"Age":30}'}
    send(f"{MANY}?silent=no", many(("ada", {"Age": 40})), 409, **key)
    call.server.clock.move(hours=25)
    send(f"{MANY}?silent=no", many(("ada", {"Age": 40})), 200, **key)
    assert attributes(call) == {"ada": '{"Age":40}'}


@pytest.mark.usefixtures("age")
def test_a_wrong_request_does_not_take_its_key(send):
    key = {"Idempotency-Key": "k1"}
    send(MANY, many(("ada", {"Age": "x"})), 400, **key)
    send(MANY, many(("ada", {"Age": 1})), 204, **key)
    assert send(MANY, many(("ada", {"Age": 1})), 204, **key).content == b""


@pytest.mark.usefixtures("age")
def test_many_of_a_test_key_are_only_tried(call, shop, send):
    key = kit.an_api_key(call, shop.id, type="test")
    answer = send(f"{MANY}?silent=no", many(("ada", {"Age": 20})), Authorization=key).json()
    assert answer["integrationStates"][0]["customerProfile"]["attributes"] == {"Age": 20}
    assert attributes(call) == {}


@pytest.mark.usefixtures("age")
def test_a_request_that_comes_many_times_at_once_is_done_once(call, shop):
    headers = {"Authorization": shop.key, "Idempotency-Key": "k1"}

    def send(at):
        return call.server.http.put(
            f"{MANY}?silent=no", json=many(("ada", {"Age": 20})), headers=headers
        )

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(send, range(16)))
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    sql = "select revision from profile where account_id = $1"
    assert [row["revision"] for row in call.server.sql(sql, call.account_id)] == [2]


@pytest.mark.usefixtures("age")
def test_updates_at_once_all_count(call, send):
    """Each of them sets another attribute."""
    names = [f"A{at}" for at in range(12)]
    for name in names:
        an_attribute(call, "CustomerProfile", name, type="number")

    def update(at):
        values = {names[at]: at}
        if at % 2:
            return send(MANY, many(("ada", values)), 204)
        return send(f"{MANY}/ada", {"attributes": values})

    with ThreadPoolExecutor(3) as crowd:
        list(crowd.map(update, range(12)))
    answer = send(f"{MANY}?silent=no", many(("ada", {}))).json()["integrationStates"]
    assert set(answer[0]["customerProfile"]["attributes"]) == set(names)


def test_rules_read_stored_attributes_exactly(call, shop, send):
    an_attribute(call, "CustomerProfile", "points", type="number")
    path = f"/v1/applications/{shop.id}/campaigns/{kit.a_campaign(call, shop)['id']}"
    points = [".", "Profile", "Attributes", "points"]
    effect = ["setDiscount", "d", points]
    rule = {"title": "in", "condition": ["and", ["=", points, 9.99]], "effects": [effect]}
    call(
        "POST", f"{path}/rulesets", {"rules": [rule], "activate": True, "bindings": []}, status=201
    )
    send(f"{MANY}/ada", {"attributes": {"points": 9.99}})
    items = [{"name": "a", "sku": "a", "quantity": 1, "price": 20.02}]
    body = {"customerSession": {"profileId": "ada", "cartItems": items}}
    for _ in range(2):
        (effect,) = send("/v2/customer_sessions/s1", body).json()["effects"]
        assert effect["props"]["value"] == 9.99
        body = {"customerSession": {"profileId": "ada"}}
