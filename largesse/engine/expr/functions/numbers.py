"""Exact arithmetic and the order of numbers and times."""

import decimal
import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from largesse.engine.expr.arguments import room
from largesse.engine.expr.functions import function
from largesse.engine.expr.values import RuleError, comparable, compares, kept, mismatch, number
from largesse.kit.money import ARITHMETIC

Summand = TypeVar("Summand", Decimal, str)
Ordered = TypeVar("Ordered", Decimal, datetime)

_LESS: Final = compares(operator.lt)
_AT_MOST: Final = compares(operator.le)
_GREATER: Final = compares(operator.gt)
_AT_LEAST: Final = compares(operator.ge)


def fold(step: Callable[[Decimal, Decimal], Decimal], numbers: tuple[Decimal, ...]) -> Decimal:
    """Calculate from left to right; every result is rounded to the decimals that are kept."""
    found = numbers[0]
    for other in numbers[1:]:
        found = kept(step(found, other))
    return found


def _remainder(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise RuleError("division by zero")
    return ARITHMETIC.remainder(one, other)


def _quotient(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise RuleError("division by zero")
    return ARITHMETIC.divide(one, other)


@function("+", says="{values: plus }", least=2)
def add(*values: Summand) -> Summand:
    """The sum of numbers, or texts one after the other."""
    first = values[0]
    if isinstance(first, str):
        return first + _glue(values[1:], len(first))
    return fold(ARITHMETIC.add, tuple(number(one) for one in values))


def _glue(values: tuple[Any, ...], length: int) -> str:
    for one in values:
        if not isinstance(one, str):
            raise mismatch("text", one)
    room(length + sum(map(len, values)))
    return "".join(values)


@function("-", says="{numbers: minus }", least=2)
def subtract(*numbers: Decimal) -> Decimal:
    """The first number less all others."""
    return fold(ARITHMETIC.subtract, numbers)


@function("*", says="{numbers: times }", least=2)
def multiply(*numbers: Decimal) -> Decimal:
    """The product of numbers."""
    return fold(ARITHMETIC.multiply, numbers)


@function("/", says="{numbers: divided by }", least=2)
def divide(*numbers: Decimal) -> Decimal:
    """The first number divided by the others in turn. Dividing by zero is an error."""
    return fold(_quotient, numbers)


@function("mod", says="{numbers: modulo }", least=2)
def modulo(*numbers: Decimal) -> Decimal:
    """What a division leaves over, in turn. It has the sign of the number that is divided."""
    return fold(_remainder, numbers)


@function("ceil", says="{value} rounded up")
def ceil(value: Decimal) -> Decimal:
    """The next whole number that is not smaller."""
    return kept(value.to_integral_value(decimal.ROUND_CEILING, ARITHMETIC))


@function("floor", says="{value} rounded down")
def floor(value: Decimal) -> Decimal:
    """The next whole number that is not greater."""
    return kept(value.to_integral_value(decimal.ROUND_FLOOR, ARITHMETIC))


@function("<", says="{values[:1]} is less than {values[1:]: and }", least=2)
def less(*values: Ordered) -> bool:
    """Whether the first number or time is less than every other."""
    return _LESS(*values)


@function("<=", says="{values[:1]} is at most {values[1:]: and }", least=2)
def at_most(*values: Ordered) -> bool:
    """Whether the first number or time is less than or equal to every other."""
    return _AT_MOST(*values)


@function(">", says="{values[:1]} is more than {values[1:]: and }", least=2)
def greater(*values: Ordered) -> bool:
    """Whether the first number or time is greater than every other."""
    return _GREATER(*values)


@function(">=", says="{values[:1]} is at least {values[1:]: and }", least=2)
def at_least(*values: Ordered) -> bool:
    """Whether the first number or time is greater than or equal to every other."""
    return _AT_LEAST(*values)


@function("between", says="{values[:-2]: and } is between {values[-2:]: and }", least=3)
def between(*values: Ordered) -> bool:
    """Whether all values but the last two lie between those two, neither of them included."""
    *inner, least, most = comparable(values)
    return all(least < one < most for one in inner)
