"""Making coupons: codes by a pattern, their terms, and what cannot be made."""

import re

import pytest

from tests import kit
from tests.api.management.making import a_code, an_attribute, codes, new_coupons, places

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
LIMIT = {"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}

# fmt: off
WRONG = [
    ({"numberOfCoupons": 0},                                               {"/numberOfCoupons"}),
    ({"numberOfCoupons": 20_001},                                          {"/numberOfCoupons"}),
    ({"usageLimit": -1},                                                   {"/usageLimit"}),
    ({"usageLimit": 1_000_000},                                            {"/usageLimit"}),
    ({"usageLimit": 1.5},                                                  {"/usageLimit"}),
    ({"reservationLimit": 1_000_000},                                      {"/reservationLimit"}),
    ({"couponPattern": "AB"},                                              {"/couponPattern"}),
    ({"couponPattern": "AB#"},                                             {"/couponPattern"}),
    ({"couponPattern": "A" * 101},                                         {"/couponPattern"}),
    ({"couponPattern": "A B-####"},                                        {"/couponPattern"}),
    ({"couponPattern": "FIXED", "numberOfCoupons": 2},                     {"/couponPattern"}),
    ({"couponPattern": "ABC#", "numberOfCoupons": 37},                     {"/couponPattern"}),
    ({"couponPattern": "A##B", "numberOfCoupons": 2, "validCharacters": ["A"]}, {"/couponPattern"}),
    ({"validCharacters": ["AB"]},                                          {"/validCharacters"}),
    ({"validCharacters": [""]},                                            {"/validCharacters"}),
    ({"validCharacters": ["A", "\x1f"]},                                   {"/validCharacters"}),
    ({"startDate": FUTURE, "expiryDate": PAST},                            {"/expiryDate"}),
    ({"startDate": FUTURE, "expiryDate": FUTURE},                          {"/expiryDate"}),
    ({"startDate": "2090-01-01"},                                          {"/startDate"}),
    ({"attributes": {"Unknown": 1}},                                       {"/attributes/Unknown"}),
    ({"attributes": {"Level": "high"}},                                    {"/attributes/Level"}),
    ({"limits": [LIMIT], "numberOfCoupons": 2},                            {"/limits"}),
    ({"limits": [LIMIT], "recipientIntegrationId": "p"},                   {"/limits"}),
    ({"limits": [LIMIT, LIMIT]},                                           {"/limits/1"}),
    ({"attributes": {"Unknown": 1}, "startDate": FUTURE, "expiryDate": PAST},
        {"/attributes/Unknown", "/expiryDate"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG)
def test_what_cannot_be_made_is_refused_whole(call, path, values, where):
    an_attribute(call, "Coupon", "Level", type="number")
    body = {"usageLimit": 1, "numberOfCoupons": 1, **values}
    assert places(call("POST", f"{path}/coupons", body, status=400)) == where
    assert codes(call("GET", f"{path}/coupons/no_total")) == []


@pytest.mark.parametrize("limit", [-1, 10**15 + 1])
def test_a_gift_card_has_a_bounded_amount(call, path, limit):
    body = {"usageLimit": 1, "numberOfCoupons": 1, "discountLimit": limit}
    call("POST", f"{path}/coupons", body, status=400)


# fmt: off
# what is said what every code looks like
PATTERNS = [
    ({},                                                           r"([A-Z0-9]{4}-){2}[A-Z0-9]{4}"),
    ({"couponPattern": "SUM-####", "validCharacters": ["A", "B"]}, r"SUM-[AB]{4}"),
    ({"couponPattern": "####"},                                    r"[A-Z0-9]{4}"),
    ({"couponPattern": "##.%+@_#"},                                r"[A-Z0-9]{2}\.%\+@_[A-Z0-9]"),
    ({"couponPattern": "####", "uniquePrefix": "P-"},              r"P-[A-Z0-9]{4}"),
]
# fmt: on


@pytest.mark.parametrize("values, look", PATTERNS)
def test_codes_follow_their_pattern(call, path, values, look):
    made = new_coupons(call, path, numberOfCoupons=9, **values)
    assert all(re.fullmatch(look, one["value"]) for one in made)
    assert len({one["value"] for one in made}) == 9
    assert len({one["batchId"] for one in made}) == 1


def test_a_campaign_says_how_its_codes_look(call, shop, within):
    settings = {"couponPattern": "GIFT-###", "validCharacters": ["7", "8", "9"]}
    campaign = kit.a_campaign(call, shop, couponSettings=settings)
    path = f"{within}/campaigns/{campaign['id']}"
    (one,) = new_coupons(call, path)
    assert re.fullmatch("GIFT-[789]{3}", one["value"])
    (other,) = new_coupons(call, path, couponPattern="OWN-##")
    assert re.fullmatch("OWN-[789]{2}", other["value"])


def test_a_pattern_is_used_up_to_its_last_code(call, path):
    values = {"couponPattern": "AB##", "validCharacters": ["0", "1", "2", "3"]}
    first = new_coupons(call, path, numberOfCoupons=10, **values)
    rest = new_coupons(call, path, numberOfCoupons=6, **values)
    assert len({one["value"] for one in first + rest}) == 16
    body = {"usageLimit": 1, "numberOfCoupons": 1, **values}
    assert places(call("POST", f"{path}/coupons", body, status=400)) == {"/couponPattern"}


def test_a_code_exists_once_in_an_application(call, shop, within, path):
    a_code(call, path, "ONLY-ONE")
    body = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "ONLY-ONE"}
    assert places(call("POST", f"{path}/coupons", body, status=400)) == {"/couponPattern"}
    sibling = kit.a_campaign(call, shop)
    call("POST", f"{within}/campaigns/{sibling['id']}/coupons", body, status=400)
    other = kit.an_application(call)
    elsewhere = kit.a_campaign(call, other)
    a_code(call, f"/v1/applications/{other.id}/campaigns/{elsewhere['id']}", "ONLY-ONE")


# fmt: off
#    setting                   written          stored
CASES = [
    ("sensitive",             "Sum-ab", "Sum-ab"),
    ("insensitive-uppercase", "Sum-ab", "SUM-AB"),
    ("insensitive-lowercase", "Sum-AB", "sum-ab"),
]
# fmt: on


@pytest.mark.parametrize("setting, written, stored", CASES)
def test_codes_are_folded_as_the_application_says(call, setting, written, stored):
    shop = kit.an_application(call, caseSensitivity=setting)
    campaign = kit.a_campaign(call, shop)
    path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}"
    assert a_code(call, path, written)["value"] == stored
    again = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": written.swapcase()}
    call("POST", f"{path}/coupons", again, status=204 if setting == "sensitive" else 400)
    drawn = {"couponPattern": "ABC#", "validCharacters": ["a", "A"], "usageLimit": 1}
    may = call("POST", f"{path}/coupons", {**drawn, "numberOfCoupons": 2})
    assert may.status_code == (204 if setting == "sensitive" else 400)


def test_a_silent_call_says_nothing(call, path):
    body = {"usageLimit": 1, "numberOfCoupons": 3}
    assert call("POST", f"{path}/coupons", body, status=204).content == b""
    assert call("POST", f"{path}/coupons?silent=yes", body, status=204).content == b""
    told = call("POST", f"{path}/coupons?silent=no", body, status=200).json()
    assert told["totalResultSize"] == len(told["data"]) == 3
    assert places(call("POST", f"{path}/coupons?silent=maybe", body)) == {"silent"}


def test_terms_are_stored_as_they_were_said(call, path):
    an_attribute(call, "Coupon", "Level", type="number")
    terms = {
        "usageLimit": 0, "discountLimit": 12.345, "reservationLimit": 5, "startDate": PAST,
        "expiryDate": FUTURE, "limits": [LIMIT], "attributes": {"Level": 3},
        "isReservationMandatory": True, "implicitlyReserved": True,
    }  # fmt: skip
    made = a_code(call, path, "ALL-TERMS", **terms)
    assert {name: made[name] for name in terms} == terms
    assert made["discountRemainder"] == 12.345
    assert made["reservation"] is True
    assert (made["usageCounter"], made["reservationCounter"]) == (0, 0)
    assert call("GET", f"{path}/coupons/no_total").json()["data"] == [made]


def test_terms_that_are_not_said_are_absent(call, path):
    made = new_coupons(call, path)[0]
    absent = {"discountLimit", "discountRemainder", "startDate", "expiryDate", "reservationLimit",
              "recipientIntegrationId", "referralId", "importId"}  # fmt: skip
    assert not absent & made.keys()
    body = {"numberOfCoupons": 1}
    (plain,) = call("POST", f"{path}/coupons?silent=no", body, status=200).json()["data"]
    assert plain["usageLimit"] == 1


def test_a_coupon_for_one_customer_is_personal(call, path):
    made = new_coupons(call, path, numberOfCoupons=2, recipientIntegrationId="cust-1")
    assert [one["recipientIntegrationId"] for one in made] == ["cust-1", "cust-1"]
    assert [one["reservation"] for one in made] == [False, False]


def test_the_campaign_gives_attributes_that_a_coupon_lacks(call, shop, within):
    an_attribute(call, "Coupon", "Level", type="number")
    an_attribute(call, "Coupon", "Channel")
    values = {"Level": 1, "Channel": "web"}
    campaign = kit.a_campaign(call, shop, couponAttributes=values)
    path = f"{within}/campaigns/{campaign['id']}"
    (made,) = new_coupons(call, path, attributes={"Level": 2})
    assert made["attributes"] == {"Level": 2, "Channel": "web"}
    (cleared,) = new_coupons(call, path, attributes={"Level": None})
    assert cleared["attributes"] == {"Channel": "web"}


def test_mandatory_attributes_of_coupons_must_be_there(call):
    an_attribute(call, "Coupon", "Category")
    mandatory = {"mandatory": {"coupons": ["Category"]}}
    shop = kit.an_application(call, attributesSettings=mandatory)
    campaign = kit.a_campaign(call, shop)
    path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}"
    body = {"usageLimit": 1, "numberOfCoupons": 1}
    assert places(call("POST", f"{path}/coupons", body)) == {"/attributes/Category"}
    made = a_code(call, path, "MUST", attributes={"Category": "A"})
    null = {"attributes": {"Category": None}}
    assert places(call("PUT", f"{path}/coupons/{made['id']}", null)) == {"/attributes/Category"}
    assert places(call("PUT", f"{path}/coupons", {"attributes": {}})) == {"/attributes/Category"}
    with_default = kit.a_campaign(call, shop, couponAttributes={"Category": "B"})
    new_coupons(call, f"/v1/applications/{shop.id}/campaigns/{with_default['id']}")


