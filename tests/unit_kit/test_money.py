"""Amounts: what is read and what is refused, how they are rounded, how they are split."""

from decimal import Decimal

import pytest

from largesse.kit.money import OutOfBounds, bounded, read_number, rounded, split, tidy

# fmt: off
#    written                              read as, or refused
READ = [
    ("0",                                 "0"),
    ("-0",                                "0"),
    ("0.000",                             "0"),
    ("0e999",                             "0"),
    ("0e99999999999999999999",            None),
    ("7",                                 "7"),
    ("100",                               "100"),
    ("1e2",                               "100"),
    ("1E+2",                              "100"),
    ("2.50",                              "2.5"),
    ("-2.50",                             "-2.5"),
    ("0.1",                               "0.1"),
    ("1e-12",                             "0.000000000001"),
    ("999999999999999999.999999999999",   "999999999999999999.999999999999"),
    ("1e17",                              "100000000000000000"),
    ("10000000000000000000e-1",           None),                 # 19 digits before the point
    ("1e18",                              None),
    ("1000000000000000000",               None),
    ("1e-13",                             None),
    ("0.0000000000001",                   None),
    ("1.0000000000000",                   "1"),                  # zeros may be written
    ("1e1000000",                         None),
    ("1e-1000000",                        None),
    ("1" * 64,                            None),
    ("0" * 64,                            "0"),
    ("0" * 65,                            None),
    ("1." + "0" * 62,                     "1"),
    ("NaN",                               None),
    ("sNaN",                              None),
    ("Infinity",                          None),
    ("-Infinity",                         None),
    ("",                                  None),
    ("1,5",                               None),
    ("one",                               None),
]
# fmt: on


@pytest.mark.parametrize("written, value", READ)
def test_a_number_is_read_exactly_or_refused(written, value):
    if value is None:
        with pytest.raises(OutOfBounds):
            read_number(written)
    else:
        assert format(read_number(written), "f") == value


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1e18", "1e-13", "1e99"])
def test_what_is_no_amount_is_out_of_bounds(value):
    with pytest.raises(OutOfBounds):
        bounded(Decimal(value))


@pytest.mark.parametrize("written", ["1e999999999", "1e-999999999", "-1e99999", "9" * 60 + "e9"])
def test_a_huge_number_is_refused_before_anything_is_calculated(written):
    with pytest.raises(OutOfBounds):
        read_number(written)


# fmt: off
#    value       in the one form
TIDY = [
    ("1E+2",     "100"),
    ("100",      "100"),
    ("100.00",   "100"),
    ("1.230",    "1.23"),
    ("-0.0",     "0"),
    ("0E-20",    "0"),
    ("-5.10",    "-5.1"),
    ("1E-12",    "0.000000000001"),
]
# fmt: on


@pytest.mark.parametrize("value, plain", TIDY)
def test_an_amount_has_one_form(value, plain):
    assert format(tidy(Decimal(value)), "f") == plain
    assert tidy(Decimal(value)).as_tuple() == Decimal(plain).as_tuple()


# fmt: off
#    value                  rounded to twelve decimals, half to even
ROUNDED = [
    ("1",                   "1"),
    ("9.999",               "9.999"),
    ("0.0000000000014",     "0.000000000001"),
    ("0.0000000000015",     "0.000000000002"),
    ("0.0000000000025",     "0.000000000002"),
    ("0.00000000000251",    "0.000000000003"),
    ("-0.0000000000015",    "-0.000000000002"),
    ("-0.0000000000025",    "-0.000000000002"),
    ("0.0000000000004",     "0"),
    ("-0.0000000000004",    "0"),
    ("1.9999999999999",     "2"),
    ("1E+3",                "1000"),
]
# fmt: on


@pytest.mark.parametrize("value, kept", ROUNDED)
def test_an_amount_is_rounded_half_to_even(value, kept):
    assert format(rounded(Decimal(value)), "f") == kept


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1e18", "-1e18", "1e30"])
def test_what_cannot_be_kept_is_not_rounded(value):
    with pytest.raises(OutOfBounds):
        rounded(Decimal(value))


# fmt: off
#    total   weights              parts
SPLITS = [
    ("20",   ["5", "5"],          ["10", "10"]),
    ("10",   ["1", "3"],          ["2.5", "7.5"]),
    ("10",   ["1", "1", "1"],     ["3.333333333333", "3.333333333333", "3.333333333334"]),
    ("20",   ["1", "1", "1"],     ["6.666666666666", "6.666666666666", "6.666666666668"]),
    ("7",    ["3"],               ["7"]),
    ("7",    [],                  []),
    ("0",    ["1", "2"],          ["0", "0"]),
    ("9",    ["0", "0", "0"],     ["3", "3", "3"]),
    ("9",    ["0", "1", "2"],     ["0", "3", "6"]),
    ("0.000000000001", ["1", "1"], ["0", "0.000000000001"]),
]
# fmt: on


@pytest.mark.parametrize("total, weights, parts", SPLITS)
def test_a_total_is_split_in_proportion(total, weights, parts):
    found = split(Decimal(total), [Decimal(weight) for weight in weights])
    assert [format(part, "f") for part in found] == parts
