"""JSON bodies, in and out: exact decimals, caps, and what is wrong with its place.

A body is decoded by msgspec. What msgspec lets pass and we do not (depth, sizes, NUL, integers
beyond 64 bits) is looked for in the raw bytes, and only a suspicious body is walked.
`strictness.py` does the rest, by type.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, TypeVar

import litestar
import msgspec

from largesse.http import strictness
from largesse.http.faults import fault_of, place
from largesse.kit.caps import (
    DEPTH_MAX,
    LIST_MAX,
    MEMBERS_MAX,
    TEXT_MAX,
)
from largesse.kit.money import OutOfBounds, read_number
from largesse.kit.problems import Invalid, Problem

T = TypeVar("T")

INTEGER_DIGITS: Final = 19  # of the largest 64-bit integer
PLAIN_CHARACTERS: Final = 12  # no more decimals than an amount has
_BOM: Final = b"\xef\xbb\xbf"
_encoder: Final = msgspec.json.Encoder(decimal_format="number")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_DIGITS: Final = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))


def _number(text: str) -> Decimal:
    """The number of a JSON text. Short ones without an exponent cannot be out of bounds."""
    if len(text) <= PLAIN_CHARACTERS and text[-1] != "0" and "e" not in text and "E" not in text:
        return Decimal(text)
    return read_number(text)


_decoder: Final = msgspec.json.Decoder(float_hook=_number)


class _Unread(str):
    """The text of a number, until it is known to be in bounds."""

    __slots__ = ()


_lenient: Final = msgspec.json.Decoder(float_hook=_Unread)


class BadEncoding(Problem):
    """A body that is not plain JSON text: 415."""

    status = 415
    says = "Unsupported media type"


class Request(litestar.Request[Any, Any, Any]):
    """A request whose JSON keeps every digit."""

    async def json(self) -> Any:
        """The decoded body. Raises `Invalid` with the place of what is wrong."""
        if self._json is litestar.types.Empty:
            encoding = self.headers.get("content-encoding", "identity").strip().lower()
            if encoding not in ("identity", ""):
                raise BadEncoding(f"A body encoded as {encoding[:50]} is not accepted")
            self._json = decode(await self.body())
        return self._json


def encode(value: Any) -> bytes:
    """The JSON of a value, exact decimals as numbers."""
    return _encoder.encode(value)


async def read_body(request: Request, kind: type[T]) -> T:
    """The body of a request as a `kind`, or `Invalid`."""
    return convert(await request.json(), kind)


def convert(value: Any, kind: type[T], *, strict: bool = True, root: str = "/") -> T:
    """A decoded value as a `kind`. Not strict: texts stand for numbers and booleans, as in a query.

    `root` begins the place of what is wrong: a JSON pointer, or `parameter:`.
    """
    try:
        made = msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise Invalid.of([fault_of(str(error), kind, root)]) from None
    strictness.check(value, kind, strict=strict, place=lambda steps: place(steps, root))
    return made


def decode(raw: bytes) -> Any:
    """The value of a JSON body, or `Invalid`."""
    raw = raw.removeprefix(_BOM)
    if not raw.strip():
        raise Invalid("A JSON body is expected", title="required")
    try:
        value = _decoder.decode(raw)
    except msgspec.ValidationError:
        # A number is out of bounds; where, is found by reading its text only.
        return _walked(_lenient.decode(raw))
    except RecursionError:
        raise _too_deep("") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The body is not valid JSON: {error}", title="Invalid JSON") from None
    return _walked(value) if is_suspicious(raw) else value


def is_suspicious(raw: bytes) -> bool:
    """Whether a body may hold something that is not accepted. Cheap, and never wrongly no."""
    return (
        b"\\u0000" in raw
        or len(raw) > TEXT_MAX
        or raw.count(b",") >= MEMBERS_MAX
        or _is_deep(raw)
        or b"0" * INTEGER_DIGITS in raw.translate(_DIGITS)
    )


def _is_deep(raw: bytes) -> bool:
    """Take innermost pairs of brackets away; what is left after all levels is deep, or in texts."""
    left = raw.translate(None, _NO_BRACKETS)
    for _ in range(DEPTH_MAX):
        if not left:
            return False
        left = left.replace(b"[]", b"").replace(b"{}", b"")
    return bool(left)


def _walked(value: Any) -> Any:
    """The value, when every part of it is within the caps; else `Invalid` with a pointer."""
    todo: list[tuple[Any, str, int]] = [(value, "", 1)]
    while todo:
        part, at, depth = todo.pop()
        check = _CHECKS.get(type(part))
        if check is not None:
            check(part, at)
        if isinstance(part, dict | list):
            if depth > DEPTH_MAX:
                raise _too_deep(at)
            todo.extend((inner, place, depth + 1) for inner, place in _inside(part, at))
    return value


def _inside(part: Any, at: str) -> Iterator[tuple[Any, str]]:
    if isinstance(part, list):
        yield from ((inner, f"{at}/{index}") for index, inner in enumerate(part))
        return
    for name, inner in part.items():
        place = f"{at}/{escaped(name)}"
        _check_text(name, place)
        yield inner, place


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _too_deep(at: str) -> Invalid:
    return Invalid(f"At most {DEPTH_MAX} levels are accepted", at, title="maxDepth")


def _check_text(text: str, at: str) -> None:
    if "\0" in text:
        raise Invalid("A text holds a NUL character", at, title="pattern")
    if len(text) > TEXT_MAX:
        raise Invalid(f"A text has at most {TEXT_MAX} characters", at, title="maxLength")


def _check_integer(number: int, at: str) -> None:
    if not -(2**63) <= number < 2**63:
        raise Invalid("An integer is beyond 64 bits", at, title="maximum")


def _check_number(text: str, at: str) -> None:
    try:
        read_number(text)
    except OutOfBounds as error:
        raise Invalid(str(error), at, title="maximum") from None


def _check_list(part: list[Any], at: str) -> None:
    if len(part) > LIST_MAX:
        raise Invalid(f"A list has at most {LIST_MAX} elements", at, title="maxItems")


def _check_object(part: dict[str, Any], at: str) -> None:
    if len(part) > MEMBERS_MAX:
        raise Invalid(f"An object has at most {MEMBERS_MAX} members", at, title="maxProperties")


_CHECKS: Final[dict[type, Callable[[Any, str], None]]] = {
    str: _check_text,
    int: _check_integer,
    _Unread: _check_number,
    list: _check_list,
    dict: _check_object,
}
