"""What a condition needs is necessary, and the index finds every condition that can be true."""

import time
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from largesse.engine.expr.index import EVENT_TYPE, PredicateIndex
from largesse.engine.expr.predicates import (
    AtLeast,
    AtMost,
    Equals,
    EventIs,
    HasAttribute,
    NeedsCoupon,
    NeedsReferral,
    Predicate,
    predicates_of,
)
from largesse.engine.expr.values import RuleError, textual
from tests.engine.expr.scenes import node_of, run_walked, scope_of

TOTAL = ("Session", "Total")
CITY = ("Session", "Attributes", "City")
total, city = [".", *TOTAL], [".", *CITY]


def texts(path: tuple[str, ...], *found: str) -> Equals:
    return Equals(path, frozenset(found))


def least(number: str, *, strict: bool = False) -> AtLeast:
    return AtLeast(TOTAL, Decimal(number), strict)


def most(number: str, *, strict: bool = False) -> AtMost:
    return AtMost(TOTAL, Decimal(number), strict)


CART = ("Session", "CartItems")
HAS_TOTAL, HAS_CITY = HasAttribute(TOTAL), HasAttribute(CITY)

# fmt: off
NEEDS: list[tuple[Any, list[Predicate]]] = [
    (["and"],                                                []),
    (True,                                                   []),
    (["=", city, "Rome"],                                    [texts(CITY, "Rome"), HAS_CITY]),
    (["=", "Rome", city],                                    [texts(CITY, "Rome"), HAS_CITY]),
    (["=", city, 7],                                         [texts(CITY, "7"), HAS_CITY]),
    (["=", city, total],                                     [HAS_CITY, HAS_TOTAL]),
    (["=", city, total, 7],                                  [texts(CITY, "7"), texts(TOTAL, "7"),
                                                              HAS_CITY, HAS_TOTAL]),
    (["!=", city, "Rome"],                                   [HAS_CITY]),
    (["oneOf", city, ["list", "Rome", 7]],                   [texts(CITY, "Rome", "7"), HAS_CITY]),
    (["oneOf", city, ["list", "Rome", total]],               [HAS_CITY, HAS_TOTAL]),
    (["or", ["=", city, "Rome"], ["=", city, "Oslo"]],       [texts(CITY, "Oslo", "Rome"),
                                                              HAS_CITY]),
    (["or", ["=", city, "Rome"], [">", total, 5]],           []),
    (["or", ["=", city, "Rome"], ["=", total, 5]],           []),
    (["or"],                                                 []),
    (["or", ["and", ["couponValid"], [">", total, 5]],
            ["and", [">=", total, 7], ["couponValid"]]],     [NeedsCoupon(),
                                                              least("5", strict=True),
                                                              HAS_TOTAL]),
    (["or", ["<", total, 5], ["<=", total, 5]],              [most("5"), HAS_TOTAL]),
    (["or", [">", total, 5], [">=", total, 5]],              [least("5"), HAS_TOTAL]),
    (["or", ["eventType", "a"], ["eventType", "b"]],         [EventIs(frozenset("ab"))]),
    (["or", ["eventType", "a"], ["couponValid"]],            []),
    ([">=", total, 50],                                      [least("50"), HAS_TOTAL]),
    ([">", total, 50],                                       [least("50", strict=True), HAS_TOTAL]),
    (["<=", total, 50],                                      [most("50"), HAS_TOTAL]),
    (["<", 50, total],                                       [least("50", strict=True), HAS_TOTAL]),
    ([">=", 50, total],                                      [most("50"), HAS_TOTAL]),
    (["<", total, 50, 40],                                   [most("50", strict=True),
                                                              most("40", strict=True), HAS_TOTAL]),
    ([">=", total, "2026-01-01T00:00:00Z"],                  [HAS_TOTAL]),
    (["between", total, 1, 9],                               [least("1", strict=True),
                                                              most("9", strict=True), HAS_TOTAL]),
    (["between", total, 1, city],                            [least("1", strict=True),
                                                              HAS_TOTAL, HAS_CITY]),
    (["couponValid"],                                        [NeedsCoupon()]),
    (["couponValidWithoutRedemption"],                       [NeedsCoupon()]),
    (["referralValid"],                                      [NeedsReferral()]),
    (["referralValidWithoutRedemption"],                     [NeedsReferral()]),
    (["eventType", "visit"],                                 [EventIs(frozenset({"visit"}))]),
    (["eventType", city],                                    [HAS_CITY]),
    (["not", ["=", city, "Rome"]],                           [HAS_CITY]),
    (["not", ["or", ["=", city, "Rome"], [">", total, 1]]],  [HAS_CITY]),
    (["not", ["catch", False, ["=", city, "Rome"]]],         []),
    (["catch", False, ["=", city, "Rome"]],                  [texts(CITY, "Rome"), HAS_CITY]),
    (["catch", True, ["=", city, "Rome"]],                   []),
    (["identity", ["=", city, "Rome"]],                      [texts(CITY, "Rome"), HAS_CITY]),
    (["and", ["=", city, "Rome"],
             ["onFailure", [">", total, 5], ["tell", "x"]], ["couponValid"]],
                                                             [texts(CITY, "Rome"), HAS_CITY]),
    (["onFailure", ["=", city, "Rome"], ["tell", "x"]],      []),
    (["or", ["onFailure", ["=", city, "Rome"], ["tell", "x"]], [">", total, 5]], []),
    (["startsWith", "R", city],                              [HAS_CITY]),
    (["=", [".|", "x", *CITY], "Rome"],                      []),
    (["=", [".", "Coupon", "Value"], "Rome"],                []),
    (["=", [".", "Cheap"], "Rome"],                          []),
    (["exists", [".", *CART], [["i"], ["=", [".", "i", "Sku"], "A"]]],
                                             [texts((*CART, "*", "Sku"), "A"), HasAttribute(CART)]),
    (["and", ["=", ["list", ["set", "Session", 5]], 1], ["=", city, "Rome"]], []),
    (["=", city, None],                                      [texts(CITY, "\0"), HAS_CITY]),
    (["=", [1, total], 1],                                   [HAS_TOTAL]),
    (["do", 1, [["x"], ["=", city, "Rome"]]],                []),
]
# fmt: on


