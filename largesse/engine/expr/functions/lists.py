"""Lists and maps: making them, taking parts, looking through them, putting them in order."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from largesse.engine.expr.functions import T, U, function, whole
from largesse.engine.expr.signatures import Lambda
from largesse.engine.expr.values import RuleError, kept, mismatch
from largesse.kit.money import ARITHMETIC, ZERO


@function("list", says="the list of {values}")
def make_list(*values: T) -> list[T]:
    """A list of values."""
    return list(values)


@function("kv", says="the map of {members}")
def make_map(*members: Any) -> Mapping[str, Any]:
    """A map: a name, its value, another name, its value, and so on."""
    names, values = members[::2], members[1::2]
    if len(names) != len(values):
        raise RuleError("a name without a value")
    for name in names:
        if name.__class__ is not str:
            raise mismatch("text", name)
    return dict(zip(names, values, strict=True))


@function("head", says="the first of {values}")
def head(values: list[T]) -> T:
    """The first element. An empty list is an error."""
    return item_at(values, 0)


@function("tail", says="all but the first of {values}")
def tail(values: list[T]) -> list[T]:
    """All elements but the first."""
    return values[1:]


@function("drop", says="all but the last of {values}")
def drop(values: list[T]) -> list[T]:
    """All elements but the last."""
    return values[:-1]


@function("item", says="number {position} (from 0) of {values}")
def item(values: list[T], position: Decimal) -> T:
    """The element at a position, counted from 0. A position outside of the list is an error."""
    return item_at(values, whole(position))


def item_at(values: list[T], position: int) -> T:
    """The element at a position."""
    if not 0 <= position < len(values):
        raise RuleError(f"there is no element {position} in a list of {len(values)}")
    return values[position]


@function("append", says="{values} and {more: and }", least=2)
def append(values: list[T], *more: T) -> list[T]:
    """The list with more elements at its end."""
    return [*values, *more]


@function("push", says="{values} and {more: and }", least=2)
def push(values: list[T], *more: T) -> list[T]:
    """The list with more elements at its end, as `append`."""
    return [*values, *more]


@function("reverse", says="{values} in reverse")
def reverse(values: list[T]) -> list[T]:
    """The list from its end to its start."""
    return values[::-1]


@function("count", says="the number of {values}")
def count(values: list[Any]) -> Decimal:
    """The number of elements."""
    return Decimal(len(values))


@function("isEmpty", says="{values} is empty")
def is_empty(values: list[Any] | str) -> bool:
    """Whether a list has no elements, or a text no letters."""
    return not values


@function("min", says="the least of {numbers}")
def smallest(numbers: list[Decimal]) -> Decimal:
    """The smallest number. An empty list is an error."""
    if not numbers:
        raise RuleError("an empty list has no smallest number")
    return min(numbers)


@function("max", says="the greatest of {numbers}")
def largest(numbers: list[Decimal]) -> Decimal:
    """The largest number. An empty list is an error."""
    if not numbers:
        raise RuleError("an empty list has no largest number")
    return max(numbers)


@function("sum", says="the sum of {amount} over {values}")
def total(values: list[T], amount: Lambda[T, Decimal]) -> Decimal:
    """The sum of an amount over all elements; 0 for an empty list."""
    found = ZERO
    for value in values:
        found = ARITHMETIC.add(found, amount(value))
    return kept(found)


@function("map", says="{result} for each of {values}")
def mapped(values: list[T], result: Lambda[T, U]) -> list[U]:
    """A list of what the lambda gives for each element."""
    return [result(value) for value in values]


@function("filter", says="those of {values} where {condition}")
def filtered(values: list[T], condition: Lambda[T, bool]) -> list[T]:
    """The elements for which the condition is true, in their order."""
    return [value for value in values if condition(value)]


@function("exists", says="for at least one of {values}, {condition}")
def exists(values: list[T], condition: Lambda[T, bool]) -> bool:
    """Whether the condition is true for at least one element; never for an empty list."""
    return any(condition(value) for value in values)


@function("every", says="for every one of {values}, {condition}")
def every(values: list[T], condition: Lambda[T, bool]) -> bool:
    """Whether the condition is true for every element; always for an empty list."""
    return all(condition(value) for value in values)


@function("sort", says="{values} in order")
def in_order(values: list[T], descending: bool = False) -> list[T]:
    """Numbers, texts or times in order, from the smallest or, if descending, from the largest."""
    kinds = {value.__class__ for value in values}
    if not (len(kinds) <= 1 and kinds <= {Decimal, str, datetime}):
        raise RuleError("a list of numbers, of texts or of times is needed to sort it")
    return sorted(values, reverse=descending)  # type: ignore[type-var]


@function("sortByNumber", says="{values} ordered by {amount}")
def by_number(values: list[T], amount: Lambda[T, Decimal], descending: bool = False) -> list[T]:
    """The list in the order of a number of each element; equals keep their order."""
    return _by([amount(value) for value in values], values, descending=descending)


@function("sortByString", says="{values} ordered by {name}")
def by_text(values: list[T], name: Lambda[T, str], descending: bool = False) -> list[T]:
    """The list in the order of a text of each element; equals keep their order."""
    return _by([name(value) for value in values], values, descending=descending)


def _by(keys: list[Any], values: list[T], *, descending: bool) -> list[T]:
    order = sorted(range(len(values)), key=keys.__getitem__, reverse=descending)
    return [values[at] for at in order]
