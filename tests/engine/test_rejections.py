"""The thirteen reasons why a code can be refused, and which of two that apply is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from msgspec import Struct, field

from largesse.model.limits import CounterKey
from tests.engine.building import (
    HELLO,
    NOW,
    VALID,
    a_campaign,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_situation,
    evaluate,
    kinds,
    told,
    verdicts,
)


class Case(Struct):
    """A code that is accepted, as long as nothing is changed."""

    coupon: dict[str, Any] = field(default_factory=dict)
    campaign: dict[str, Any] = field(default_factory=dict)
    limits: list[Any] = field(default_factory=list)
    counters: dict[CounterKey, Decimal] = field(default_factory=dict)
    customer: str = "ada"
    store: str = ""
    condition: Any = field(default_factory=lambda: VALID)
    effect: Any = field(default_factory=lambda: HELLO)
    is_known: bool = True

    def outcome(self, **more: Any) -> Any:
        """What the session of the case comes to."""
        book = a_rulebook(
            a_ruleset(a_rule(HELLO, self.effect, when=["and", ["=", 1, 1], self.condition])),
            campaigns=[a_campaign(1, *self.limits, **self.campaign)],
        )
        coupon = a_coupon(**{"usage_limit": 0, **self.coupon})
        more["coupons"] = {coupon.value: coupon} if self.is_known else {}
        given = a_situation(None, coupon, customer=self.customer, counters=self.counters, **more)
        return evaluate(book, given)


def unknown(case: Case) -> None:
    case.is_known = False


def disabled(case: Case) -> None:
    case.campaign["state"] = "disabled"


def elsewhere(case: Case) -> None:
    case.campaign["linked_store_ids"] = [4]


def too_early(case: Case) -> None:
    case.coupon["start_date"] = NOW + timedelta(microseconds=1)


def too_late(case: Case) -> None:
    case.coupon["expiry_date"] = NOW


def anonymous(case: Case) -> None:
    case.customer = ""
    case.limits.append(a_limit("redeemCoupon", 5, "Profile", "Session"))


def of_another(case: Case) -> None:
    case.coupon["recipient_integration_id"] = "bob"


def not_reserved(case: Case) -> None:
    case.coupon["is_reservation_mandatory"] = True


def used_up(case: Case) -> None:
    case.coupon |= {"usage_limit": 3, "usage_counter": 3}


def used_by_customer(case: Case) -> None:
    case.limits.append(a_limit("redeemCoupon", 2, "Profile"))
    case.counters[CounterKey(1, "redeemCoupon", "Profile", "ada", "")] = Decimal(2)


def campaign_used_up(case: Case) -> None:
    case.limits.append(a_limit("redeemCoupon", 9))
    case.counters[CounterKey(1, "redeemCoupon", "", "", "")] = Decimal(9)


def effect_fails(case: Case) -> None:
    case.effect = ["setDiscount", "off", -1]


def condition_fails(case: Case) -> None:
    case.condition = ["and", VALID, ["=", 1, 2]]


REASONS: list[tuple[Callable[[Case], None], str]] = [
    (unknown, "CouponNotFound"),
    (disabled, "CouponPartOfNotRunningCampaign"),
    (elsewhere, "CouponPartOfNotTriggeredCampaign"),
    (too_early, "CouponStartDateInFuture"),
    (too_late, "CouponExpired"),
    (anonymous, "ProfileRequired"),
    (of_another, "CouponRecipientDoesNotMatch"),
    (not_reserved, "CouponReservationRequired"),
    (used_up, "CouponLimitReached"),
    (used_by_customer, "ProfileLimitReached"),
    (campaign_used_up, "CampaignLimitReached"),
    (effect_fails, "EffectCouldNotBeApplied"),
    (condition_fails, "CouponRejectedByCondition"),
]
# A rule whose condition fails does not try its effects.
EXCLUSIVE = {(effect_fails, condition_fails)}
PAIRS = [
    pytest.param(one, other, reason, id=f"{one.__name__}-{other.__name__}")
    for (one, reason), (other, _) in combinations(REASONS, 2)
    if (one, other) not in EXCLUSIVE
]


def test_a_code_with_nothing_against_it_is_accepted():
    outcome = Case().outcome()
    assert kinds(outcome) == ["acceptCoupon", "showNotification", "showNotification"]


@pytest.mark.parametrize("spoil, reason", REASONS, ids=lambda it: getattr(it, "__name__", it))
def test_each_reason_is_told_alone(spoil, reason):
    case = Case()
    spoil(case)
    outcome = case.outcome()
    assert kinds(outcome) == ["rejectCoupon"]
    assert verdicts(outcome) == {"CODE": reason}


@pytest.mark.parametrize("spoil, reason", REASONS, ids=lambda it: getattr(it, "__name__", it))
def test_a_rejected_code_is_not_used_when_the_session_closes(spoil, reason):
    case = Case()
    spoil(case)
    outcome = case.outcome(state="closed")
    assert (outcome.coupons, outcome.counters, verdicts(outcome)) == ([], [], {"CODE": reason})


@pytest.mark.parametrize("one, other, reason", PAIRS)
def test_of_two_reasons_the_first_in_the_order_is_told(one, other, reason):
    case = Case()
    one(case)
    other(case)
    assert verdicts(case.outcome()) == {"CODE": reason}


# fmt: off
#    what the coupon is            customer  verdict
BOUNDS = [
    ({"start_date": NOW},                            "ada", "accepted"),
    ({"expiry_date": NOW + timedelta(microseconds=1)}, "ada", "accepted"),
    ({"recipient_integration_id": "ada"},            "ada", "accepted"),
    ({"recipient_integration_id": ""},               "",    "accepted"),
    ({"recipient_integration_id": "ada"},            "",    "CouponRecipientDoesNotMatch"),
    ({"recipient_integration_id": "Ada"},            "ada", "CouponRecipientDoesNotMatch"),
    ({"is_reservation_mandatory": True},             "",    "ProfileRequired"),
    ({"is_reservation_mandatory": True, "is_reserved": True}, "ada", "accepted"),
    ({"is_reserved": True},                          "bob", "accepted"),   # a soft reservation
    ({"usage_limit": 3, "usage_counter": 2},         "",    "accepted"),
    ({"usage_limit": 3, "usage_counter": 4},         "",    "CouponLimitReached"),
    ({"usage_limit": 0, "usage_counter": 99},        "",    "accepted"),
    ({"discount_limit": 5, "discount_counter": Decimal("4.99")}, "", "accepted"),
    ({"discount_limit": 5, "discount_counter": Decimal(5)}, "", "CouponLimitReached"),
    ({"discount_limit": 0},                          "",    "CouponLimitReached"),
]
# fmt: on


@pytest.mark.parametrize("coupon, customer, verdict", BOUNDS)
def test_a_code_is_good_up_to_its_bounds(coupon, customer, verdict):
    case = Case(coupon=coupon, customer=customer)
    assert verdicts(case.outcome()) == {"CODE": verdict}


# fmt: off
#    entities               verdict of a limit that is used up
ENTITIES = [
    ([],                    "CampaignLimitReached"),
    (["Session"],           "CampaignLimitReached"),
    (["Store"],             "CampaignLimitReached"),
    (["Identifier"],        "CampaignLimitReached"),
    (["Coupon"],            "CouponLimitReached"),
    (["Coupon", "Session"], "CouponLimitReached"),
    (["Profile"],           "ProfileLimitReached"),
    (["Coupon", "Profile"], "ProfileLimitReached"),
]
# fmt: on


@pytest.mark.parametrize("entities, verdict", ENTITIES)
def test_the_reason_says_whose_budget_is_used_up(entities, verdict):
    book = a_rulebook(
        a_ruleset(a_rule(HELLO, when=VALID)),
        campaigns=[a_campaign(1, a_limit("redeemCoupon", 0, *entities))],
    )
    given = a_situation(None, a_coupon(), customer="ada")
    given.session.identifiers, given.session.store_integration_id = ["device"], "berlin"
    assert verdicts(evaluate(book, given)) == {"CODE": verdict}


def test_the_budgets_of_the_code_come_before_those_of_customer_and_campaign():
    limits = [a_limit("redeemCoupon", 0, *whose) for whose in ([], ["Profile"], ["Coupon"])]
    for kept, verdict in ((3, "CouponLimitReached"), (2, "ProfileLimitReached")):
        assert verdicts(Case(limits=limits[:kept]).outcome()) == {"CODE": verdict}


def test_a_condition_that_fails_is_named():
    case = Case()
    condition_fails(case)
    (effect,) = case.outcome().effects
    (props,) = told(case.outcome())
    assert (effect.campaign_id, effect.ruleset_id, effect.rule_index) == (1, 10, 0)
    assert (effect.rule_name, effect.triggered_by_coupon) == ("Rule", a_coupon().id)
    assert (props["conditionIndex"], effect.condition_index) == (1, 1)
    assert props["details"].startswith("condition not met: the coupon code is valid")
    assert "effectIndex" not in props


def test_an_effect_that_fails_is_named():
    case = Case()
    effect_fails(case)
    (props,) = told(case.outcome())
    assert props["effectIndex"] == 1
    assert props["details"].endswith("(a discount of -1 is negative)")
    assert "conditionIndex" not in props


def test_a_code_that_nobody_knows_belongs_to_no_campaign():
    case = Case()
    unknown(case)
    (effect,) = case.outcome().effects
    assert (effect.campaign_id, effect.ruleset_id, effect.rule_index) == (-1, 0, 0)
    assert effect.rule_name == ""
    assert told(case.outcome()) == [{"value": "CODE", "rejectionReason": "CouponNotFound"}]