@pytest.mark.parametrize("condition, needs", NEEDS, ids=lambda it: str(it)[:60])
def test_what_a_condition_needs(condition, needs):
    assert predicates_of(node_of(condition)) == needs


VALUES: dict[tuple[str, ...], list[Any]] = {
    TOTAL: [Decimal(0), Decimal(5), Decimal(50), Decimal("50.5"), "50", None, True],
    CITY: ["Rome", "Oslo", "50", Decimal(50), None, ["Rome"]],
    ("Profile", "Age"): [Decimal(1), Decimal(18), None],
    EVENT_TYPE: ["visit", "buy", None],
}


def a_situation(random: Random) -> dict[str, Any]:
    """Names, with some attributes left out."""
    names: dict[str, Any] = {}
    for path, values in VALUES.items():
        inner = names
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        if random.random() < 0.8:
            inner[path[-1]] = random.choice(values)
    return names


def a_condition(random: Random, depth: int = 3) -> Any:
    """A random condition over the paths, with everything that hides or reverses one."""
    path = [".", *random.choice(list(VALUES))]
    constant = random.choice([0, 5, 50, "Rome", "Oslo", "50", True, None, "visit"])
    if depth == 0 or random.random() < 0.3:
        operator = random.choice(["=", "!=", "<", "<=", ">", ">=", "=", ">="])
        pair = random.choice([[path, constant], [constant, path], [path, path]])
        return random.choice(
            [
                [operator, *pair],
                [operator, *pair, constant],
                ["oneOf", path, ["list", constant, 5]],
                ["between", path, 1, 51],
                ["couponValid"],
                ["referralValid"],
                ["eventType", random.choice(["visit", "buy"])],
                random.choice([True, False]),
            ]
        )
    parts = [a_condition(random, depth - 1) for _ in range(random.randrange(4))]
    one = a_condition(random, depth - 1)
    return random.choice(
        [
            ["and", *parts],
            ["or", *parts],
            ["not", one],
            ["catch", random.choice([True, False]), one],
            ["identity", one],
            ["do", 1, [["Session"], one]],
        ]
    )


