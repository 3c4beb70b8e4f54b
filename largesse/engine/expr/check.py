"""What is wrong with an expression, found before it is ever run, and the type of what it gives.

The same faults appear in the API, on the command line and in the rule builder.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

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
    walk_nodes,
)
from largesse.engine.expr.read import read_all
from largesse.engine.expr.signatures import Parameter
from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    UNKNOWN,
    Formed,
    LambdaOf,
    ListOf,
    OneOf,
    Record,
    Type,
    accepts,
    one_of,
)
from largesse.engine.expr.unify import Bindings
from largesse.engine.expr.values import RuleError, brief, time
from largesse.kit.caps import RULE_FAULTS_MAX
from largesse.kit.problems import Fault
from largesse.kit.wire import Json

_KINDS: Final[dict[type, Type]] = {
    Decimal: NUMBER,
    str: TEXT,
    bool: BOOLEAN,
    datetime: TIME,
    type(None): NULL,
}


class Checked(Struct, frozen=True):
    """The type of an expression, its faults, and the names that it binds with `set`."""

    type: Type
    faults: list[Fault]
    sets: Mapping[str, Type]


def check(
    node: Node,
    table: Mapping[str, Function],
    names: Mapping[str, Type],
    *,
    expected: Type = ANY,
    at: str = "",
) -> Checked:
    """The type and the faults of an expression. Places of faults begin with `at`.

    `names` are the roots and bindings with their types. A condition is expected to be a boolean,
    an effect to be an effect; by default anything but an effect is right.
    """
    checker = _Checker(table, names)
    found = checker.type_of(node, {})
    if not accepts(expected, found):
        checker.wrong("Invalid type", _expected(expected, found), node)
    faults = [Fault(one.title, one.details, at + one.at) for one in checker.faults]
    return Checked(found, faults[:RULE_FAULTS_MAX], checker.sets)


def inspect(
    json: Json,
    table: Mapping[str, Function],
    names: Mapping[str, Type],
    *,
    expected: Type = ANY,
    at: str = "",
) -> tuple[Node, Checked]:
    """Read and check: the nodes, and all faults of shape and types together."""
    node, shape = read_all(json, table)
    faults = [Fault(one.title, one.details, at + one.at) for one in shape]
    checked = check(node, table, names, expected=expected, at=at)
    return node, Checked(checked.type, (faults + checked.faults)[:RULE_FAULTS_MAX], checked.sets)


def _expected(expected: Type, found: Type) -> str:
    return f"{expected.word} expected, {found.word} found"


class _Checker:
    def __init__(self, table: Mapping[str, Function], names: Mapping[str, Type]) -> None:
        self.table = table
        self.names = names
        self.faults: list[Fault] = []
        self.sets: dict[str, Type] = {}

    def type_of(self, node: Node, local: Mapping[str, Type]) -> Type:
        """The type of a node, where some names are bound by lambdas around it."""
        match node:
            case Constant(value=value):
                return _KINDS[value.__class__]
            case Call():
                return self.call(node, local)
            case Read():
                return self.read(node, local)
            case Assign():
                return self.assign(node, local)
            case Items(items=items):
                kinds = [self.value(one, local) for one in items]
                return ListOf(one_of(*kinds) if kinds else ANY)
            case Members(members=members):
                return Record({name: self.value(one, local) for name, one in members})
        return UNKNOWN

    def value(self, node: Node, local: Mapping[str, Type]) -> Type:
        """The type of a node that must not be an effect."""
        found = self.type_of(node, local)
        if not accepts(ANY, found):
            self.wrong("Invalid type", _expected(ANY, found), node)
            return ANY
        return found

    def read(self, node: Read, local: Mapping[str, Type]) -> Type:
        """The type at the end of a path."""
        name, *steps = node.path
        known = {**self.names, **self.sets, **local}
        found = known.get(name)
        if found is None:
            self.unknown(node, name, known)
            found = ANY
        for at, step in enumerate(steps, start=2):
            inner = _step(found, step)
            if inner is None:
                self.unknown(node, ".".join(node.path[:at]), _names_in(found))
                inner = ANY
            found = inner
        if node.default is None:
            return found
        return one_of(self.value(node.default, local), found)

    def assign(self, node: Assign, local: Mapping[str, Type]) -> Type:
        """`set` binds a name that is not known otherwise."""
        name = node.path[0]
        found = self.value(node.value, local)
        if name in self.names or name in local:
            self.wrong("Invalid name", f"{brief(name)} is known already and cannot be set", node)
        else:
            self.sets[name] = found if len(node.path) == 1 else ANY
        return NULL

    def call(self, node: Call, local: Mapping[str, Type]) -> Type:
        """The type that a call gives, after its arguments are looked at one by one."""
        called = self.table.get(node.function)
        if called is None:
            self.wrong("Unknown function", f"there is no function {brief(node.function)}", node)
            return UNKNOWN
        bindings = Bindings()
        for at, argument in enumerate(node.arguments):
            self.argument(called, called.parameter(at), argument, bindings, local)
        return bindings.resolve(called.result)

    def argument(
        self,
        called: Function,
        parameter: Parameter,
        node: Node,
        bindings: Bindings,
        local: Mapping[str, Type],
    ) -> None:
        """One argument against its parameter."""
        expected = parameter.type
        if isinstance(expected, LambdaOf):
            if isinstance(node, Lambda):
                self.body(expected, node, bindings, local)
            return
        found = self.type_of(node, local)
        problem = bindings.unify(expected, found)
        if problem is not None:
            self.wrong("Invalid type", problem, node)
        elif isinstance(node, Constant):
            self.constant(bindings.resolve(expected), node)
        if expected == EFFECT and called.kind == "function":
            self.failure_effects(node)

    def body(
        self, expected: LambdaOf, node: Lambda, bindings: Bindings, local: Mapping[str, Type]
    ) -> None:
        """The body of a lambda, its parameters bound to what the list holds."""
        kinds = (bindings.resolve(one) for one in expected.parameters)
        inner = {**local, **dict(zip(node.parameters, kinds, strict=True))}
        problem = bindings.unify(expected.result, self.type_of(node.body, inner))
        if problem is not None:
            self.wrong("Invalid type", problem, node.body)

    def constant(self, expected: Type, node: Constant) -> None:
        """A constant of a certain form: a pattern, a unit, a time."""
        if isinstance(expected, Formed):
            problem = expected.problem(node.value)
            if problem is not None:
                self.wrong("Invalid value", problem, node)
        elif expected == TIME:
            try:
                time(node.value)
            except RuleError as error:
                self.wrong("Invalid value", error.message, node)

    def failure_effects(self, node: Node) -> None:
        """Only some effects may be told when a condition fails."""
        for one in walk_nodes(node):
            called = self.table.get(one.function) if isinstance(one, Call) else None
            if called is not None and called.kind == "effect" and not called.on_failure:
                details = f"{called.name} cannot be told when a condition fails"
                self.wrong("Invalid effect", details, one)

    def unknown(self, node: Node, path: str, known: Mapping[str, Type]) -> None:
        """Note a path that leads nowhere."""
        near = get_close_matches(path.rpartition(".")[2][:40], known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        self.wrong("Unknown attribute", f"there is no {path[:100]}{hint}", node)

    def wrong(self, title: str, details: str, node: Node) -> None:
        """Note a fault."""
        self.faults.append(Fault(title, details, node.place))


def _step(found: Type, step: str) -> Type | None:
    if isinstance(found, Record):
        return found.fields.get(step, found.rest)
    if isinstance(found, OneOf):
        inner = [one for one in (_step(member, step) for member in found.members) if one]
        return one_of(*inner) if inner else None
    return ANY if found == ANY else None


def _names_in(found: Type) -> Mapping[str, Type]:
    return found.fields if isinstance(found, Record) else {}
