"""Budgets: whom they count for, what is left of them, and what happens where nobody is there."""

from decimal import Decimal
from itertools import chain, combinations
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from largesse.engine.limits import SEPARATOR, keys_of
from largesse.model.limits import AT_ONCE, GIVEN_BACK, Action, CounterKey, Period, Tuple
from tests.engine.building import (
    HELLO,
    VALID,
    a_campaign,
    a_coupon,
    a_custom_effect,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_event,
    an_item,
    evaluate,
    failed,
    kinds,
    spent,
    verdicts,
)

ENTITIES: tuple[str, ...] = get_args(Tuple)
SUBSETS = [*chain(*(combinations(ENTITIES, size) for size in range(len(ENTITIES) + 1)))]
SUBJECTS = {
    "Coupon": "CODE",
    "Referral": "FRIEND",
    "Profile": "ada",
    "Identifier": "device",
    "Store": "berlin",
    "Session": "order-1",
}
ZONE = ZoneInfo("Europe/Berlin")
# What spends one unit of an action.
EFFECTS: dict[str, list[Any]] = {
    "redeemCoupon": HELLO,
    "setDiscount": ["setDiscount", "off", 1],
    "setDiscountEffect": ["setDiscount", "off", 1],
    "createCoupon": ["createCoupon", 1],
    "reserveCoupon": ["reserveCoupon"],
    "addFreeItemEffect": ["addFreeItem", "free", "MUG"],
    "customEffect": ["customEffect", 1],
}


def everybody(**more):
    """A situation in which every entity is there."""
    cart = a_session(an_item(price=100), codes=["CODE"], identifiers=["device"])
    cart.referral_code, cart.store_integration_id = "FRIEND", "berlin"
    return a_situation(cart, a_coupon(usage_limit=0), customer="ada", **more)


def with_limits(action, *limits, given):
    """What one unit of an action comes to within limits."""
    rule = a_rule(HELLO, EFFECTS[action], when=VALID)
    book = a_rulebook(
        a_ruleset(rule),
        campaigns=[a_campaign(1, *limits)],
        custom_effects=[a_custom_effect("{}")],
    )
    return evaluate(book, given)


@pytest.mark.parametrize("entities", SUBSETS, ids=",".join)
def test_each_tuple_of_entities_has_a_counter_of_its_own(entities):
    by_name = sorted(entities)
    subject = SEPARATOR.join(SUBJECTS[entity] for entity in by_name)
    for action in get_args(Action):
        for period in (None, *get_args(Period)):
            limit = a_limit(action, 5, *entities, **({"period": period} if period else {}))
            (key,) = keys_of(1, limit, everybody(), a_coupon(), ZONE)
            assert key[:4] == (1, action, ",".join(by_name), subject)
            assert (key.period == "") == (period is None)


@pytest.mark.parametrize("entities", [*SUBSETS[:22], ENTITIES], ids=",".join)
@pytest.mark.parametrize("action", EFFECTS)
def test_an_action_takes_from_the_counters_that_its_limits_name(action, entities):
    outcome = with_limits(action, a_limit(action, 5, *entities), given=everybody(state="closed"))
    subject = SEPARATOR.join(SUBJECTS[entity] for entity in sorted(entities))
    assert spent(outcome) == {(action, ",".join(sorted(entities)), subject, ""): "1"}


@pytest.mark.parametrize("action", EFFECTS)
def test_an_action_counts_at_once_or_when_the_session_closes(action):
    limit = a_limit(action, 5)
    assert bool(spent(with_limits(action, limit, given=everybody()))) == (action in AT_ONCE)
    assert spent(with_limits(action, limit, given=everybody(state="closed")))


