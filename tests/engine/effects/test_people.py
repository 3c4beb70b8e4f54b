"""Effects for customers: audiences, giveaways, referral codes; and calls to others."""

import re
from typing import Any

import pytest

from largesse.model.campaigns import CodeGeneratorSettings, EffectParameter
from largesse.model.giveaways import Gift
from largesse.model.referrals import KnownReferral
from largesse.model.webhooks import Webhook
from tests.engine.building import (
    NOW,
    a_campaign,
    a_limit,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    evaluate,
    failed,
    happens,
    kinds,
    spent,
    told,
)

BOBS = KnownReferral(
    id=5,
    created=NOW,
    campaign_id=1,
    code="FRIEND",
    advocate_profile_integration_id="bob",
    advocate=a_profile("bob", id=7),
    usage_limit=1,
)


def referred(**more: Any) -> Any:
    """A session of Ada's whom Bob referred."""
    more.setdefault("referral", BOBS)
    return a_situation(a_session(referral_code="FRIEND"), customer="ada", **more)


# fmt: off
#    effect                              customer  who
AUDIENCES = [
    (["addToAudience", 3],               "ada",    "ada"),
    (["addToAudience", 3, "Current"],    "ada",    "ada"),
    (["addToAudience", 3, "Advocate"],   "ada",    "bob"),
    (["removeFromAudience", 3],          "ada",    "ada"),
    (["addToAudience", 3],               "",       None),
    (["addToAudience", 4],               "ada",    None),    # there is no such audience
]
# fmt: on


@pytest.mark.parametrize("effect, customer, who", AUDIENCES)
def test_a_customer_joins_and_leaves_audiences(effect, customer, who):
    given = referred() if customer else a_situation()
    outcome = happens(effect, given=given, audiences={3: "Friends"})
    moved = [(one.audience_id, one.profile_integration_id, one.adds) for one in outcome.audiences]
    assert moved == ([(3, who, effect[0] == "addToAudience")] if who else [])
    if who:
        (props,) = told(outcome, effect[0])
        assert (props["audienceId"], props["audienceName"]) == (3, "Friends")
        assert props["profileIntegrationId"] == who


def test_without_a_referral_there_is_no_advocate():
    effects = [["addToAudience", 3, "Advocate"], ["awardGiveaway", 1, "Advocate"]]
    for effect in effects:
        given = a_situation(customer="ada", gifts=GIFTS)
        outcome = happens(effect, given=given, audiences={3: "Friends"}, pools={1: "Cinema"})
        assert failed(outcome) == [(None, 0)]


GIFTS = [Gift(id=at, pool_id=1 + (at > 12), code=f"G{at}") for at in (11, 12, 13)]


@pytest.mark.parametrize(
    "state, kind", [("open", "willAwardGiveaway"), ("closed", "awardGiveaway")]
)
def test_a_giveaway_is_promised_and_given_when_the_session_closes(state, kind):
    given = a_situation(customer="ada", gifts=GIFTS, state=state)
    limit = a_campaign(1, a_limit("awardGiveaway", 5))
    outcome = happens(["awardGiveaway", 1], given=given, pools={1: "Cinema"}, campaigns=[limit])
    props = {"poolId": 1, "poolName": "Cinema", "recipientIntegrationId": "ada"}
    is_given = state == "closed"
    assert kinds(outcome) == [kind]
    assert told(outcome) == [props | ({"giveawayId": 11, "code": "G11"} if is_given else {})]
    assert [one.giveaway_id for one in outcome.giveaways] == [11] * is_given
    assert [*spent(outcome).values()] == ["1"] * is_given


def test_each_giveaway_is_given_once_until_the_pool_is_empty():
    award = a_rule(["awardGiveaway", 1])
    book = a_rulebook(a_ruleset(award, award, award), pools={1: "Cinema", 2: "Zoo"})
    given = a_situation(customer="ada", gifts=GIFTS, state="closed")
    outcome = evaluate(book, given)
    assert [props["code"] for props in told(outcome)] == ["G11", "G12"]
    assert failed(outcome) == [(None, 0)]


