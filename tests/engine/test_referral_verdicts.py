"""The reasons why a referral code can be refused, and which of two that apply is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from msgspec import Struct, field

from largesse.model.limits import CounterKey
from largesse.model.referrals import KnownReferral
from tests.engine.building import (
    HELLO,
    NOW,
    a_campaign,
    a_limit,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_item,
    evaluate,
    kinds,
    spent,
    told,
)

VALID = ["referralValid"]


def a_referral(**more: Any) -> KnownReferral:
    """A code of Bob's that can be used once."""
    plain: dict[str, Any] = {"id": 5, "created": NOW, "campaign_id": 1, "usage_limit": 1}
    advocate = {"advocate_profile_integration_id": "bob", "advocate": a_profile("bob")}
    return KnownReferral(code="FRIEND", **{**plain, **advocate, **more})


class Case(Struct):
    """A code that is accepted, as long as nothing is changed."""

    referral: dict[str, Any] = field(default_factory=dict)
    campaign: dict[str, Any] = field(default_factory=dict)
    limits: list[Any] = field(default_factory=list)
    counters: dict[CounterKey, Decimal] = field(default_factory=dict)
    customer: str = "ada"
    condition: Any = field(default_factory=lambda: VALID)
    effect: Any = field(default_factory=lambda: HELLO)
    is_known: bool = True

    def outcome(self, **more: Any) -> Any:
        """What the session of the case comes to."""
        book = a_rulebook(
            a_ruleset(a_rule(self.effect, when=["and", self.condition])),
            campaigns=[a_campaign(1, *self.limits, **self.campaign)],
        )
        session = a_session(an_item(), referral_code="FRIEND")
        referral = a_referral(**self.referral) if self.is_known else None
        more |= {"referral": referral, "counters": self.counters}
        return evaluate(book, a_situation(session, customer=self.customer, **more))


def unknown(case: Case) -> None:
    case.is_known = False


def disabled(case: Case) -> None:
    case.campaign["state"] = "disabled"


def elsewhere(case: Case) -> None:
    case.campaign["linked_store_ids"] = [4]


def too_early(case: Case) -> None:
    case.referral["start_date"] = NOW + timedelta(microseconds=1)


def too_late(case: Case) -> None:
    case.referral["expiry_date"] = NOW


def without_advocate(case: Case) -> None:
    case.referral["advocate"] = None


def of_oneself(case: Case) -> None:
    case.referral["advocate_profile_integration_id"] = case.customer = "ada"


def of_another(case: Case) -> None:
    case.referral["friend_profile_integration_id"] = "eve"


def referred_before(case: Case) -> None:
    case.referral["is_referred_already"] = True


def used_up(case: Case) -> None:
    case.referral |= {"usage_limit": 3, "usage_counter": 3}


def used_by_customer(case: Case) -> None:
    case.limits.append(a_limit("redeemReferral", 2, "Profile"))
    case.counters[CounterKey(1, "redeemReferral", "Profile", "ada", "")] = Decimal(2)


def campaign_used_up(case: Case) -> None:
    case.limits.append(a_limit("redeemReferral", 0))


def effect_fails(case: Case) -> None:
    case.effect = ["setDiscount", "off", -1]


def condition_fails(case: Case) -> None:
    case.condition = ["and", VALID, ["=", 1, 2]]


REASONS: list[tuple[Callable[[Case], None], str]] = [
    (unknown, "ReferralNotFound"),
    (disabled, "ReferralPartOfNotRunningCampaign"),
    (elsewhere, "ReferralPartOfNotTriggeredCampaign"),
    (too_early, "ReferralStartDateInFuture"),
    (too_late, "ReferralExpired"),
    (without_advocate, "AdvocateNotFound"),
    (of_oneself, "ReferralRecipientIdSameAsAdvocate"),
    (of_another, "ReferralRecipientDoesNotMatch"),
    (referred_before, "ReferralCustomerAlreadyReferred"),
    (used_up, "ReferralLimitReached"),
    (used_by_customer, "ProfileLimitReached"),
    (campaign_used_up, "CampaignLimitReached"),
    (effect_fails, "EffectCouldNotBeApplied"),
    (condition_fails, "ReferralRejectedByCondition"),
]
PAIRS = [
    pytest.param(one, other, reason, id=f"{one.__name__}-{other.__name__}")
    for (one, reason), (other, _) in combinations(REASONS, 2)
    if one is not effect_fails
]


