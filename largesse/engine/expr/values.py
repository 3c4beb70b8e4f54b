"""What an expression is about: values, what they are called, when two are the same, how one fails.

Numbers are `Decimal` only, texts `str`, booleans `bool`, times aware UTC `datetime`, lists `list`,
maps any `Mapping` with texts as keys, and nothing is `None`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from largesse.engine.expr.times import read_time, rfc3339
from largesse.kit.caps import RULE_STEPS_MAX
from largesse.kit.money import OutOfBounds, rounded, tidy

Value = Any

NO_TEXT: Final = "\0"  # what nothing looks like; no text of a user can hold it
_WORDS: Final[dict[type, str]] = {
    Decimal: "number",
    str: "text",
    bool: "boolean",
    datetime: "time",
    list: "list",
    dict: "map",
    type(None): "null",
}


class RuleError(Exception):
    """A rule could not be evaluated: a condition is false, an effect fails, `catch` catches it.

    `place` is a JSON pointer into the expression; whoever knows the place fills it in.
    """

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


class EffectFailed(RuleError):
    """An effect cannot be applied here and now."""


class OverBudget(RuleError):
    """A rule takes too many steps or makes too large a value. Nothing catches it but the engine."""


def over_steps() -> OverBudget:
    """The error of a rule that calculates for too long."""
    return OverBudget(f"more than {RULE_STEPS_MAX} steps")


def word(value: Value) -> str:
    """What a value is called in messages: number, text, boolean, time, list, map or null."""
    known = _WORDS.get(value.__class__)
    if known is None:
        assert isinstance(value, Mapping), f"{type(value).__name__} is no value of rules"
        known = "map"
    return known


def mismatch(expected: str, found: Value) -> RuleError:
    """The error of a value that is of the wrong type."""
    return RuleError(f"{expected} expected, {word(found)} found")


def number(value: Value) -> Decimal:
    """A number as it is; anything else raises."""
    if value.__class__ is Decimal:
        return value
    raise mismatch("number", value)


def kept(value: Decimal) -> Decimal:
    """The result of a calculation, rounded to the decimals that are kept; a huge one raises."""
    try:
        return rounded(value)
    except OutOfBounds:
        raise RuleError("the result of a calculation is out of bounds") from None


def boolean(value: Value) -> bool:
    """A boolean as it is; anything else raises."""
    if value.__class__ is bool:
        return value
    raise mismatch("boolean", value)


def time(value: Value) -> datetime:
    """A time, also one that is written as an RFC3339 text; anything else raises."""
    if value.__class__ is datetime:
        return value
    if value.__class__ is str:
        found = read_time(value)
        if found is None:
            raise RuleError(f"{brief(value)} is not a time")
        return found
    raise mismatch("time", value)


def not_set(path: tuple[str, ...]) -> RuleError:
    """The error of a path that leads nowhere, or to nothing."""
    return RuleError(f"{'.'.join(path)[:200]} is not set")


def brief(text: str) -> str:
    """A text in quotes, shortened, for messages."""
    return f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."'


def textual(value: Value) -> str:
    """What `=` compares: how a number, text, boolean or time looks. 1 and "1" look alike."""
    if value.__class__ is str:
        return value
    if value.__class__ is Decimal:
        return format(tidy(value), "f")
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is datetime:
        return rfc3339(value)
    if value is None:
        return NO_TEXT
    raise mismatch("text, number, boolean or time", value)


def same(one: Value, other: Value) -> bool:
    """Whether two values look alike, as `=` sees them."""
    kind = one.__class__
    if kind is other.__class__ and (kind is str or kind is Decimal):
        return bool(one == other)
    return textual(one) == textual(other)


def comparable(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Numbers as they are, or else times, some of them written as texts. A mixture raises."""
    kinds = {value.__class__ for value in values}
    if len(kinds) == 1 and Decimal in kinds:
        return values
    if Decimal in kinds:
        raise mismatch("number", next(one for one in values if one.__class__ is not Decimal))
    if not kinds <= {datetime, str}:
        strange = next(one for one in values if one.__class__ not in (datetime, str))
        raise mismatch("number or time", strange)
    return tuple(time(value) for value in values)


def compares(holds: Callable[[Value, Value], bool]) -> Callable[..., bool]:
    """An order of many values: whether it holds between the first and every later one."""

    def all_hold(*values: Value) -> bool:
        first, *others = comparable(values)
        return all(holds(first, other) for other in others)

    return all_hold
