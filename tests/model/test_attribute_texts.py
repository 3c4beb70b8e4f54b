"""What a text stands for, when it comes from a caller who can only send texts."""

from decimal import Decimal

import pytest

from largesse.kit.money import OutOfBounds
from largesse.model.attribute_texts import as_declared, guessed

# fmt: off
GUESSED = [
    ("mail",             "mail"),
    ("",                 ""),
    (" mail ",           " mail "),
    ('"10115"',          "10115"),
    ('"true"',           "true"),
    ('""',               ""),
    ('"',                '"'),
    ('"a',               '"a'),
    (r'"a \"b\" \\c"',   r'a "b" \c'),
    (r'"a\n"',           r"a\n"),
    ("true",             True),
    ("false",            False),
    ("True",             "True"),
    ("12",               Decimal(12)),
    ("-3",               Decimal(-3)),
    ("1.5",              Decimal("1.5")),
    ("1e3",              Decimal(1000)),
    ("0",                Decimal(0)),
    ("007",              "007"),
    ("+5",               "+5"),
    (".5",               ".5"),
    ("5.",               "5."),
    ("1_000",            "1_000"),
    ("٣",                "٣"),
    ("NaN",              "NaN"),
    ("null",             "null"),
    ("[1,2]",            [1, 2]),
    ('["a"]',            ["a"]),
    ("[]",               []),
    ("[1,2",             "[1,2"),
    ("[a]",              "[a]"),
    ('{"a":1}',          '{"a":1}'),
    ("2031-01-01T00:00:00+01:00", "2031-01-01T00:00:00+01:00"),
    ("2031-01-01T00:00:00 01:00", "2031-01-01T00:00:00+01:00"),
    ("at 10:00 10:00",   "at 10:00 10:00"),
]

#    text                type              value
DECLARED = [
    ("7",                "number",         Decimal(7)),
    ("7",                "string",         "7"),
    (" 7 ",              "number",         Decimal(7)),
    ("seven",            "number",         "seven"),
    ("",                 "number",         ""),
    ("true",             "boolean",        True),
    ("true",             "string",         "true"),
    ("yes",              "boolean",        "yes"),
    ("[1,2]",            "(list number)",  [1, 2]),
    ('["1"]',            "(list number)",  '["1"]'),
    ('["1"]',            "(list string)",  ["1"]),
    ("[1]",              "string",         "[1]"),
    ("a,b",              "(list string)",  "a,b"),
    ("2031-01-01T00:00:00 01:00", "time",  "2031-01-01T00:00:00+01:00"),
    ("tomorrow",         "time",           "tomorrow"),
    ('{"latitude":1,"longitude":2}', "location", {"latitude": 1, "longitude": 2}),
    ("x",                "",               "x"),
    (7,                  "string",         7),
    (None,               "number",         None),
]
# fmt: on


@pytest.mark.parametrize("text, value", GUESSED)
def test_a_parameter_tells_its_type_by_how_it_is_written(text, value):
    found = guessed(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text, kind, value", DECLARED)
def test_the_declared_type_tells_what_a_text_is(text, kind, value):
    found = as_declared(text, kind)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["1e400", "1" * 65, f"[{2**63}]", "0." + "1" * 13])
def test_numbers_that_no_amount_can_be_are_refused(text):
    with pytest.raises(OutOfBounds):
        guessed(text)


def test_a_text_that_goes_down_without_end_is_a_text():
    endless = "[" * 50_000 + "]" * 50_000
    assert guessed(endless) == endless
