"""What stands in the open places of a mapping, and how each is written in an array and in a block.

A slot has a name, by which a block and an array share it, and two ways: `show` makes of a part of
an array what a block holds, `read` makes the part of the array of it again. Either raises `Unfit`.
"""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct

from largesse.engine.blocks.texts import Unfit, is_number, parsed, typed
from largesse.kit.wire import Json

Known = Mapping[str, Mapping[Any, Mapping[str, Json]]]  # kind → key → what a block says of it


class Turning(Protocol):
    """What slots may ask the conversion for."""

    @property
    def known(self) -> Known:
        """What the account has: audiences, pools, webhooks, attributes."""

    def show(self, expression: Json, at: str) -> dict[str, Json]:
        """The block of an array. `at` becomes its ID."""

    def read(self, block: Json, at: str) -> Json:
        """The array of a block at a JSON pointer."""


class Slot(Struct, frozen=True):
    """An open place of a mapping."""

    name: str
    show: Callable[[Turning, Json, str], Json]
    read: Callable[[Turning, Json, str], Json]
    rest: bool = False  # takes all that is left of an array


def _any(_turning: Turning, part: Json, _at: str) -> Json:
    """Any value: a text where there is one, a list as a list, else the bare expression."""
    if part is None or isinstance(part, bool) or is_number(part):
        return part
    if isinstance(part, list) and part[:1] == ["list"]:
        return [_any(_turning, one, _at) for one in part[1:]]
    try:
        return typed(part)
    except Unfit:
        return {"expression": part}


def _any_back(turning: Turning, value: Json, at: str) -> Json:
    match value:
        case str():
            return parsed(value)
        case list():
            return ["list", *(_any_back(turning, one, at) for one in value)]
        case {"expression": expression} if len(value) == 1:
            return expression
        case dict():
            raise Unfit('a value is a scalar, a text, a list or {"expression": […]}')
    return value


def _text(_turning: Turning, part: Json, _at: str) -> Json:
    if is_number(part) or isinstance(part, bool) or part is None:
        raise Unfit("a text is needed")
    return typed(part)


def _text_back(_turning: Turning, value: Json, _at: str) -> Json:
    if not isinstance(value, str):
        raise Unfit("a text is needed")
    return parsed(value)


def _amount(_turning: Turning, part: Json, _at: str) -> Json:
    if is_number(part):
        return part
    if isinstance(part, list):
        return typed(part)
    raise Unfit("a number or an expression is needed")


def _amount_back(_turning: Turning, value: Json, _at: str) -> Json:
    if is_number(value):
        return value
    if isinstance(value, str):
        found = parsed(value)
        return found if isinstance(found, list) or is_number(found) else _numeric(value)
    raise Unfit("a number or an expression is needed")


def _numeric(text: str) -> Json:
    found = parsed("{{" + text + "}}")
    if not is_number(found):
        raise Unfit("a number or an expression is needed")
    return found


def _quantity(turning: Turning, part: Json, at: str) -> Json:
    shown = _amount(turning, part, at)
    if isinstance(shown, str):
        return shown
    return f"{shown:f}" if isinstance(shown, Decimal) else str(shown)


def _number(_turning: Turning, part: Json, _at: str) -> Json:
    if not is_number(part):
        raise Unfit("a number is needed")
    return part


def _whole(_turning: Turning, part: Json, _at: str) -> Json:
    if not isinstance(part, int) or isinstance(part, bool):
        raise Unfit("a whole number is needed")
    return part


def _flag(_turning: Turning, part: Json, _at: str) -> Json:
    if not isinstance(part, bool):
        raise Unfit("true or false is needed")
    return part


def _literal(_turning: Turning, part: Json, _at: str) -> Json:
    if not isinstance(part, str):
        raise Unfit("a text is needed")
    return part


def _path(_turning: Turning, part: Json, _at: str) -> Json:
    text = typed(part)
    if not text.startswith("$"):
        raise Unfit("a path is needed")
    return text


def _path_back(_turning: Turning, value: Json, _at: str) -> Json:
    found = parsed(value) if isinstance(value, str) else None
    if not (isinstance(found, list) and found[0] == "."):
        raise Unfit("a path such as $Session.Total is needed")
    return found


