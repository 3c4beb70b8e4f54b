"""Patterns, alphabets and spellings of codes."""

from itertools import islice

import pytest

from largesse.kit.codes import (
    ALPHABET,
    PATTERN,
    capacity,
    check_alphabet,
    check_pattern,
    codes,
    folded,
)
from largesse.kit.problems import Invalid

# fmt: off
#    pattern       is allowed
PATTERNS = [
    ("###",         True),
    ("SUM-####",    True),
    ("a.b_c%d+e@f#-", True),
    ("#" * 100,     True),
    ("FIXED",       True),
    ("##",          False),
    ("",            False),
    ("#" * 101,     False),
    ("SUM ####",    False),
    ("SUM-####\n",  False),
    ("ÄÖÜ####",     False),
    ("SUM/####",    False),
    ("[#]####",     False),
]
# fmt: on


@pytest.mark.parametrize("pattern, is_allowed", PATTERNS)
def test_a_pattern_is_of_plain_characters(pattern, is_allowed):
    if is_allowed:
        assert check_pattern(pattern) == pattern
        return
    with pytest.raises(Invalid) as refused:
        check_pattern(pattern, "/couponSettings/couponPattern")
    (fault,) = refused.value.faults
    assert (fault.title, fault.at) == ("pattern", "/couponSettings/couponPattern")


# fmt: off
#    characters        alphabet
ALPHABETS = [
    (["A", "B"],       ("A", "B")),
    (["B", "A", "B"],  ("B", "A")),
    ([],               ALPHABET),
    (["é", "漢"],      ("é", "漢")),
    (["AB"],           None),
    (["A", ""],        None),
]
# fmt: on


@pytest.mark.parametrize("characters, alphabet", ALPHABETS)
def test_an_alphabet_has_each_character_once(characters, alphabet):
    if alphabet is not None:
        assert check_alphabet(characters) == alphabet
        return
    with pytest.raises(Invalid) as refused:
        check_alphabet(characters)
    assert refused.value.faults[0].at == "/validCharacters"


def test_the_default_alphabet_is_of_capitals_and_digits():
    assert len(ALPHABET) == len(set(ALPHABET)) == 36
    assert set("".join(ALPHABET)) == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


# fmt: off
#    pattern   characters  codes
CAPACITIES = [
    ("###",    "AB",       8),
    ("FIXED",  "AB",       1),
    ("A#B#",   "ABC",      9),
    ("#",      "A",        1),
    (PATTERN,  ALPHABET,   36**12),
]
# fmt: on


@pytest.mark.parametrize("pattern, characters, number", CAPACITIES)
def test_a_pattern_has_a_number_of_codes(pattern, characters, number):
    assert capacity(pattern, characters) == number


def test_a_pattern_without_places_is_one_code():
    assert list(islice(codes("FIXED", ALPHABET, b"seed"), 3)) == ["FIXED"] * 3


def test_the_same_seed_always_draws_the_same_codes():
    """Codes that were told once must be drawn again: this row never changes."""
    drawn = list(islice(codes("####-##", ALPHABET, b"a seed"), 3))
    assert drawn == ["7KT8-FL", "KTWT-ZY", "FNJP-9B"]


# fmt: off
#    code       case sensitivity         kept as
SPELLINGS = [
    ("SuMmer",  "sensitive",             "SuMmer"),
    ("SuMmer",  "insensitive-uppercase", "SUMMER"),
    ("SuMmer",  "insensitive-lowercase", "summer"),
    ("straße",  "insensitive-uppercase", "STRASSE"),
    ("İ",       "insensitive-lowercase", "i̇"),
    ("",        "insensitive-uppercase", ""),
]
# fmt: on


@pytest.mark.parametrize("code, case, kept", SPELLINGS)
def test_a_code_is_folded_as_the_application_says(code, case, kept):
    assert folded(code, case) == kept
