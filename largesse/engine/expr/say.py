"""Nodes as one sentence of plain English, for the rule builder and for reasons of failure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from largesse.engine.expr.functions import Function, functions
from largesse.engine.expr.nodes import (
    Assign,
    Call,
    Constant,
    Items,
    Lambda,
    Members,
    Node,
    Read,
)
from largesse.engine.expr.types import Formed, Type
from largesse.engine.expr.values import brief, textual

SENTENCE_MAX: Final = 500  # characters of a sentence
_HOLE: Final = re.compile(r"\{(\w+)(?:\[(-?\d*):(-?\d*)\])?(?::([^{}]*))?\}")
_AMBIGUOUS: Final = (" and ", " or ", " plus ", " minus ", " times ", " divided by ")
_EMPTY: Final = {"and": "always", "or": "never", "list": "the empty list"}
_SAID_MAX: Final = 20  # arguments that are said of one call
_SPACES: Final = re.compile(r" {2,}")


def say(node: Node, table: Mapping[str, Function] | None = None) -> str:
    """A node as a sentence. `table` knows the sentences; by default those of all functions."""
    said = _Saying(functions() if table is None else table).node(node)
    return said if len(said) <= SENTENCE_MAX else said[: SENTENCE_MAX - 3] + "..."


class _Saying:
    def __init__(self, table: Mapping[str, Function]) -> None:
        self.table = table

    def node(self, node: Node) -> str:
        """What a node says."""
        match node:
            case Constant(value=value):
                return _constant(value)
            case Read(path=path, default=None):
                return ".".join(step for step in path if step != "Attributes")
            case Read(path=path, default=Node() as default):
                return f"{self.node(Read(node.place, path))} (or {self.node(default)})"
            case Assign(path=path, value=value):
                return f"let {'.'.join(path)} be {self.node(value)}"
            case Items(items=items):
                return f"[{self.several(items, ', ')}]"
            case Members(members=members):
                said = (f"{name}: {self.node(member)}" for name, member in members)
                return f"({', '.join(said)})"
            case Lambda(body=body):
                return self.node(body)
            case Call():
                return self.call(node)
        return "..."

    def call(self, node: Call) -> str:
        """What a call says: the sentence of its function, its arguments put in."""
        called = self.table.get(node.function)
        if called is None:
            return f"{node.function}({self.several(node.arguments, ', ')})"
        if node.function in _EMPTY and not node.arguments:
            return _EMPTY[node.function]
        given = _given(called, node.arguments)
        words = {one.name for one in called.parameters if _is_word(one.type, given[one.name])}

        def fill(hole: re.Match[str]) -> str:
            name, first, last, between = hole.groups()
            end = int(last) if last else None
            found = given.get(name, ())[int(first) if first else 0 : end]
            if name in words:
                return "".join(str(one.value) for one in found if isinstance(one, Constant))
            return self.several(found, between or ", ")

        return _SPACES.sub(" ", _HOLE.sub(fill, called.says)).strip()

    def several(self, nodes: tuple[Node, ...], between: str) -> str:
        """Some nodes with a word between them; what would be ambiguous is in parentheses."""
        said = [self.closed(node) for node in nodes[:_SAID_MAX]]
        more = ["..."] if len(nodes) > len(said) else []
        return between.join(said + more)

    def closed(self, node: Node) -> str:
        """What a node says, in parentheses where it would be torn apart."""
        return f"({self.node(node)})" if self.is_open(node) else self.node(node)

    def is_open(self, node: Node) -> bool:
        """Whether a call's sentence is several with a word between, such as `a and b`."""
        if not isinstance(node, Call) or len(node.arguments) < 2:
            return False
        called = self.table.get(node.function)
        hole = _HOLE.fullmatch(called.says) if called else None
        return hole is not None and hole[4] in _AMBIGUOUS


def _given(called: Function, arguments: tuple[Node, ...]) -> Mapping[str, tuple[Node, ...]]:
    found: dict[str, tuple[Node, ...]] = {}
    for at, parameter in enumerate(called.parameters):
        found[parameter.name] = arguments[at:] if parameter.variadic else arguments[at : at + 1]
    return found


def _is_word(kind: Type, nodes: tuple[Node, ...]) -> bool:
    """Whether an argument is one of a few words, and is written there."""
    options = kind.options if isinstance(kind, Formed) else ()
    return bool(options) and all(isinstance(one, Constant) for one in nodes)


def _constant(value: str | Decimal | bool | None) -> str:
    if value is None:
        return "nothing"
    return brief(value) if isinstance(value, str) else textual(value)
