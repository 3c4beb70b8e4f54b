"""Pieces of Python code as syntax trees, each on the line that stands for a node of the rule."""

import ast
from collections.abc import Sequence
from typing import Any, TypedDict


class Position(TypedDict):
    """Where a piece of code is said to stand."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


class Bricks:
    """Pieces of code for one node: errors in them are traced back to its line."""

    def __init__(self, line: int) -> None:
        self.at: Position = {
            "lineno": line,
            "col_offset": 0,
            "end_lineno": line,
            "end_col_offset": 0,
        }

    def constant(self, value: str | bool | None) -> ast.expr:
        """A text, boolean or null."""
        return ast.Constant(value, **self.at)

    def name(self, name: str) -> ast.expr:
        """The value of a variable."""
        return ast.Name(name, ast.Load(), **self.at)

    def store(self, name: str, value: ast.expr) -> ast.expr:
        """A value that is kept in a variable on the way: `(name := value)`."""
        return ast.NamedExpr(ast.Name(name, ast.Store(), **self.at), value, **self.at)

    def member(self, of: ast.expr, name: str) -> ast.expr:
        """`of.name`."""
        return ast.Attribute(of, name, ast.Load(), **self.at)

    def step(self, whole: ast.expr, key: str) -> ast.expr:
        """`whole["key"]`."""
        return ast.Subscript(whole, self.constant(key), ast.Load(), **self.at)

    def call(self, called: ast.expr, arguments: Sequence[ast.expr]) -> ast.expr:
        """`called(arguments)`."""
        return ast.Call(called, list(arguments), [], **self.at)

    def compare(self, left: ast.expr, *pairs: tuple[ast.cmpop, ast.expr]) -> ast.expr:
        """`left < right`, or a chain of comparisons."""
        ops, rights = [op for op, _ in pairs], [right for _, right in pairs]
        return ast.Compare(left, ops, rights, **self.at)

    def choose(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
        """`yes if test else no`."""
        return ast.IfExp(test, yes, no, **self.at)

    def all_of(self, parts: Sequence[ast.expr]) -> ast.expr:
        """`a and b`."""
        return self._chain(ast.And(), parts, empty=True)

    def any_of(self, parts: Sequence[ast.expr]) -> ast.expr:
        """`a or b`."""
        return self._chain(ast.Or(), parts, empty=False)

    def _chain(self, op: ast.boolop, parts: Sequence[ast.expr], *, empty: bool) -> ast.expr:
        if len(parts) < 2:
            return parts[0] if parts else self.constant(empty)
        return ast.BoolOp(op, list(parts), **self.at)

    def opposite(self, part: ast.expr) -> ast.expr:
        """`not part`."""
        return ast.UnaryOp(ast.Not(), part, **self.at)

    def items(self, parts: Sequence[ast.expr]) -> ast.expr:
        """`[a, b]`."""
        return ast.List(list(parts), ast.Load(), **self.at)

    def members(self, parts: Sequence[tuple[str, ast.expr]]) -> ast.expr:
        """`{"name": a}`."""
        keys: list[ast.expr | None] = [self.constant(name) for name, _ in parts]
        return ast.Dict(keys, [part for _, part in parts], **self.at)

    def gives(self, value: ast.expr) -> ast.stmt:
        """`return value`."""
        return ast.Return(value, **self.at)

    def unless(self, test: ast.expr, statement: ast.stmt) -> ast.stmt:
        """`if not test: statement`."""
        return ast.If(self.opposite(test), [statement], [], **self.at)

    def pays(self, steps: int) -> list[ast.stmt]:
        """`scope.steps -= steps`, and an error when there are none left."""
        left = ast.Attribute(self.name("scope"), "steps", ast.Store(), **self.at)
        used = ast.Constant(steps, **self.at)
        none = ast.Constant(0, **self.at)
        pay: ast.stmt = ast.AugAssign(left, ast.Sub(), used, **self.at)
        now = self.member(self.name("scope"), "steps")
        over = ast.Raise(self.call(self.name("over_steps"), []), None, **self.at)
        return [pay, self.unless(self.compare(now, (ast.GtE(), none)), over)]

    def guarded(self, statements: list[ast.stmt]) -> ast.stmt:
        """Statements whose failures are told with the place in the rule."""
        return self._tried(statements, [ast.Raise(self._told(), self.constant(None), **self.at)])

    def caught(self, statements: list[ast.stmt], default: ast.expr) -> ast.stmt:
        """Statements that may fail: then a default is returned."""
        look = self.call(self.name("must_be_caught"), [self._told()])
        return self._tried(statements, [ast.Expr(look, **self.at), self.gives(default)])

    def _told(self) -> ast.expr:
        return self.call(self.name("located"), [self.name("error")])

    def _tried(self, statements: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
        handler = ast.ExceptHandler(self.name("Failures"), "error", otherwise, **self.at)
        return ast.Try(statements, [handler], [], [], **self.at)

    def definition(self, name: str, parameters: Sequence[str], body: list[ast.stmt]) -> ast.stmt:
        """A function."""
        takes = ast.arguments(
            posonlyargs=[],
            args=[ast.arg(one, **self.at) for one in parameters],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        )
        more: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
        return ast.FunctionDef(name, takes, body, [], **more, **self.at)
