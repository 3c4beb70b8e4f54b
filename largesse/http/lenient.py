"""What callers mean who can only send texts: numbers as texts, names in any letter case.

A value is first brought into the shape that its type asks for, then converted as strictly as any
other. So a text that is no number is wrong where a number is expected, and is told so.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeVar

from msgspec.inspect import (
    BoolType,
    DateTimeType,
    DecimalType,
    DictType,
    IntType,
    ListType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from largesse.http.encoding import convert
from largesse.kit import texts
from largesse.model.attribute_texts import guessed

T = TypeVar("T")

PREFIXES: Final = (".", "_")  # before the name of an attribute that stands on its own
Texts = Mapping[str, list[str]]


def read(value: Any, kind: type[T], *, root: str = "/") -> T:
    """A value as a `kind`, or `Invalid`. `root` begins the place of what is wrong.

    Null is nothing everywhere in a struct; an empty text is nothing unless a text is wanted.
    """
    described: Any = kind
    return convert(_shaped(value, _info(described)), kind, root=root)


def unflattened(body: dict[str, Any]) -> dict[str, Any]:
    """A body in which the attributes that stand beside its `attributes` stand in them."""
    beside = {name[1:]: value for name, value in body.items() if _is_attribute(name)}
    if not beside:
        return body
    rest = {name: value for name, value in body.items() if name.lower() != "attributes"}
    sent = next((value for name, value in body.items() if name not in rest), None) or {}
    inside = texts.json_value(sent) if isinstance(sent, str) else sent
    if not isinstance(inside, dict):
        return body
    return {**rest, "attributes": {**inside, **_without_blanks(beside)}}


def _without_blanks(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value != ""}


def attribute_parameters(query: Texts) -> dict[str, Any]:
    """The attributes among the parameters of a query. The last value of a name counts."""
    found: dict[str, Any] = {}
    for name, values in query.items():
        if _is_attribute(name) and values[-1] != "":
            found[name[1:]] = guessed(values[-1])
    return found


def _is_attribute(name: str) -> bool:
    return len(name) > 1 and name.startswith(PREFIXES)


@cache
def _info(kind: Any) -> Type:
    return type_info(kind)


def _shaped(value: Any, info: Type) -> Any:
    """A value in the shape that its type asks for, as far as it can be brought there."""
    wanted = _wanted(info)
    if isinstance(value, str):
        meant = _MEANT.get(type(wanted), _nothing)(value)
        value = value if meant is None else meant
    if isinstance(value, dict) and isinstance(wanted, StructType):
        return _members(value, wanted)
    if isinstance(value, list) and isinstance(wanted, ListType):
        return [_shaped(inner, wanted.item_type) for inner in value]
    return value


def _wanted(info: Type) -> Type:
    """The one type that a value can have; a choice of several is left alone."""
    if isinstance(info, Metadata):
        return _wanted(info.type)
    if isinstance(info, UnionType):
        rest = [kind for kind in info.types if not isinstance(kind, NoneType)]
        return _wanted(rest[0]) if len(rest) == 1 else info
    return info


def _members(value: dict[str, Any], wanted: StructType) -> dict[str, Any]:
    """The members that a struct knows, by its own names. One that is spelled so goes first."""
    known = {field.encode_name.lower(): field for field in wanted.fields}
    found: dict[str, Any] = {}
    for name, inner in value.items():
        field = known.get(name.lower())
        if field is None or (field.encode_name in found and field.encode_name != name):
            continue
        is_text = isinstance(_wanted(field.type), StrType)
        if inner is not None and (inner != "" or is_text):
            found[field.encode_name] = _shaped(inner, field.type)
    return found


def _nothing(text: str) -> None:
    return None


def _moment(text: str) -> str:
    text = texts.with_sign(text.strip())
    return text if texts.within_time(text) else ""  # An empty text is no instant, and told so.


_MEANT: Final[Mapping[type[Type], Callable[[str], Any]]] = {
    BoolType: texts.truth,
    IntType: texts.integer,
    DecimalType: texts.number,
    DateTimeType: _moment,
    ListType: texts.json_value,
    DictType: texts.json_value,
    StructType: texts.json_value,
}
