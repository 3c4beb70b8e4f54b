"""Patterns, alphabets and codes: within their bounds, evenly drawn, the same for the same seed."""

from collections import Counter
from itertools import islice

import pytest

from largesse.kit.codes import capacity, check_alphabet, check_pattern, codes, draws, folded
from largesse.kit.problems import Invalid

SEED = b"a seed of thirty-two random bytes"

# fmt: off
#    pattern          may it be
PATTERNS = [
    ("A#",            False),
    ("A##",           True),
    ("#" * 100,       True),
    ("#" * 101,       False),
    ("az.AZ_09%+@-#", True),
    ("A B#",          False),
    ("ÄB#",           False),
    ("AB#\n",         False),
]
# fmt: on


@pytest.mark.parametrize("pattern, may", PATTERNS)
def test_a_pattern_is_made_of_plain_characters(pattern, may):
    if may:
        assert check_pattern(pattern) == pattern
    else:
        with pytest.raises(Invalid):
            check_pattern(pattern)


def test_an_alphabet_names_each_character_once():
    assert check_alphabet(["B", "A", "B"]) == ("B", "A")
    assert len(check_alphabet([])) == 36
    with pytest.raises(Invalid):
        check_alphabet(["AB"])


def test_a_pattern_without_a_place_has_one_code():
    assert capacity("FIXED", ["A", "B"]) == 1
    assert capacity("A##", ["A", "B"]) == 4
    assert next(codes("FIXED", ["A", "B"], SEED)) == "FIXED"


def test_the_same_seed_draws_the_same_codes():
    first, second, other = (
        list(islice(codes("##-##", "ABC", seed), 50)) for seed in (SEED, SEED, SEED + b"!")
    )
    assert first == second != other


@pytest.mark.parametrize("size", [1, 2, 3, 36, 1000])
def test_all_numbers_are_about_equally_likely(size):
    count = 200 * size
    seen = Counter(islice(draws(SEED, size), count))
    assert set(seen) == set(range(size))
    assert all(100 < times < 320 for times in seen.values()) or size == 1


# fmt: off
FOLDS = [
    ("sensitive",             "aB-1"),
    ("insensitive-uppercase", "AB-1"),
    ("insensitive-lowercase", "ab-1"),
]
# fmt: on


@pytest.mark.parametrize("setting, stored", FOLDS)
def test_codes_are_folded_as_the_setting_says(setting, stored):
    assert folded("aB-1", setting) == stored
