"""What crosses the network: names, absent members, exact numbers, instants."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from msgspec import UNSET

from largesse.kit.wire import Maybe, Wire, given, not_negative, or_else, to_json


class Line(Wire, kw_only=True):
    """Something with names of two words."""

    sku: str
    unit_price: Maybe[Decimal] = UNSET
    is_free: Maybe[bool] = UNSET
    note: Maybe[str | None] = UNSET

    def __post_init__(self) -> None:
        not_negative(self, "unit_price")


def read(text: str) -> Line:
    """A line as a caller sends it."""
    return msgspec.json.decode(text, type=Line)


def test_names_are_in_camel_case_outside():
    assert to_json(Line(sku="A", unit_price=Decimal("2.50"))) == b'{"sku":"A","unitPrice":2.50}'
    assert read('{"sku": "A", "unitPrice": 2.5}').unit_price == Decimal("2.5")


def test_what_is_absent_is_not_written():
    assert to_json(Line(sku="A")) == b'{"sku":"A"}'
    assert to_json(Line(sku="A", note=None)) == b'{"sku":"A","note":null}'


def test_given_tells_what_was_sent_by_its_inner_name():
    assert given(read('{"sku": "A"}')) == {"sku": "A"}
    assert given(read('{"sku": "A", "note": null, "isFree": false}')) == {
        "sku": "A",
        "is_free": False,
        "note": None,
    }


@pytest.mark.parametrize("value, kept", [(UNSET, "default"), (None, None), ("", ""), (0, 0)])
def test_only_what_was_not_sent_gets_the_default(value, kept):
    assert or_else(value, "default") == kept


@pytest.mark.parametrize("price, is_allowed", [("0", True), ("0.01", True), ("-0.01", False)])
def test_a_negative_amount_is_refused(price, is_allowed):
    text = f'{{"sku": "A", "unitPrice": {price}}}'
    if is_allowed:
        assert read(text).unit_price == Decimal(price)
        return
    with pytest.raises(msgspec.ValidationError, match="`unit_price` must be at least 0"):
        read(text)


# fmt: off
#    value                             JSON
WRITTEN = [
    (Decimal("9.999"),                 b"9.999"),
    (Decimal(100),                     b"100"),
    (Decimal("0.1") + Decimal("0.2"),  b"0.3"),
    (Decimal("123456789012345678.123456789012"), b"123456789012345678.123456789012"),
    ([Decimal(1), None, True, "é"],    '[1,null,true,"é"]'.encode()),
    (datetime(2026, 3, 15, 12, tzinfo=UTC), b'"2026-03-15T12:00:00Z"'),
    ({"a": Decimal("-0.50")},          b'{"a":-0.50}'),
]
# fmt: on


@pytest.mark.parametrize("value, text", WRITTEN)
def test_numbers_are_written_exactly(value, text):
    assert to_json(value) == text


def test_an_instant_of_another_zone_stays_the_same_instant():
    noon = datetime(2026, 3, 15, 13, tzinfo=timezone(timedelta(hours=1)))
    assert datetime.fromisoformat(msgspec.json.decode(to_json(noon))) == noon