def read_from(names: dict[str, Any]) -> Any:
    """What the index reads with."""

    def read(path: tuple[str, ...]) -> Any:
        found: Any = names
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    return read


def answers(names: dict[str, Any], owners: tuple[set[int], set[int]], key: int) -> dict[str, Any]:
    event = names.get("Event", {}).get("Type")
    return {"coupon": key in owners[0], "referral": key in owners[1], "event": event}


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_the_index_finds_every_condition_that_is_true(seed):
    random = Random(seed)
    nodes = [node_of(a_condition(random)) for _ in range(20)]
    needs = [predicates_of(node) for node in nodes]
    index = PredicateIndex(enumerate(needs))
    for _ in range(10):
        names = a_situation(random)
        owners = ({one for one in range(20) if random.random() < 0.3}, {3, 4})
        found = index.candidates(
            read_from(names), coupon_owners=owners[0], referral_owners=owners[1]
        )
        assert found == sorted(set(found))
        for at, node in enumerate(nodes):
            scene = answers(names, owners, at)
            assert at in found or not is_true(node, names, scene), node
            if at in found and needs[at]:
                assert any(holds(need, names, scene) for need in needs[at])
            if all(not holds(need, names, scene) for need in needs[at]) and needs[at]:
                assert at not in found


def is_true(node: Any, names: dict[str, Any], scene: dict[str, Any]) -> bool:
    try:
        return run_walked(node, scope_of({**names, "$scene": scene})) is True
    except RuleError:
        return False


def holds(need: Predicate, names: dict[str, Any], scene: dict[str, Any]) -> bool:
    """Whether a predicate holds, looked at by itself."""
    value = read_from(names)(getattr(need, "path", EVENT_TYPE))
    match need:
        case Equals(_, found):
            return not isinstance(value, list) and textual(value) in found
        case EventIs(found):
            return value in found
        case AtLeast(_, number, strict):
            return isinstance(value, Decimal) and (
                value > number or (value == number and not strict)
            )
        case AtMost(_, number, strict):
            return isinstance(value, Decimal) and (
                value < number or (value == number and not strict)
            )
        case HasAttribute():
            return value is not None
        case NeedsCoupon():
            return scene["coupon"]
    return scene["referral"]


def is_number(value: Any) -> bool:
    return isinstance(value, Decimal)


def test_the_rarest_need_decides_where_a_condition_is_found():
    common, rare = ["=", city, "Rome"], ["=", [".", "Profile", "Id"], "u-1"]
    nodes = [node_of(["and", common, rare]), *[node_of(["and", common])] * 3]
    index = PredicateIndex((at, predicates_of(node)) for at, node in enumerate(nodes))
    rome = {"Session": {"Attributes": {"City": "Rome"}}, "Profile": {"Id": "u-2"}}
    assert index.candidates(read_from(rome)) == [1, 2, 3]


def test_ten_thousand_conditions_are_looked_up_at_once():
    needs = [predicates_of(node_of(["=", city, f"city {at}"])) for at in range(10_000)]
    index = PredicateIndex(enumerate(needs))
    read = read_from({"Session": {"Attributes": {"City": "city 77"}}})
    began = time.perf_counter()
    for _ in range(1_000):
        assert index.candidates(read) == [77]
    assert (time.perf_counter() - began) / 1_000 < 0.001