def _steps(turning: Turning, parts: Json, at: str) -> Json:
    return _path(turning, [".", *parts], at)


def _steps_back(turning: Turning, value: Json, at: str) -> Json:
    return _path_back(turning, value, at)[1:]


def anything(name: str) -> Slot:
    """Any value or expression."""
    return Slot(name, _any, _any_back)


def text(name: str) -> Slot:
    """A text, a path or a text with expressions in it."""
    return Slot(name, _text, _text_back)


def amount(name: str) -> Slot:
    """A number, or an expression as a text."""
    return Slot(name, _amount, _amount_back)


def quantity(name: str) -> Slot:
    """A number, or an expression, always as a text."""
    return Slot(name, _quantity, _amount_back)


def number(name: str) -> Slot:
    """A number that stands there as it is."""
    return Slot(name, _number, _number)


def whole(name: str) -> Slot:
    """A number without a fraction."""
    return Slot(name, _whole, _whole)


def flag(name: str) -> Slot:
    """True or false."""
    return Slot(name, _flag, _flag)


def literal(name: str) -> Slot:
    """A text that stands there as it is."""
    return Slot(name, _literal, _literal)


def path(name: str) -> Slot:
    """A path: `$Session.CartItems`."""
    return Slot(name, _path, _path_back)


def steps(name: str) -> Slot:
    """The steps of a path, at the end of an array."""
    return Slot(name, _steps, _steps_back, rest=True)


def choice(name: str, options: Collection[str]) -> Slot:
    """One of some words."""

    def chosen(_turning: Turning, value: Json, _at: str) -> Json:
        if value not in options:
            raise Unfit(f"one of {', '.join(options)} is needed")
        return value

    return Slot(name, chosen, chosen)


def reference(name: str, kind: str, /, *, key: str = "id", **blank: Json) -> Slot:
    """A thing of the account: its key in the array, what is known of it in the block."""

    def show(turning: Turning, part: Json, _at: str) -> Json:
        if not isinstance(part, str if key == "name" else int) or isinstance(part, bool):
            raise Unfit(f"the {key} of something is needed")
        known = turning.known.get(kind, {}).get(part, {})
        return {**{one: known.get(one, blank[one]) for one in blank}, key: part}

    def read(_turning: Turning, value: Json, _at: str) -> Json:
        match value:
            case {**members} if isinstance(members.get(key), str if key == "name" else int):
                return members[key]
        raise Unfit(f"an object with the {key} of it is needed")

    return Slot(name, show, read)


def attribute(name: str, root: str, entity: str, *, reading: bool = False) -> Slot:
    """A custom attribute: the text `Session.Attributes.x`, or what reads it."""

    def show(turning: Turning, part: Json, _at: str) -> Json:
        written = part
        if reading:
            whole_path = isinstance(part, list) and part[:1] == ["."]
            written = ".".join(map(str, part[1:])) if whole_path else None
        found = written.split(".") if isinstance(written, str) else []
        if len(found) != 3 or found[:2] != [root, "Attributes"]:
            raise Unfit("no custom attribute")
        blank = {"id": 0, "title": found[2], "type": "string"}
        known = turning.known.get("attribute", {}).get(f"{entity}.{found[2]}", {})
        return {**blank, **known, "entity": entity, "name": found[2]}

    def read(_turning: Turning, value: Json, _at: str) -> Json:
        match value:
            case {"name": str(found)} if value.get("entity", entity) == entity:
                return [".", root, "Attributes", found] if reading else f"{root}.Attributes.{found}"
        raise Unfit(f"an object with the name of an attribute of {entity} is needed")

    return Slot(name, show, read)


def blocks(name: str) -> Slot:
    """Blocks in a block: the operands at the end of an array."""

    def show(turning: Turning, parts: Json, at: str) -> Json:
        return [turning.show(one, f"{at}.{index}") for index, one in enumerate(parts)]

    def read(turning: Turning, value: Json, at: str) -> Json:
        if not isinstance(value, list):
            raise Unfit("a list of blocks is needed")
        return [turning.read(one, f"{at}/{index}") for index, one in enumerate(value)]

    return Slot(name, show, read, rest=True)
