"""Effects that make codes and reserve them."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest

from largesse.model.coupons import CodeGeneratorSettings
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
    an_application,
    an_event,
    evaluate,
    failed,
    happens,
    kinds,
    spent,
    told,
)

MAKES = ["createCoupon", 1]
SETTINGS = CodeGeneratorSettings(coupon_pattern="ab-###", valid_characters=["x", "y"])


def makes(*more, **source):
    """What making a code comes to."""
    return happens([*MAKES, *more], **source)


def test_a_code_is_told_and_made_at_once():
    outcome = makes()
    (made,) = outcome.codes
    assert told(outcome) == [{"value": made.value, "profileId": ""}]
    assert (made.id, made.campaign, made.usage_limit, made.recipient) == (1000, 1, 1, "")
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", made.value)


def test_a_code_may_be_for_somebody():
    outcome = makes([".", "Profile", "IntegrationId"], given=a_situation(customer="ada"))
    assert [code.recipient for code in outcome.codes] == ["ada"]
    assert told(outcome)[0]["profileId"] == "ada"


# fmt: off
#    case                     pattern
FOLDED = [
    ("sensitive",             r"ab-[xy]{3}"),
    ("insensitive-uppercase", r"AB-[XY]{3}"),
    ("insensitive-lowercase", r"ab-[xy]{3}"),
]
# fmt: on


@pytest.mark.parametrize("case, pattern", FOLDED)
def test_a_code_looks_as_its_campaign_says_and_is_folded(case, pattern):
    outcome = makes(
        application=an_application(case_sensitivity=case),
        campaigns=[a_campaign(1, coupon_settings=SETTINGS)],
    )
    assert re.fullmatch(pattern, outcome.codes[0].value)


def test_without_characters_of_its_own_a_pattern_takes_all():
    settings = CodeGeneratorSettings(coupon_pattern="#" * 40, valid_characters=[])
    (made,) = makes(campaigns=[a_campaign(1, coupon_settings=settings)]).codes
    assert len(set(made.value)) > 5


def test_a_code_may_belong_to_another_campaign():
    other = a_campaign(2, coupon_settings=SETTINGS, coupon_attributes={"from": "other"})
    outcome = happens(["createCoupon", 2], campaigns=[other])
    (made,) = outcome.codes
    assert (made.campaign, made.attributes, made.value[:3]) == (2, {"from": "other"}, "ab-")


def test_of_a_campaign_that_there_is_not_no_code_is_made():
    assert failed(happens(["createCoupon", 9])) == [(None, 0)]


TERMS = {
    "usageLimit": 5,
    "discountLimit": Decimal("25.50"),
    "startDate": "2026-04-01T00:00:00Z",
    "expiryDate": ["addDuration", [".", "Now"], 30, "days"],
    "attributes": {"channel": "mail", "level": 2},
}


def test_a_rule_may_say_what_a_code_is_worth():
    campaign = a_campaign(1, coupon_attributes={"channel": "none", "kind": "gift"})
    (made,) = makes("", TERMS, campaigns=[campaign]).codes
    assert (made.usage_limit, made.discount_limit) == (5, Decimal("25.5"))
    assert made.start_date == datetime(2026, 4, 1, tzinfo=UTC)
    assert made.expiry_date == datetime(2026, 4, 14, 12, tzinfo=UTC)
    assert made.attributes == {"channel": "mail", "kind": "gift", "level": Decimal(2)}


@pytest.mark.parametrize(
    "terms",
    [
        {"usageLimit": -1},
        {"usageLimit": 1_000_000},
        {"usageLimit": Decimal("2.5")},
        {"usageLimit": "many"},
        {"usageLimit": None},
        {"discountLimit": -1},
        {"discountLimit": Decimal("1000000000000000.01")},
        {"discountLimit": "much"},
        {"startDate": "soon"},
        {"expiryDate": "2026-04-01T00:00:00"},
        {"attributes": "none"},
    ],
)
def test_terms_that_no_code_can_have_fail(terms):
    outcome = makes("", terms)
    assert (outcome.codes, failed(outcome)) == ([], [(None, 0)])


@pytest.mark.parametrize("limit", [0, 999_999])
def test_a_code_may_be_usable_without_end_or_very_often(limit):
    assert makes("", {"usageLimit": limit}).codes[0].usage_limit == limit


def test_the_next_update_of_a_session_tells_the_same_code():
    book = a_rulebook(a_ruleset(a_rule(MAKES), a_rule(MAKES, MAKES)))
    first = evaluate(book, a_situation())
    again = evaluate(book, a_situation(first.session, seed=b"other", ids=count(5000)))
    assert len(first.codes) == len({code.value for code in first.codes}) == 3
    assert again.codes == []
    assert told(again) == told(first)


def test_each_code_of_the_session_makes_one_of_its_own():
    book = a_rulebook(a_ruleset(a_rule(MAKES, when=VALID)))
    one, two = a_coupon("ONE"), a_coupon("TWO")
    first = evaluate(book, a_situation(None, one))
    first.session.coupon_codes = ["ONE", "TWO"]
    both = evaluate(book, a_situation(first.session, one, two))
    assert told(both, "couponCreated")[:1] == told(first, "couponCreated")
    assert [code.value for code in both.codes] == [told(both, "couponCreated")[1]["value"]]


def test_another_ruleset_or_session_makes_another_code():
    first = makes()
    ruleset = a_ruleset(a_rule(MAKES))
    ruleset.id = 11
    book = a_rulebook(ruleset, campaigns=[a_campaign(1, active_ruleset_id=11)])
    changed = evaluate(book, a_situation(first.session, seed=b"other"))
    elsewhere = makes(given=a_situation(seed=b"other"))
    values = {one.codes[0].value for one in (first, changed, elsewhere)}
    assert len(values) == 3


def test_an_event_makes_a_code_each_time():
    book = a_rulebook(a_ruleset(a_rule(MAKES)))
    for seed in (b"1", b"2"):
        assert len(evaluate(book, an_event(seed=seed)).codes) == 1


def test_a_failed_rule_makes_no_code():
    outcome = happens(MAKES, ["setDiscount", "off", -1])
    assert (outcome.codes, outcome.session.codes) == ([], {})


@pytest.mark.parametrize("state", ["open", "closed"])
def test_codes_are_counted_at_once_and_only_when_they_are_new(state):
    limit = a_campaign(1, a_limit("createCoupon", 1))
    first = makes(given=a_situation(state=state), campaigns=[limit])
    assert spent(first) == {("createCoupon", "", "", ""): "1"}
    again = makes(given=a_situation(first.session, state=state), campaigns=[limit])
    assert (spent(again), kinds(again)) == ({}, ["couponCreated"])


def test_one_code_too_many_fails_its_rule():
    book = a_rulebook(
        a_ruleset(a_rule(MAKES), a_rule(MAKES)),
        campaigns=[a_campaign(1, a_limit("createCoupon", 1))],
    )
    outcome = evaluate(book, a_situation())
    assert (len(outcome.codes), failed(outcome)) == (1, [(None, 0)])


def test_a_code_that_was_made_before_needs_no_budget():
    first = makes()
    used_up = a_campaign(1, a_limit("createCoupon", 0))
    outcome = makes(given=a_situation(first.session), campaigns=[used_up])
    assert told(outcome) == told(first)


RESERVES = ["reserveCoupon"]


def reserves(coupon, customer="ada", limits=(), **more):
    """What reserving a code for a customer comes to."""
    book = a_rulebook(a_ruleset(a_rule(RESERVES)), campaigns=[a_campaign(1, *limits)])
    return evaluate(book, a_situation(None, coupon, customer=customer, **more))


def test_a_reservation_names_the_code_and_the_customer():
    coupon = a_coupon()
    outcome = reserves(coupon)
    assert told(outcome, "reserveCoupon") == [
        {"couponValue": "CODE", "profileIntegrationId": "ada", "isNewReservation": True}
    ]
    assert [(one.coupon_id, one.profile_integration_id) for one in outcome.reservations] == [
        (coupon.id, "ada")
    ]


def test_who_holds_a_reservation_gets_no_second_one():
    outcome = reserves(a_coupon(is_reserved=True), limits=[a_limit("reserveCoupon", 0)])
    assert told(outcome, "reserveCoupon")[0]["isNewReservation"] is False
    assert (outcome.reservations, spent(outcome)) == ([], {})


def test_a_reservation_is_new_once_in_an_evaluation():
    book = a_rulebook(a_ruleset(a_rule(RESERVES, RESERVES), a_rule(RESERVES)))
    outcome = evaluate(book, a_situation(None, a_coupon(), customer="ada"))
    is_new = [props["isNewReservation"] for props in told(outcome, "reserveCoupon")]
    assert (is_new, len(outcome.reservations)) == ([True, False, False], 1)


# fmt: off
#    coupon                                              customer  reserved
RESERVABLE = [
    ({},                                                 "ada",    True),
    ({},                                                 "",       False),   # nobody
    ({"recipient_integration_id": "ada"},                "ada",    False),   # hers already
    ({"recipient_integration_id": ""},                   "ada",    True),
    ({"reservation_limit": 2, "reservation_counter": 1}, "ada",    True),
    ({"reservation_limit": 2, "reservation_counter": 2}, "ada",    False),
    ({"reservation_limit": 0, "reservation_counter": 9}, "ada",    True),    # 0 is no limit
    ({"expiry_date": NOW},                               "ada",    True),    # nobody asked if valid
]
# fmt: on


@pytest.mark.parametrize("more, customer, is_reserved", RESERVABLE)
def test_a_code_is_reserved_within_its_limit_for_somebody(more, customer, is_reserved):
    outcome = reserves(a_coupon(**more), customer)
    assert kinds(outcome)[:-1] == ["reserveCoupon"] * is_reserved
    assert failed(outcome) == ([] if is_reserved else [(None, 0)])


@pytest.mark.parametrize("state", ["open", "closed"])
def test_reservations_are_counted_at_once(state):
    outcome = reserves(a_coupon(), limits=[a_limit("reserveCoupon", 1)], state=state)
    assert spent(outcome) == {("reserveCoupon", "", "", ""): "1"}


def test_a_used_up_budget_of_reservations_fails_the_rule():
    assert failed(reserves(a_coupon(), limits=[a_limit("reserveCoupon", 0)])) == [(None, 0)]


def test_without_a_code_there_is_nothing_to_reserve():
    outcome = happens(HELLO, RESERVES, given=a_situation(customer="ada"))
    assert (outcome.effects, failed(outcome)) == ([], [(None, 1)])
