"""Reading and binding names. The forms here are read into nodes of their own and never called."""

from typing import Any, NoReturn

from largesse.engine.expr.functions import function
from largesse.engine.expr.signatures import Step
from largesse.engine.expr.values import RuleError


def _never() -> NoReturn:
    raise AssertionError("forms are evaluated as nodes, not called")


@function(".", says="{path}", least=1)
def read(*path: Step) -> Any:
    """What a path leads to, from a root or a binding. A step that is not set is an error."""
    _never()


@function(".|", says="{path}, or else {default}", least=2)
def read_or(default: Any, *path: Step) -> Any:
    """What a path leads to, or the default when a step is not set."""
    _never()


@function("set", says="let {path} be {value}", least=2)
def assign(path: Step, *value: Any) -> None:
    """Bind a name, or a member of a map, for the expressions that follow in the same rule."""
    _never()


@function("setTemplate", says="keep the template {name}", least=2)
def set_template(name: str, *template: Any) -> None:
    """Accepted for compatibility; templates are not kept."""


@function("!", says="the template {name}", least=1)
def template(name: str, *arguments: Any) -> Any:
    """Accepted for compatibility; templates are not kept, so there is never one of the name."""
    raise RuleError(f"there is no template {name}")
