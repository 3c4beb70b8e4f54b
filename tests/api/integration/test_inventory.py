"""What a customer has, and how it is forgotten."""

from datetime import timedelta

import pytest

from tests import kit
from tests.api.management.making import a_code, an_attribute

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
RULES = {
    "rules": [
        {
            "title": "ten",
            "condition": ["and", ["couponValid"]],
            "effects": [["setDiscount", "ten", 10]],
        }
    ],
    "bindings": [],
    "activate": True,
}


@pytest.fixture
def shop(call):
    return kit.an_application(call)


@pytest.fixture
def path(call, shop):
    """The path of a campaign."""
    made = f"/v1/applications/{shop.id}/campaigns/{kit.a_campaign(call, shop)['id']}"
    call("POST", f"{made}/rulesets", RULES, status=201)
    return made


@pytest.fixture
def ada(call, shop):
    """A known customer; looks at what she has."""
    call("PUT", "/v2/customer_profiles/ada", {}, key=shop.key, status=200)

    def has(*wanted):
        flags = "&".join(f"{one}=true" for one in wanted)
        # Not through `call`: the contract calls `loyaltyMemberships` a list, and says it is null.
        found = call.server.http.get(
            f"/v1/customer_profiles/ada/inventory?{flags}", headers={"Authorization": shop.key}
        )
        assert found.status_code == 200, found.text
        return found.json()

    return has


def buy(call, shop, session, *codes, customer="ada"):
    body = {
        "profileId": customer,
        "couponCodes": list(codes),
        "state": "closed",
        "cartItems": [{"sku": "A", "quantity": 1, "price": 50}],
    }
    path = f"/v2/customer_sessions/{session}"
    call("PUT", path, {"customerSession": body}, key=shop.key, status=200)


def reserve(call, shop, code, customer="ada"):
    body = {"integrationIDs": [customer]}
    call("POST", f"/v1/coupon_reservations/{code}", body, key=shop.key, status=201)


def states(found):
    return {coupon["value"]: coupon["state"] for coupon in found["coupons"]}


def test_only_what_is_asked_for_is_told(ada):
    assert ada() == {}
    assert ada("loyalty", "achievements") == {
        "loyalty": {"cards": [], "programs": {}},
        "achievements": [],
    }
    assert ada("referrals", "coupons", "giveaways") == {
        "referrals": [],
        "coupons": [],
        "giveaways": [],
    }
    profile = ada("profile")["profile"]
    assert (profile["integrationId"], profile["audienceMemberships"]) == ("ada", [])
    assert profile["loyaltyMemberships"] is None


def test_a_customer_nobody_knows_is_not_found(server, call, ada, shop):
    assert ada() == {}
    with kit.an_account(server) as other:
        stranger = kit.an_application(other)
        for key, name in ((shop.key, "bo"), (stranger.key, "ada")):
            path = f"/v1/customer_profiles/{name}/inventory?profile=true"
            call("GET", path, key=key, status=404)
            call("DELETE", f"/v1/customer_data/{name}", key=key, status=404)


def test_coupons_reserved_made_for_or_used_by_the_customer_are_hers(call, shop, path, ada):
    for code in ("RESERVED", "USED", "OTHERS"):
        a_code(call, path, code)
    a_code(call, path, "HERS", recipientIntegrationId="ada")
    a_code(call, path, "BOBS", recipientIntegrationId="bo")
    a_code(call, path, "EVERYONES", implicitlyReserved=True)
    reserve(call, shop, "RESERVED")
    reserve(call, shop, "OTHERS", "bo")
    buy(call, shop, "s1", "USED")
    found = ada("coupons")
    assert states(found) == {
        "RESERVED": "active",
        "USED": "used",
        "HERS": "active",
        "EVERYONES": "active",
    }
    times = {coupon["value"]: coupon["profileRedemptionCount"] for coupon in found["coupons"]}
    assert times == {"RESERVED": 0, "USED": 1, "HERS": 0, "EVERYONES": 0}


# fmt: off
# terms of the coupon    who used it  state
STATES = [
    ({},                     None,    "active"),
    ({"startDate": FUTURE},  None,    "pending"),
    ({"expiryDate": PAST},   None,    "expired"),
    ({"usageLimit": 1},      "bo",    "used"),
    ({"usageLimit": 2},      "bo",    "active"),
    ({"usageLimit": 2},      "ada",   "used"),
    ({"usageLimit": 0},      None,    "active"),
]
# fmt: on


@pytest.mark.parametrize("terms, used_by, state", STATES)
def test_the_state_of_a_coupon_is_the_first_that_holds(
    call, shop, path, ada, *, terms, used_by, state
):
    a_code(call, path, "CODE", implicitlyReserved=True, **terms)
    if used_by:
        buy(call, shop, "s1", "CODE", customer=used_by)
    assert states(ada("coupons")) == {"CODE": state}


# fmt: off
CAMPAIGNS = [
    ({"state": "disabled"},               "disabled"),
    ({"startTime": FUTURE},               "active"),
    ({"endTime": "2020-01-01T00:00:00Z"}, "disabled"),
]
# fmt: on


