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
LARGEST: Final = Decimal(10) ** INTEGER_DIGITS_MAX

# Sums and products of two bounded amounts are exact in 64 digits.
ARITHMETIC: Final = decimal.Context(
    prec=64,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-128,
    Emax=128,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


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
    if not value.is_finite() or abs(value) >= LARGEST:
        raise OutOfBounds("the result of a calculation is out of bounds")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS_MAX:
        value = value.quantize(STEP, context=ARITHMETIC)
    return tidy(value)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Spread a total in proportion to weights; what rounding leaves over goes to the last part.

    The parts add up to the total exactly. All weights zero: equal parts. No weights: no parts.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    parts = []
    for weight in weights[:-1]:
        share = ARITHMETIC.divide(ARITHMETIC.multiply(total, weight), whole)
        parts.append(tidy(share.quantize(STEP, rounding=decimal.ROUND_DOWN, context=ARITHMETIC)))
    parts.append(tidy(ARITHMETIC.subtract(total, sum(parts, ZERO))))
    return parts
