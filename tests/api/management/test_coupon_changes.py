"""Changing and deleting coupons."""

import pytest

from tests import kit
from tests.api.management.making import (
    a_code,
    an_attribute,
    codes,
    new_coupons,
    places,
    spend,
    spent,
)

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
LIMIT = {"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}

# fmt: off
# what is said what that makes of a coupon with a start, an expiry and a recipient
CHANGES = [
    ({}, {"startDate": None, "expiryDate": None, "recipientIntegrationId": None,
        "reservation": True, "usageLimit": 4, "discountLimit": 50}),
    ({"startDate": PAST},                    {"startDate": PAST, "expiryDate": None}),
    ({"startDate": None, "expiryDate": FUTURE}, {"startDate": None, "expiryDate": FUTURE}),
    ({"recipientIntegrationId": "b"},        {"recipientIntegrationId": "b", "reservation": False}),
    ({"usageLimit": 0},                      {"usageLimit": 0}),
    ({"discountLimit": 7.5},                 {"discountLimit": 7.5, "discountRemainder": 7.5}),
    ({"discountLimit": None},                {"discountLimit": None, "discountRemainder": None}),
    ({"reservationLimit": 3},                {"reservationLimit": 3}),
    ({"attributes": {}},                     {"attributes": {}}),
    ({"attributes": {"Level": 2}},           {"attributes": {"Level": 2}}),
    ({"isReservationMandatory": True},       {"isReservationMandatory": True}),
    ({"implicitlyReserved": True},           {"implicitlyReserved": True}),
    ({"value": "OTHER-CODE"},                {"value": "CHANGE-ME"}),
]
# fmt: on


@pytest.mark.parametrize("said, expected", CHANGES)
def test_dates_and_recipient_are_cleared_where_they_are_not_named(call, path, said, expected):
    an_attribute(call, "Coupon", "Level", type="number")
    made = a_code(
        call, path, "CHANGE-ME", usageLimit=4, discountLimit=50, startDate=PAST, expiryDate=FUTURE,
        recipientIntegrationId="a", attributes={"Level": 1},
    )  # fmt: skip
    changed = call("PUT", f"{path}/coupons/{made['id']}", said, status=200).json()
    assert {name: changed.get(name) for name in expected} == expected
    assert call("GET", f"{path}/coupons/no_total").json()["data"] == [changed]
    if "attributes" not in said:
        assert changed["attributes"] == {"Level": 1}


# fmt: off
WRONG = [
    ({"usageLimit": -1},                                 {"/usageLimit"}),
    ({"startDate": FUTURE, "expiryDate": PAST},          {"/expiryDate"}),
    ({"attributes": {"Unknown": 1}},                     {"/attributes/Unknown"}),
    ({"limits": [LIMIT], "recipientIntegrationId": "p"}, {"/recipientIntegrationId"}),
    ({"limits": [LIMIT, LIMIT]},                         {"/limits/1"}),
]
# fmt: on


@pytest.mark.parametrize("said, where", WRONG)
def test_a_wrong_change_changes_nothing(call, path, said, where):
    made = a_code(call, path, "KEEP-ME", startDate=PAST)
    assert places(call("PUT", f"{path}/coupons/{made['id']}", said, status=400)) == where
    assert call("GET", f"{path}/coupons/no_total").json()["data"] == [made]


def test_limits_of_its_own_begin_with_nothing_spent(call, path, campaign):
    made = a_code(call, path, "OWN-LIMIT", limits=[LIMIT])
    subjects = ("OWN-LIMIT\x1fp", "OTHER\x1fp")
    for subject in subjects:
        key = {"entities": "own:Coupon,Profile", "subject": subject}
        spend(call, campaign, "redeemCoupon", 1, **key)
    url = f"{path}/coupons/{made['id']}"
    call("PUT", url, {"limits": [{**LIMIT, "limit": 9}]}, status=200)
    assert len(spent(call, campaign)) == 2
    call("PUT", url, {"limits": []}, status=200)
    assert spent(call, campaign) == {("redeemCoupon", "OTHER\x1fp"): 1}


def test_a_batch_is_changed_or_the_whole_campaign(call, path):
    first = new_coupons(call, path, numberOfCoupons=3, expiryDate=FUTURE)
    new_coupons(call, path, numberOfCoupons=2, expiryDate=FUTURE)
    batch = {"batchID": first[0]["batchId"], "usageLimit": 9, "startDate": PAST}
    call("PUT", f"{path}/coupons", batch, status=204)
    found = call("GET", f"{path}/coupons/no_total").json()["data"]
    told = [(one["usageLimit"], one.get("startDate"), one.get("expiryDate")) for one in found]
    assert told == [(9, PAST, None)] * 3 + [(1, None, FUTURE)] * 2
    call("PUT", f"{path}/coupons", {"usageLimit": 5}, status=204)
    found = call("GET", f"{path}/coupons/no_total").json()["data"]
    assert [(one["usageLimit"], "startDate" in one) for one in found] == [(5, False)] * 5
    call("PUT", f"{path}/coupons", {"batchID": "unknown"}, status=404)
    wrong = {"usageLimit": 1, "startDate": FUTURE, "expiryDate": PAST}
    assert places(call("PUT", f"{path}/coupons", wrong, status=400)) == {"/expiryDate"}
    call("PUT", f"{path}/coupons", {"discountLimit": -1}, status=400)


def test_one_coupon_is_deleted(call, path):
    made = a_code(call, path, "GOES")
    a_code(call, path, "STAYS")
    url = f"{path}/coupons/{made['id']}"
    call("DELETE", url, status=204)
    assert codes(call("GET", f"{path}/coupons/no_total")) == ["STAYS"]
    call("DELETE", url, status=404)
    call("PUT", url, {}, status=404)
    a_code(call, path, "GOES")


@pytest.mark.parametrize("text", ["0", "-1", "x", "9" * 18, "9" * 30, "1.5"])
def test_an_id_that_is_none_is_not_found(call, path, text):
    call("PUT", f"{path}/coupons/{text}", {}, status=404)
    call("DELETE", f"{path}/coupons/{text}", status=404)


# fmt: off
#    query                       codes that are left
DELETIONS = [
    ("",                            []),
    ("value=sum",                   ["OTHER"]),
    ("value=sum-1&exactMatch=true", ["OTHER", "SUM-2"]),
    ("valid=expired",               ["OTHER", "SUM-1"]),
    ("recipientIntegrationId=p",    ["SUM-1", "SUM-2"]),
    ("batchId=unknown",             ["OTHER", "SUM-1", "SUM-2"]),
    ("usable=false",                ["OTHER", "SUM-1", "SUM-2"]),
]
# fmt: on


@pytest.mark.parametrize("query, left", DELETIONS)
def test_those_that_fit_the_filters_are_deleted(call, within, path, query, left):
    a_code(call, path, "SUM-1")
    a_code(call, path, "SUM-2", expiryDate=PAST)
    a_code(call, path, "OTHER", recipientIntegrationId="p")
    body = {"applicationIds": [int(within.rsplit("/", 1)[1])]}
    (twin,) = call("POST", f"{path}/copy", body, status=200).json()["data"]
    sibling = f"{within}/campaigns/{twin['id']}"
    a_code(call, sibling, "SUM-3")
    call("DELETE", f"{path}/coupons?{query}", status=204)
    assert codes(call("GET", f"{path}/coupons/no_total")) == left
    assert codes(call("GET", f"{sibling}/coupons/no_total")) == ["SUM-3"]


def test_a_code_that_is_made_again_has_spent_nothing(call, path, campaign):
    a_code(call, path, "AGAIN")
    a_code(call, path, "STAYS")
    for code in ("AGAIN", "STAYS"):
        spend(call, campaign, "redeemCoupon", 1, entities="Coupon", subject=code)
    spend(call, campaign, "setDiscount", 5, entities="Profile", subject="AGAIN")
    call("DELETE", f"{path}/coupons?value=again", status=204)
    assert spent(call, campaign) == {("redeemCoupon", "STAYS"): 1, ("setDiscount", "AGAIN"): 5}


def test_coupons_of_others_cannot_be_changed(call, shop, within, path, stranger):
    made = a_code(call, path, "MINE")
    sibling = f"{within}/campaigns/{kit.a_campaign(call, shop)['id']}"
    for client, where in ((call, sibling), (stranger, path)):
        client("PUT", f"{where}/coupons/{made['id']}", {}, status=404)
        client("DELETE", f"{where}/coupons/{made['id']}", status=404)
    stranger("PUT", f"{path}/coupons", {}, status=404)
    stranger("DELETE", f"{path}/coupons", status=404)
    assert call("GET", f"{path}/coupons/no_total").json()["data"] == [made]