@pytest.mark.parametrize("values, state", CAMPAIGNS)
def test_a_coupon_lives_with_its_campaign(call, shop, ada, values, state):
    campaign = kit.a_campaign(call, shop, **values)
    path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}"
    a_code(call, path, "CODE", implicitlyReserved=True, startDate=FUTURE)
    told = "pending" if state == "active" else state
    assert states(ada("coupons")) == {"CODE": told}


def test_referrals_name_the_friends_who_came(call, shop, ada):
    campaign = kit.a_campaign(call, shop)["id"]
    for advocate in ("ada", "bo"):
        body = {"campaignId": campaign, "advocateProfileIntegrationId": advocate}
        call("POST", "/v1/referrals", body, key=shop.key, status=201)
    call.server.sql(
        "insert into referral_friend (application_id, friend_profile_integration_id, referral_id,"
        " created) select application_id, 'cy', id, now() from referral"
        " where application_id = $1 and advocate_profile_integration_id = 'ada'",
        shop.id,
    )
    (referral,) = ada("referrals")["referrals"]
    assert referral["advocateProfileIntegrationId"] == "ada"
    assert referral["referredCustomers"] == ["cy"]


def test_giveaways_are_those_of_the_account(server, call, ada):
    with kit.an_account(server) as other:
        for account in (call.account_id, other.account_id):
            server.sql(
                "with pool as (insert into giveaway_pool (account_id, name, created_by)"
                " values ($1, 'Pool', 1) returning id) insert into giveaway (pool_id, id, code,"
                " profile_integration_id, awarded) select id, 1, $2, 'ada', now() from pool",
                account,
                f"GIFT-{account}",
            )
    (gift,) = ada("giveaways")["giveaways"]
    assert gift["code"] == f"GIFT-{call.account_id}"
    assert (gift["used"], gift["profileIntegrationId"]) == (True, "ada")


def test_what_a_customer_said_of_herself_is_forgotten_everywhere(call, shop, ada):
    other = kit.an_application(call)
    for entity in ("CustomerProfile", "CustomerSession", "CartItem", "Coupon", "Referral"):
        an_attribute(call, entity, "Said")
    an_attribute(call, "Event", "Said", eventType="told")
    said = {"attributes": {"Said": "secret"}}
    call("PUT", "/v2/customer_profiles/ada", said, key=shop.key, status=200)
    for one in (shop, other):
        cart = [{"sku": "A", "quantity": 1, "price": 1, **said}]
        session = {"profileId": "ada", "identifiers": ["phone"], "cartItems": cart, **said}
        path = "/v2/customer_sessions/s1"
        call("PUT", path, {"customerSession": session}, key=one.key, status=200)
        event = {"type": "told", "profileId": "ada", **said}
        call("POST", "/v2/events?silent=yes", event, key=one.key, status=204)
        campaign = kit.a_campaign(call, one)["id"]
        path = f"/v1/applications/{one.id}/campaigns/{campaign}"
        a_code(call, path, "CODE", recipientIntegrationId="ada", **said)
        body = {"campaignId": campaign, "advocateProfileIntegrationId": "ada", **said}
        call("POST", "/v1/referrals", body, key=one.key, status=201)
    call("DELETE", "/v1/customer_data/ada", key=shop.key, status=204)
    assert ada("profile")["profile"]["attributes"] == {}
    for one in (shop, other):
        answer = call(
            "PUT",
            "/v2/customer_sessions/s1",
            {"customerSession": {}, "responseContent": ["customerSession"]},
            key=one.key,
            status=200,
        ).json()["customerSession"]
        assert (answer["attributes"], answer["identifiers"]) == ({}, [])
        assert [line["sku"] for line in answer["cartItems"]] == ["A"]
    for table in ("profile", "session", "event", "coupon", "referral"):
        owner = "account_id" if table == "profile" else "application_id"
        ids = [call.account_id] if table == "profile" else [shop.id, other.id]
        rows = call.server.sql(f"select t::text from {table} t where {owner} = any($1)", ids)
        assert rows
        assert not [row for row in rows if "secret" in row["t"] or "phone" in row["t"]]


def test_the_other_environment_remembers(call, shop, ada):
    sandbox = kit.an_application(call, sandbox=True)
    an_attribute(call, "CustomerProfile", "Said")
    said = {"attributes": {"Said": "secret"}}
    for one in (shop, sandbox):
        call("PUT", "/v2/customer_profiles/ada", said, key=one.key, status=200)
    call("DELETE", "/v1/customer_data/ada", key=sandbox.key, status=204)
    assert ada("profile")["profile"]["attributes"] == {"Said": "secret"}


def test_a_test_key_forgets_nothing(call, shop, ada):
    an_attribute(call, "CustomerProfile", "Said")
    said = {"attributes": {"Said": "secret"}}
    call("PUT", "/v2/customer_profiles/ada", said, key=shop.key, status=200)
    key = kit.an_api_key(call, shop.id, type="test")
    call("DELETE", "/v1/customer_data/ada", key=key, status=204)
    assert ada("profile")["profile"]["attributes"] == {"Said": "secret"}


def test_an_expired_coupon_that_she_used_stays_used(call, shop, path, ada):
    soon = (call.server.clock.now() + timedelta(hours=1)).isoformat()
    a_code(call, path, "CODE", usageLimit=5, expiryDate=soon)
    buy(call, shop, "s1", "CODE")
    call.server.clock.move(hours=2)
    assert states(ada("coupons")) == {"CODE": "used"}
