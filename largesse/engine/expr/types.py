"""The types that an expression is checked against before it is ever run."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct


class Type(Struct, frozen=True):
    """What a value may be. `word` is its name in messages, `shown` its name in the vocabulary."""

    @property
    def word(self) -> str:
        """What messages call it."""
        raise NotImplementedError

    @property
    def shown(self) -> str:
        """What the vocabulary of the rule builder calls it."""
        return self.word


class Plain(Type, frozen=True):
    """A type without parts."""

    name: str

    @property
    def word(self) -> str:
        return "text" if self.name == "string" else self.name

    @property
    def shown(self) -> str:
        return self.name


NUMBER: Final = Plain("number")
TEXT: Final = Plain("string")
BOOLEAN: Final = Plain("boolean")
TIME: Final = Plain("time")
NULL: Final = Plain("null")
ANY: Final = Plain("any")
EFFECT: Final = Plain("effect")
UNKNOWN: Final = Plain("unknown")  # of what is wrong in itself: accepted everywhere
STEP: Final = Plain("step")  # one step of a path


class Formed(Type, frozen=True):
    """A text or number of a certain form: a pattern, a time zone, one of a few words."""

    kind: Plain
    says: str
    problem: Callable[[object], str | None]  # what is wrong with a constant, if anything
    options: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return self.kind.word

    @property
    def shown(self) -> str:
        return self.says


class ListOf(Type, frozen=True):
    """A list of alike values."""

    item: Type

    @property
    def word(self) -> str:
        return "list"

    @property
    def shown(self) -> str:
        return f"list of {self.item.shown}"


class Record(Type, frozen=True):
    """A map with known names; `rest` is the type under every other name, if there may be others."""

    fields: Mapping[str, Type]
    rest: Type | None = None

    @property
    def word(self) -> str:
        return "map"


class LambdaOf(Type, frozen=True):
    """A small function that is written where it is needed."""

    parameters: tuple[Type, ...]
    result: Type

    @property
    def word(self) -> str:
        return "lambda"


class OneOf(Type, frozen=True):
    """Any of some types."""

    members: tuple[Type, ...]

    @property
    def word(self) -> str:
        words = list(dict.fromkeys(one.word for one in self.members if one != NULL))
        return " or ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else "null"

    @property
    def shown(self) -> str:
        return " or ".join(one.shown for one in self.members)


class Var(Type, frozen=True):
    """A type that a call decides: the same wherever it stands in one signature.

    With bounds it is one of those; `effects` says that it may be an effect, too.
    """

    name: str
    bounds: tuple[Type, ...] = ()
    effects: bool = False

    @property
    def word(self) -> str:
        return " or ".join(one.word for one in self.bounds) if self.bounds else "any value"

    @property
    def shown(self) -> str:
        return " or ".join(one.shown for one in self.bounds) if self.bounds else "any"


ATOM: Final = OneOf((TEXT, NUMBER, BOOLEAN, TIME, NULL))


def one_of(*types: Type) -> Type:
    """The narrowest type that holds all of these."""
    flat: list[Type] = []
    for one in types:
        flat.extend(one.members if isinstance(one, OneOf) else (one,))
    if ANY in flat:
        return ANY
    members = tuple(one for at, one in enumerate(flat) if one not in flat[:at])
    return members[0] if len(members) == 1 else OneOf(members)


def is_open(kind: Type) -> bool:
    """Whether a value of a type may hold any others."""
    if isinstance(kind, OneOf):
        return any(is_open(one) for one in kind.members)
    return kind == ANY or isinstance(kind, Record) or (isinstance(kind, Var) and not kind.bounds)


def accepts(expected: Type, found: Type) -> bool:
    """Whether a value of the type found may stand where another is expected.

    What cannot be known before the run is accepted: the run checks again.
    """
    if expected == found or found == UNKNOWN:
        return True
    if isinstance(found, OneOf):
        some = all if EFFECT in (expected, *found.members) else any
        return some(accepts(expected, one) for one in found.members)
    if EFFECT in (expected, found):
        return found == NULL and expected == EFFECT
    if ANY in (expected, found) or isinstance(expected, Var):
        return True
    if isinstance(expected, OneOf):
        return any(accepts(one, found) for one in expected.members)
    return _fits(expected, found)


def _fits(expected: Type, found: Type) -> bool:
    if isinstance(found, Formed):
        found = found.kind
    if isinstance(expected, Formed):
        expected = expected.kind
    if isinstance(expected, ListOf) and isinstance(found, ListOf):
        return accepts(expected.item, found.item)
    if isinstance(expected, Record) and isinstance(found, Record):
        return all(
            name in found.fields and accepts(one, found.fields[name])
            for name, one in expected.fields.items()
        )
    return expected == found or (expected == TIME and found == TEXT)
