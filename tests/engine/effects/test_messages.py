"""Notifications, and effects that a shop defined."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.engine.building import (
    a_campaign,
    a_custom_effect,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_situation,
    an_event,
    evaluate,
    failed,
    happens,
    kinds,
    spent,
    told,
)


@pytest.mark.parametrize("kind", ["Info", "Offer", "Error", "Misc"])
def test_a_notification_tells_its_kind_title_and_body(kind):
    body = ["concat", "You pay ", ["toString", [".", "Session", "Total"]]]
    (props,) = told(happens(["showNotification", kind, "Hello", body]))
    assert props == {"notificationType": kind, "title": "Hello", "body": "You pay 100"}


def test_a_notification_of_another_kind_fails():
    outcome = happens(["showNotification", ["concat", "In", "for"], "Hello", ""])
    assert (outcome.effects, failed(outcome)) == ([], [(None, 0)])


def sends(payload, *values, parameters="abc", **more):
    """What a custom effect with parameters a, b, c, and so on, comes to."""
    effect = a_custom_effect(payload, *parameters[: len(values)], **more)
    return happens(["customEffect", 1, *values], custom_effects=[effect])


def payload_of(*given, **more):
    """The payload that is sent, or None when the effect fails."""
    found = sends(*given, **more).effects
    return found[0].props.payload if found else None


def test_a_custom_effect_tells_its_number_its_name_and_its_payload():
    (props,) = told(sends('{"text": "Hi {{a}}", "points": {{b}}}', "Ada", Decimal("2.50")))
    assert props == {"effectId": 1, "name": "own", "payload": {"text": "Hi Ada", "points": "2.5"}}


NOON = ["parseTime", "2026-03-15T13:00:00+01:00"]
# fmt: off
#    payload               values              becomes
FILLED = [
    ('{"x": {{a}}}',       ["text"],           {"x": "text"}),
    ('{"x": {{a}}}',       [7],                {"x": Decimal(7)}),
    ('{"x": {{a}}}',       [Decimal("0.10")],  {"x": Decimal("0.1")}),
    ('{"x": {{a}}}',       [True],             {"x": True}),
    ('{"x": {{a}}}',       [["list", 1, "b"]], {"x": [Decimal(1), "b"]}),
    ('{"x": {{a}}}',       [["kv", "n", 1]],   {"x": {"n": Decimal(1)}}),
    ('{"x": {{a}}}',       [NOON],             {"x": "2026-03-15T12:00:00Z"}),
    ('{"x": "{{a}}"}',     ["text"],           {"x": "text"}),
    ('{"x": "{{a}}"}',     [7],                {"x": "7"}),
    ('{"x": "{{a}}"}',     [False],            {"x": "false"}),
    ('{"x": "{{a}}"}',     [NOON],             {"x": "2026-03-15T12:00:00Z"}),
    ('{"x": "{{a}}"}',     [["list", 1, "b"]], {"x": '[1,"b"]'}),
    ('{"x": "{{ a }} {{a}}"}', ["hey"],        {"x": "hey hey"}),
    ('{"{{a}}": {{b}}}',   ["name", 1],        {"name": Decimal(1)}),
    ('{"x": "{{b}}{{a}}"}', ["1", "2"],        {"x": "21"}),
    ('{"x": {{d}}}',       ["text"],           {"x": None}),      # no parameter has this name
    ('{"x": "{{d}}"}',     ["text"],           {"x": "null"}),
    ('{"x": "{a}"}',       ["text"],           {"x": "{a}"}),     # no place
    ('{"x": "\\"{{a}}\\""}', ["text"],         {"x": '"text"'}),  # quotes within a text
    ('{"x": "\\\\", "y": {{a}}}', ["text"],    {"x": "\\", "y": "text"}),
    ('{"a": 1, "a": {{a}}}', [2],              {"a": Decimal(2)}),
    ('{}',                 [],                 {}),
    ('{"x": {{a}}',        ["text"],           None),             # no JSON
    ('{{a}}',              ["text"],           None),             # no object
    ('[{{a}}]',            ["text"],           None),
    ('{"x": 1e400}',       [],                 None),             # no number that is kept
]
# fmt: on


@pytest.mark.parametrize("payload, values, becomes", FILLED)
def test_places_are_filled_with_what_is_right_where_they_stand(payload, values, becomes):
    assert payload_of(payload, *values) == becomes


HOSTILE = [
    '", "admin": true, "x": "',
    '"}',
    "\\",
    '\\"',
    '\\\\", "admin": true, "x": "',
    "line\nbreak\r\ttab",
    "\u001f\u007f",
    "\u2028 </script>",
    "{{b}}",
    "{{a}}",
    "é漢😀",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("payload", ['{"x": {{a}}, "y": 1}', '{"x": "{{a}}", "y": 1}'])
def test_no_text_breaks_out_of_its_place(payload, text):
    assert payload_of(payload, text) == {"x": text, "y": Decimal(1)}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_more_than_a_name(text):
    assert payload_of('{"{{a}}": 1}', text) == {text: Decimal(1)}


@pytest.mark.parametrize("values", [[], ["one"], ["one", "two", "three"]])
def test_there_must_be_a_value_for_each_parameter(values):
    effect = a_custom_effect('{"x": {{a}}}', "a", "b")
    assert failed(happens(["customEffect", 1, *values], custom_effects=[effect])) == [(None, 0)]


# fmt: off
#    number  switches                      there is one
KNOWN = [
    (1,      {},                           True),
    (2,      {},                           False),
    (1,      {"enabled": False},           False),
    (1,      {"application_ids": [1, 2]},  True),
    (1,      {"application_ids": [2]},     False),
]
# fmt: on


@pytest.mark.parametrize("number, switches, is_there", KNOWN)
def test_only_enabled_effects_of_the_application_can_be_sent(number, switches, is_there):
    outcome = happens(["customEffect", number], custom_effects=[a_custom_effect("{}", **switches)])
    assert kinds(outcome) == ["customEffect"] * is_there


def test_custom_effects_have_a_budget_of_their_own():
    book = a_rulebook(
        a_ruleset(a_rule(["customEffect", 1]), a_rule(["customEffect", 1])),
        campaigns=[a_campaign(1, a_limit("customEffect", 1))],
        custom_effects=[a_custom_effect("{}")],
    )
    for given, paid in ((a_situation(), []), (a_situation(state="closed"), ["1"])):
        outcome = evaluate(book, given)
        assert (kinds(outcome), [*spent(outcome).values()]) == (["customEffect"], paid)


def test_what_an_event_says_can_be_sent():
    effect = a_custom_effect('{"at": "{{a}}"}', "a")
    outcome = happens(
        ["customEffect", 1, [".", "Now"]],
        given=an_event(now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        custom_effects=[effect],
    )
    assert outcome.effects[0].props.payload == {"at": "2026-01-02T03:04:05Z"}


def test_messages_may_tell_that_a_condition_failed():
    sorry = [["showNotification", "Info", "sorry", ""], ["customEffect", 1]]
    for least, kinds_told in ((100, ["setDiscount"]), (101, ["showNotification", "customEffect"])):
        enough = ["onFailure", [">=", [".", "Session", "Total"], least], *sorry]
        rule = a_rule(["setDiscount", "off", 1], when=["and", ["=", 1, 1], enough])
        book = a_rulebook(a_ruleset(rule), custom_effects=[a_custom_effect("{}")])
        outcome = evaluate(book, a_situation())
        assert kinds(outcome) == kinds_told
        if least == 101:
            assert [effect.condition_index for effect in outcome.effects] == [1, 1]


def test_messages_of_a_failed_condition_keep_their_budget():
    twice = ["onFailure", ["=", 1, 2], ["customEffect", 1], ["customEffect", 1]]
    outcome = happens(
        when=twice,
        given=a_situation(state="closed"),
        campaigns=[a_campaign(1, a_limit("customEffect", 1))],
        custom_effects=[a_custom_effect("{}")],
    )
    assert [*spent(outcome).values()] == ["1"]
