"""How values become arguments: each is of its parameter's type, or the call raises.

Large texts and lists cost steps when they are handed over and when they are made, so that a rule
pays for the work it causes.
"""

from collections.abc import Callable, Mapping
from typing import Final

from largesse.engine.expr.scope import Scope
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    Formed,
    ListOf,
    OneOf,
    Record,
    Type,
    Var,
)
from largesse.engine.expr.values import (
    OverBudget,
    Value,
    boolean,
    mismatch,
    number,
    over_steps,
    time,
    word,
)
from largesse.kit.caps import RULE_OUTPUT_MAX

Convert = Callable[[Scope, Value], Value]

FREE_CHARACTERS: Final = 64  # characters of a text that cost no step of their own
_PER_STEP: Final = 6  # 64 characters cost a step: a power of two


def take_number(_scope: Scope, value: Value) -> Value:
    """A number."""
    return number(value)


def take_boolean(_scope: Scope, value: Value) -> Value:
    """A boolean."""
    return boolean(value)


def take_time(_scope: Scope, value: Value) -> Value:
    """A time, or a text that stands for one."""
    return time(value)


def take_text(scope: Scope, value: Value) -> Value:
    """A text; a long one costs steps."""
    if value.__class__ is not str:
        raise mismatch("text", value)
    if len(value) > FREE_CHARACTERS:
        scope.charge(len(value) >> _PER_STEP)
    return value


def take_list(scope: Scope, value: Value) -> Value:
    """A list; each element costs a step."""
    if value.__class__ is not list:
        raise mismatch("list", value)
    scope.steps -= len(value)
    if scope.steps < 0:
        raise over_steps()
    return value


def _take_map(_scope: Scope, value: Value) -> Value:
    if not isinstance(value, Mapping):
        raise mismatch("map", value)
    return value


_TAKES: Final[dict[Type, Convert]] = {
    NUMBER: take_number,
    BOOLEAN: take_boolean,
    TIME: take_time,
    TEXT: take_text,
}
_WORDS: Final[dict[Type, str]] = {
    NUMBER: "number",
    BOOLEAN: "boolean",
    TIME: "time",
    TEXT: "text",
    NULL: "null",
}


def converter(expected: Type) -> Convert | None:
    """What makes an argument of a value for a type; nothing where any value will do."""
    if isinstance(expected, Formed):
        expected = expected.kind
    if isinstance(expected, ListOf):
        return _take_list_of(expected.item)
    if isinstance(expected, Record):
        return _take_map
    if isinstance(expected, OneOf):
        return _take_one_of(expected)
    if expected in (ANY, EFFECT, NULL) or isinstance(expected, Var):
        return None
    return _TAKES[expected]


def _take_list_of(item: Type) -> Convert:
    convert = converter(item)
    if convert is None:
        return take_list

    def take(scope: Scope, value: Value) -> Value:
        return [convert(scope, one) for one in take_list(scope, value)]

    return take


def _take_one_of(expected: OneOf) -> Convert:
    words = {_WORDS.get(one, one.word) for one in expected.members}

    def take(scope: Scope, value: Value) -> Value:
        found = word(value)
        if found not in words:
            raise mismatch(expected.word, value)
        return take_long(scope, value) if found in ("text", "list") else value

    return take


def take_long(scope: Scope, value: Value) -> Value:
    """A text or list costs steps by its length; anything else costs none."""
    if value.__class__ is str:
        return take_text(scope, value)
    return take_list(scope, value) if value.__class__ is list else value


def makes_long(result: Type) -> bool:
    """Whether a result of this type is a text or list that was not there before."""
    if isinstance(result, Var):
        return bool(result.bounds)
    return result == TEXT or isinstance(result, ListOf)


def made(scope: Scope, value: Value) -> Value:
    """What a call gave: a text or list within bounds, which costs steps by its length."""
    if value.__class__ in (str, list) and len(value) > RULE_OUTPUT_MAX:
        raise too_long(value)
    return take_long(scope, value)


def weighed(scope: Scope, value: Value) -> Value:
    """A value that leaves the language: all that it holds counts, however often it is shared."""
    waiting, weight = [value], 0
    while waiting:
        one = waiting.pop()
        inner = one.values() if isinstance(one, Mapping) else one if one.__class__ is list else ()
        weight += len(inner)
        if weight > RULE_OUTPUT_MAX:
            raise too_long([])
        waiting.extend(inner)
    scope.charge(weight)
    return value


def too_long(value: Value) -> OverBudget:
    """The error of a text or list that is longer than a rule may make."""
    what = "elements" if value.__class__ is list else "characters"
    return OverBudget(f"a {word(value)} of more than {RULE_OUTPUT_MAX} {what}")


def room(characters: int) -> None:
    """Refuse to make a text that would be too long, before it is made."""
    if characters > RULE_OUTPUT_MAX:
        raise too_long("")
