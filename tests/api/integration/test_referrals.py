"""Referrals of the Integration API: their codes, their terms, their advocates."""

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
PATTERN = {"validCharacters": ["A", "B"], "couponPattern": "PAL-#"}
MANY = "/v1/referrals_for_multiple_advocates?silent=no"


@pytest.fixture
def shop(call):
    return kit.an_application(call)


@pytest.fixture
def campaign(call, shop):
    return kit.a_campaign(call, shop, features=["referrals"])


@pytest.fixture
def create(call, shop, campaign):
    """Makes one referral of Ada."""

    def made(status=201, **values):
        body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ada", **values}
        return call("POST", "/v1/referrals", body, key=shop.key, status=status)

    return made


@pytest.fixture
def create_many(call, shop, campaign):
    """Makes referrals of many advocates."""

    def made(*advocates, path=MANY, status=201, **values):
        body = {"campaignId": campaign["id"], "usageLimit": 2, **values}
        body["advocateProfileIntegrationIds"] = list(advocates)
        return call("POST", path, body, key=shop.key, status=status)

    return made


def customers(call):
    sql = "select integration_id from profile where account_id = $1 order by integration_id"
    return [row["integration_id"] for row in call.server.sql(sql, call.account_id)]


def test_a_referral_can_be_used_once_unless_told_otherwise(create, campaign):
    made = create().json()
    assert made["usageLimit"] == 1
    assert made["usageCounter"] == 0
    assert made["campaignId"] == campaign["id"]
    assert made["advocateProfileIntegrationId"] == "ada"
    assert len(made["code"]) == len("####-####-####")
    assert "friendProfileIntegrationId" not in made
    assert "batchId" not in made


def test_all_terms_are_kept(call, create):
    an_attribute(call, "Referral", "Channel")
    terms = {
        "startDate": PAST,
        "expiryDate": FUTURE,
        "usageLimit": 0,
        "friendProfileIntegrationId": "bo",
        "attributes": {"Channel": "mail"},
    }
    made = create(**terms).json()
    assert {name: made[name] for name in terms} == terms


def test_the_advocate_comes_into_being_and_the_friend_does_not(call, create):
    create(friendProfileIntegrationId="bo")
    assert customers(call) == ["ada"]


def test_a_known_advocate_keeps_what_is_known(call, shop, create):
    an_attribute(call, "CustomerProfile", "Language")
    values = {"attributes": {"Language": "de"}}
    call("PUT", "/v2/customer_profiles/ada", values, key=shop.key, status=200)
    create()
    sql = "select attributes from profile where account_id = $1"
    assert call.server.sql(sql, call.account_id)[0]["attributes"] == '{"Language":"de"}'


def test_codes_follow_the_pattern_of_the_campaign_until_none_is_left(call, shop):
    ours = kit.a_campaign(call, shop, referralSettings=PATTERN)
    body = {"campaignId": ours["id"], "advocateProfileIntegrationId": "ada"}

    def create(status):
        return call("POST", "/v1/referrals", body, key=shop.key, status=status)

    codes = {create(201).json()["code"] for _ in range(2)}
    assert codes == {"PAL-A", "PAL-B"}
    assert create(400).json()["errors"][0]["title"] == "referral pattern full"


# fmt: off
# what is said                                              where it is wrong
WRONG = [
    ({"advocateProfileIntegrationId": ""},                    "/advocateProfileIntegrationId"),
    ({"advocateProfileIntegrationId": "x" * 1001},            "/advocateProfileIntegrationId"),
    ({"usageLimit": -1},                                      "/usageLimit"),
    ({"usageLimit": 1_000_000},                               "/usageLimit"),
    ({"startDate": FUTURE, "expiryDate": PAST},               "/expiryDate"),
    ({"startDate": "tomorrow"},                               "/startDate"),
    ({"attributes": {"Unknown": 1}},                          "/attributes/Unknown"),
]
# fmt: on


@pytest.mark.parametrize("values, place", WRONG)
def test_what_cannot_be_is_refused(call, create, values, place):
    assert places(create(status=400, **values)) == {place}
    assert not customers(call)


def test_budgets_do_not_bind_these_calls(call, shop):
    limits = [{"action": "createReferral", "limit": 1, "entities": []}]
    ours = kit.a_campaign(call, shop, limits=limits)
    body = {"campaignId": ours["id"], "advocateProfileIntegrationId": "ada"}
    for _ in range(2):
        call("POST", "/v1/referrals", body, key=shop.key, status=201)


