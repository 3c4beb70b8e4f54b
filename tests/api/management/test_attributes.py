"""Custom attributes, and the event types that they make known."""

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places, version

NEW = {
    "entity": "CustomerSession",
    "name": "City",
    "title": "City",
    "type": "string",
    "description": "",
    "suggestions": [],
    "editable": True,
}
OF_EVENTS = {**NEW, "entity": "Event"}

# fmt: off
WRONG = [
    ({**NEW, "entity": "Moon"},                               {"/entity"}),
    ({**NEW, "name": "1st"},                                  {"/name"}),
    ({**NEW, "name": "with blank"},                           {"/name"}),
    ({**NEW, "title": ""},                                    {"/title"}),
    ({**NEW, "type": "text"},                                 {"/type"}),
    ({**NEW, "suggestions": [""]},                            {"/suggestions/0"}),
    ({**NEW, "suggestions": ["a"] * 51},                      {"/suggestions"}),
    ({**NEW, "eventType": "seen"},                            {"/eventType"}),
    ({**NEW, "allowedSubscriptions": ["catalog"]},            {"/allowedSubscriptions"}),
    ({**NEW, "subscribedApplicationsIds": [999_999_999]},     {"/subscribedApplicationsIds/0"}),
    (OF_EVENTS,                                               {"/eventType"}),
    ({**OF_EVENTS, "eventType": ""},                          {"/eventType"}),
    ({**OF_EVENTS, "eventType": "talon_seen"},                {"/eventType"}),
    ({name: NEW[name] for name in NEW if name != "editable"}, {"/editable"}),
]
# fmt: on


@pytest.mark.parametrize("body, where", WRONG)
def test_a_wrong_attribute_is_refused(call, body, where):
    assert places(call("POST", "/v1/attributes", body, status=400)) == where
    assert call("GET", "/v1/attributes").json()["data"] == []
    assert call("GET", "/v1/event_types").json()["data"] == []