@pytest.mark.parametrize("action", EFFECTS)
def test_a_closed_session_remembers_what_it_would_give_back(action):
    outcome = with_limits(action, a_limit(action, 5), given=everybody(state="closed"))
    remembered = [(one.action, one.amount) for one in outcome.session.spent]
    assert remembered == [(action, Decimal(1))] * (action in GIVEN_BACK)


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("action", EFFECTS)
@pytest.mark.parametrize("used, is_possible", [(4, True), (5, False), (6, False)])
def test_what_was_spent_before_is_no_longer_there(action, used, is_possible, state):
    key = CounterKey(1, action, "Profile", "ada", "")
    other = CounterKey(1, action, "Profile", "bob", "")
    counters = {key: Decimal(used), other: Decimal(99)}
    given = everybody(counters=counters, state=state)
    outcome = with_limits(action, a_limit(action, 5, "Profile"), given=given)
    assert ("showNotification" in kinds(outcome)) == is_possible


@pytest.mark.parametrize("action", EFFECTS)
def test_every_limit_must_allow_the_action(action):
    limits = [a_limit(action, 9), a_limit(action, 0, "Store"), a_limit(action, 9, "Profile")]
    assert "showNotification" not in kinds(with_limits(action, *limits, given=everybody()))


def without(entity, **more):
    """The situation of everybody, without one of them."""
    given = everybody(**more)
    match entity:
        case "Profile":
            given.profile_key, given.profile, given.session.profile_id = "", None, ""
        case "Identifier":
            given.session.identifiers = []
        case "Store":
            given.session.store_integration_id = ""
        case "Referral":
            given.session.referral_code = ""
    return given


ABSENT = ("Profile", "Identifier", "Store", "Referral")
FREE = [action for action in EFFECTS if action not in ("redeemCoupon", "reserveCoupon")]


@pytest.mark.parametrize("entity", ABSENT)
@pytest.mark.parametrize("action", FREE)
def test_whoever_a_limit_counts_for_must_be_there_when_the_session_closes(action, entity):
    limit = a_limit(action, 5, entity)
    outcome = with_limits(action, limit, given=without(entity, state="closed"))
    assert failed(outcome) == [(None, 1)]
    assert verdicts(outcome) == {"CODE": "EffectCouldNotBeApplied"}


@pytest.mark.parametrize("entity", ABSENT)
@pytest.mark.parametrize("action", FREE)
def test_only_the_customer_must_be_there_from_the_start(action, entity):
    limit = a_limit(action, 5, entity)
    outcome = with_limits(action, limit, given=without(entity))
    assert ("showNotification" in kinds(outcome)) == (entity != "Profile")
    assert spent(outcome) == {}


# fmt: off
#    entity        open                        closed
REDEMPTIONS = [
    ("Profile",    "ProfileRequired",          "ProfileRequired"),
    ("Identifier", "accepted",                 "EffectCouldNotBeApplied"),
    ("Store",      "accepted",                 "EffectCouldNotBeApplied"),
    ("Referral",   "accepted",                 "EffectCouldNotBeApplied"),
]
# fmt: on


@pytest.mark.parametrize("entity, while_open, when_closed", REDEMPTIONS)
def test_a_code_needs_those_that_its_redemptions_are_counted_for(entity, while_open, when_closed):
    for state, verdict in (("open", while_open), ("closed", when_closed)):
        given = without(entity, state=state)
        outcome = with_limits("redeemCoupon", a_limit("redeemCoupon", 5, entity), given=given)
        assert verdicts(outcome) == {"CODE": verdict}


def test_a_limit_for_each_code_bounds_only_what_codes_trigger():
    rule = a_rule(["setDiscount", "off", 1])
    book = a_rulebook(
        a_ruleset(rule), campaigns=[a_campaign(1, a_limit("setDiscount", 5, "Coupon"))]
    )
    assert kinds(evaluate(book, a_situation())) == ["setDiscount"]
    assert failed(evaluate(book, a_situation(state="closed"))) == [(None, 0)]


