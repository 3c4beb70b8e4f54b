"""Codes are drawn evenly, cannot be guessed from one another, and keep their pattern."""

import string
from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from largesse.kit.codes import ALPHABET, PATTERN, capacity, codes, draws
from tests.engine.drawing import quickly

seeds = st.binary(max_size=64)
sizes = st.integers(1, 2**32)
alphabets = st.lists(
    st.sampled_from(string.ascii_letters + string.digits + "é漢"), min_size=1, unique=True
)
patterns = st.text(string.ascii_letters + string.digits + "._%+@-#", min_size=3, max_size=40)


@quickly
@given(seeds, sizes)
def test_a_number_is_never_too_large(seed, size):
    assert all(0 <= number < size for number in islice(draws(seed, size), 300))


@quickly
@given(seeds, sizes)
def test_the_same_seed_draws_the_same(seed, size):
    once, twice = (list(islice(draws(seed, size), 200)) for _ in range(2))
    assert once == twice


@quickly
@given(patterns, alphabets, seeds)
def test_a_code_keeps_its_pattern(pattern, alphabet, seed):
    for code in islice(codes(pattern, alphabet, seed), 5):
        assert len(code) == len(pattern)
        for written, drawn in zip(pattern, code, strict=True):
            assert drawn in alphabet if written == "#" else drawn == written


@quickly
@given(seeds, st.integers(0, 511))
def test_a_seed_that_differs_in_one_bit_draws_something_else(seed, bit):
    seed = seed.ljust(64, b"\0")
    other = bytearray(seed)
    other[bit // 8] ^= 1 << bit % 8
    assert next(codes(PATTERN, ALPHABET, seed)) != next(codes(PATTERN, ALPHABET, bytes(other)))


@pytest.mark.parametrize("size", [2, 10, 31, 36, 62])
def test_all_numbers_are_equally_likely(size):
    """A test of fit: the chance that an even draw is this uneven is less than one in a million."""
    expected = 2_000
    drawn = Counter(islice(draws(b"a seed", size), expected * size))
    unevenness = sum((drawn[number] - expected) ** 2 / expected for number in range(size))
    spread = (2 * (size - 1)) ** 0.5
    assert abs(unevenness - (size - 1)) < 5 * spread + 5


def test_numbers_that_do_not_divide_the_range_are_drawn_evenly_too():
    """Of three times 2**30 numbers a third is below 2**30; without care it would be half."""
    drawn = list(islice(draws(b"a seed", 3 * 2**30), 20_000))
    share = sum(number < 2**30 for number in drawn) / len(drawn)
    assert 0.32 < share < 0.35


@pytest.mark.parametrize("position", range(12))
def test_every_place_of_a_code_takes_every_character(position):
    places = [
        code.replace("-", "")[position] for code in islice(codes(PATTERN, ALPHABET, b"s"), 1500)
    ]
    assert set(places) == set(ALPHABET)


def test_no_code_comes_twice_where_there_is_room():
    drawn = list(islice(codes(PATTERN, ALPHABET, b"another seed"), 20_000))
    assert len(set(drawn)) == len(drawn)


def test_a_code_says_nothing_of_the_next():
    """Neighbours agree in a place as often as strangers: once in 36 times."""
    drawn = list(islice(codes(PATTERN, ALPHABET, b"seed"), 5_000))
    pairs = [
        (one, other)
        for before, after in pairwise(drawn)
        for one, other in zip(before, after, strict=True)
    ]
    alike = sum(one == other for one, other in pairs if one != "-") / (12 * (len(drawn) - 1))
    assert 0.9 / 36 < alike < 1.1 / 36


def test_codes_do_not_repeat_after_a_while():
    """The row has no short period: no later stretch of numbers is one of the first."""
    drawn = list(islice(draws(b"seed", 36), 30_000))
    first = bytes(drawn[:24])
    assert bytes(drawn).find(first, 1) == -1


@quickly
@given(patterns, alphabets)
def test_a_pattern_has_as_many_codes_as_its_places_allow(pattern, alphabet):
    assert capacity(pattern, alphabet) == len(alphabet) ** pattern.count("#")


def test_a_small_pattern_gives_all_its_codes():
    drawn = set(islice(codes("A-##", ["x", "y"], b"seed"), 200))
    assert drawn == {"A-xx", "A-xy", "A-yx", "A-yy"}
