"""Values that were written as texts."""

from decimal import Decimal

import pytest

from largesse.kit import texts
from largesse.kit.money import OutOfBounds

# fmt: off
#    text                     integer      number           truth
VALUES = [
    ("7",                     7,           Decimal(7),      None),
    (" 7 ",                   7,           Decimal(7),      None),
    ("+7",                    7,           Decimal(7),      None),
    ("-7",                    -7,          Decimal(-7),     None),
    ("007",                   7,           Decimal(7),      None),
    ("1",                     1,           Decimal(1),      True),
    ("0",                     0,           Decimal(0),      False),
    ("7.50",                  None,        Decimal("7.5"),  None),
    (".5",                    None,        Decimal("0.5"),  None),
    ("5.",                    None,        Decimal(5),      None),
    ("1e2",                   None,        Decimal(100),    None),
    ("9223372036854775807",   2**63 - 1,   OutOfBounds,     None),
    ("9223372036854775808",   None,        OutOfBounds,     None),
    ("99999999999999999999",  None,        OutOfBounds,     None),
    ("true",                  None,        None,            True),
    ("T",                     None,        None,            True),
    ("False",                 None,        None,            False),
    ("yes",                   None,        None,            None),
    ("tRUE",                  None,        None,            None),
    ("",                      None,        None,            None),
    (".",                     None,        None,            None),
    ("1_000",                 None,        None,            None),
    ("٣",                     None,        None,            None),
    ("NaN",                   None,        None,            None),
]
# fmt: on


@pytest.mark.parametrize("text, integer, number, truth", VALUES)
def test_a_text_is_the_value_that_it_looks_like_or_none(text, integer, number, truth):
    assert texts.integer(text) == integer
    assert texts.truth(text) is truth
    if number is OutOfBounds:
        with pytest.raises(OutOfBounds):
            texts.number(text)
    else:
        assert texts.number(text) == number


# fmt: off
#    as it was read                  as it was meant
SIGNS = [
    ("2026-03-15T12:00:00 01:00",    "2026-03-15T12:00:00+01:00"),
    ("2026-03-15 12:00:00 0100",     "2026-03-15 12:00:00+0100"),
    ("2026-03-15T12:00:00.5 01:00",  "2026-03-15T12:00:00.5+01:00"),
    ("2026-03-15T12:00:00+01:00",    "2026-03-15T12:00:00+01:00"),
    ("2026-03-15T12:00:00Z",         "2026-03-15T12:00:00Z"),
    ("call me 01:00",                "call me 01:00"),
]
# fmt: on


@pytest.mark.parametrize("read, meant", SIGNS)
def test_a_plus_that_was_read_as_a_blank_is_a_plus(read, meant):
    assert texts.with_sign(read) == meant


# fmt: off
#    text                             lies within the years of a clock
TIMES = [
    ("2026-03-15T12:00:00Z",          True),
    ("0001-01-01T00:00:00+01:00",     False),
    ("9999-12-31T23:59:59-01:00",     False),
    ("no time at all",                True),
]
# fmt: on


@pytest.mark.parametrize("text, is_within", TIMES)
def test_an_instant_must_be_one_that_a_clock_can_show(text, is_within):
    assert texts.within_time(text) == is_within


# fmt: off
#    text              value
JSON = [
    ("[1, 2.50]",       [1, Decimal("2.5")]),
    (' {"a": [true]}',  {"a": [True]}),
    ("[]",              []),
    ("7",               None),
    ('"text"',          None),
    ("[1",              None),
    ("",                None),
    ("[" * 5000,        None),
]
# fmt: on


@pytest.mark.parametrize("text, value", JSON, ids=lambda it: str(it)[:20])
def test_only_lists_and_objects_are_read_as_json(text, value):
    assert texts.json_value(text) == value


@pytest.mark.parametrize("text", ["[9223372036854775808]", '{"a": [-9223372036854775809]}'])
def test_integers_beyond_64_bits_are_out_of_bounds(text):
    with pytest.raises(OutOfBounds):
        texts.json_value(text)
