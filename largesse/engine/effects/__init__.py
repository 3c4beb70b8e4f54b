"""What an effect is: a function whose signature is the rule builder's form and whose result is a
value.

`@effect("setDiscount", says="take {value} off the session total")` makes a function an effect of
the language. It gets the scene, gives `Effected` (what callers are told, and what has to be
written), or None when it cannot be applied: then its rule leaves no trace. An effect changes
nothing itself.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from largesse.engine.expr.functions import Function, functions, make
from largesse.engine.expr.types import EFFECT
from largesse.kit import discover


def effect(
    name: str, *, says: str, on_failure: bool = False
) -> Callable[[Callable[..., Any]], Function]:
    """Make a Python function an effect. `on_failure`: may also be told when a condition fails."""

    def wrap(python: Callable[..., Any]) -> Function:
        return make(python, name, says, kind="effect", result=EFFECT, on_failure=on_failure)

    return wrap


@cache
def effects() -> Mapping[str, Function]:
    """All effects by their names."""
    found = discover.members(sys.modules[__name__], Function)
    return MappingProxyType({one.name: one for one in found if one.kind == "effect"})


@cache
def table() -> Mapping[str, Function]:
    """Every name that an expression may call: functions and effects."""
    return MappingProxyType({**functions(), **effects()})
