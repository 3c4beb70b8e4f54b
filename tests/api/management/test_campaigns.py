"""Campaigns: what they may be, what state they are in, and what changing them leaves behind."""

from datetime import timedelta

import pytest

from tests import kit
from tests.api.management.making import (
    RULES,
    a_code,
    an_attribute,
    places,
    spend,
    spent,
    version,
)

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
LIMIT = {"action": "setDiscount", "limit": 100, "entities": []}


def codes_like(pattern, *characters):
    """Settings of the codes of a campaign."""
    return {"couponSettings": {"couponPattern": pattern, "validCharacters": list(characters)}}


# fmt: off
WRONG = [
    ({"name": ""},                                  {"/name"}),
    ({"tags": [""]},                                {"/tags/0"}),
    ({"features": ["discounts"]},                   {"/features/0"}),
    ({"state": "running"},                          {"/state"}),
    ({"state": "staged"},                           {"/state"}),
    ({"type": "item"},                              {"/type"}),
    ({"startTime": FUTURE, "endTime": FUTURE},      {"/endTime"}),
    ({"startTime": "2090-01-01T00:00:00"},          {"/startTime"}),
    ({"attributes": {"Unknown": 1}},                {"/attributes/Unknown"}),
    ({"attributes": {"Brand": 1}},                  {"/attributes/Brand"}),
    ({"attributes": {"Brand": "C"}},                {"/attributes/Brand"}),
    ({"couponAttributes": {"Brand": "A"}},          {"/couponAttributes/Brand"}),
    ({"limits": [LIMIT, LIMIT]},                    {"/limits/1"}),
    ({"limits": [{**LIMIT, "entities": ["Moon"]}]}, {"/limits/0/entities/0"}),
    ({"limits": [{**LIMIT, "period": "hourly"}]},   {"/limits/0/period"}),
    ({"limits": [LIMIT] * 101},                     {"/limits"}),
    ({"linkedStoreIds": [999_999_999]},             {"/linkedStoreIds/0"}),
    ({"activeRulesetId": 999_999_999},              {"/activeRulesetId"}),
    (codes_like("A B#"),                            {"/couponSettings/couponPattern"}),
    (codes_like("AB#", "AB"),                       {"/couponSettings/validCharacters"}),
    ({"limits": [LIMIT, LIMIT], "state": "staged"}, {"/limits/1", "/state"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG)
def test_a_wrong_campaign_is_refused_whole(call, within, campaign, values, where):
    an_attribute(call, "Campaign", "Brand", suggestions=["A", "B"], restrictedBySuggestions=True)
    body = {"name": "New", "tags": [], "features": [], "limits": [], **values}
    before = call("GET", f"{within}/campaigns").json()
    assert places(call("POST", f"{within}/campaigns", body, status=400)) == where
    path = f"{within}/campaigns/{campaign['id']}"
    assert places(call("PUT", path, body, status=400)) == where
    assert call("GET", f"{within}/campaigns").json() == before


@pytest.mark.parametrize("missing", ["name", "tags", "features", "limits"])
def test_an_update_names_what_the_contract_requires(call, path, campaign, missing):
    body = {name: value for name, value in campaign.items() if name != missing}
    assert places(call("PUT", path, body, status=400)) == {f"/{missing}"}


# fmt: off
#    state        start   end      what it is
STATES = [
    ("enabled",  None,   None,   "running"),
    ("enabled",  PAST,   FUTURE, "running"),
    ("enabled",  FUTURE, None,   "scheduled"),
    ("enabled",  None,   PAST,   "expired"),
    ("disabled", FUTURE, None,   "disabled"),
    ("archived", None,   PAST,   "archived"),
]
# fmt: on


@pytest.mark.parametrize("state, start, end, shown", STATES)
def test_the_list_filters_by_the_state_that_the_clock_makes(
    call, shop, within, state, start, *, end, shown
):
    schedule = {"startTime": start, "endTime": end}
    made = kit.a_campaign(call, shop, state=state, **schedule)
    assert made["frontendState"] == shown
    assert made["state"] == state
    listed = {
        wanted: [one["id"] for one in call("GET", f"{within}/campaigns{query}").json()["data"]]
        for wanted in ("enabled", "disabled", "archived", "scheduled", "running", "expired")
        for query in [f"?campaignState={wanted}"]
    }
    here = {wanted for wanted, ids in listed.items() if ids == [made["id"]]}
    assert here == {shown, state}
    plain = call("GET", f"{within}/campaigns").json()["data"]
    assert bool(plain) == (state != "archived")


def test_a_campaign_moves_through_its_schedule(call, shop, within, server):
    now = server.clock.now()
    start, end = now + timedelta(hours=1), now + timedelta(hours=2)
    schedule = {"startTime": start.isoformat(), "endTime": end.isoformat()}
    made = kit.a_campaign(call, shop, **schedule)
    states = []
    for _ in range(3):
        found = call("GET", f"{within}/campaigns/{made['id']}").json()
        states.append(found["frontendState"])
        server.clock.move(hours=1)
    assert states == ["scheduled", "running", "expired"]


def test_optional_members_that_are_not_named_stay(call, shop, within):
    values = {
        "description": "d", "startTime": PAST, "endTime": FUTURE, "state": "disabled",
        "couponSettings": {"couponPattern": "SUM-####", "validCharacters": ["A"]},
        "couponAttributes": {}, "type": "cartItem", "reevaluateOnReturn": True,
    }  # fmt: skip
    made = kit.a_campaign(call, shop, **values)
    path = f"{within}/campaigns/{made['id']}"
    body = {"name": "Other", "tags": ["t"], "features": ["coupons"], "limits": []}
    changed = call("PUT", path, body, status=200).json()
    new = {**body, "updated": changed["updated"]}
    assert changed == {**made, **new}
    assert call("GET", path).json() == changed


def test_a_null_ends_a_schedule(call, shop, within):
    made = kit.a_campaign(call, shop, startTime=PAST, endTime=FUTURE)
    body = {**made, "startTime": None, "endTime": None}
    changed = call("PUT", f"{within}/campaigns/{made['id']}", body, status=200).json()
    assert "startTime" not in changed
    assert "endTime" not in changed


def test_the_kept_start_counts_against_a_new_end(call, shop, within):
    made = kit.a_campaign(call, shop, startTime=FUTURE)
    body = {"name": "n", "tags": [], "features": [], "limits": [], "endTime": PAST}
    assert places(call("PUT", f"{within}/campaigns/{made['id']}", body)) == {"/endTime"}


def test_mandatory_attributes_must_be_there_after_every_change(call):
    an_attribute(call, "Campaign", "Brand")
    mandatory = {"mandatory": {"campaigns": ["Brand"]}}
    shop = kit.an_application(call, attributesSettings=mandatory)
    path = f"/v1/applications/{shop.id}/campaigns"
    body = {"name": "n", "tags": [], "features": [], "limits": []}
    assert places(call("POST", path, body, status=400)) == {"/attributes/Brand"}
    null = {**body, "attributes": {"Brand": None}}
    assert places(call("POST", path, null, status=400)) == {"/attributes/Brand"}
    made = kit.a_campaign(call, shop, attributes={"Brand": "A"})
    assert call("PUT", f"{path}/{made['id']}", body, status=200).json()["attributes"] == {
        "Brand": "A"
    }
    assert places(call("PUT", f"{path}/{made['id']}", {**body, "attributes": {}})) == {
        "/attributes/Brand"
    }


def test_limits_of_the_application_are_copied_into_new_campaigns(call):
    shop = kit.an_application(call, limits=[LIMIT])
    path = f"/v1/applications/{shop.id}/campaigns"
    silent = call("POST", path, {"name": "n", "tags": [], "features": []}, status=201).json()
    assert silent["limits"] == [LIMIT]
    assert kit.a_campaign(call, shop)["limits"] == []


def test_a_budget_shows_what_the_whole_campaign_has_spent_now(call, shop, within, server):
    limits = [
        LIMIT,
        {"action": "setDiscount", "limit": 20, "entities": [], "period": "monthly"},
        {"action": "redeemCoupon", "limit": 5, "entities": ["Profile"]},
    ]
    made = kit.a_campaign(call, shop, limits=limits)
    now = server.clock.now()
    spend(call, made, "setDiscount", 30)
    spend(call, made, "setDiscount", 12, period=f"Y{now.year}M{now.month}")
    spend(call, made, "setDiscount", 7, period="Y2001M1")
    spend(call, made, "redeemCoupon", 2, entities="Profile", subject="p")
    shown = call("GET", f"{within}/campaigns/{made['id']}").json()["budgets"]
    assert shown == [
        {"action": "setDiscount", "limit": 100, "counter": 30},
        {"action": "setDiscount", "limit": 20, "counter": 12},
    ]


# fmt: off
#    the limit as it becomes                                        what is left of what it counted
LIMITS = [
    ([LIMIT],                                      30),
    ([{**LIMIT, "limit": 5}],                      30),
    ([],                                           None),
    ([{**LIMIT, "period": "daily"}],               None),
    ([{**LIMIT, "entities": ["Profile"]}],         None),
    ([LIMIT, {**LIMIT, "action": "redeemCoupon"}], 30),
]
# fmt: on


@pytest.mark.parametrize("limits, left", LIMITS)
def test_a_limit_that_goes_forgets_what_it_counted(call, shop, within, limits, left):
    made = kit.a_campaign(call, shop, limits=[LIMIT])
    spend(call, made, "setDiscount", 30)
    path = f"{within}/campaigns/{made['id']}"
    call("PUT", path, {**made, "limits": limits}, status=200)
    assert spent(call, made).get(("setDiscount", "")) == left
    back = call("PUT", path, made, status=200).json()
    assert back["budgets"][0]["counter"] == (left or 0)


def test_an_archived_campaign_cannot_be_changed(call, shop, within):
    made = kit.a_campaign(call, shop, state="archived")
    body = {**made, "state": "enabled"}
    refused = call("PUT", f"{within}/campaigns/{made['id']}", body, status=400)
    assert places(refused) == {"/state"}


def test_with_state_management_campaigns_are_not_changed_directly(call):
    shop = kit.an_application(call, enableCampaignStateManagement=True)
    made = kit.a_campaign(call, shop, state="staged")
    assert (made["state"], made["frontendState"]) == ("disabled", "staged")
    path = f"/v1/applications/{shop.id}/campaigns/{made['id']}"
    call("PUT", path, {**made, "name": "x"}, status=400)
    assert call("GET", path).json() == made


def test_a_deleted_campaign_takes_all_of_it_along(call, path, campaign, server):
    a_code(call, path, "GOES-TOO")
    call("POST", f"{path}/rulesets", RULES, status=201)
    spend(call, campaign, "setDiscount", 1)
    before = version(call, campaign["applicationId"])
    call("DELETE", path, status=204)
    call("DELETE", path, status=404)
    call("GET", path, status=404)
    for table in ("coupon", "ruleset", "counter"):
        sql = f"select count(*) as n from {table} where campaign_id = $1"
        assert server.sql(sql, campaign["id"])[0]["n"] == 0
    assert version(call, campaign["applicationId"]) > before


def test_campaigns_of_others_are_not_there(call, path, campaign, stranger):
    other = kit.an_application(call)
    elsewhere = f"/v1/applications/{other.id}/campaigns/{campaign['id']}"
    for client, where in ((call, elsewhere), (stranger, path)):
        client("GET", where, status=404)
        client("PUT", where, campaign, status=404)
        client("DELETE", where, status=404)
    assert call("GET", path).json() == campaign
