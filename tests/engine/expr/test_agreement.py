"""Compiled rules and the reference give the same values, the same errors, the same places."""

import os
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from largesse.engine.expr.check import check
from largesse.engine.expr.nodes import Node, parts
from largesse.engine.expr.say import say
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    ListOf,
    OneOf,
    Record,
    Type,
)
from largesse.engine.expr.values import OverBudget, RuleError
from tests.engine.expr.expressions import KINDS, NAMES, TYPES, Author
from tests.engine.expr.scenes import (
    TABLE,
    WAYS,
    alike,
    node_of,
    run_compiled,
    run_walked,
    scope_of,
)

EXAMPLES = int(os.environ.get("LARGESSE_EXAMPLES", "2000"))
seeds = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def outcome(way: Any, node: Node) -> tuple[Any, ...]:
    """What happens, and what it leaves behind in the scene."""
    scope = scope_of(NAMES)
    scene = scope.scene
    try:
        found = way(node, scope)
    except OverBudget:
        return ("over budget",)
    except RuleError as error:
        return (type(error), error.message, error.place, scene.told, scene.redeemed)
    return ("gives", found, scene.told, scene.redeemed)


def agree(node: Node) -> bool:
    one, other = (outcome(way, node) for way in WAYS)
    return one[0] == other[0] and alike(list(one[1:]), list(other[1:]))


def smallest(node: Node) -> Node:
    """The smallest part of an expression on which the two do not agree."""
    for part in parts(node):
        if type(part).__name__ not in ("Lambda", "Broken") and not agree(part):
            return smallest(part)
    return node


@seeds
@given(st.integers(min_value=0, max_value=2**48), st.sampled_from([0.0, 0.05, 0.3]))
def test_compiled_and_walked_agree(seed, wild):
    author = Author(seed, wild=wild)
    kind = author.random.choice([*KINDS, BOOLEAN, BOOLEAN, EFFECT])
    node = node_of(author.expression(kind, author.random.randint(1, 5)))
    if not agree(node):
        worst = smallest(node)
        pytest.fail(f"{worst}\n{outcome(run_compiled, worst)}\n{outcome(run_walked, worst)}")


@seeds
@given(st.integers(min_value=0, max_value=2**48))
def test_what_passes_the_checker_gives_what_the_checker_said(seed):
    author = Author(seed, wild=0.02)
    node = node_of(author.expression(author.random.choice(KINDS), author.random.randint(1, 4)))
    checked = check(node, TABLE, TYPES)
    assert say(node, TABLE)
    if not checked.faults:
        happened = outcome(run_compiled, node)
        if happened[0] == "gives":
            assert fits(checked.type, happened[1]), (node, checked.type, happened[1])


PLAIN: Mapping[Type, type] = {
    NUMBER: Decimal,
    TEXT: str,
    BOOLEAN: bool,
    TIME: datetime,
    NULL: type(None),
    EFFECT: str,
}


def fits(kind: Type, value: Any) -> bool:
    """Whether a value is of a type."""
    if kind == ANY:
        return True
    if isinstance(kind, OneOf):
        return any(fits(one, value) for one in kind.members)
    if isinstance(kind, ListOf):
        return isinstance(value, list) and all(fits(kind.item, one) for one in value)
    if isinstance(kind, Record):
        return isinstance(value, Mapping)
    return type(value) is PLAIN[kind]
