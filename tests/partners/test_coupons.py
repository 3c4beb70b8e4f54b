"""Coupons that partners ask for: none in a dry run, ordinary ones else; and who may ask."""

import json
import socket

import pytest

from tests import kit
from tests.kit import DEPLOYMENT
from tests.partners.conftest import a_market

RULES = {
    "rules": [
        {
            "title": "ten off",
            "condition": ["and", ["couponValid"]],
            "effects": [["setDiscount", "ten", 10]],
        }
    ],
    "bindings": [],
    "activate": True,
}


@pytest.mark.parametrize("spelled", ["1", "t", "T", "TRUE", "true", "True"])
def test_a_dry_run_answers_and_stores_nothing(fresh, spelled):
    headers = {"X-DRY-RUN": spelled}
    answers = [
        fresh.braze(identifier="dry", usageLimit=3, integrationId="new", headers=headers),
        fresh.flow(identifier="dry", usageLimit=3, headers=headers),
        fresh.iterable(usageLimit=3, headers=headers),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["ID"], answer.json()["UsageLimit"]) == (200, 0, 3)
        assert len(answer.json()["Value"]) == len("####-####")
    assert answers[0].json()["RecipientIntegrationID"] == "new"
    assert fresh.coupons() == []
    tables = ("coupon_identifier", "coupon_reservation")
    for table in tables:
        sql = f"select count(*) from {table} where application_id = $1"
        assert fresh.call.server.sql(sql, fresh.shop.id)[0]["count"] == 0
    code = answers[0].json()["Value"]
    assert fresh.reserve(couponValue=code, integrationId="ada").status_code == 404


@pytest.mark.parametrize("spelled", ["0", "f", "F", "FALSE", "false", "False", ""])
def test_a_dry_run_that_is_none_creates(fresh, spelled):
    assert fresh.braze(identifier="wet", headers={"X-DRY-RUN": spelled}).json()["ID"] > 0
    assert len(fresh.coupons()) == 1


def test_a_dry_run_finds_what_is_wrong_and_what_is_stored(market):
    headers = {"X-DRY-RUN": "true"}
    assert market.braze(identifier="w", attributes={"no": 1}, headers=headers).status_code == 400
    assert market.braze(identifier="w", campaignId=9**9, headers=headers).status_code == 404
    first = market.braze(identifier="w")
    again = market.braze(identifier="w", usageLimit=7, headers=headers)
    assert again.content == first.content


def test_a_test_key_only_tries(fresh):
    key = kit.an_api_key(fresh.call, fresh.shop.id, platform="braze", type="test")
    fresh.keys["braze"] = key
    assert fresh.braze(identifier="tried").json()["ID"] == 0
    assert fresh.coupons() == []


def test_amounts_of_a_gift_card_may_have_cents(market):
    """The contract shows whole amounts in answers, and takes cents in requests."""
    body = {"deploymentUrl": DEPLOYMENT, **market.named(), "identifier": "cents"}
    headers = {"Authorization": market.keys["braze"]}
    response = market.call.server.http.post(
        "/braze/coupon", json={**body, "discountLimit": "12.50"}, headers=headers
    )
    assert kit.exact(response)["DiscountLimit"] * 2 == 25


def test_a_fixed_code_is_given_out_once(market):
    assert market.braze(identifier="one", couponPattern="fixed-1").json()["Value"] == "FIXED-1"
    assert market.braze(identifier="two", couponPattern="FIXED-1").status_code == 400
    assert market.braze(identifier="one", couponPattern="FIXED-1").status_code == 200


def test_codes_of_an_application_that_minds_letter_case_are_kept_as_asked(call):
    market = a_market(call, caseSensitivity="sensitive")
    made = market.braze(identifier="x", couponPattern="ew-####", validCharacters=["a", "B"])
    assert made.json()["Value"].startswith("ew-")
    assert set(made.json()["Value"][3:]) <= {"a", "B"}


def test_a_campaign_without_settings_gives_the_usual_codes(market):
    made = market.braze(identifier="usual", campaignId=market.other_campaign).json()
    assert [len(part) for part in made["Value"].split("-")] == [4, 4, 4]


def test_attributes_of_the_campaign_are_those_of_its_coupons(market):
    path = f"/v1/applications/{market.shop.id}/campaigns"
    body = {"name": "With attributes", "tags": [], "features": ["coupons"], "limits": []}
    body["couponAttributes"] = {"channel": "mail", "venue": 3}
    made = market.call("POST", path, body, status=201).json()
    own = market.braze(identifier="own", campaignId=made["id"], attributes={"channel": "sms"})
    assert own.json()["Attributes"] == {"channel": "sms", "venue": 3}


def test_attributes_that_the_application_demands_must_be_there(call):
    market = a_market(
        call, attributesSettings={"mandatory": {"campaigns": [], "coupons": ["channel"]}}
    )
    assert market.braze(identifier="lacks").status_code == 400
    assert market.flow().status_code == 400
    assert market.flow((".channel", "")).status_code == 400
    assert market.flow((".channel", "mail")).status_code == 200
    assert market.braze(identifier="has", **{".channel": "mail"}).status_code == 200


