"""Values that were written as texts: numbers, truths, instants, lists.

A function gives None where a text is no such value.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from largesse.kit.money import OutOfBounds, read_number

INTEGER_MAX: Final = 2**63 - 1
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BLANK_SIGN: Final = re.compile(
    r"^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)$", re.ASCII
)
# What Go's parser of booleans takes.
_TRUTHS: Final = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_decoder: Final = msgspec.json.Decoder(float_hook=read_number)


def integer(text: str) -> int | None:
    """A whole number of 64 bits."""
    text = text.strip()
    if not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if -INTEGER_MAX <= number <= INTEGER_MAX else None


def number(text: str) -> Decimal | None:
    """A number. Raises `OutOfBounds` for one that no amount can be."""
    text = text.strip()
    return read_number(text) if _NUMBER.fullmatch(text) else None


def truth(text: str) -> bool | None:
    """A truth, in the spellings of Go."""
    return _TRUTHS.get(text.strip())


def with_sign(text: str) -> str:
    """An instant whose plus was read as a blank, as it was meant; any other text as it is."""
    return _BLANK_SIGN.sub(r"\1+\2", text)


def within_time(text: str) -> bool:
    """Whether an instant lies in the years that a clock in UTC can show."""
    try:
        datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError:
        return False
    except ValueError:
        return True  # It is no instant, or one that is spelled in a way that others judge.
    return True


def json_value(text: str) -> Any:
    """The list or object that a text of JSON stands for, or None. Raises `OutOfBounds`."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        value = _decoder.decode(text)
        _check(value)
    except (msgspec.DecodeError, RecursionError):
        return None
    return value


def _check(value: Any) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            _check(inner)
    elif isinstance(value, int) and not -INTEGER_MAX - 1 <= value <= INTEGER_MAX:
        raise OutOfBounds("an integer is beyond 64 bits")
