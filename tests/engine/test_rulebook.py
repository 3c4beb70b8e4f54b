"""Compiling an Application: what is broken breaks its campaign only; schedules are half open."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from largesse.engine.compiling import compile_rulebook
from largesse.engine.effects import table
from largesse.engine.rulebook import Source, is_running
from tests.engine.building import (
    ALWAYS,
    HELLO,
    NOW,
    TOTAL,
    VALID,
    a_binding,
    a_campaign,
    a_cost,
    a_custom_effect,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    a_store,
    an_application,
    an_attribute,
    evaluate,
    kinds,
    told,
    values,
)
from tests.engine.drawing import quickly

BROKEN: dict[str, Any] = {
    "an unknown effect": [a_rule(["noSuchEffect"])],
    "an unknown function": [a_rule(HELLO, when=["noSuchFunction"])],
    "an effect without its arguments": [a_rule(["setDiscount", "off"])],
    "a good rule before a bad one": [a_rule(HELLO), a_rule(["setDiscount"])],
    "a binding of its own": [a_rule(HELLO, bindings=[a_binding("Bad", ["noSuchFunction"])])],
}


@pytest.mark.parametrize("rules", BROKEN.values(), ids=BROKEN)
def test_a_broken_ruleset_breaks_its_campaign_only(rules):
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "before", 1])),
        a_ruleset(*rules, campaign=2),
        a_ruleset(a_rule(["setDiscount", "after", 1]), campaign=3),
    )
    assert [bool(one.broken) for one in book.campaigns] == [False, True, False]
    assert book.by_id[2].rules == ()
    assert [props["name"] for props in told(evaluate(book, a_situation()))] == ["before", "after"]


def test_a_broken_binding_of_a_ruleset_breaks_its_campaign():
    ruleset = a_ruleset(a_rule(HELLO), bindings=[a_binding("Bad", ["setDiscount"])])
    assert a_rulebook(ruleset).campaigns[0].broken


def test_a_campaign_without_a_ruleset_does_nothing():
    without = a_campaign(1, active_ruleset_id=UNSET)
    other = a_campaign(2, active_ruleset_id=99)
    book = a_rulebook(a_ruleset(a_rule(HELLO)), campaigns=[without, other])
    assert [(one.rules, one.broken) for one in book.campaigns] == [((), ""), ((), "")]
    assert evaluate(book, a_situation(complete=True)).effects == []


words = st.sampled_from([*table(), "Session", "Total", "CartItems", "Item", "", "x", "2026-01-01"])
scraps = st.recursive(
    st.one_of(words, st.integers(-2, 5), st.booleans(), st.none(), st.just(Decimal("1.5"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.builds(lambda word, more: [word, *more], words, st.lists(inner, max_size=4)),
        st.dictionaries(words, inner, max_size=2),
    ),
    max_leaves=12,
)
lists_of_scraps = st.lists(scraps, min_size=1, max_size=5)


@quickly
@given(lists_of_scraps, lists_of_scraps, lists_of_scraps)
def test_no_ruleset_can_break_a_rulebook_or_a_decision(condition, effect, bound):
    odd = a_rule(effect, when=condition, bindings=[a_binding("Bound", bound)])
    looks = a_rule(HELLO, when=["catch", True, ["=", [".", "Bound"], [".", "Bound"]]])
    book = a_rulebook(
        a_ruleset(odd, looks, bindings=[a_binding("Bound", bound)]),
        a_ruleset(a_rule(["setDiscount", "after", 1]), campaign=2),
    )
    outcome = evaluate(book, a_situation(customer="ada", complete=True))
    assert values(outcome)[-1:] == ["1"]


MOMENT, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
# fmt: off
#    begins        ends         is running now
SCHEDULES = [
    (UNSET,        UNSET,        True),
    (NOW,          UNSET,        True),
    (UNSET,        NOW,          False),
    (NOW,          NOW,          False),
    (NOW - MINUTE, NOW - MOMENT, False),
    (NOW + MINUTE, UNSET,        False),
    (UNSET,        NOW + MINUTE, True),
    (NOW - MOMENT, NOW + MOMENT, True),
    (NOW + MOMENT, UNSET,        False),
]
# fmt: on


@pytest.mark.parametrize("begins, ends, runs", SCHEDULES)
def test_a_campaign_runs_from_its_start_until_before_its_end(begins, ends, runs):
    campaign = a_campaign(1, start_time=begins, end_time=ends)
    assert is_running(campaign, NOW) == runs
    outcome = evaluate(a_rulebook(a_ruleset(a_rule(HELLO)), campaigns=[campaign]), a_situation())
    assert bool(outcome.effects) == runs


# fmt: off
#    state       runs   runs for a test key
STATES = [
    ("enabled",  True,  True),
    ("disabled", False, False),
    ("archived", False, False),
    ("staged",   False, True),
]
# fmt: on


@pytest.mark.parametrize("state, runs, runs_staged", STATES)
def test_a_campaign_runs_in_one_state_only(state, runs, runs_staged):
    campaign = a_campaign(1, state=state)
    assert (is_running(campaign, NOW), is_running(campaign, NOW, staged=True)) == (
        runs,
        runs_staged,
    )
    book = a_rulebook(a_ruleset(a_rule(HELLO)), campaigns=[campaign])
    assert bool(evaluate(book, a_situation()).effects) == runs
    assert bool(evaluate(book, a_situation(staged=True)).effects) == runs_staged


# fmt: off
#    linked     where the session is   is evaluated
STORES = [
    ([],        "",                    True),
    ([],        "paris",               True),
    ([1],       "berlin",              True),
    ([1, 2],    "paris",               True),
    ([1],       "paris",               False),
    ([1],       "",                    False),
    ([1],       "nowhere",             False),
]
# fmt: on


@pytest.mark.parametrize("linked, place, is_evaluated", STORES)
def test_a_campaign_of_some_stores_runs_in_them_only(linked, place, is_evaluated):
    book = a_rulebook(
        a_ruleset(a_rule(HELLO)),
        campaigns=[a_campaign(1, linked_store_ids=linked)],
        stores=[a_store("berlin", 1), a_store("paris", 2)],
    )
    session = a_session(store_integration_id=place)
    assert bool(evaluate(book, a_situation(session)).effects) == is_evaluated


@pytest.mark.parametrize("chosen, evaluated", [({1}, [1]), ({2, 3}, [2]), ({9}, []), (set(), [])])
def test_a_dry_run_may_choose_campaigns_even_disabled_ones(chosen, evaluated):
    book = a_rulebook(
        *(a_ruleset(a_rule(HELLO), campaign=number) for number in (1, 2, 3)),
        campaigns=[a_campaign(1, state="disabled"), a_campaign(3, state="archived")],
    )
    outcome = evaluate(book, a_situation(evaluable_campaign_ids=frozenset(chosen)))
    assert [effect.campaign_id for effect in outcome.effects] == evaluated


def test_campaigns_come_in_the_order_in_which_they_were_made():
    rulesets = [a_ruleset(a_rule(HELLO), campaign=number) for number in (30, 2, 11)]
    outcome = evaluate(a_rulebook(*rulesets), a_situation())
    assert [effect.campaign_id for effect in outcome.effects] == [2, 11, 30]


def test_an_effect_names_its_campaign_ruleset_and_rule():
    rules = [a_rule(when=["=", 1, 2]), a_rule(HELLO, title="second")]
    (effect,) = evaluate(a_rulebook(a_ruleset(*rules, campaign=4)), a_situation()).effects
    assert (effect.campaign_id, effect.ruleset_id) == (4, 40)
    assert (effect.rule_index, effect.rule_name) == (1, "second")
    assert (effect.triggered_by_coupon, effect.condition_index) == (UNSET, UNSET)


@pytest.mark.parametrize("applications, is_known", [([], True), ([1, 5], True), ([5], False)])
def test_an_application_knows_what_it_is_subscribed_to(applications, is_known):
    cost = a_cost()
    cost.subscribed_applications_ids = applications
    book = a_rulebook(
        additional_costs=[cost],
        custom_effects=[a_custom_effect("{}", application_ids=applications)],
        attributes=[
            an_attribute("CartItem", "size", subscribed_applications_ids=applications),
            an_attribute(
                "Event", "page", event_type="visit", subscribed_applications_ids=applications
            ),
        ],
    )
    assert ("shipping" in book.costs, 1 in book.custom_effects) == (is_known, is_known)
    assert ("size" in book.types["CartItem"]) == is_known
    assert ("page" in book.event_types["visit"]) == is_known


def test_bindings_of_the_ruleset_come_before_those_of_the_rule():
    rule = a_rule(
        ["setDiscount", "off", [".", "Half"]],
        bindings=[a_binding("Half", ["/", [".", "Whole"], 2])],
    )
    ruleset = a_ruleset(rule, bindings=[a_binding("Whole", TOTAL), a_binding("Half", ["/", 1, 0])])
    assert values(evaluate(a_rulebook(ruleset), a_situation())) == ["50"]


@pytest.mark.parametrize("bindings", [["A", "B"], ["A", "A"]])
def test_bindings_that_refer_to_one_another_fail_their_rule(bindings):
    own = [
        a_binding(name, [".", other]) for name, other in zip(bindings, bindings[::-1], strict=True)
    ]
    ruleset = a_ruleset(a_rule(HELLO, when=["=", [".", "A"], 1]), a_rule(HELLO), bindings=own)
    assert kinds(evaluate(a_rulebook(ruleset), a_situation())) == ["showNotification"]


def test_one_rule_that_calculates_for_too_long_fails_alone():
    numbers = ["list", *range(200)]
    square = ["sum", numbers, [["x"], ["sum", numbers, [["y"], ["sum", numbers, [["z"], 1]]]]]]
    rules = [a_rule(["setDiscount", "off", square]), a_rule(HELLO), a_rule(HELLO, when=ALWAYS)]
    assert kinds(evaluate(a_rulebook(a_ruleset(*rules)), a_situation())) == ["showNotification"] * 2


@pytest.mark.parametrize("case, folded", [("sensitive", "aBc"), ("insensitive-uppercase", "ABC")])
def test_codes_are_folded_as_the_application_stores_them(case, folded):
    assert a_rulebook(application=an_application(case_sensitivity=case)).fold("aBc") == folded


def test_a_campaign_takes_codes_if_a_rule_speaks_of_them():
    book = a_rulebook(
        a_ruleset(a_rule(HELLO)),
        a_ruleset(a_rule(HELLO, when=["and", VALID]), campaign=2),
        a_ruleset(a_rule(["reserveCoupon"]), campaign=3),
        a_ruleset(a_rule(["setDiscount", "off", [".", "Coupon", "UsageLimit"]]), campaign=4),
    )
    takes = [any(rule.uses_coupon for rule in one.rules) for one in book.campaigns]
    assert takes == [False, True, True, True]


def test_what_was_compiled_is_taken_over_when_something_else_changes():
    same, changed = a_ruleset(a_rule(HELLO)), a_ruleset(a_rule(HELLO), campaign=2)
    first = a_rulebook(same, changed)
    again = msgspec.structs.replace(changed, id=21)
    second = compile_rulebook(
        Source(
            version=2,
            application=an_application(),
            campaigns=[a_campaign(1), a_campaign(2, active_ruleset_id=21)],
            rulesets=[same, again],
        ),
        first,
    )
    assert second.campaigns[0].ruleset is first.campaigns[0].ruleset
    assert second.campaigns[1].ruleset is not first.campaigns[1].ruleset
    assert second.campaigns[1].ruleset_id == 21
