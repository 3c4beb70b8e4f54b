"""What msgspec lets pass and we do not: texts for numbers, instants without an offset.

For each type a check is made once that visits only the places where such a value may stand.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from msgspec import Struct
from msgspec.inspect import (
    DateTimeType,
    DecimalType,
    DictType,
    IntType,
    ListType,
    Metadata,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from largesse.kit.money import OutOfBounds, read_number
from largesse.kit.problems import Fault, Invalid

_OFFSET: Final = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
_EDGE: Final = re.compile(r"0000|0001|9999")  # an offset may lead out of the calendar
_LOOKED_AT: Final = frozenset({str, dict, list})  # what can be wrong, or hold what is
INTEGER_MAX: Final = 2**63 - 1


class Wrong(Struct):
    """A fault whose place is still being found."""

    title: str
    says: str
    steps: list[str]  # innermost first


Check = Callable[[Any], Wrong | None]


def check(value: Any, kind: Any, *, strict: bool, place: Callable[[list[str]], str]) -> None:
    """Raise `Invalid` for a decoded value that converts to the type and yet is refused."""
    checker = _checker(kind, strict)
    wrong = checker(value) if checker else None
    if wrong:
        steps = wrong.steps[::-1]
        name = next((step for step in wrong.steps if not step.isdecimal()), "the value")
        raise Invalid.of([Fault(wrong.title, f"{name} {wrong.says}", place(steps))])


@cache
def _checker(kind: Any, strict: bool) -> Check | None:
    return _Maker(strict).make(type_info(kind))


class _Maker:
    """Makes checks. A struct that contains itself is looked up when the check runs."""

    def __init__(self, strict: bool) -> None:
        self.leaves: dict[type[Type], Check] = {DateTimeType: _check_moment}
        if strict:
            self.leaves[DecimalType] = _check_number
        else:
            self.leaves[DecimalType] = _check_number_text
            self.leaves[IntType] = _check_integer_text
        self.structs: dict[type, Check | None] = {}
        self.making: set[type] = set()

    def make(self, info: Type) -> Check | None:
        """The check for a type, or None when there is nothing to look at."""
        if isinstance(info, Metadata):
            return self.make(info.type)
        if isinstance(info, StructType):
            return self.struct(info)
        if isinstance(info, ListType):
            inner = self.make(info.item_type)
            return inner and _each(inner)
        if isinstance(info, DictType):
            inner = self.make(info.value_type)
            return inner and _each_member(inner)
        if isinstance(info, UnionType):
            return self.union(info.types)
        return self.leaves.get(type(info))

    def struct(self, info: StructType) -> Check | None:
        """Visit those members that have something to look at."""
        if info.cls in self.making:
            return self.later(info.cls)
        if info.cls not in self.structs:
            self.making.add(info.cls)
            made = ((field.encode_name, self.make(field.type)) for field in info.fields)
            members = [(name, inner) for name, inner in made if inner]
            self.structs[info.cls] = _members(members) if members else None
            self.making.remove(info.cls)
        return self.structs[info.cls]

    def later(self, cls: type) -> Check:
        """A check that is not made yet, because its struct contains itself."""

        def run(value: Any) -> Wrong | None:
            made = self.structs[cls]
            return made(value) if made else None

        return run

    def union(self, types: Iterable[Type]) -> Check | None:
        """The one check of its members. Where a text is welcome, or two could apply, none."""
        if any(isinstance(member, StrType) for member in types):
            return None
        made = [inner for member in types if (inner := self.make(member))]
        return made[0] if len(made) == 1 else None


def _members(members: list[tuple[str, Check]]) -> Check:
    def run(value: Any) -> Wrong | None:
        if isinstance(value, dict):
            for name, inner in members:
                member = value.get(name)
                if type(member) in _LOOKED_AT and (wrong := inner(member)):
                    wrong.steps.append(name)
                    return wrong
        return None

    return run


def _each(inner: Check) -> Check:
    def run(value: Any) -> Wrong | None:
        if isinstance(value, list):
            for index, element in enumerate(value):
                if wrong := inner(element):
                    wrong.steps.append(str(index))
                    return wrong
        return None

    return run


def _each_member(inner: Check) -> Check:
    def run(value: Any) -> Wrong | None:
        if isinstance(value, dict):
            for name, member in value.items():
                if wrong := inner(member):
                    wrong.steps.append(name)
                    return wrong
        return None

    return run


def _check_number(value: Any) -> Wrong | None:
    return Wrong("type", "must be a number", []) if isinstance(value, str) else None


def _check_number_text(value: Any) -> Wrong | None:
    try:
        if isinstance(value, str):
            read_number(value.strip())
    except OutOfBounds as error:
        return Wrong("maximum", f"is out of bounds: {error}", [])
    return None


def _check_integer_text(value: Any) -> Wrong | None:
    if not isinstance(value, str):
        return None
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return Wrong("type", "must be an integer", [])
    return None if int(digits[:100]) <= INTEGER_MAX else Wrong("maximum", "is beyond 64 bits", [])


def _check_moment(value: Any) -> Wrong | None:
    if not isinstance(value, str):
        return None
    if not _OFFSET.search(value):
        return Wrong("format", "must name an offset, like Z or +02:00", [])
    if _EDGE.match(value):
        return Wrong("format", "must lie in the years 2 to 9998", [])
    return None