def test_where_a_coupon_came_from_is_kept(fresh):
    fresh.flow(identifier="known")
    fresh.iterable(iterableCampaignId="it-9")
    rows = fresh.call.server.sql(
        "select platform, external_campaign_id from coupon_identifier where application_id = $1"
        " order by platform",
        fresh.shop.id,
    )
    assert [tuple(row) for row in rows] == [("iterable", "it-9"), ("pendula", "birthday")]


def test_a_coupon_can_be_redeemed_by_whom_it_was_made_for(fresh):
    path = f"/v1/applications/{fresh.shop.id}/campaigns/{fresh.campaign}/rulesets"
    fresh.call("POST", path, RULES, status=201)
    code = fresh.braze(identifier="redeemed", integrationId="ada").json()["Value"]

    def effects(customer):
        session = {
            "profileId": customer,
            "couponCodes": [code],
            "state": "closed",
            "cartItems": [{"name": "Tea", "sku": "tea", "quantity": 2, "price": 10}],
        }
        update = {"customerSession": session, "responseContent": []}
        answer = fresh.call(
            "PUT", f"/v2/customer_sessions/{customer}", update, key=fresh.shop.key, status=200
        )
        return [effect["effectType"] for effect in answer.json()["effects"]]

    assert "rejectCoupon" in effects("bo")
    assert effects("ada") == ["acceptCoupon", "setDiscount"]
    assert fresh.coupons()[0]["usageCounter"] == 1
    assert fresh.braze(identifier="redeemed", integrationId="ada").json()["Value"] == code


@pytest.mark.parametrize("platform", ["iterable", "customer_engagement", "segment"])
def test_keys_of_other_platforms_are_refused(market, platform):
    market = type(market)(**{**vars(market), "keys": {"braze": market.keys[platform]}})
    answer = market.braze(identifier="x")
    assert (answer.status_code, answer.json()["StatusCode"]) == (401, 401)


def test_a_key_without_a_platform_may_call_every_partner_s_operations(market):
    keys = dict.fromkeys(market.keys, market.shop.key)
    anyone = type(market)(**{**vars(market), "keys": keys})
    assert anyone.braze(identifier="any").status_code == 200
    assert anyone.flow().status_code == 200
    assert anyone.iterable().status_code == 200


def test_an_application_of_the_same_account_is_not_there_for_another_s_key(market):
    other = kit.an_application(market.call)
    assert market.braze(identifier="x", applicationId=other.id).status_code == 404
    theirs = kit.a_campaign(market.call, other)["id"]
    assert market.braze(identifier="x", campaignId=theirs).status_code == 404


@pytest.mark.parametrize("path", ["/v2/authping", "//v2/authping", "/v2/authping/"])
@pytest.mark.parametrize("platform", ["segment", "braze"])
def test_a_good_key_of_any_platform_is_answered_with_nothing(market, platform, path):
    url = market.call.server.url + path
    headers = {"Authorization": market.keys[platform]}
    answer = market.call.server.http.get(url, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("key", ["", "ApiKey-v1 nope", "Bearer x"])
def test_a_bad_key_is_told(market, key):
    market.call("GET", "/v2/authping", key=key, status=401)


@pytest.mark.parametrize("path", ["/v2/integration/braze/createcoupon", "/v1/braze/createcoupon"])
def test_old_templates_of_braze_read_the_value(market, path):
    body = {
        "applicationID": str(market.shop.id),
        "campaignID": str(market.campaign),
        "integrationID": "ada",
        "identifier": path,
    }
    made = market.call("POST", path, body, key=market.keys["braze"], status=200).json()
    again = market.braze(identifier=path, integrationId="ada").json()
    assert (made["id"], made["value"]) == (again["ID"], again["Value"])


def test_old_paths_of_other_partners_still_create(market):
    query = {"deployment": DEPLOYMENT, **market.named()}
    old = {"key": market.keys["iterable"], "params": query, "status": 200}
    assert market.call("GET", "/iterable", **old).json()["ID"] > 0
    query = {**query, "selligentCampaignId": "s-1"}
    made = market.call("GET", "/selligent", key=market.shop.key, params=query, status=200)
    assert made.json()["ID"] > 0
    assert made.headers["cache-control"] == "no-store"


def test_quotes_and_brackets_may_stand_unencoded_in_the_request_line(market):
    """Clients of our kind encode them; templates do not."""
    url = market.call.server.url.removeprefix("http://")
    query = "&".join(f"{name}={value}" for name, value in market.named().items())
    query += '&externalCampaignId=b&.zip="10115"&.seats=[1,2]&.channel={x}|y'
    head = [
        f"GET /customer_engagement/coupon?{query} HTTP/1.1",
        f"Host: {url}",
        f"Authorization: {market.keys['customer_engagement']}",
        "CUSTOMER-ENGAGEMENT-PLATFORM-NAME: pendula",
        f"Destination-Hostname: {DEPLOYMENT}",
        "Connection: close",
    ]
    host, _, port = url.partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        raw = b"".join(iter(lambda: connection.recv(65536), b""))
    assert raw.startswith(b"HTTP/1.1 200")
    assert json.loads(raw.partition(b"\r\n\r\n")[2])["Attributes"] == {
        "zip": "10115",
        "seats": [1, 2],
        "channel": "{x}|y",
    }