@pytest.mark.parametrize("entity, is_there", [("Profile", True), ("Session", False)])
def test_an_event_commits_at_once_and_has_no_session(entity, is_there):
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "off", 0], ["addFreeItem", "free", "MUG"])),
        campaigns=[a_campaign(1, a_limit("addFreeItemEffect", 5, entity))],
    )
    outcome = evaluate(book, an_event())
    assert [*spent(outcome).values()] == ["1"] * is_there
    assert failed(outcome) == ([] if is_there else [(None, 1)])


def devices(*identifiers, used=0, **more):
    """The situation of everybody, with other devices of which the second has used something."""
    given = everybody(**more)
    given.session.identifiers = [*identifiers]
    if len(identifiers) > 1:
        key = CounterKey(1, "setDiscount", "Identifier", identifiers[1], "")
        given.counters = {key: Decimal(used)}
    return given


def test_every_identifier_is_counted():
    limit = a_limit("setDiscount", 5, "Identifier", "Profile")
    given = devices("one", "two", state="closed")
    outcome = with_limits("setDiscount", limit, given=given)
    counted = {key[2] for key in spent(outcome)}
    assert counted == {f"one{SEPARATOR}ada", f"two{SEPARATOR}ada"}


@pytest.mark.parametrize("used, is_possible", [(4, True), (5, False)])
def test_every_identifier_must_have_something_left(used, is_possible):
    limit = a_limit("setDiscount", 5, "Identifier")
    outcome = with_limits("setDiscount", limit, given=devices("one", "two", used=used))
    assert ("setDiscount" in kinds(outcome)) == is_possible


def test_an_identifier_that_is_sent_twice_counts_once():
    limit = a_limit("setDiscount", 1, "Identifier")
    given = devices("one", "one", state="closed")
    assert spent(with_limits("setDiscount", limit, given=given)) == {
        ("setDiscount", "Identifier", "one", ""): "1"
    }


def own_limits(*own, limits, state="closed", counters=()):
    """What a code with limits of its own comes to."""
    given = everybody(state=state)
    given.coupons = {"CODE": a_coupon(usage_limit=0, limits=[*own])}
    given.counters = dict(counters)
    return with_limits("redeemCoupon", *limits, given=given)


def test_the_limits_of_a_code_replace_the_campaigns_limits_by_customer():
    limits = [a_limit("redeemCoupon", 0, "Profile"), a_limit("redeemCoupon", 9)]
    outcome = own_limits(a_limit("redeemCoupon", 3, "Profile"), limits=limits)
    assert verdicts(outcome) == {"CODE": "accepted"}
    assert spent(outcome) == {
        ("redeemCoupon", "", "", ""): "1",
        ("redeemCoupon", "own:Coupon,Profile", f"CODE{SEPARATOR}ada", ""): "1",
    }


def test_the_limits_of_a_code_leave_the_other_limits_of_the_campaign():
    limits = [a_limit("redeemCoupon", 0)]
    outcome = own_limits(a_limit("redeemCoupon", 3, "Profile"), limits=limits)
    assert verdicts(outcome) == {"CODE": "CampaignLimitReached"}


def test_the_limits_of_a_code_for_one_action_leave_those_of_another():
    limits = [a_limit("redeemCoupon", 0, "Profile")]
    outcome = own_limits(a_limit("setDiscount", 3, "Profile"), limits=limits)
    assert verdicts(outcome) == {"CODE": "ProfileLimitReached"}


def test_the_own_limits_of_a_code_are_reached_too():
    key = CounterKey(1, "redeemCoupon", "own:Coupon,Profile", f"CODE{SEPARATOR}ada", "")
    own = a_limit("redeemCoupon", 3, "Profile")
    outcome = own_limits(own, limits=[], counters={key: Decimal(3)})
    assert verdicts(outcome) == {"CODE": "ProfileLimitReached"}


def test_two_own_limits_of_a_code_that_count_the_same_count_once():
    own = [a_limit("redeemCoupon", 3, "Profile"), a_limit("redeemCoupon", 2, "Coupon", "Profile")]
    (moved,) = own_limits(*own, limits=[]).counters
    assert (moved.amount, moved.limit) == (1, 2)
