"""Calls that need no call: logic as Python's logic, comparisons with a constant as comparisons.

Each gives the code, or nothing where the function itself has to be called. What is not of the
expected type still goes to the function, so that it raises the same.
"""

import ast
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from largesse.engine.expr.bricks import Bricks
from largesse.engine.expr.emit import Body, Emitter, Local, Part, Quick
from largesse.engine.expr.nodes import Call, Constant, Node
from largesse.engine.expr.types import ATOM, BOOLEAN
from largesse.engine.expr.values import textual


def _all_of(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr:
    return make.all_of([emit.converted(BOOLEAN, one, body, local) for one in node.arguments])


def _any_of(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr:
    return make.any_of([emit.converted(BOOLEAN, one, body, local) for one in node.arguments])


def _opposite(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr:
    return make.opposite(emit.converted(BOOLEAN, node.arguments[0], body, local))


def _ordered(op: type[ast.cmpop], turned: type[ast.cmpop]) -> Quick:
    """`t < 5 if (t := path).__class__ is Number else less(t, 5)`, or the other way round."""

    def quick(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr | None:
        if len(node.arguments) != 2:
            return None
        left, right = node.arguments
        if _is_number(right):
            return _against(emit, make, node, body, (local, 0, op))
        return _against(emit, make, node, body, (local, 1, turned)) if _is_number(left) else None

    return quick


def _against(
    emit: Emitter, make: Bricks, node: Call, body: Body, how: tuple[Local, int, type[ast.cmpop]]
) -> ast.expr:
    """One argument compared with the other, which is a number that is written there."""
    local, at, op = how
    part = emit.part(node.arguments[at], body, local)
    constant = emit.part(node.arguments[1 - at], body, local).code
    kept = body.variable()
    is_number = emit.is_kind(part, kept, "Number")
    quick = make.compare(make.name(kept), (op(), constant))
    values = [emit.kept(part, kept), constant]
    called = emit.known(make, emit.table[node.function].call)
    slow = make.call(called, values if at == 0 else values[::-1])
    return make.choose(is_number, quick, slow)


def _same(op: type[ast.cmpop]) -> Quick:
    """`t == "a" if (t := path).__class__ is Text else equal(t, "a")`."""

    def quick(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr | None:
        if len(node.arguments) != 2 or not isinstance(node.arguments[1], Constant):
            return None
        constant = node.arguments[1]
        kind = {Decimal: "Number", str: "Text"}.get(constant.value.__class__)
        if kind is None:
            return None
        part, kept = emit.part(node.arguments[0], body, local), body.variable()
        right = emit.constant(make, constant.value).code
        fast = make.compare(make.name(kept), (op(), right))
        atom = emit.fitted(ATOM, _certain(emit, part, kept), body)
        slow = make.call(emit.known(make, emit.table[node.function].call), [atom, right])
        return make.choose(emit.is_kind(part, kept, kind), fast, slow)

    return quick


def _between(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr | None:
    """`1 < t < 5 if (t := path).__class__ is Number else between(t, 1, 5)`."""
    if len(node.arguments) != 3 or not all(map(_is_number, node.arguments[1:])):
        return None
    value, *bounds = node.arguments
    part, kept = emit.part(value, body, local), body.variable()
    least, most = (emit.part(one, body, local).code for one in bounds)
    chain = make.compare(least, (ast.Lt(), make.name(kept)), (ast.Lt(), most))
    called = emit.known(make, emit.table[node.function].call)
    slow = make.call(called, [emit.kept(part, kept), least, most])
    return make.choose(emit.is_kind(part, kept, "Number"), chain, slow)


def _one_of(emit: Emitter, make: Bricks, node: Call, body: Body, local: Local) -> ast.expr | None:
    """`t in looks if (t := path).__class__ is Text else one_of(t, values)`."""
    if len(node.arguments) != 2:
        return None
    value, values = node.arguments
    if not (isinstance(values, Call) and values.function == "list"):
        return None
    found: list[Any] = []
    for one in values.arguments:
        if not isinstance(one, Constant):
            return None
        found.append(one.value)
    part, kept = emit.part(value, body, local), body.variable()
    looks = emit.known(make, frozenset(map(textual, found)))
    fast = make.compare(make.name(kept), (ast.In(), looks))
    atom = emit.fitted(ATOM, _certain(emit, part, kept), body)
    called = emit.known(make, emit.table[node.function].call)
    slow = make.call(called, [atom, emit.known(make, found)])
    return make.choose(emit.is_kind(part, kept, "Text"), fast, slow)


def _certain(emit: Emitter, part: Part, kept: str) -> Part:
    """A part that was kept in a variable; nothing raises."""
    return Part(emit.kept(part, kept), part.bricks, part.kind)


def _is_number(node: Node) -> bool:
    return isinstance(node, Constant) and node.value.__class__ is Decimal


QUICK: Final[Mapping[str, Quick]] = MappingProxyType(
    {
        "and": _all_of,
        "or": _any_of,
        "not": _opposite,
        "=": _same(ast.Eq),
        "!=": _same(ast.NotEq),
        "<": _ordered(ast.Lt, ast.Gt),
        "<=": _ordered(ast.LtE, ast.GtE),
        ">": _ordered(ast.Gt, ast.Lt),
        ">=": _ordered(ast.GtE, ast.LtE),
        "between": _between,
        "oneOf": _one_of,
    }
)
