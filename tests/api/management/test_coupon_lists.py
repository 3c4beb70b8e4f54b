"""Finding coupons."""

import pytest

from tests import kit
from tests.api.management.making import a_code, an_attribute, codes, places

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"

# fmt: off
#    query                                        codes that it finds
QUERIES = [
    ("",                                           ["GIFT-1", "OLD-1", "SUM-AB", "sum_cd", "used"]),
    ("value=umAb",                                 ["SUM-AB"]),
    ("value=s.u.m",                                ["SUM-AB", "sum_cd"]),
    ("value=%25",                                  ["GIFT-1", "OLD-1", "SUM-AB", "sum_cd", "used"]),
    ("value=sum-ab&exactMatch=true",               ["SUM-AB"]),
    ("value=sum&exactMatch=true",                  []),
    ("valid=expired",                              ["OLD-1"]),
    ("valid=validNow",                             ["GIFT-1", "SUM-AB", "used"]),
    ("valid=validFuture",                          ["sum_cd"]),
    ("usable=true",                                ["GIFT-1", "OLD-1", "SUM-AB", "sum_cd"]),
    ("usable=false",                               ["used"]),
    ("redeemed=true",                              ["GIFT-1", "used"]),
    ("redeemed=false",                             ["OLD-1", "SUM-AB", "sum_cd"]),
    ("recipientIntegrationId=cust-1",              ["SUM-AB"]),
    ("startsAfter=2080-01-01T00:00:00Z",           ["sum_cd"]),
    ("startsBefore=2080-01-01T00:00:00Z",          []),
    ("expiresBefore=2021-01-01T00:00:00Z",         ["OLD-1"]),
    ("expiresAfter=2021-01-01T00:00:00Z",          ["SUM-AB"]),
    ("createdAfter=2021-01-01T00:00:00Z&usable=false", ["used"]),
    ("createdBefore=2021-01-01T00:00:00Z",         []),
    ("referralId=7",                               []),
    ("batchId=none",                               []),
    ("valuesOnly=true&value=old",                  ["OLD-1"]),
]
# fmt: on


@pytest.fixture
def five(call, path, server):
    """One coupon of each kind, as rows of the campaign."""
    a_code(call, path, "SUM-AB", recipientIntegrationId="cust-1", expiryDate=FUTURE)
    a_code(call, path, "sum_cd", startDate=FUTURE)
    a_code(call, path, "OLD-1", expiryDate=PAST)
    used = a_code(call, path, "used")
    gift = a_code(call, path, "GIFT-1", usageLimit=0)
    server.sql(
        "update coupon set usage_counter = 1 where id = any($1::bigint[])", [used["id"], gift["id"]]
    )


@pytest.mark.parametrize("query, found", QUERIES)
def test_the_list_is_filtered(call, path, five, query, found):
    answer = call("GET", f"{path}/coupons/no_total?{query}", status=200)
    assert codes(answer) == sorted(found)


# fmt: off
WRONG = [
    ("usable=true&redeemed=true", {"redeemed"}),
    ("usable=perhaps",            {"usable"}),
    ("valid=yes",                 {"valid"}),
    ("createdBefore=yesterday",   {"createdBefore"}),
    ("referralId=seven",          {"referralId"}),
    ("sort=attributes",           {"sort"}),
    ("pageSize=1001",             {"pageSize"}),
]
# fmt: on


@pytest.mark.parametrize("query, where", WRONG)
def test_a_wrong_query_is_refused(call, path, query, where):
    assert places(call("GET", f"{path}/coupons/no_total?{query}", status=400)) == where


def test_pages_are_windows_on_the_whole_list(call, path, five):
    whole = call("GET", f"{path}/coupons/no_total?sort=-value").json()
    assert whole["hasMore"] is False
    windows = [
        call("GET", f"{path}/coupons/no_total?sort=-value&pageSize=2&skip={skip}").json()
        for skip in (0, 2, 4, 6)
    ]
    assert [window["hasMore"] for window in windows] == [True, True, False, False]
    assert [one for window in windows for one in window["data"]] == whole["data"]


def test_a_batch_is_found_by_its_id(call, path):
    body = {"usageLimit": 1, "numberOfCoupons": 3}
    made = call("POST", f"{path}/coupons?silent=no", body).json()["data"]
    a_code(call, path, "ANOTHER")
    found = call("GET", f"{path}/coupons/no_total?batchId={made[0]['batchId']}").json()["data"]
    assert found == made


@pytest.fixture
def everywhere(call, shop, within, path):
    """Coupons of two campaigns with attributes; the second campaign is disabled."""
    an_attribute(call, "Coupon", "Level", type="number")
    an_attribute(call, "Coupon", "Channel")
    a_code(call, path, "BOTH", attributes={"Level": 1.5, "Channel": "web"})
    a_code(call, path, "LEVEL", attributes={"Level": 1.5})
    second = kit.a_campaign(call, shop, state="disabled")
    a_code(call, f"{within}/campaigns/{second['id']}", "SECOND", attributes={"Level": 1.5})


# fmt: off
# query attributes in the campaign in the Application
SEARCHES = [
    ("",          {"Level": 1.5},                   ["BOTH", "LEVEL"], ["BOTH", "LEVEL", "SECOND"]),
    ("",          {"attributes": {"Level": 1.5}},   ["BOTH", "LEVEL"], ["BOTH", "LEVEL", "SECOND"]),
    ("",          {"Level": 1.5, "Channel": "web"}, ["BOTH"],          ["BOTH"]),
    ("",          {"Level": 2},                     [],                []),
    ("",          {},                               ["BOTH", "LEVEL"], ["BOTH", "LEVEL", "SECOND"]),
    ("value=lev", {"Level": 1.5},                   ["LEVEL"],         ["LEVEL"]),
    ("campaignState=disabled", {"Level": 1.5},      [],                ["SECOND"]),
    ("campaignState=running", {"Level": 1.5},       ["BOTH", "LEVEL"], ["BOTH", "LEVEL"]),
]
# fmt: on


@pytest.mark.parametrize("query, body, here, there", SEARCHES)
@pytest.mark.usefixtures("everywhere")
def test_the_search_matches_all_attributes(call, path, query, body, *, here, there):
    search = f"coupons_search_advanced/no_total?{query}"
    application = path.rsplit("/campaigns/", 1)[0]
    assert codes(call("POST", f"{path}/{search}", body, status=200)) == here
    assert codes(call("POST", f"{application}/{search}", body, status=200)) == there


def test_coupons_of_others_are_not_found(call, shop, within, path, stranger):
    a_code(call, path, "MINE")
    other = kit.a_campaign(call, shop)
    assert codes(call("GET", f"{within}/campaigns/{other['id']}/coupons/no_total")) == []
    stranger("GET", f"{path}/coupons/no_total", status=404)
    stranger("POST", f"{path}/coupons_search_advanced/no_total", {}, status=404)
    stranger("POST", f"{within}/coupons_search_advanced/no_total", {}, status=404)


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_beyond_the_calendar_is_refused(call, path, instant):
    call("GET", f"{path}/coupons/no_total?createdBefore={instant}", status=400)
