"""What the checker says of expressions, and what the reader says of anything at all."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from largesse.engine.expr.check import check, inspect
from largesse.engine.expr.nodes import Node
from largesse.engine.expr.read import read
from largesse.engine.expr.say import SENTENCE_MAX, say
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NUMBER,
    TEXT,
    TIME,
    ListOf,
    Record,
    Type,
)
from largesse.kit.problems import Fault, Invalid
from tests.engine.expr.scenes import TABLE, node_of

ITEM = Record(
    {"Price": NUMBER, "Sku": TEXT, "Attributes": Record({"Size": NUMBER})},
)
NAMES: dict[str, Type] = {
    "Session": Record(
        {
            "Total": NUMBER,
            "CartItems": ListOf(ITEM),
            "Attributes": Record({"City": TEXT}),
            "AdditionalCosts": Record({}, rest=Record({"Price": NUMBER})),
        }
    ),
    "Now": TIME,
    "Anything": ANY,
}
EXPECTED: dict[str, Type] = {
    "any": ANY,
    "boolean": BOOLEAN,
    "effect": EFFECT,
    "number": NUMBER,
    "text": TEXT,
    "time": TIME,
    "map": Record({}, rest=ANY),
    "list of number": ListOf(NUMBER),
    "list of text": ListOf(TEXT),
}


def rows() -> list[Any]:
    lines = (Path(__file__).parent / "faults.txt").read_text().splitlines()
    return [
        pytest.param(line, id=str(number))
        for number, line in enumerate(lines, 1)
        if line and not line.startswith("#")
    ]


@pytest.mark.parametrize("line", rows())
def test_what_is_wrong_with_an_expression(line):
    expression, end = json.JSONDecoder(parse_float=Decimal).raw_decode(line)
    expected, _, faults = line[end:].lstrip(" ;").partition(" ; ")
    _, checked = inspect(expression, TABLE, NAMES, expected=EXPECTED[expected.strip()])
    said = [f"{one.title} at {one.at}: {one.details}" for one in checked.faults]
    assert " | ".join(said) == faults.strip()


def test_places_begin_where_the_expression_stands():
    _, checked = inspect(["not", 1], TABLE, {}, at="/rules/0/condition")
    assert [fault.at for fault in checked.faults] == ["/rules/0/condition/1"]
    _, checked = inspect(["zzz"], TABLE, {}, at="/rules/0/condition")
    assert [fault.at for fault in checked.faults] == ["/rules/0/condition"]


def test_names_that_an_expression_sets_are_told():
    checked = check(node_of(["set", "mine", 5]), TABLE, {})
    assert checked.sets == {"mine": NUMBER}
    deep = check(node_of(["set", "mine", "a", 5]), TABLE, {})
    assert deep.sets == {"mine": ANY}


def test_a_call_that_is_in_no_table_is_a_fault():
    checked = check(node_of(["give", 5]), {}, {})
    assert checked.faults == [Fault("Unknown function", 'there is no function "give"')]


def as_call(arguments: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.sampled_from([*TABLE]).map(lambda name: [name, *arguments])


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.floats()
    | st.text()
    | st.sampled_from([*TABLE, ".", ".|", "set", "\ud800", "\0", "x" * 100_001])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=30,
)
calls = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4).flatmap(as_call), max_leaves=20
)


@settings(max_examples=1_000, deadline=None)
@given(anything | calls)
def test_the_reader_knows_what_to_say_to_anything(json_):
    node, faults = read_or_not(json_)
    assert all(fault.details for fault in faults)
    assert node is None or say(node, TABLE)
    _, checked = inspect(json_, TABLE, NAMES)
    assert all(fault.title and fault.details for fault in checked.faults)


def read_or_not(json_: Any) -> tuple[Node | None, tuple[Fault, ...]]:
    """The nodes, or what is wrong."""
    try:
        return read(json_, TABLE), ()
    except Invalid as invalid:
        return None, invalid.faults


SENTENCES = [
    (["and"], "always"),
    (["or"], "never"),
    (["couponValid"], "the coupon code is valid"),
    (
        ["and", ["couponValid"], [">=", [".", "Session", "Total"], 50]],
        "the coupon code is valid and Session.Total is at least 50",
    ),
    (
        ["or", ["and", True, False], ["not", ["=", [".", "a"], "x"]]],
        '(true and false) or not a is "x"',
    ),
    (["=", [".", "Profile", "Attributes", "City"], "Rome"], 'Profile.City is "Rome"'),
    (["<", 1, 2, 3], "1 is less than 2 and 3"),
    (["between", [".", "a"], 1, 10], "a is between 1 and 10"),
    (["between", [".", "a"], [".", "b"], 1, 10], "a and b is between 1 and 10"),
    (["*", ["+", 1, 2], 3], "(1 plus 2) times 3"),
    (["catch", False, [".", "a"]], "(a, or false if that fails)"),
    (
        ["count", ["filter", [".", "Items"], [["i"], [">", [".", "i", "Price"], 5]]]],
        "the number of those of Items where i.Price is more than 5",
    ),
    (["isAudienceMember", 7], "the customer is in the audience 7"),
    (["isAudienceMember", 7, "Advocate"], "the Advocate customer is in the audience 7"),
    (["addDuration", [".", "Now"], 3, "days"], "Now plus 3 days"),
    ([".|", 0, "a"], "a (or 0)"),
    (["set", "a", "b", 5], "let a.b be 5"),
    ([1, "a", None], '[1, "a", nothing]'),
    ({"a": 1, "b": "x"}, '(a: 1, b: "x")'),
    (["list"], "the empty list"),
    (["give", 5], "give 5"),
    (["+", *[1] * 30], " plus ".join(["1"] * 20) + " plus ..."),
]


@pytest.mark.parametrize("expression, sentence", SENTENCES)
def test_an_expression_is_a_sentence(expression, sentence):
    assert say(node_of(expression), TABLE) == sentence


def test_a_sentence_has_an_end():
    said = say(node_of(["concat", *["x" * 100] * 100]), TABLE)
    assert len(said) <= SENTENCE_MAX
    assert say(node_of(["give", 5])) == "give(5)"