def test_a_campaign_of_another_application_is_not_found(call, create):
    theirs = kit.a_campaign(call, kit.an_application(call))
    create(campaignId=theirs["id"], status=404)
    create(campaignId=2**62, status=404)


def test_many_advocates_get_one_code_each_of_one_batch(call, create_many):
    answer = create_many("ada", "bo", "cy").json()
    assert answer["totalResultSize"] == 3
    owners = [one["advocateProfileIntegrationId"] for one in answer["data"]]
    assert owners == ["ada", "bo", "cy"]
    assert len({one["code"] for one in answer["data"]}) == 3
    assert len({one["batchId"] for one in answer["data"]}) == 1
    assert {one["usageLimit"] for one in answer["data"]} == {2}
    assert customers(call) == ["ada", "bo", "cy"]


def test_a_silent_call_is_told_nothing(call, create_many):
    path = "/v1/referrals_for_multiple_advocates"
    assert create_many("ada", path=path, status=204).content == b""
    assert customers(call) == ["ada"]


def test_many_follow_the_pattern_of_the_call(create_many):
    pattern = {"referralPattern": "AB-#", "validCharacters": ["x", "y"]}
    data = create_many("ada", "bo", **pattern).json()["data"]
    assert {one["code"] for one in data} == {"AB-x", "AB-y"}
    assert places(create_many("cy", status=400, **pattern)) == {"/referralPattern"}


def test_all_advocates_get_a_code_or_none_does(call, create_many):
    values = {"referralPattern": "AB-#", "validCharacters": ["x", "y"], "status": 400}
    assert places(create_many("ada", "bo", "cy", **values)) == {"/referralPattern"}
    assert not customers(call)


ADVOCATES = "/advocateProfileIntegrationIds"
CROWD = [f"c{at}" for at in range(1001)]
# fmt: off
# advocates    what is said                     where it is wrong
WRONG_MANY = [
    ([],           {},                               ADVOCATES),
    (CROWD,        {},                               ADVOCATES),
    (["ada", ""],  {},                               f"{ADVOCATES}/1"),
    (["ada"],      {"referralPattern": "A#"},        "/referralPattern"),
    (["ada"],      {"referralPattern": "AB#"},       "/referralPattern"),
    (["ada"],      {"referralPattern": "A B ####"},  "/referralPattern"),
    (["ada"],      {"validCharacters": ["AB"]},      "/validCharacters"),
    (["ada"],      {"usageLimit": None},             "/usageLimit"),
]
# fmt: on


@pytest.mark.parametrize("advocates, values, place", WRONG_MANY)
def test_many_that_cannot_be_are_refused(create_many, advocates, values, place):
    assert places(create_many(*advocates, status=400, **values)) == {place}


def test_a_test_key_leaves_nothing_behind(call, shop, campaign):
    key = kit.an_api_key(call, shop.id, type="test")
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ada"}
    made = call("POST", "/v1/referrals", body, key=key, status=201).json()
    assert made["advocateProfileIntegrationId"] == "ada"
    assert not customers(call)
    assert not call.server.sql("select from referral where application_id = $1", shop.id)


def test_a_friend_is_recorded_when_a_session_closes(call, shop, campaign):
    path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}/rulesets"
    rules = {
        "rules": [
            {
                "title": "friend",
                "condition": ["and", ["referralValid"]],
                "effects": [["setDiscount", "friend", 5]],
            }
        ],
        "bindings": [],
        "activate": True,
    }
    call("POST", path, rules, status=201)
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": "ada"}
    code = call("POST", "/v1/referrals", body, key=shop.key, status=201).json()["code"]
    session = {
        "profileId": "bo",
        "referralCode": code,
        "state": "closed",
        "cartItems": [{"sku": "A", "quantity": 1, "price": 50}],
    }
    call("PUT", "/v2/customer_sessions/s1", {"customerSession": session}, key=shop.key, status=200)
    found = call(
        "GET", "/v1/customer_profiles/ada/inventory?referrals=true", key=shop.key, status=200
    ).json()
    (referral,) = found["referrals"]
    assert (referral["usageCounter"], referral["referredCustomers"]) == (1, ["bo"])
