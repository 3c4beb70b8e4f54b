"""The reference: evaluates the nodes one by one, slowly and plainly.

Nothing uses it in production. Tests hold the compiled rules against it.
"""

from collections.abc import Mapping
from typing import Any

from largesse.engine.expr.arguments import converter, made, makes_long, weighed
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
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.signatures import Parameter
from largesse.engine.expr.types import LambdaOf, Type
from largesse.engine.expr.values import OverBudget, RuleError, Value, not_set

Local = Mapping[str, Value]


def walk(node: Node, table: Mapping[str, Function], scope: Scope) -> Value:
    """The value of an expression, or `RuleError` with the place where it failed."""
    walker = _Walker(table, scope)
    walker.charge(size(node), node)
    return walker.value(node, {})


class _Walker:
    def __init__(self, table: Mapping[str, Function], scope: Scope) -> None:
        self.table = table
        self.scope = scope

    def value(self, node: Node, local: Local) -> Value:
        """The value of a node; an error gets the place of the innermost node that raised it."""
        try:
            return self.plain_value(node, local)
        except RuleError as error:
            error.place = node.place if error.place is None else error.place
            raise

    def plain_value(self, node: Node, local: Local) -> Value:
        """The value of a node."""
        match node:
            case Constant(value=value):
                return value
            case Read():
                return self.read(node, local)
            case Assign(path=path, value=value):
                return self.scope.assign(path, self.value(value, local))
            case Items(items=items):
                return [self.value(item, local) for item in items]
            case Members(members=members):
                return {name: self.value(member, local) for name, member in members}
        assert isinstance(node, Call), "what is broken is never evaluated"
        return self.call(node, local)

    def read(self, node: Read, local: Local) -> Value:
        """What a path leads to, or its default."""
        try:
            return self.follow(node.path, local)
        except OverBudget:
            raise
        except RuleError:
            if node.default is None:
                raise
            return self.value(node.default, local)

    def follow(self, path: tuple[str, ...], local: Local) -> Value:
        """What a path leads to."""
        whole: Value = local if path[0] in local else self.scope.names
        for step in path:
            if not isinstance(whole, Mapping):
                raise not_set(path)
            try:
                whole = whole[step]
            except KeyError:
                raise not_set(path) from None
        if whole is None:
            raise not_set(path)
        return whole

    def call(self, node: Call, local: Local) -> Value:
        """What a function gives for its arguments."""
        called = self.table[node.function]
        given: list[Any] = [getattr(self, called.supplied)] if called.supplied else []
        for at, argument in enumerate(node.arguments):
            given.append(self.argument(called.parameter(at), argument, local))
        found = called.call(*given)
        return made(self.scope, found) if makes_long(called.result) else found

    @property
    def scene(self) -> Any:
        """What a function gets whose first parameter is `scene`."""
        return self.scope.scene

    def argument(self, parameter: Parameter, node: Node, local: Local) -> Any:
        """An argument: a value, a function that gives it later, or a lambda."""
        if isinstance(node, Lambda):
            return self.lambda_(parameter.type, node, local)
        if parameter.lazy:
            return lambda: self.converted(parameter.type, node, local)
        found = self.converted(parameter.type, node, local)
        return self.weighed(found, node) if parameter.leaves else found

    def weighed(self, found: Value, node: Node) -> Value:
        """A value that leaves the language."""
        try:
            return weighed(self.scope, found)
        except OverBudget as error:
            error.place = node.place
            raise

    def lambda_(self, expected: Type, node: Lambda, local: Local) -> Any:
        """A function that evaluates the body with a value under the name of the parameter."""
        assert isinstance(expected, LambdaOf), "lambdas are read only where they are taken"
        steps = size(node.body)

        def run(value: Value) -> Value:
            self.charge(steps, node)
            return self.converted(expected.result, node.body, {**local, node.parameters[0]: value})

        return run

    def converted(self, expected: Type, node: Node, local: Local) -> Value:
        """The value of a node, if it is of a type."""
        found = self.value(node, local)
        convert = converter(expected)
        if convert is None:
            return found
        try:
            return convert(self.scope, found)
        except RuleError as error:
            error.place = node.place if error.place is None else error.place
            raise

    def charge(self, steps: int, node: Node) -> None:
        """Count steps."""
        try:
            self.scope.charge(steps)
        except OverBudget as error:
            error.place = node.place
            raise
