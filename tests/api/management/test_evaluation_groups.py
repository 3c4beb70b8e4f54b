"""Evaluation groups: one tree for each Application, read and replaced whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit
from tests.api.management.making import places, version


@pytest.fixture
def groups(within):
    """The path of the evaluation groups of an Application."""
    return f"{within}/evaluation_groups"


def a_group(*campaigns, **values):
    """A group of campaigns; the first that is triggered counts unless told otherwise."""
    ids = [campaign["id"] for campaign in campaigns]
    return {"name": "Group", "evaluationMode": "listOrder", "campaignIds": ids, **values}


def test_the_base_group_is_always_there_and_keeps_its_id(call, shop, groups):
    campaign = kit.a_campaign(call, shop)
    base = call("GET", groups, status=200).json()
    assert base["evaluationMode"] == "stackable"
    assert base["evaluationScope"] == "session"
    assert (base["campaignIds"], base["groups"]) == ([campaign["id"]], [])
    later = kit.a_campaign(call, shop)
    again = call("GET", groups, status=200).json()
    assert again == {**base, "campaignIds": [campaign["id"], later["id"]]}


def test_the_base_group_gets_one_id_from_several_at_once(call, groups):
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: call("GET", groups, status=200).json(), range(4)))
    assert len({tree["id"] for tree in found}) == 1


def test_campaigns_of_no_group_belong_to_the_base_group(call, shop, groups):
    one, two, three = (kit.a_campaign(call, shop) for _ in range(3))
    base = call("GET", groups).json()
    inner = a_group(name="Inner", evaluationMode="highestDiscount", evaluationScope="cartItem")
    tree = {**base, "campaignIds": [], "groups": [a_group(two, groups=[inner])]}
    stored = call("PUT", groups, tree, status=200).json()
    assert stored["id"] == base["id"]
    assert stored["campaignIds"] == [one["id"], three["id"]]
    (outer,) = stored["groups"]
    (within,) = outer["groups"]
    assert len({base["id"], outer["id"], within["id"]}) == 3
    assert within["evaluationScope"] == "cartItem"
    assert call("GET", groups).json() == stored


def test_a_group_keeps_the_id_that_it_is_sent_with(call, shop, groups):
    campaigns = [kit.a_campaign(call, shop) for _ in range(2)]
    first = call("PUT", groups, {"groups": [a_group(one) for one in campaigns]}, status=200).json()
    turned = {**first, "groups": [*reversed(first["groups"]), a_group(name="New")]}
    second = call("PUT", groups, turned, status=200).json()
    assert second["groups"][:2] == first["groups"][::-1]
    assert second["groups"][2]["id"] not in {one["id"] for one in [first, *first["groups"]]}


def test_campaigns_know_their_group(call, shop, within, groups):
    inside, outside = (kit.a_campaign(call, shop) for _ in range(2))
    tree = call("PUT", groups, {"groups": [a_group(inside)]}, status=200).json()
    path = f"{within}/campaigns"
    found = call("GET", f"{path}/{inside['id']}").json()
    assert found["evaluationGroupId"] == tree["groups"][0]["id"]
    found = call("GET", f"{path}/{outside['id']}").json()
    assert found["evaluationGroupId"] == tree["id"]


def test_a_deleted_campaign_leaves_the_tree(call, shop, within, groups):
    campaign = kit.a_campaign(call, shop)
    call("PUT", groups, {"groups": [a_group(campaign)]}, status=200)
    call("DELETE", f"{within}/campaigns/{campaign['id']}", status=204)
    assert call("GET", groups).json()["groups"][0]["campaignIds"] == []


def test_a_new_tree_is_a_new_rulebook(call, shop, groups):
    call("GET", groups)
    before = version(call, shop.id)
    call("PUT", groups, {"name": "All"}, status=200)
    assert version(call, shop.id) == before + 1
    call("GET", groups)
    assert version(call, shop.id) == before + 1


DEEP = {"groups": [a_group(groups=[a_group(groups=[a_group()])])]}

# fmt: off
WRONG = [
    ({"evaluationMode": "listOrder"},                     {"/evaluationMode"}),
    ({"evaluationScope": "shop"},                         {"/evaluationScope"}),
    ({"name": ""},                                        {"/name"}),
    ({"id": 999_999_999},                                 {"/id"}),
    ({"groups": [a_group(), a_group(id=999_999_999)]},    {"/groups/1/id"}),
    ({"campaignIds": [999_999_999]},                      {"/campaignIds/0"}),
    ({"groups": [a_group(campaignIds=[999_999_999])]},    {"/groups/0/campaignIds/0"}),
    (DEEP,                                                {"/groups/0/groups/0/groups/0"}),
]
# fmt: on


@pytest.mark.parametrize("tree, where", WRONG)
def test_a_wrong_tree_is_refused(call, groups, tree, where):
    before = call("GET", groups).json()
    assert places(call("PUT", groups, tree, status=400)) == where
    assert call("GET", groups).json() == before


def test_a_campaign_stands_in_one_group(call, shop, groups):
    campaign = kit.a_campaign(call, shop)
    tree = {"groups": [a_group(campaign), a_group(campaign)]}
    assert places(call("PUT", groups, tree, status=400)) == {"/groups/1/campaignIds/0"}
    tree = {"campaignIds": [campaign["id"]], "groups": [a_group(campaign)]}
    assert places(call("PUT", groups, tree, status=400)) == {"/groups/0/campaignIds/0"}


def test_a_group_stands_in_the_tree_once(call, groups):
    tree = call("PUT", groups, {"groups": [a_group()]}, status=200).json()
    twice = {**tree, "groups": tree["groups"] * 2}
    assert places(call("PUT", groups, twice, status=400)) == {"/groups/1/id"}


def test_campaigns_of_another_application_do_not_compete_here(call, groups):
    other = kit.a_campaign(call, kit.an_application(call))
    tree = {"groups": [a_group(other)]}
    assert places(call("PUT", groups, tree, status=400)) == {"/groups/0/campaignIds/0"}


def test_groups_of_others_are_not_there(groups, stranger):
    stranger("GET", groups, status=404)
    stranger("PUT", groups, {}, status=404)
