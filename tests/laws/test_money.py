"""Amounts stay exact, within their bounds and in one form; what is split adds up."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from largesse.kit.caps import DECIMALS_MAX, INTEGER_DIGITS_MAX
from largesse.kit.money import (
    ARITHMETIC,
    LARGEST,
    STEP,
    OutOfBounds,
    bounded,
    read_number,
    rounded,
    split,
    tidy,
)
from tests.engine.drawing import quickly

# What an amount may be, up to sums and products that fit into 28 digits.
amounts = st.decimals(-(10**12), 10**12, places=DECIMALS_MAX)
weights = st.lists(st.decimals(0, 10**6, places=3) | st.just(Decimal(0)), min_size=1, max_size=30)
anything = st.decimals(allow_nan=True, allow_infinity=True)


def is_plain(value: Decimal) -> bool:
    """Whether a number is written without an exponent, without trailing zeros, without `-0`."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return exponent <= 0 and not (exponent < 0 and digits[-1] == 0) and not (sign and not value)


@quickly
@given(amounts)
def test_a_tidy_amount_is_the_same_amount_in_the_one_form(value):
    assert tidy(value) == value
    assert is_plain(tidy(value))
    assert tidy(tidy(value)).as_tuple() == tidy(value).as_tuple()


@quickly
@given(anything)
def test_a_bounded_number_is_the_same_number_or_none(value):
    try:
        kept = bounded(value)
    except OutOfBounds:
        exponent = value.as_tuple().exponent
        fits = isinstance(exponent, int) and (
            abs(value) < LARGEST and value == value.quantize(STEP, context=ARITHMETIC)
        )
        assert not fits or len(value.as_tuple().digits) > 30
        return
    assert kept == value
    assert is_plain(kept)
    assert -int(kept.as_tuple().exponent) <= DECIMALS_MAX
    assert abs(kept) < LARGEST


@quickly
@given(amounts)
def test_what_is_written_can_be_read_again(value):
    kept = bounded(value)
    assert read_number(format(kept, "f")) == kept
    assert read_number(str(kept)) == kept


@quickly
@given(st.text(max_size=80))
def test_any_text_is_a_number_within_bounds_or_is_refused(text):
    try:
        value = read_number(text)
    except OutOfBounds:
        return
    assert abs(value) < LARGEST


@quickly
@given(st.integers(0, 10**20).map(str), st.sampled_from(["e", "E"]), st.integers(-(10**9), 10**9))
def test_an_exponent_is_never_written_out(digits, letter, exponent):
    text = f"{digits}{letter}{exponent}"
    try:
        value = read_number(text)
    except OutOfBounds:
        return
    assert len(format(value, "f")) <= INTEGER_DIGITS_MAX + DECIMALS_MAX + 2


@quickly
@given(st.decimals(-(10**15), 10**15, allow_nan=False))
def test_rounding_moves_an_amount_by_half_a_step_at_most(value):
    kept = rounded(value)
    assert abs(ARITHMETIC.subtract(kept, value)) <= STEP / 2
    assert is_plain(kept)
    assert rounded(kept) == kept


@quickly
@given(amounts, st.decimals(0, 1, places=20))
def test_rounding_keeps_the_order(value, more):
    larger = ARITHMETIC.add(value, more)
    assert rounded(value) <= rounded(larger)


def test_every_bounded_amount_is_rounded_to_itself():
    largest = ARITHMETIC.subtract(LARGEST, STEP)
    assert rounded(bounded(largest)) == largest


@quickly
@given(amounts.map(abs), weights)
def test_the_parts_of_a_split_add_up_exactly(total, weights):
    parts = split(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts, Decimal(0)) == total
    assert all(part >= 0 and is_plain(part) for part in parts)


@quickly
@given(amounts.map(abs), weights)
def test_each_part_is_its_share_but_for_what_rounding_leaves(total, weights):
    whole = sum(weights)
    assume(whole)
    for part, weight in zip(split(total, weights), weights, strict=True):
        share = ARITHMETIC.divide(ARITHMETIC.multiply(total, weight), whole)
        assert abs(ARITHMETIC.subtract(part, share)) <= STEP * len(weights)


@quickly
@given(weights)
def test_what_is_all_that_there_is_goes_to_each_in_full(weights):
    assume(sum(weights))
    assert split(sum(weights, Decimal(0)), weights) == weights


@quickly
@given(amounts.map(abs), st.integers(1, 30))
def test_without_weights_all_parts_are_equal_but_for_the_last(total, size):
    parts = split(total, [Decimal(0)] * size)
    assert len(set(parts[:-1])) <= 1
    assert sum(parts, Decimal(0)) == total


def test_a_part_without_weight_gets_nothing():
    assert split(Decimal(10), [Decimal(1), Decimal(1), Decimal(1), Decimal(0)])[-1] == 0


def test_no_part_is_more_than_its_weight_when_the_total_is_less_than_all():
    weights = [Decimal(1)] * 4
    assert max(split(Decimal(4) - STEP, weights)) <= 1


def test_the_parts_of_the_largest_amounts_add_up():
    total = Decimal("123456789012345678.123456789012")
    parts = split(total, [Decimal(1)] * 3)
    added = ARITHMETIC.add(ARITHMETIC.add(parts[0], parts[1]), parts[2])
    assert added == total