def test_every_recipient_gets_a_code(call, path):
    recipients = [f"cust-{number}" for number in range(30)]
    body = {"usageLimit": 1, "recipientsIntegrationIds": recipients, "couponPattern": "PERS-####"}
    url = f"{path}/coupons_with_recipients"
    call("POST", url, {**body, "recipientsIntegrationIds": recipients[:1]}, status=204)
    told = call("POST", f"{url}?silent=no", body, status=200).json()
    assert sorted(one["recipientIntegrationId"] for one in told["data"]) == sorted(recipients)
    assert len({one["value"] for one in told["data"]}) == 30


# fmt: off
WRONG_RECIPIENTS = [
    ([],           {"/recipientsIntegrationIds"}),
    (["p"] * 1001, {"/recipientsIntegrationIds"}),
    (["p", ""],    {"/recipientsIntegrationIds/1"}),
    (["p" * 1001], {"/recipientsIntegrationIds/0"}),
]
# fmt: on


@pytest.mark.parametrize("recipients, where", WRONG_RECIPIENTS)
def test_wrong_recipients_are_refused(call, path, recipients, where):
    body = {"usageLimit": 1, "recipientsIntegrationIds": recipients}
    assert places(call("POST", f"{path}/coupons_with_recipients", body, status=400)) == where


def test_many_codes_are_made_at_once(call, path, server):
    call("POST", f"{path}/coupons", {"usageLimit": 1, "numberOfCoupons": 20_000}, status=204)
    campaign_id = int(path.rsplit("/", 1)[1])
    counted = "count(distinct value) as codes, count(distinct id) as ids"
    sql = f"select {counted} from coupon where campaign_id = $1"
    row = server.sql(sql, campaign_id)[0]
    assert (row["codes"], row["ids"]) == (20_000, 20_000)


def test_coupons_of_others_cannot_be_made(call, path, stranger):
    body = {"usageLimit": 1, "numberOfCoupons": 1}
    stranger("POST", f"{path}/coupons", body, status=404)
    recipients = {"usageLimit": 1, "recipientsIntegrationIds": ["p"]}
    stranger("POST", f"{path}/coupons_with_recipients", recipients, status=404)
