"""Nodes become one Python callable, through syntax trees; no text is ever taken as code.

The code sees no builtins, only a fixed table of functions and constants. Steps are paid when a rule
and each round of a lambda begin. Every line of the code stands for a node, so that an error is told
with its place in the rule at no cost while there is none.
"""

import ast
import builtins
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

from largesse.engine.expr.bricks import Bricks
from largesse.engine.expr.emit import Body, Emitter
from largesse.engine.expr.functions import Function
from largesse.engine.expr.nodes import Node, Read, size
from largesse.engine.expr.quick import QUICK
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.values import OverBudget, RuleError, Value, not_set

Rule = Callable[[Scope], Value]


def compile_node(node: Node, table: Mapping[str, Function]) -> Rule:
    """A callable that gives the value of an expression, or raises `RuleError` with the place."""
    emit, body = Emitter(table, QUICK), Body()
    make = emit.bricks(node)
    result = make.gives(emit.value(node, body, {}))
    rule: Rule = _link(emit, make, size(node), [*body.statements, result])
    return rule


def _link(emit: Emitter, make: Bricks, steps: int, statements: list[ast.stmt]) -> Any:
    """Make a callable of statements and the values that they need."""
    code = [*make.pays(steps), _names(make), *statements]
    module = ast.Module([make.definition("rule", ["scope"], [make.guarded(code)])], [])
    compiled = builtins.compile(module, "<rule>", "exec", dont_inherit=True)
    rule = next(one for one in compiled.co_consts if isinstance(one, CodeType))
    values = {**emit.values, "located": _locator(emit.lines), "__builtins__": {}}
    return FunctionType(rule, values, "rule")


def _names(make: Bricks) -> ast.stmt:
    """`names = scope.names`."""
    names = make.member(make.name("scope"), "names")
    return ast.Assign([ast.Name("names", ast.Store(), **make.at)], names, **make.at)


def _locator(lines: list[Node]) -> Callable[[Exception], Exception]:
    """What makes an error of a rule of whatever its code raised; a bug stays what it is."""

    def located(error: Exception) -> Exception:
        trace = error.__traceback__
        assert trace is not None, "an error that was raised has a trace"
        node = lines[trace.tb_lineno - 1]
        if isinstance(error, RecursionError):
            return OverBudget("a rule is nested too deeply", node.place)
        if isinstance(error, KeyError | TypeError):
            missing = isinstance(error, KeyError) or trace.tb_next is None
            if not (missing and isinstance(node, Read)):
                return error
            error = not_set(node.path)
        if isinstance(error, RuleError) and error.place is None:
            error.place = node.place
        return error

    return located
