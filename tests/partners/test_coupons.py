"""Coupons that partners ask for: one for each identifier, nothing in a dry run, ordinary ones else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.kit import DEPLOYMENT
from tests.partners.conftest import a_market

ASKED = 50
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


def same(first, second):
    """Whether two answers are one coupon, to the byte."""
    assert first.status_code == second.status_code == 200, f"{first.text} {second.text}"
    return first.content == second.content


def test_asking_again_gets_the_stored_coupon_whatever_else_is_asked(fresh):
    first = fresh.braze(
        identifier="a",
        integrationId="ada",
        usageLimit=2,
        startDate="2031-01-01T00:00:00+05:00",
        discountLimit="20",
        attributes={"zip": "1", "channel": "mail", "seats": [1.5]},
    )
    again = {"identifier": "a", "integrationId": "ada", "usageLimit": 9}
    assert same(first, fresh.braze(**again))
    assert same(first, fresh.braze(**again, couponPattern="OTHER###", attributes={"nosuch": 1}))
    assert len(fresh.coupons()) == 1


# fmt: off
OTHERS = [
    {"integrationId": "bo"},
    {"integrationId": "Ada"},
    {"integrationId": "ada "},
    {"integrationId": None},
    {"identifier": "A"},
    {"identifier": "a "},
    {"identifier": "\u0061\u0301"},
    {"identifier": "\u00e1"},
]
# fmt: on


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_another_identifier_or_customer_gets_another_coupon(market, other):
    first = market.braze(identifier="a", integrationId="ada").json()
    second = market.braze(**{"identifier": "a", "integrationId": "ada", **other}).json()
    assert second["Value"] != first["Value"]


def test_another_campaign_gives_another_coupon(market):
    first = market.braze(identifier="c").json()
    second = market.braze(identifier="c", campaignId=market.other_campaign).json()
    assert first["Value"] != second["Value"]


def test_fifty_who_ask_at_once_get_one_coupon(fresh):
    """The first calls under an identifier race; whoever comes too late gets what is there."""
    with ThreadPoolExecutor(ASKED) as pool:
        answers = list(pool.map(lambda _: fresh.braze(identifier="race"), range(ASKED)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(fresh.coupons()) == 1


def test_fifty_who_ask_at_once_for_a_fixed_code_get_it(fresh):
    with ThreadPoolExecutor(ASKED) as pool:
        asked = {"identifier": "fixed", "couponPattern": "ONLY-ONE"}
        answers = list(pool.map(lambda _: fresh.braze(**asked), range(ASKED)))
    assert {answer.json().get("Value") for answer in answers} == {"ONLY-ONE"}


def test_twenty_who_share_a_small_pattern_get_all_of_its_codes(fresh):
    asked = {"couponPattern": "CODE#", "validCharacters": list("ABCDEFGHIJKLMNOPQRST")}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda at: fresh.braze(identifier=f"{at}", **asked), range(20)))
    assert len({answer.json().get("Value") for answer in answers}) == 20
    assert fresh.braze(identifier="one too many", **asked).status_code == 400


def test_platforms_share_the_identifiers_of_a_campaign(market):
    first = market.braze(identifier="shared", integrationId="ada").json()
    second = market.flow(identifier="shared", recipientIntegrationId="ada").json()
    assert first["ID"] == second["ID"]


def test_without_an_identifier_every_call_creates(fresh):
    answers = [fresh.flow(), fresh.flow(), fresh.iterable(), fresh.iterable()]
    assert len({answer.json()["Value"] for answer in answers}) == 4
    assert len(fresh.coupons()) == 4


def test_deleting_the_coupon_frees_its_identifier(market):
    first = market.braze(identifier="freed").json()
    path = f"/v1/applications/{market.shop.id}/campaigns/{market.campaign}/coupons/{first['ID']}"
    market.call("DELETE", path, status=204)
    second = market.braze(identifier="freed").json()
    assert second["ID"] != first["ID"]
    assert second["Value"] != first["Value"]


def test_the_longest_identifiers_and_customers_are_told_apart(market):
    """An index has no room for them as they are."""
    customer = "".join(chr(0x1F300 + at % 700) for at in range(900)) + "x" * 99
    name = "".join(chr(0x1F300 + at * 7 % 700) for at in range(999))
    first = market.braze(identifier=name + "a", integrationId=customer)
    assert same(first, market.braze(identifier=name + "a", integrationId=customer))
    assert first.json()["RecipientIntegrationID"] == customer
    others = [{"identifier": name + "b"}, {"integrationId": customer[:-1]}]
    for other in others:
        asked = {"identifier": name + "a", "integrationId": customer, **other}
        assert market.braze(**asked).json()["ID"] != first.json()["ID"]


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
    assert same(first, market.braze(identifier="w", usageLimit=7, headers=headers))


def test_a_test_key_only_tries(fresh):
    key = kit.an_api_key(fresh.call, fresh.shop.id, platform="braze", type="test")
    fresh.keys["braze"] = key
    assert fresh.braze(identifier="tried").json()["ID"] == 0
    assert fresh.coupons() == []


def test_amounts_of_a_gift_card_may_have_cents(market):
    """The contract shows whole amounts in answers, and takes cents in requests."""
    body = {"deploymentUrl": DEPLOYMENT, **market.named(), "identifier": "cents"}
    headers = {"Authorization": market.keys["braze"]}
    response = market.call.http.post(
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
    answer = market.call.http.get(url, headers={"Authorization": market.keys[platform]})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("key", ["", "ApiKey-v1 nope", "Bearer x"])
def test_a_bad_key_is_told(market, key):
    market.call("GET", "/v2/authping", key=key, status=401)
