"""Values of callers who can only send texts."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from msgspec import UNSET, Meta, field

from largesse.http.lenient import attribute_parameters, read, unflattened
from largesse.kit.money import OutOfBounds
from largesse.kit.problems import Invalid
from largesse.kit.wire import Maybe, Wire


class Part(Wire, kw_only=True):
    """Something within."""

    unit_price: Decimal
    note: str = ""


class Whole(Wire, kw_only=True):
    """One member of each kind."""

    count: Annotated[int, Meta(ge=1, le=9)] = 1
    amount: Maybe[Decimal | None] = UNSET
    is_on: bool = False
    name: str = ""
    moment: Maybe[datetime] = UNSET
    words: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


ONE = Part(unit_price=Decimal("1.5"))

# fmt: off
READ = [
    ({"count": "7"},                         Whole(count=7)),
    ({"count": " +7 "},                      Whole(count=7)),
    ({"COUNT": 7},                           Whole(count=7)),
    ({"Count": 7, "count": 8},               Whole(count=8)),
    ({"count": 8, "Count": 7},               Whole(count=8)),
    ({"count": ""},                          Whole()),
    ({"count": None},                        Whole()),
    ({"amount": "12.50"},                    Whole(amount=Decimal("12.5"))),
    ({"amount": "-1e2"},                     Whole(amount=Decimal(-100))),
    ({"is_on": "true"},                      Whole()),
    ({"isOn": "true"},                       Whole(is_on=True)),
    ({"isOn": "T"},                          Whole(is_on=True)),
    ({"isOn": "0"},                          Whole()),
    ({"name": "7"},                          Whole(name="7")),
    ({"name": ""},                           Whole()),
    ({"words": '["7"]'},                     Whole(words=["7"])),
    ({"words": "[]"},                        Whole()),
    ({"numbers": ["1", 2]},                  Whole(numbers=[1, 2])),
    ({"parts": '[{"UNITPRICE":"1.5"}]'},     Whole(parts=[ONE])),
    ({"parts": [{"unitPrice": 1.5, "note": None}]}, Whole(parts=[ONE])),
    ({"attributes": '{"a":"1"}'},            Whole(attributes={"a": "1"})),
    ({"attributes": {"a": None, "B": ""}},   Whole(attributes={"a": None, "B": ""})),
    ({"moment": "2031-01-01t00:00:00z"},     Whole(moment=datetime(2031, 1, 1, tzinfo=UTC))),
    ({"moment": "2031-01-01T02:00:00 02:00"}, Whole(moment=datetime(2031, 1, 1, tzinfo=UTC))),
    ({"other": object},                      Whole()),
]

WRONG = [
    {"count": "seven"}, {"count": "7.0"}, {"count": True}, {"count": "0"}, {"count": "9" * 30},
    {"count": "٣"}, {"count": "1_0"}, {"count": ["7"]},
    {"amount": "1,5"}, {"amount": "NaN"}, {"amount": True},
    {"isOn": "yes"}, {"isOn": 1},
    {"name": 7}, {"name": True}, {"name": ["x"]},
    {"words": "a,b"}, {"words": '["a"'}, {"words": "[1]"}, {"words": [None]},
    {"parts": "[{}]"}, {"parts": [7]},
    {"attributes": "[]"}, {"attributes": "x"},
    {"moment": "2031-01-01"}, {"moment": "2031-01-01T00:00:00"}, {"moment": 1}, {"moment": "1"},
    {"moment": "-1234"}, {"moment": "9999-12-31T23:59:59-14:00"},
]
# fmt: on


@pytest.mark.parametrize("sent, wanted", READ)
def test_a_text_is_read_as_what_is_wanted(sent, wanted):
    assert read(sent, Whole) == wanted


@pytest.mark.parametrize("sent", WRONG, ids=str)
def test_a_text_that_is_not_what_is_wanted_is_refused(sent):
    with pytest.raises(Invalid):
        read(sent, Whole)


def test_numbers_have_an_end():
    with pytest.raises(OutOfBounds):
        read({"amount": "1e400"}, Whole)


# fmt: off
FLAT = [
    ({"a": 1},                                        {"a": 1}),
    ({".x": "1", "a": 1},                             {"a": 1, "attributes": {"x": "1"}}),
    ({"_x": "1", "attributes": {"y": 2}},             {"attributes": {"y": 2, "x": "1"}}),
    ({"_x": "1", "Attributes": '{"y":2}'},            {"attributes": {"y": 2, "x": "1"}}),
    ({"_x": "1", "attributes": None},                 {"attributes": {"x": "1"}}),
    ({"_x": ""},                                      {"attributes": {}}),
    ({"..x": "1", ".": "2", "__y": 3},                {"attributes": {".x": "1", "_y": 3}}),
]
# fmt: on


@pytest.mark.parametrize("body, wanted", FLAT)
def test_attributes_may_stand_beside_the_others(body, wanted):
    found = unflattened(body)
    assert {name: found.get(name) for name in wanted} == wanted


def test_attributes_that_are_no_object_are_told():
    with pytest.raises(Invalid):
        read(unflattened({"_x": "1", "attributes": [1]}), Whole)


def test_parameters_with_a_prefix_are_attributes():
    query = {".a": ["1", "2"], "_b": ['"1"'], "c": ["3"], ".d": [""], ".": ["x"]}
    assert attribute_parameters(query) == {"a": 2, "b": "1"}