def verdict(outcome: Any) -> str:
    """What became of the code."""
    (props,) = told(outcome, "acceptReferral", "rejectReferral")
    assert props["value"] == "FRIEND"
    return props.get("rejectionReason", "accepted")


@pytest.mark.parametrize("state, uses", [("open", []), ("closed", [(5, 1, "ada")])])
def test_a_code_with_nothing_against_it_is_redeemed_when_the_session_closes(state, uses):
    outcome = Case(limits=[a_limit("redeemReferral", 5)]).outcome(state=state)
    assert kinds(outcome) == ["acceptReferral", "showNotification"]
    used = [outcome.referral] if outcome.referral else []
    assert [(one.referral_id, one.times, one.friend) for one in used] == uses
    assert [*spent(outcome).values()] == ["1"] * len(uses)


@pytest.mark.parametrize("spoil, reason", REASONS, ids=lambda it: getattr(it, "__name__", it))
def test_each_reason_is_told_alone_and_uses_nothing(spoil, reason):
    case = Case()
    spoil(case)
    outcome = case.outcome(state="closed")
    assert (verdict(outcome), kinds(outcome)) == (reason, ["rejectReferral"])
    assert (outcome.referral, outcome.counters) == (None, [])


@pytest.mark.parametrize("one, other, reason", PAIRS)
def test_of_two_reasons_the_first_in_the_order_is_told(one, other, reason):
    case = Case()
    one(case)
    other(case)
    assert verdict(case.outcome()) == reason


# fmt: off
#    referral                                        customer  verdict
BOUNDS = [
    ({},                                             "",       "ReferralRecipientDoesNotMatch"),
    ({"friend_profile_integration_id": "ada"},       "ada",    "accepted"),
    ({"friend_profile_integration_id": ""},          "ada",    "accepted"),
    ({"start_date": NOW},                            "ada",    "accepted"),
    ({"expiry_date": NOW + timedelta(microseconds=1)}, "ada",  "accepted"),
    ({"usage_limit": 0, "usage_counter": 99},        "ada",    "accepted"),
    ({"usage_limit": 3, "usage_counter": 2},         "ada",    "accepted"),
]
# fmt: on


@pytest.mark.parametrize("referral, customer, told_of", BOUNDS)
def test_a_code_is_good_up_to_its_bounds(referral, customer, told_of):
    assert verdict(Case(referral=referral, customer=customer).outcome()) == told_of


def test_two_rules_redeem_a_code_once():
    rules = [a_rule(HELLO, when=VALID), a_rule(HELLO, when=VALID)]
    session = a_session(referral_code="FRIEND")
    given = a_situation(session, customer="ada", referral=a_referral(), state="closed")
    outcome = evaluate(a_rulebook(a_ruleset(*rules)), given)
    assert kinds(outcome) == ["acceptReferral", "showNotification", "showNotification"]
    assert outcome.referral.times == 1


def test_a_code_that_is_only_looked_at_is_not_redeemed():
    rule = a_rule(HELLO, when=["referralValidWithoutRedemption"])
    session = a_session(referral_code="FRIEND")
    given = a_situation(session, customer="ada", referral=a_referral(), state="closed")
    outcome = evaluate(a_rulebook(a_ruleset(rule)), given)
    assert (kinds(outcome), outcome.referral) == (["showNotification"], None)


def test_a_code_belongs_to_one_campaign():
    rule = a_rule(HELLO, when=VALID)
    book = a_rulebook(a_ruleset(rule), a_ruleset(rule, campaign=2))
    session = a_session(referral_code="FRIEND")
    for owner in (1, 2):
        given = a_situation(session, customer="ada", referral=a_referral(campaign_id=owner))
        outcome = evaluate(book, given)
        assert {effect.campaign_id for effect in outcome.effects} == {owner}


def test_a_rule_reads_who_referred_the_customer():
    body = [".", "AdvocateProfile", "IntegrationId"]
    rule = a_rule(["showNotification", "Info", body, [".", "Referral", "Code"]], when=VALID)
    session = a_session(referral_code="FRIEND")
    given = a_situation(session, customer="ada", referral=a_referral())
    (props,) = told(evaluate(a_rulebook(a_ruleset(rule)), given), "showNotification")
    assert (props["title"], props["body"]) == ("bob", "FRIEND")