def test_a_failed_rule_gives_nothing_away():
    rule = a_rule(["awardGiveaway", 1], ["setDiscount", "off", -1])
    book = a_rulebook(a_ruleset(rule, a_rule(["awardGiveaway", 1])), pools={1: "Cinema"})
    outcome = evaluate(book, a_situation(customer="ada", gifts=GIFTS, state="closed"))
    assert [one.giveaway_id for one in outcome.giveaways] == [11]


@pytest.mark.parametrize("pool, customer", [(9, "ada"), (2, "ada"), (1, "")])
def test_without_a_pool_a_code_or_a_customer_nothing_is_given(pool, customer):
    given = a_situation(customer=customer, gifts=GIFTS[:2])
    outcome = happens(["awardGiveaway", pool], given=given, pools={1: "Cinema", 2: "Zoo"})
    assert failed(outcome) == [(None, 0)]


def test_a_referral_code_is_the_customers_and_made_at_once():
    settings = CodeGeneratorSettings(coupon_pattern="REF-##", valid_characters=["7"])
    campaign = a_campaign(1, a_limit("createReferral", 1), referral_settings=settings)
    effect = ["createReferral", 1, "eve", {"usageLimit": 3, "attributes": {"by": "mail"}}]
    outcome = happens(effect, given=a_situation(customer="ada"), campaigns=[campaign])
    (made,) = outcome.referral_codes
    assert (made.code, made.advocate, made.friend, made.campaign) == ("REF-77", "ada", "eve", 1)
    assert (made.usage_limit, made.attributes) == (3, {"by": "mail"})
    assert told(outcome) == [{"value": "REF-77"}]
    assert spent(outcome) == {("createReferral", "", "", ""): "1"}


def test_the_next_update_tells_the_same_referral_code():
    limit = a_campaign(1, a_limit("createReferral", 1))
    book = a_rulebook(a_ruleset(a_rule(["createReferral", 1])), campaigns=[limit])
    first = evaluate(book, a_situation(customer="ada"))
    again = evaluate(book, a_situation(first.session, customer="ada", seed=b"other"))
    assert told(again) == told(first)
    assert (again.referral_codes, spent(again)) == ([], {})
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", told(first)[0]["value"])


# fmt: off
#    effect                                       customer
NO_REFERRALS = [
    (["createReferral", 1],                        ""),
    (["createReferral", 9],                        "ada"),
    (["createReferral", 1, "", {"usageLimit": -1}], "ada"),
]
# fmt: on


@pytest.mark.parametrize("effect, customer", NO_REFERRALS)
def test_what_can_be_no_referral_fails(effect, customer):
    assert failed(happens(effect, given=a_situation(customer=customer))) == [(None, 0)]


def a_webhook(*parameters: str) -> Webhook:
    """A call to another server."""
    return Webhook(
        id=4,
        created=NOW,
        modified=NOW,
        account_id=1,
        application_ids=[],
        title="Tell the till",
        description="",
        verb="POST",
        url="https://shop.example/told",
        headers=[],
        payload="",
        params=[EffectParameter(name=name) for name in parameters],
        enabled=True,
    )


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_call_is_told_and_counted_at_once(state):
    outcome = happens(
        ["triggerWebhook", 4, [".", "Session", "Total"], [".", "Now"]],
        given=a_situation(state=state),
        webhooks={4: a_webhook("total", "at")},
        campaigns=[a_campaign(1, a_limit("callApi", 1))],
    )
    assert told(outcome) == [{"webhookId": 4, "webhookName": "Tell the till"}]
    assert [(one.webhook_id, one.values) for one in outcome.webhooks] == [
        (4, (100, "2026-03-15T12:00:00Z"))
    ]
    assert spent(outcome) == {("callApi", "", "", ""): "1"}


# fmt: off
#    effect                             budget
NO_CALLS = [
    (["triggerWebhook", 9, "x"],         5),
    (["triggerWebhook", 4],              5),
    (["triggerWebhook", 4, "x", "y"],    5),
    (["triggerWebhook", 4, "x"],         0),
]
# fmt: on


@pytest.mark.parametrize("effect, budget", NO_CALLS)
def test_what_can_be_no_call_fails(effect, budget):
    limit = a_campaign(1, a_limit("callApi", budget))
    outcome = happens(effect, webhooks={4: a_webhook("one")}, campaigns=[limit])
    assert (failed(outcome), outcome.webhooks) == ([(None, 0)], [])
