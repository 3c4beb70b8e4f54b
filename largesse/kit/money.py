"""Decimal amounts: reading them within bounds, the one rounding function, splitting without losing
a cent.

Amounts are exact decimals of at most 18 digits before and 12 after the point (`kit/caps.py`). They
never become floats.
"""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from largesse.kit.caps import DECIMALS_MAX, INTEGER_DIGITS_MAX, NUMBER_CHARACTERS_MAX

ZERO: Final = Decimal(0)
STEP: Final = Decimal(1).scaleb(-DECIMALS_MAX)  # the smallest amount that is kept
LARGEST: Final = Decimal(10) ** INTEGER_DIGITS_MAX  # amounts are smaller

# Sums and products of two bounded amounts are exact in 64 digits.
ARITHMETIC: Final = decimal.Context(
    prec=64,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-128,
    Emax=128,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


# `+`, `-` and `*` take their digits from the context of the thread, 28 unless it is told otherwise.
decimal.DefaultContext.prec = ARITHMETIC.prec
decimal.setcontext(ARITHMETIC.copy())


class OutOfBounds(ValueError):
    """A number that is not finite, too long or too large."""


def read_number(text: str) -> Decimal:
    """The number that a text of JSON stands for. Looks at its length and exponent before any
    arithmetic.
    """
    if len(text) > NUMBER_CHARACTERS_MAX:
        raise OutOfBounds(f"a number of {len(text)} characters is too long")
    try:
        return bounded(Decimal(text))
    except decimal.InvalidOperation:
        raise OutOfBounds(f"{text} is not a number") from None


def bounded(value: Decimal) -> Decimal:
    """The same value, without trailing zeros and `-0`. Refuses what an amount cannot be.

    Raises `OutOfBounds` for NaN, infinities, more than 18 digits before or 12 after the point.
    """
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise OutOfBounds(f"{value} is not a number")
    if not any(digits):
        return ZERO
    if (
        not -NUMBER_CHARACTERS_MAX <= exponent <= INTEGER_DIGITS_MAX
        or len(digits) > NUMBER_CHARACTERS_MAX
    ):
        raise OutOfBounds("a number is out of bounds")
    if exponent + len(digits) > INTEGER_DIGITS_MAX:
        raise OutOfBounds(f"a number has more than {INTEGER_DIGITS_MAX} digits before the point")
    plain = tidy(value)
    if -int(plain.as_tuple().exponent) > DECIMALS_MAX:
        raise OutOfBounds(f"a number has more than {DECIMALS_MAX} digits after the point")
    return plain


def tidy(value: Decimal) -> Decimal:
    """The same value without trailing zeros after the point, and never with an exponent (`100`,
    not `1E+2`).
    """
    if not value:
        return ZERO
    normal = value.normalize(ARITHMETIC)
    exponent = normal.as_tuple().exponent
    assert isinstance(exponent, int), "amounts are finite"
    return normal.quantize(Decimal(1), context=ARITHMETIC) if exponent > 0 else normal


def rounded(value: Decimal) -> Decimal:
    """Round to the twelve decimals that are kept, half to even. The only place where an amount is
    rounded.

    Raises `OutOfBounds` when the value is not finite or has more than 18 digits before the point.
    """
    if not value.is_finite() or (value and value.adjusted() >= INTEGER_DIGITS_MAX):
        raise OutOfBounds("the result of a calculation is out of bounds")
    kept = value.quantize(STEP, context=ARITHMETIC)
    if not kept:
        return ZERO
    wholes = kept.to_integral_value()
    return wholes if wholes == kept else kept.normalize(ARITHMETIC)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Spread a total in proportion to weights.

    The parts add up to the total exactly: what rounding leaves over goes to the last parts that
    have weight, none of them getting more than its weight unless the total is more than all. All
    weights zero: equal parts. No weights: no parts.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    parts = []
    for weight in weights:
        share = ARITHMETIC.divide(ARITHMETIC.multiply(total, weight), whole)
        parts.append(share.quantize(STEP, rounding=decimal.ROUND_DOWN, context=ARITHMETIC))
    rest = total - sum(parts, ZERO)
    for at in reversed(range(len(parts))):
        room = rest if total > whole else min(rest, weights[at] - parts[at])
        if weights[at] and rest:
            parts[at] += room
            rest -= room
    return [tidy(part) for part in parts]
