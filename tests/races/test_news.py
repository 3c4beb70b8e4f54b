"""What is changed through one process is known to the other within two seconds."""

import time

from largesse.live import STALE_SECONDS
from tests import kit
from tests.api.management.making import an_attribute
from tests.races.rush import Answer, rush, statuses
from tests.races.selling import a_campaign, closing

NAMED = {"name": "Race", "tags": [], "features": ["coupons"], "limits": []}
CROWD = 30  # more than a process has connections


def elsewhere(stall, name: str, **values) -> Answer:
    """What the process says that nothing was changed through."""
    (answer,) = rush([stall.sent(1, name, closing(**values))])
    return answer


def test_a_campaign_that_was_disabled_gives_nothing_anywhere_from_then_on(stall):
    campaign = a_campaign(stall)
    assert elsewhere(stall, "before").effects("setDiscount")
    path = f"{stall.path}/campaigns/{campaign}"
    stall.cluster.call("PUT", path, {**NAMED, "state": "disabled"}, status=200)
    assert not elsewhere(stall, "after").effects("setDiscount")
    stall.cluster.call("PUT", path, {**NAMED, "state": "enabled"}, status=200)
    assert elsewhere(stall, "again").effects("setDiscount")


def test_rules_that_were_activated_hold_everywhere_from_then_on(stall):
    campaign = a_campaign(stall)
    assert elsewhere(stall, "before").effects("setDiscount")[0]["name"] == "ten"
    rule = {"title": "five", "condition": ["and"], "effects": [["setDiscount", "five", 5]]}
    path = f"{stall.path}/campaigns/{campaign}/rulesets"
    body = {"rules": [rule], "bindings": [], "activate": False}
    made = stall.cluster.call("POST", path, body, status=201).json()
    assert elsewhere(stall, "stored").effects("setDiscount")[0]["name"] == "ten"
    stall.cluster.call("POST", f"{path}/{made['id']}/activate", status=200)
    assert elsewhere(stall, "active").effects("setDiscount")[0]["name"] == "five"


def test_an_attribute_that_was_added_is_known_everywhere_from_then_on(stall):
    name = f"colour{stall.shop.id}"
    assert elsewhere(stall, "before", attributes={name: "red"}).status == 400
    an_attribute(stall.cluster.call, "CustomerSession", name)
    assert elsewhere(stall, "after", attributes={name: "red"}).status == 200


def test_a_key_that_was_revoked_opens_nothing_anywhere_after_two_seconds(stall):
    call, elsewhere_call = stall.cluster.call, stall.cluster.via(1)
    body = {"title": "Gone", "expires": kit.NEVER}
    made = call("POST", f"{stall.path}/api_keys", body, status=201).json()
    body = {"name": "Gone", "expiryDate": kit.NEVER}
    manager = call("POST", "/v1/management_keys", body, status=201).json()
    keys = [f"ApiKey-v1 {made['key']}", f"ManagementKey-v1 {manager['key']}"]
    paths = ["/v2/customer_sessions/s", stall.path]
    elsewhere_call("PUT", paths[0], closing(), key=keys[0], status=200)
    elsewhere_call("GET", paths[1], key=keys[1], status=200)
    call("DELETE", f"{stall.path}/api_keys/{made['id']}", status=204)
    call("DELETE", f"/v1/management_keys/{manager['id']}", status=204)
    time.sleep(STALE_SECONDS)
    for path, key in zip(paths, keys, strict=True):
        elsewhere_call("GET", path, key=key, status=401)


def test_a_crowd_that_meets_new_rules_at_once_is_answered_by_them(stall, trials):
    campaign = a_campaign(stall)
    path = f"{stall.path}/campaigns/{campaign}"
    for at in range(max(trials // 30, 1)):
        elsewhere(stall, f"before{at}")
        state = ("disabled", "enabled")[at % 2]
        stall.cluster.call("PUT", path, {**NAMED, "state": state}, status=200)
        answers = rush([stall.sent(1, f"s{at}-{n}", closing()) for n in range(CROWD)])
        assert statuses(answers) == [200] * CROWD
        assert {bool(one.effects("setDiscount")) for one in answers} == {state == "enabled"}