def test_what_was_said_of_it_is_stored(call, shop):
    body = {
        **NEW,
        "entity": "CartItem",
        "suggestions": ["a", "b"],
        "restrictedBySuggestions": True,
        "subscribedApplicationsIds": [shop.id],
        "allowedSubscriptions": ["application", "catalog"],
    }
    made = call("POST", "/v1/attributes", body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert made["accountId"] == call.account_id
    assert "eventType" not in made
    assert call("GET", f"/v1/attributes/{made['id']}").json() == made


# fmt: off
#    the second one                                               may it be
TWICE = [
    ({**NEW, "title": "Other"},                  False),
    ({**NEW, "name": "Other"},                   False),
    ({**NEW, "name": "Other", "title": "Other"}, True),
    ({**NEW, "entity": "CustomerProfile"},       True),
    ({**OF_EVENTS, "eventType": "seen"},         True),
]
# fmt: on


@pytest.mark.parametrize("body, may", TWICE)
def test_names_and_titles_are_unique_within_an_entity(call, body, may, stranger):
    call("POST", "/v1/attributes", NEW, status=201)
    call("POST", "/v1/attributes", body, status=201 if may else 409)
    stranger("POST", "/v1/attributes", NEW, status=201)


def test_names_of_event_attributes_are_unique_within_their_type(call):
    call("POST", "/v1/attributes", {**OF_EVENTS, "eventType": "seen"}, status=201)
    call("POST", "/v1/attributes", {**OF_EVENTS, "eventType": "bought"}, status=201)
    call("POST", "/v1/attributes", {**OF_EVENTS, "eventType": "seen"}, status=409)


def test_an_attribute_of_a_new_event_makes_its_type_known(call):
    first = an_attribute(call, "Event", "Shelf", eventType="Store Visit")
    second = an_attribute(call, "Event", "Points", eventType="Store Visit", type="number")
    other = an_attribute(call, "Event", "Shelf", eventType="seen")
    assert first["eventTypeId"] == second["eventTypeId"] != other["eventTypeId"]
    known = call("GET", "/v1/event_types?sort=name").json()
    assert [one["name"] for one in known["data"]] == ["Store Visit", "seen"]
    one = call("GET", "/v1/event_types?name=seen").json()
    assert [found["id"] for found in one["data"]] == [other["eventTypeId"]]


# fmt: off
# what is said anew where that is wrong
CHANGES = [
    ({"description": "Where to"},                                 set()),
    ({"suggestions": ["Berlin"], "restrictedBySuggestions": True}, set()),
    ({"subscribedCatalogsIds": [7]},                              set()),
    ({"name": "Town"},                                            {"/name"}),
    ({"title": "Town"},                                           {"/title"}),
    ({"type": "number"},                                          {"/type"}),
    ({"entity": "CustomerProfile"},                               {"/entity"}),
    ({"subscribedApplicationsIds": [999_999_999]},                {"/subscribedApplicationsIds/0"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", CHANGES)
def test_name_title_and_type_are_fixed(call, values, where):
    made = call("POST", "/v1/attributes", NEW, status=201).json()
    path = f"/v1/attributes/{made['id']}"
    answer = call("PUT", path, {**NEW, **values})
    if where:
        assert places(answer) == where
        assert call("GET", path).json() == made
    else:
        assert answer.json() == {**made, **values} == call("GET", path).json()


def test_the_type_of_an_event_is_fixed(call):
    body = {**OF_EVENTS, "eventType": "seen"}
    made = call("POST", "/v1/attributes", body, status=201).json()
    path = f"/v1/attributes/{made['id']}"
    assert places(call("PUT", path, {**body, "eventType": "bought"})) == {"/eventType"}
    assert call("PUT", path, {**body, "description": "x"}).json()["eventType"] == "seen"


# fmt: off
#    query                               names that it finds
QUERIES = [
    ("",                            ["Age", "City", "Level", "Shelf"]),
    ("entity=Coupon",               ["Level"]),
    ("type=number",                 ["Age", "Level"]),
    ("search=CIT",                  ["City"]),
    ("search=where",                ["City"]),
    ("kind=builtin",                []),
    ("kind=custom&entity=Event",    ["Shelf"]),
    ("sort=-name&pageSize=2",       ["Shelf", "Level"]),
    ("sort=name&pageSize=2&skip=1", ["City", "Level"]),
]
# fmt: on


@pytest.mark.parametrize("query, names", QUERIES)
def test_the_list_is_filtered(call, query, names):
    an_attribute(call, "CustomerProfile", "Age", type="number")
    an_attribute(call, "CustomerSession", "City", description="Where to")
    an_attribute(call, "Coupon", "Level", type="number")
    an_attribute(call, "Event", "Shelf", eventType="seen")
    found = call("GET", f"/v1/attributes?{query}", status=200).json()
    listed = [one["name"] for one in found["data"]]
    assert (listed if "sort" in query else sorted(listed)) == names


def test_the_list_is_filtered_by_subscription(call, shop):
    other = kit.an_application(call)
    an_attribute(call, "Coupon", "Everywhere")
    an_attribute(call, "Coupon", "Here", subscribedApplicationsIds=[shop.id])
    an_attribute(call, "Coupon", "There", subscribedApplicationsIds=[other.id])
    found = call("GET", f"/v1/attributes?applicationIds={shop.id}").json()
    assert sorted(one["name"] for one in found["data"]) == ["Everywhere", "Here"]
    both = call("GET", f"/v1/attributes?applicationIds={shop.id},{other.id}").json()
    assert both["totalResultSize"] == 3
    assert places(call("GET", "/v1/attributes?applicationIds=all")) == {"applicationIds"}


def test_rulebooks_that_know_an_attribute_are_made_anew(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    made = an_attribute(call, "Coupon", "Here", subscribedApplicationsIds=[shop.id])
    between = version(call, shop.id), version(call, other.id)
    assert between == (before[0] + 1, before[1])
    body = {name: made[name] for name in made if name not in ("id", "created", "accountId")}
    call("PUT", f"/v1/attributes/{made['id']}", {**body, "subscribedApplicationsIds": []})
    assert version(call, other.id) > between[1]


def test_attributes_of_another_account_are_not_there(call, stranger):
    made = call("POST", "/v1/attributes", NEW, status=201).json()
    stranger("GET", f"/v1/attributes/{made['id']}", status=404)
    stranger("PUT", f"/v1/attributes/{made['id']}", NEW, status=404)
    assert stranger("GET", "/v1/attributes").json()["data"] == []
