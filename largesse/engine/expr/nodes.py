"""The nodes of an expression. Each knows its place: a JSON pointer from the root of it."""

from collections.abc import Iterator

from msgspec import Struct

from largesse.engine.expr.values import Value


class Node(Struct, frozen=True):
    """A part of an expression."""

    place: str


class Constant(Node, frozen=True):
    """A number, text, boolean or null that stands there as it is."""

    value: Value


class Items(Node, frozen=True):
    """An array that is no call: a list."""

    items: tuple[Node, ...]


class Members(Node, frozen=True):
    """A JSON object: a map."""

    members: tuple[tuple[str, Node], ...]


class Read(Node, frozen=True):
    """`[".", "Session", "Total"]`: what a path leads to. With a default, where it leads nowhere."""

    path: tuple[str, ...]
    default: Node | None = None


class Assign(Node, frozen=True):
    """`["set", "name", value]`: a binding for the expressions that follow in the same rule."""

    path: tuple[str, ...]
    value: Node


class Call(Node, frozen=True):
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]


class Lambda(Node, frozen=True):
    """`[["Item"], body]`: a body that is evaluated with a value under a name."""

    parameters: tuple[str, ...]
    body: Node


class Broken(Node, frozen=True):
    """What could not be read; its fault is told already."""


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Items(items=items):
            return items
        case Members(members=members):
            return tuple(member for _, member in members)
        case Read(default=Node() as default):
            return (default,)
        case Assign(value=value):
            return (value,)
        case Lambda(body=body):
            return (body,)
    return ()


def walk_nodes(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, in the order in which they are written."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts(one)))


def size(node: Node) -> int:
    """The steps that a node costs at least: what it calls and reads, bodies of lambdas left out."""
    waiting, steps = [node], 0
    while waiting:
        one = waiting.pop()
        steps += isinstance(one, Call | Read | Assign | Items | Members)
        if not isinstance(one, Lambda):
            waiting.extend(parts(one))
    return steps
