"""Nodes become syntax trees of Python: path reads as subscripts, logic as logic, the rest as calls.

What cannot be known before the run is looked at on the way: a value that is already a `Decimal` is
taken as it is, any other goes to the function that `arguments` uses, so that both raise the same.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from largesse.engine.expr.arguments import (
    FREE_CHARACTERS,
    converter,
    made,
    makes_long,
    take_boolean,
    take_number,
    weighed,
)
from largesse.engine.expr.bricks import Bricks
from largesse.engine.expr.functions import Function
from largesse.engine.expr.nodes import (
    Assign,
    Call,
    Constant,
    Items,
    Lambda,
    Members,
    Node,
    Read,
    size,
)
from largesse.engine.expr.signatures import Parameter
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    LambdaOf,
    Plain,
    Type,
)
from largesse.engine.expr.values import OverBudget, RuleError, Value, over_steps, time

Local = Mapping[str, str]  # names bound by lambdas, and the variables that hold them

_KINDS: Final[dict[type, Plain]] = {Decimal: NUMBER, str: TEXT, bool: BOOLEAN, datetime: TIME}


class Part(Struct):
    """A piece of code, what is known of its value, and whether it may still be nothing."""

    code: ast.expr
    bricks: Bricks
    kind: Type = ANY
    may_be_unset: bool = False


class Body:
    """A function in the making: statements that come before its result, and its variables."""

    def __init__(self) -> None:
        self.statements: list[ast.stmt] = []
        self.variables = 0

    def variable(self) -> str:
        """The name of a new variable."""
        self.variables += 1
        return f"t{self.variables}"


def given(value: Value) -> Value:
    """A value that is set; nothing raises what a missing member raises."""
    if value is None:
        raise KeyError
    return value


def must_be_caught(error: Exception) -> None:
    """Raise what `catch` does not catch: bugs, and rules that are over their budget."""
    if isinstance(error, OverBudget) or not isinstance(error, RuleError):
        raise error


Quick = Callable[["Emitter", Bricks, Call, Body, Local], ast.expr | None]


class Emitter:
    """Makes the code of one rule."""

    def __init__(self, table: Mapping[str, Function], quick: Mapping[str, Quick]) -> None:
        self.table = table
        self.quick = quick
        self.lines: list[Node] = []
        self.definitions = 0
        self.values: dict[str, Any] = {
            "Number": Decimal,
            "Text": str,
            "Boolean": bool,
            "Failures": (RuleError, KeyError, TypeError, RecursionError),
            "over_steps": over_steps,
            "given": given,
            "must_be_caught": must_be_caught,
        }

    def bricks(self, node: Node) -> Bricks:
        """What makes code for a node."""
        self.lines.append(node)
        return Bricks(len(self.lines))

    def known(self, bricks: Bricks, value: Any) -> ast.expr:
        """A value that the rule brings along: a number, a function."""
        name = f"k{len(self.values)}"
        self.values[name] = value
        return bricks.name(name)

    def value(self, node: Node, body: Body, local: Local) -> ast.expr:
        """The code of a node; nothing at the end of a path raises."""
        return self.certain(self.part(node, body, local), body)

    def certain(self, part: Part, body: Body) -> ast.expr:
        """The code of a part; nothing at the end of a path raises."""
        if not part.may_be_unset:
            return part.code
        make, kept = part.bricks, body.variable()
        is_set = make.compare(make.store(kept, part.code), (ast.IsNot(), make.constant(None)))
        missing = make.call(make.name("given"), [make.constant(None)])
        return make.choose(is_set, make.name(kept), missing)

    def part(self, node: Node, body: Body, local: Local) -> Part:
        """The code of a node."""
        make = self.bricks(node)
        match node:
            case Constant(value=value):
                return self.constant(make, value)
            case Read(default=None):
                return Part(self.read(make, node, local), make, may_be_unset=True)
            case Read(default=Node() as default):
                return Part(self.read_or(make, node, default, body, local), make)
            case Assign(path=path, value=value):
                assign = make.member(make.name("scope"), "assign")
                bound = [self.known(make, path), self.value(value, body, local)]
                return Part(make.call(assign, bound), make, NULL)
            case Items(items=items):
                return Part(make.items([self.value(one, body, local) for one in items]), make)
            case Members(members=members):
                named = [(name, self.value(one, body, local)) for name, one in members]
                return Part(make.members(named), make)
        assert isinstance(node, Call), "what is broken is never compiled"
        return self.call(make, node, body, local)

    def constant(self, make: Bricks, value: Value) -> Part:
        """A constant; numbers are kept beside the code, which knows none that is exact."""
        kind: Type = _KINDS.get(value.__class__, ANY)
        if kind == NUMBER:
            return Part(self.known(make, value), make, kind)
        return Part(make.constant(value), make, kind)

    def read(self, make: Bricks, node: Read, local: Local) -> ast.expr:
        """A path as nested subscripts."""
        name, *steps = node.path
        code = make.name(local[name]) if name in local else make.step(make.name("names"), name)
        for step in steps:
            code = make.step(code, step)
        return code

    def read_or(
        self, make: Bricks, node: Read, default: Node, body: Body, local: Local
    ) -> ast.expr:
        """A path with a default is a caught path."""
        either = (default, Read(node.place, node.path))
        thunks = [self.thunk(ANY, one, body, local) for one in either]
        return make.call(self.known(make, self.table["catch"].call), thunks)

    def call(self, make: Bricks, node: Call, body: Body, local: Local) -> Part:
        """A call, or something quicker that means the same."""
        called = self.table[node.function]
        if node.function == "catch" and isinstance(node.arguments[0], Constant):
            return self.catch(make, node.arguments[0], node.arguments[1], body, local)
        quick = self.quick.get(node.function)
        code = quick(self, make, node, body, local) if quick else None
        if code is not None:
            return Part(code, make, BOOLEAN)
        supplied = {"scene": make.member(make.name("scope"), "scene"), "scope": make.name("scope")}
        arguments = [supplied[called.supplied]] if called.supplied else []
        for at, argument in enumerate(node.arguments):
            arguments.append(self.argument(called.parameter(at), argument, body, local))
        code = make.call(self.known(make, called.call), arguments)
        if makes_long(called.result):
            code = make.call(self.known(make, made), [make.name("scope"), code])
        return Part(code, make, called.result if isinstance(called.result, Plain) else ANY)

    def catch(self, make: Bricks, default: Constant, node: Node, body: Body, local: Local) -> Part:
        """A value in a function of its own, which gives the default when the value fails."""
        inner, name = Body(), self.definition_name()
        result = make.gives(self.value(node, inner, local))
        otherwise = self.constant(make, default.value).code
        code = make.caught([*inner.statements, result], otherwise)
        body.statements.append(make.definition(name, (), [code]))
        return Part(make.call(make.name(name), []), make)

    def argument(self, parameter: Parameter, node: Node, body: Body, local: Local) -> ast.expr:
        """An argument: a value, a function that gives it later, or a lambda."""
        if isinstance(node, Lambda):
            return self.lambda_(parameter.type, node, body, local)
        if parameter.lazy:
            return self.thunk(parameter.type, node, body, local)
        code = self.converted(parameter.type, node, body, local)
        if not parameter.leaves:
            return code
        make = self.bricks(node)
        return make.call(self.known(make, weighed), [make.name("scope"), code])

    def thunk(self, expected: Type, node: Node, body: Body, local: Local) -> ast.expr:
        """The name of a function that gives the value of a node."""
        make, inner, name = self.bricks(node), Body(), self.definition_name()
        result = make.gives(self.converted(expected, node, inner, local))
        code = make.guarded([*inner.statements, result])
        body.statements.append(make.definition(name, (), [code]))
        return make.name(name)

    def lambda_(self, expected: Type, node: Lambda, body: Body, local: Local) -> ast.expr:
        """The name of a function that gives the value of a body for a value under a name."""
        assert isinstance(expected, LambdaOf), "lambdas are read only where they are taken"
        make, inner, name = self.bricks(node), Body(), self.definition_name()
        variable = f"of_{name}"
        bound = {**local, node.parameters[0]: variable}
        result = make.gives(self.converted(expected.result, node.body, inner, bound))
        code = [*make.pays(size(node.body)), *inner.statements, result]
        body.statements.append(make.definition(name, (variable,), [make.guarded(code)]))
        return make.name(name)

    def definition_name(self) -> str:
        """The name of a new function."""
        self.definitions += 1
        return f"f{self.definitions}"

    def converted(self, expected: Type, node: Node, body: Body, local: Local) -> ast.expr:
        """The value of a node, if it is of a type."""
        if isinstance(node, Constant):
            ready = self.ready(expected, node)
            if ready is not None:
                return ready
        return self.fitted(expected, self.part(node, body, local), body)

    def ready(self, expected: Type, node: Constant) -> ast.expr | None:
        """A constant that fits as it is, or as a time that is read here once and for all."""
        kind = _KINDS.get(node.value.__class__)
        if expected == TIME and kind == TEXT:
            try:
                return self.known(self.bricks(node), time(node.value))
            except RuleError:
                return None
        if kind is None or (kind == TEXT and len(node.value) > FREE_CHARACTERS):
            return None
        plain = getattr(expected, "kind", expected)
        return self.constant(self.bricks(node), node.value).code if plain == kind else None

    def fitted(self, expected: Type, part: Part, body: Body) -> ast.expr:
        """The code of a part, with a look at its type where that is not known."""
        plain = getattr(expected, "kind", expected)
        if plain == part.kind and plain in (NUMBER, BOOLEAN, TIME):
            return part.code
        if plain in (NUMBER, BOOLEAN):
            convert = take_number if plain == NUMBER else take_boolean
            return self.looked_at(part, body, "Number" if plain == NUMBER else "Boolean", convert)
        convert_any = converter(expected)
        if convert_any is None:
            return self.certain(part, body)
        make = part.bricks
        arguments = [make.name("scope"), self.certain(part, body)]
        return make.call(self.known(make, convert_any), arguments)

    def looked_at(self, part: Part, body: Body, kind: str, convert: Any) -> ast.expr:
        """`t if (t := part).__class__ is Number else convert(scope, given(t))`."""
        make, kept = part.bricks, body.variable()
        is_kind = self.is_kind(part, kept, kind)
        other = self.kept(part, kept)
        otherwise = make.call(self.known(make, convert), [make.name("scope"), other])
        return make.choose(is_kind, make.name(kept), otherwise)

    def is_kind(self, part: Part, kept: str, kind: str) -> ast.expr:
        """`(t := part).__class__ is Number`."""
        make = part.bricks
        whose = make.member(make.store(kept, part.code), "__class__")
        return make.compare(whose, (ast.Is(), make.name(kind)))

    def kept(self, part: Part, kept: str) -> ast.expr:
        """A part that was kept in a variable; nothing raises."""
        make = part.bricks
        code = make.name(kept)
        return make.call(make.name("given"), [code]) if part.may_be_unset else code
