"""Every code in a session gets one verdict; codes that are accepted come before their rewards."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.engine.building import (
    ALWAYS,
    HELLO,
    NOW,
    VALID,
    a_binding,
    a_campaign,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    a_store,
    an_application,
    an_item,
    evaluate,
    kinds,
    spent,
    told,
    verdicts,
)

LOOKED_AT = ["couponValidWithoutRedemption"]
EXPIRED = {"expiry_date": NOW}


def outcome_of(*rules, coupons=(), campaigns=(), application=None, **given):
    """What rules of campaign 1 come to with some codes."""
    book = a_rulebook(
        a_ruleset(*rules), campaigns=campaigns, application=application or an_application()
    )
    return evaluate(book, a_situation(None, *(coupons or [a_coupon()]), **given))


def shows(text, when=VALID):
    """A rule that shows a text."""
    return a_rule(["showNotification", "Info", text, ""], when=when)


def test_acceptance_comes_before_the_rewards_of_its_rule():
    outcome = outcome_of(shows("first", ALWAYS), shows("second"), shows("third"))
    assert kinds(outcome) == ["showNotification", "acceptCoupon", *["showNotification"] * 2]


def test_rewards_name_the_code_that_triggered_them():
    outcome = outcome_of(shows("of nobody", ALWAYS), shows("of the code"))
    whose = [effect.triggered_by_coupon or None for effect in outcome.effects]
    assert whose == [None, a_coupon().id, a_coupon().id]


@pytest.mark.parametrize("state, times", [("open", []), ("closed", [1])])
def test_a_code_is_redeemed_once_when_the_session_closes(state, times):
    limit = a_campaign(1, a_limit("redeemCoupon", 5))
    outcome = outcome_of(shows("one"), shows("two"), campaigns=[limit], state=state)
    assert [used.times for used in outcome.coupons] == times
    assert [*spent(outcome).values()] == [str(one) for one in times]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_code_that_is_only_looked_at_is_neither_accepted_nor_used(state):
    outcome = outcome_of(a_rule(["setDiscount", "off", 5], when=LOOKED_AT), state=state)
    assert (kinds(outcome), outcome.coupons, outcome.counters) == (["setDiscount"], [], [])


def test_a_code_that_is_only_looked_at_is_rejected_when_it_is_not_good():
    outcome = outcome_of(shows("x", LOOKED_AT), coupons=[a_coupon(**EXPIRED)])
    assert verdicts(outcome) == {"CODE": "CouponExpired"}


OVER_50 = [">", [".", "Session", "Total"], 50]
OVER_500 = [">", [".", "Session", "Total"], 500]
# fmt: off
#    conditions of rules on a cart of 100        good code                    expired code
VERDICTS = [
    ([VALID],                                    "accepted",                  "CouponExpired"),
    ([["and", VALID, OVER_500]],                 "CouponRejectedByCondition", "CouponExpired"),
    ([["and", VALID, OVER_500], VALID],          "accepted",                  "CouponExpired"),
    ([VALID, ["and", VALID, OVER_500]],          "accepted",                  "CouponExpired"),
    ([OVER_50],                                  "CouponRejectedByCondition", "CouponExpired"),
    ([["=", [".", "Coupon", "Value"], "CODE"]],  "CouponRejectedByCondition", "CouponExpired"),
    ([["or", VALID, OVER_50]],                   "accepted",                  "CouponExpired"),
    ([["or", OVER_50, VALID]],                   "CouponRejectedByCondition", "CouponExpired"),
    ([["or", OVER_500, VALID]],                  "accepted",                  "CouponExpired"),
    ([["not", VALID]],                           "CouponRejectedByCondition", "CouponExpired"),
    ([["onFailure", VALID, HELLO]],              "accepted",                  "CouponExpired"),
]
# fmt: on


@pytest.mark.parametrize("conditions, good, expired", VERDICTS)
def test_each_code_gets_exactly_one_verdict(conditions, good, expired):
    rules = [a_rule(HELLO, when=condition) for condition in conditions]
    assert verdicts(outcome_of(*rules)) == {"CODE": good}
    assert verdicts(outcome_of(*rules, coupons=[a_coupon(**EXPIRED)])) == {"CODE": expired}


def test_a_code_is_not_taken_for_good_because_another_was():
    codes = [a_coupon("ONE"), a_coupon("TWO", **EXPIRED)]
    outcome = outcome_of(a_rule(HELLO, when=["or", VALID, OVER_50]), coupons=codes)
    assert verdicts(outcome) == {"ONE": "accepted", "TWO": "CouponExpired"}


def test_the_first_rule_that_refused_the_code_is_told():
    outcome = outcome_of(
        shows("no code", ALWAYS),
        a_rule(["setDiscount", "off", -1], when=VALID, title="second"),
        a_rule(HELLO, when=["and", VALID, OVER_500], title="third"),
    )
    rejected = outcome.effects[-1]
    assert (rejected.rule_index, rejected.rule_name) == (1, "second")
    assert told(outcome, "rejectCoupon")[0]["rejectionReason"] == "EffectCouldNotBeApplied"


def test_a_rule_runs_once_for_each_code():
    codes = [a_coupon("ONE"), a_coupon("TWO"), a_coupon("BAD", **EXPIRED)]
    body = ["showNotification", "Info", [".", "Coupon", "Value"], ""]
    outcome = outcome_of(a_rule(body, when=VALID), coupons=codes)
    assert verdicts(outcome) == {"ONE": "accepted", "TWO": "accepted", "BAD": "CouponExpired"}
    assert [one["title"] for one in told(outcome, "showNotification")] == ["ONE", "TWO"]


def test_a_rule_that_speaks_of_no_code_runs_once():
    outcome = outcome_of(shows("once", ALWAYS), coupons=[a_coupon("ONE"), a_coupon("TWO")])
    assert kinds(outcome).count("showNotification") == 1


def test_a_rule_that_speaks_of_a_code_fails_once_without_one():
    book = a_rulebook(a_ruleset(shows("x"), a_rule(["reserveCoupon"])))
    outcome = evaluate(book, a_situation(complete=True))
    assert (outcome.effects, [one.coupon for one in outcome.failures]) == ([], [None, None])


def test_each_campaign_sees_its_own_codes_only():
    title = ["showNotification", "Info", [".", "Coupon", "Value"], ""]
    book = a_rulebook(*(a_ruleset(a_rule(title), campaign=number) for number in (1, 2, 3)))
    codes = [a_coupon("ONE", 1), a_coupon("TWO", 2)]
    outcome = evaluate(book, a_situation(None, *codes, complete=True))
    assert [one["title"] for one in told(outcome, "showNotification")] == ["ONE", "TWO"]


def test_a_binding_of_the_ruleset_may_speak_of_the_code():
    ruleset = a_ruleset(
        a_rule(["showNotification", "Info", [".", "Whose"], ""], when=VALID),
        bindings=[a_binding("Whose", [".", "Coupon", "Value"])],
    )
    codes = [a_coupon("ONE"), a_coupon("TWO")]
    outcome = evaluate(a_rulebook(ruleset), a_situation(None, *codes))
    assert [one["title"] for one in told(outcome, "showNotification")] == ["ONE", "TWO"]


# fmt: off
#    codes as sent                        case sensitivity          verdicts
SENT = [
    (["CODE", "CODE"],                    "sensitive",             {"CODE": "accepted"}),
    (["code", "CODE"],                    "sensitive",
        {"code": "CouponNotFound", "CODE": "accepted"}),
    (["code", "CODE", "Code"],            "insensitive-uppercase", {"CODE": "accepted"}),
    (["nope", "NOPE"],                    "insensitive-uppercase", {"nope": "CouponNotFound"}),
    (["nope", "nope", ""],                "sensitive",
        {"nope": "CouponNotFound", "": "CouponNotFound"}),
    (["CODE"],                            "insensitive-lowercase", {"CODE": "CouponNotFound"}),
    (["' or 1=1", "CODE"],                "sensitive",
        {"' or 1=1": "CouponNotFound", "CODE": "accepted"}),
]
# fmt: on


@pytest.mark.parametrize("codes, case, told_of", SENT)
def test_codes_are_folded_and_each_counts_once(codes, case, told_of):
    book = a_rulebook(
        a_ruleset(a_rule(HELLO, when=VALID)), application=an_application(case_sensitivity=case)
    )
    given = a_situation(a_session(codes=codes), a_coupon(usage_limit=9), state="closed")
    outcome = evaluate(book, given)
    assert verdicts(outcome) == told_of
    assert [used.times for used in outcome.coupons] == [1] * ("accepted" in told_of.values())


def test_two_codes_share_the_budget_of_their_campaign_in_the_order_in_which_they_were_sent():
    codes = [a_coupon("ONE"), a_coupon("TWO")]
    limit = a_campaign(1, a_limit("redeemCoupon", 1))
    outcome = outcome_of(shows("x"), coupons=codes, campaigns=[limit])
    assert verdicts(outcome) == {"ONE": "accepted", "TWO": "CampaignLimitReached"}


NOT_RUNNING, NOT_TRIGGERED = "CouponPartOfNotRunningCampaign", "CouponPartOfNotTriggeredCampaign"
SOON, JUST_NOW = NOW + timedelta(microseconds=1), NOW - timedelta(microseconds=1)
IN_BERLIN, IN_PARIS = {"linked_store_ids": [1]}, {"linked_store_ids": [2]}
# fmt: off
#    campaign                                 situation                             verdict
LEFT_OUT = [
    ({},                                      {},                                   "accepted"),
    ({"state": "disabled"},                   {},                                   NOT_RUNNING),
    ({"state": "staged"},                     {},                                   NOT_RUNNING),
    ({"state": "staged"},                     {"staged": True},                     "accepted"),
    ({"state": "archived"},                   {},                                   NOT_TRIGGERED),
    ({"start_time": SOON},                    {},                                   NOT_RUNNING),
    ({"start_time": NOW},                     {},                                   "accepted"),
    ({"end_time": NOW},                       {},                                   NOT_RUNNING),
    ({"end_time": SOON, "start_time": JUST_NOW}, {},                                "accepted"),
    (IN_BERLIN,                               {},                                   "accepted"),
    (IN_PARIS,                                {},                                   NOT_TRIGGERED),
    (IN_PARIS | {"state": "disabled"},        {},                                   NOT_RUNNING),
    ({},                              {"evaluable_campaign_ids": frozenset({1})},   "accepted"),
    ({},                              {"evaluable_campaign_ids": frozenset({2})},   NOT_TRIGGERED),
    ({"state": "disabled"},           {"evaluable_campaign_ids": frozenset({1})},   "accepted"),
    ({"state": "archived"},           {"evaluable_campaign_ids": frozenset({1})},   NOT_TRIGGERED),
    (IN_PARIS,                        {"evaluable_campaign_ids": frozenset({1})},   NOT_TRIGGERED),
]
# fmt: on


@pytest.mark.parametrize("campaign, more, verdict", LEFT_OUT)
def test_codes_of_campaigns_that_are_left_out_say_why(campaign, more, verdict):
    book = a_rulebook(
        a_ruleset(a_rule(HELLO, when=VALID)),
        campaigns=[a_campaign(1, **campaign)],
        stores=[a_store("berlin", 1), a_store("paris", 2)],
    )
    given = a_situation(None, a_coupon(), **more)
    given.session.store_integration_id = "berlin"
    outcome = evaluate(book, given)
    assert verdicts(outcome) == {"CODE": verdict}
    (first, *_) = told(outcome)
    excluded = "CampaignNotInEvaluationSet" if verdict == NOT_TRIGGERED else None
    assert first.get("campaignExclusionReason") == excluded
    assert outcome.effects[0].campaign_id == 1


@pytest.mark.parametrize(
    "rules",
    [[], [a_rule(["noSuchEffect"], when=VALID)], [a_rule(HELLO, when=["noSuchFunction"])]],
)
def test_codes_of_campaigns_that_cannot_run_are_not_triggered(rules):
    assert verdicts(outcome_of(*rules)) == {"CODE": NOT_TRIGGERED}


def test_a_code_of_a_campaign_that_is_gone_is_not_triggered():
    outcome = outcome_of(shows("x"), coupons=[a_coupon("GONE", 99)])
    assert verdicts(outcome) == {"GONE": NOT_TRIGGERED}
    assert outcome.effects[0].campaign_id == 99


def test_a_verdict_is_told_even_where_no_more_effects_fit():
    many = ["setDiscountPerItem", "off", [".", "Session", "CartItems"], [["Item"], 0]]
    book = a_rulebook(a_ruleset(*[a_rule(many)] * 3))
    cart = a_session(an_item(quantity=10_000), codes=["NOPE"])
    outcome = evaluate(book, a_situation(cart))
    assert (len(outcome.effects), verdicts(outcome)) == (20_001, {"NOPE": "CouponNotFound"})


def test_a_gift_card_is_used_with_what_it_paid():
    card = a_coupon(discount_limit=50, usage_limit=0)
    outcome = outcome_of(
        a_rule(["setDiscount", "card", 30], when=VALID), coupons=[card], state="closed"
    )
    assert [(one.times, one.discount) for one in outcome.coupons] == [(1, Decimal(30))]
