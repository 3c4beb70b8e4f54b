"""What is wrong with a value, in the words of JSON Schema, made from what msgspec says."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from largesse.kit.problems import Fault

_AT: Final = re.compile(r"^(.*?)(?: - at `(?:key in )?\$(.*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_HIDDEN: Final = frozenset({"partially_returned"})  # a state that no caller may write

_NAMES: Final = {
    "int": "a whole number",
    "decimal": "a number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a date and time",
    "null": "null",
}

# What msgspec says → the violated keyword, and the rest of the sentence.
_SAYS: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = tuple(
    (re.compile(pattern), title, rest)
    for pattern, title, rest in (
        (r"Expected `str` of length >= (\d+)", "minLength", "must have {0} characters or more"),
        (r"Expected `str` of length <= (\d+)", "maxLength", "must have {0} characters or fewer"),
        (r"Expected `array` of length >= (\d+)", "minItems", "must have {0} elements or more"),
        (r"Expected `array` of length <= (\d+)", "maxItems", "must have {0} elements or fewer"),
        (r"Expected `object` of length >= (\d+)", "minProperties", "needs {0} members"),
        (r"Expected `object` of length <= (\d+)", "maxProperties", "may have {0} members"),
        (r"Expected `\w+` >= (\S+)", "minimum", "must be at least {0}"),
        (r"Expected `\w+` <= (\S+)", "maximum", "must be at most {0}"),
        (r"Expected `\w+` > (\S+)", "exclusiveMinimum", "must be more than {0}"),
        (r"Expected `\w+` < (\S+)", "exclusiveMaximum", "must be less than {0}"),
        (r"Expected `\w+` that's a multiple of (\S+)", "multipleOf", "must be a multiple of {0}"),
        (r"Expected `str` matching regex '(.*)'", "pattern", "must match {0}"),
        (r"Expected `datetime` with a timezone component", "format", "must name an offset"),
        (r"Invalid RFC3339 encoded datetime", "format", "must be like 2025-01-31T08:00:00Z"),
        (r"Invalid (decimal string|UUID|base64|RFC3339|ISO8601)", "format", "is not valid"),
    )
)  # fmt: skip
_REQUIRED: Final = re.compile(r"Object missing required field `(.*)`")
_ENUM: Final = re.compile(r"Invalid (?:enum )?value ")
_TYPE: Final = re.compile(r"Expected `(.*)`, got `(.*)`")


def fault_of(says: str, kind: Any, root: str) -> Fault:
    """The fault that a message of msgspec describes. `root` begins its place."""
    found = _AT.match(says)
    assert found is not None
    message, path = found[1], found[2] or ""
    steps = [name or index for name, index in _STEP.findall(path)]
    if required := _REQUIRED.match(message):
        steps.append(required[1])
        return Fault("required", f"{required[1]} is required", place(steps, root))
    name = next((step for step in reversed(steps) if not step.isdecimal()), "the value")
    explained = _explain(message, kind, steps)
    if explained is None:  # What a struct says of itself is a sentence of ours already.
        return Fault("Invalid", message, place(steps, root))
    title, rest = explained
    return Fault(title, f"{name} {rest}", place(steps, root))


def place(steps: list[str], root: str) -> str:
    """A JSON pointer, or the name of a parameter."""
    if root == "/":
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return root + (steps[0] if steps else "")


def _explain(message: str, kind: Any, steps: list[str]) -> tuple[str, str] | None:
    if _ENUM.match(message):
        choices = ", ".join(f'"{choice}"' for choice in _choices(kind, steps))
        return "enum", f"must be one of the following: {choices}"
    if wrong := _TYPE.match(message):
        wanted = " or ".join(_NAMES.get(name, name) for name in wrong[1].split(" | "))
        return "type", f"must be {wanted}"
    for pattern, title, rest in _SAYS:
        if match := pattern.match(message):
            return title, rest.format(*match.groups())
    return None


def _choices(kind: Any, steps: list[str]) -> list[str]:
    for found in _follow(kind, steps):
        if get_origin(found) is Literal:
            return [str(value) for value in get_args(found) if value not in _HIDDEN]
    return []


def _follow(kind: Any, steps: list[str]) -> Iterator[Any]:
    """The types that may stand at a place, as they were declared: msgspec sorts their values."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _follow(parts[0], steps)
    elif origin in (Union, UnionType):
        for part in parts:
            yield from _follow(part, steps)
    elif not steps:
        yield kind
    elif origin in (list, dict):
        yield from _follow(parts[-1], steps[1:])
    elif isinstance(origin or kind, type) and issubclass(origin or kind, Struct):
        for field in msgspec.structs.fields(kind):
            if field.encode_name == steps[0]:
                yield from _follow(field.type, steps[1:])
