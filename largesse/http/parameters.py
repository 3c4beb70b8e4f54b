"""Values in paths, queries and headers, read by the types of a signature."""

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, get_args, get_origin
from urllib.parse import parse_qsl, unquote

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from largesse.http import lenient
from largesse.http.encoding import Request, convert
from largesse.kit.problems import Invalid, NotFound

_PATH: Final = re.compile(r"\{(\w+):(\w+)\}")
_INTEGER: Final = re.compile(r"[0-9]{1,18}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_BLANK_SIGN: Final = re.compile(r"(\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)")
QUERY_MEMBERS_MAX: Final = 1_000


class Query(Struct, frozen=True):
    """In `Annotated`: a query parameter whose name is not the camel case of ours."""

    name: str
    description: str = ""


class Header(Struct, frozen=True):
    """In `Annotated`: a header."""

    name: str
    description: str = ""


class Place(Struct, frozen=True):
    """Where a value stands, and what it is."""

    where: str  # query, header
    name: str
    type: Any
    required: bool
    description: str = ""
    default: Any = None
    is_list: bool = False
    is_moment: bool = False
    is_open: bool = False  # all parameters that name an attribute, together


class Group(Struct, frozen=True):
    """Values that are converted together; one argument, or each its own."""

    kind: type[Struct]
    places: tuple[Place, ...]
    argument: str = ""


class Parameters(Struct, frozen=True):
    """All values of an operation that are not in its body."""

    path: Mapping[str, str]  # name in the path → int or str
    wanted: frozenset[str]  # those of the path that are arguments
    groups: tuple[Group, ...]

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        hints: Mapping[str, Any],
        takes: Mapping[str, Any],
        path: str,
    ) -> "Parameters":
        """Read a signature: `takes` are the arguments that come from elsewhere."""
        in_path = dict(_PATH.findall(path))
        signature = inspect.signature(function).parameters
        rest = {
            name: kind for name, kind in hints.items() if name not in takes and name not in in_path
        }
        lone, groups = [], []
        for name, kind in rest.items():
            if isinstance(kind, type) and issubclass(kind, Struct):
                groups.append(_group_of_struct(name, kind))
            else:
                default = signature[name].default
                lone.append(
                    (name, kind, NODEFAULT if default is inspect.Parameter.empty else default)
                )
        if lone:
            groups.append(_group_of_lone(function.__name__, lone))
        return cls(in_path, frozenset(in_path) & frozenset(hints), tuple(groups))

    def plain_path(self, path: str) -> str:
        """The path for the router, which hands every value on as it stands in the URL."""
        return _PATH.sub(r"{\1:str}", path)

    def read(self, request: Request, *, is_lenient: bool) -> dict[str, Any]:
        """The arguments, or `Invalid` with the names of the parameters."""
        arguments = {name: self.in_path(request, name) for name in self.wanted}
        if not self.groups:
            return arguments
        query = read_query(request.scope["query_string"], any_case=is_lenient)
        for group in self.groups:
            texts = {}
            for place in group.places:
                text = _text(place, request, query, any_case=is_lenient)
                if text is not None and not (is_lenient and text == ""):
                    texts[place.name] = text
            if is_lenient:
                value = lenient.read(texts, group.kind, root="parameter:")
            else:
                value = convert(texts, group.kind, strict=False, root="parameter:")
            if group.argument:
                arguments[group.argument] = value
            else:
                arguments.update(msgspec.structs.asdict(value))
        return arguments

    def in_path(self, request: Request, name: str) -> Any:
        """A value of the path, decoded once. What no object can be called is `NotFound`."""
        text = decode_segment(request.scope["path_params"][name])
        if self.path[name] == "int":
            if not _INTEGER.fullmatch(text):
                raise NotFound(f"{text[:100]} is not an id", "resource:id", title="Not found")
            return int(text)
        return text


def decode_segment(text: str) -> str:
    """One part of a path as its caller meant it."""
    try:
        decoded = unquote(text, errors="strict") if "%" in text else text
    except UnicodeDecodeError:
        decoded = "\0"
    if "\0" in decoded:
        raise Invalid("The path holds characters that no id can have", "parameter:path")
    return decoded


def read_query(raw: bytes, *, any_case: bool) -> dict[str, list[str]]:
    """The parameters of a query, each with all of its values."""
    if not raw:
        return {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=QUERY_MEMBERS_MAX,
        )
    except ValueError:
        raise Invalid("The query string cannot be read", "parameter:query") from None
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        if "\0" in text:
            raise Invalid("A text holds a NUL character", f"parameter:{name}", title="pattern")
        found.setdefault(name.lower() if any_case else name, []).append(text)
    return found


def _text(place: Place, request: Request, query: dict[str, list[str]], *, any_case: bool) -> Any:
    if place.where == "header":
        return request.headers.get(place.name)
    if place.is_open:
        raw = request.scope["query_string"]
        return lenient.attribute_parameters(read_query(raw, any_case=False))
    texts = query.get(place.name.lower() if any_case else place.name)
    if texts is None:
        return None
    if place.is_list:
        return [part for text in texts for part in text.split(",") if part]
    text = texts[-1]
    return _moment(text, any_case=any_case) if place.is_moment else text


def _moment(text: str, *, any_case: bool) -> str:
    """An instant as msgspec reads it: a plus sign may have become a blank.

    A date alone is its first instant in UTC, but not for the gateway.
    """
    if _DATE.fullmatch(text) and not any_case:
        return f"{text}T00:00:00Z"
    return _BLANK_SIGN.sub(r"\1+\2", text)


def _group_of_struct(argument: str, kind: type[Struct]) -> Group:
    places = tuple(
        _place(field.encode_name, field.type, required=field.required, default=field.default)
        for field in msgspec.structs.fields(kind)
    )
    return Group(kind, places, argument)


def _group_of_lone(name: str, lone: list[tuple[str, Any, Any]]) -> Group:
    places = {
        argument: _place(_camel(argument), kind, required=default is NODEFAULT, default=default)
        for argument, kind, default in lone
    }
    kind = msgspec.defstruct(
        name,
        [(argument, _exact(kind), default) for argument, kind, default in lone],
        rename={argument: place.name for argument, place in places.items()},
        kw_only=True,
    )
    return Group(kind, tuple(places.values()))


def _place(name: str, kind: Any, *, required: bool, default: Any) -> Place:
    where, description = "query", ""
    for mark in get_args(kind)[1:] if get_origin(kind) is Annotated else ():
        if isinstance(mark, Query | Header):
            where = "header" if isinstance(mark, Header) else "query"
            name, description = mark.name, mark.description
        elif isinstance(mark, Meta) and mark.description:
            description = mark.description
    return Place(
        where=where,
        name=name,
        type=kind,
        required=required,
        description=description,
        default=None if default is NODEFAULT else default,
        is_list=_mentions(kind, list),
        is_moment=_mentions(kind, datetime),
        is_open=_mentions(kind, dict),
    )


def _exact(kind: Any) -> Any:
    """A type without our marks; instants must name their offset."""
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        kept = [mark for mark in marks if isinstance(mark, Meta)]
        return Annotated[(_exact(inner), *kept)] if kept else _exact(inner)
    return Annotated[kind, Meta(tz=True)] if kind is datetime else kind


def _mentions(kind: Any, wanted: type) -> bool:
    return kind is wanted or any(
        _mentions(part, wanted) for part in (get_origin(kind), *get_args(kind)) if part is not None
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
