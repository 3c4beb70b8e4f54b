"""Random expressions, most of them well-typed, over every function of the language."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from largesse.engine.expr.functions import Function
from largesse.engine.expr.signatures import Parameter
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    Formed,
    LambdaOf,
    ListOf,
    OneOf,
    Plain,
    Record,
    Type,
    Var,
    accepts,
)
from tests.engine.expr.scenes import TABLE

NAMES: dict[str, Any] = {
    "n": Decimal("2.5"),
    "s": "abc",
    "b": True,
    "t": datetime(2026, 3, 1, tzinfo=UTC),
    "ns": [Decimal(3), Decimal(1), Decimal(2)],
    "ss": ["b", "a"],
    "ms": [{"Price": Decimal(3), "Sku": "A"}, {"Price": Decimal(1), "Sku": "B", "Odd": None}],
    "m": {"n": Decimal(7), "s": "x", "deep": {"b": False}, "nothing": None},
    "nothing": None,
}
ITEM = Record({"Price": NUMBER, "Sku": TEXT, "Odd": ANY})
TYPES: dict[str, Type] = {
    "n": NUMBER,
    "s": TEXT,
    "b": BOOLEAN,
    "t": TIME,
    "ns": ListOf(NUMBER),
    "ss": ListOf(TEXT),
    "ms": ListOf(ITEM),
    "m": Record({"n": NUMBER, "s": TEXT, "deep": Record({"b": BOOLEAN}), "nothing": ANY}),
    "nothing": ANY,
    "Now": TIME,
}
PATHS: list[tuple[tuple[str, ...], Type]] = [
    *(((name,), kind) for name, kind in TYPES.items()),
    (("m", "n"), NUMBER),
    (("m", "s"), TEXT),
    (("m", "deep", "b"), BOOLEAN),
    (("m", "nothing"), ANY),
    (("m", "missing"), ANY),
    (("missing",), ANY),
    (("s", "step"), ANY),
]
CONSTANTS: dict[Type, list[Any]] = {
    NUMBER: [
        0,
        1,
        -1,
        2,
        3,
        7,
        10,
        Decimal("2.5"),
        Decimal("0.1"),
        10**17,
        Decimal("-0.000000000001"),
    ],
    TEXT: ["", "a", "abc", "7", "2.5", "2026-03-15T12:00:00Z", "brands", "fixed", "é", "x" * 70],
    BOOLEAN: [True, False],
    TIME: ["2026-03-15T12:00:00Z", "2026-03-15T14:00:00.5+02:00"] * 9 + ["never"],
}
KINDS: list[Type] = [NUMBER, TEXT, BOOLEAN, TIME, ListOf(NUMBER), ListOf(TEXT), ListOf(ITEM)]
APART: tuple[str, ...] = (".", ".|", "set", "!")
CALLS: list[Function] = [one for name, one in TABLE.items() if name not in APART]


class Author:
    """Writes random expressions. `wild` is how often it ignores a type."""

    def __init__(self, seed: int, *, wild: float = 0.05) -> None:
        self.random = Random(seed)
        self.wild = wild
        self.local: list[tuple[str, Type]] = []

    def chance(self, share: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.random.random() < share

    def expression(self, kind: Type, depth: int) -> Any:
        """An expression that gives a value of a type, more or less."""
        if isinstance(kind, Formed):
            kind = kind.kind
        if isinstance(kind, OneOf):
            kind = self.random.choice(kind.members)
        if kind == ListOf(ANY):
            kind = self.random.choice(KINDS[4:])
        if kind == ANY or (kind != EFFECT and self.chance(self.wild)):
            kind = self.random.choice(KINDS)
        if depth <= 0 or self.chance(0.15):
            return self.leaf(kind)
        calls = [*CALLS, TABLE["!"]] if self.chance(self.wild) else CALLS
        fitting = [one for one in calls if may_give(one, kind)]
        return self.call(self.random.choice(fitting), kind, depth) if fitting else self.leaf(kind)

    def leaf(self, kind: Type) -> Any:
        """A constant or a path."""
        if kind == EFFECT:
            return self.random.choice([["noop"], ["give", 5], ["give", 11], ["tell", "x"]])
        if kind == NULL:
            return None
        constants = CONSTANTS.get(kind, []) if isinstance(kind, Plain) else []
        if constants and self.chance(0.5):
            return self.random.choice(constants)
        if isinstance(kind, ListOf) and self.chance(0.4):
            return ["list", *(self.leaf(kind.item) for _ in range(self.random.randrange(4)))]
        if isinstance(kind, Record) and self.chance(0.4):
            return self.random.choice([{"n": 1, "s": [".", "s"]}, ["kv", "n", 1], {}])
        path = self.path(kind)
        if self.chance(0.1):
            return [".|", self.random.choice([0, "a", None, False]), *path]
        return [".", *path]

    def path(self, kind: Type) -> tuple[str, ...]:
        """A path to a value of a type; now and then one that leads nowhere."""
        known = [(name,) for name, type_ in self.local if type_ == kind]
        fitting = known * 3 + [path for path, type_ in PATHS if type_ == kind]
        if not fitting or self.chance(self.wild):
            fitting = [path for path, type_ in PATHS if type_ == ANY]
        return self.random.choice(fitting)

    def call(self, called: Function, kind: Type, depth: int) -> Any:
        """A call with arguments of the types that it takes."""
        bound = bindings(called.result, kind)
        count = self.random.randint(called.least, min(called.most, called.least + 2))
        takes = [called.parameter(at) for at in range(count)]
        return [called.name, *(self.argument(one, bound, depth) for one in takes)]

    def argument(self, parameter: Parameter, bound: dict[str, Type], depth: int) -> Any:
        """An argument for a parameter."""
        kind = parameter.type
        if isinstance(kind, LambdaOf):
            name = self.random.choice(["x", "y", "Item", "n"])
            self.local.append((name, self.known(kind.parameters[0], bound)))
            body = self.expression(self.known(kind.result, bound), depth - 1)
            self.local.pop()
            return [[name], body]
        if isinstance(kind, Formed) and kind.options and self.chance(0.95):
            return self.random.choice(kind.options)
        if self.chance(self.wild / 5):
            return ["set", "mine", self.expression(NUMBER, depth - 1)]
        return self.expression(self.known(kind, bound), depth - 1)

    def known(self, kind: Type, bound: dict[str, Type]) -> Type:
        """A type with its variables replaced; a new one gets some type."""
        if isinstance(kind, ListOf):
            return ListOf(self.known(kind.item, bound))
        if not isinstance(kind, Var):
            return kind
        choices = kind.bounds or (*KINDS[:4], ITEM)
        return bound.setdefault(kind.name, self.random.choice(choices))


def may_give(called: Function, kind: Type) -> bool:
    """Whether a function may give a value of a type."""
    result = called.result
    if isinstance(result, Var):
        return result.effects if kind == EFFECT else not result.bounds or kind in result.bounds
    if isinstance(result, ListOf) and isinstance(kind, ListOf):
        return isinstance(result.item, Var) or accepts(kind.item, result.item)
    return result == kind or (result == ANY and kind != EFFECT)


def bindings(result: Type, kind: Type) -> dict[str, Type]:
    """What the variable of a result stands for when a type is wanted."""
    if isinstance(result, ListOf) and isinstance(kind, ListOf):
        return bindings(result.item, kind.item)
    return {result.name: kind} if isinstance(result, Var) else {}
