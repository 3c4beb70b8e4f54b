"""What one evaluation of a rule sees: names, the scene, and the steps that it may still take."""

from collections.abc import Callable, Mapping
from typing import Any

from largesse.engine.expr.values import OverBudget, RuleError, Value, over_steps
from largesse.kit.caps import BINDINGS_DEPTH_MAX, RULE_STEPS_MAX

Thunk = Callable[[], Value]


class Names(dict[str, Value]):
    """Names and their values; some values are made when they are first read."""

    __slots__ = ("_failed", "_lazy", "_open")

    def __init__(self, names: Mapping[str, Value]) -> None:
        super().__init__(names)
        self._lazy: dict[str, Thunk] = {}
        self._failed: dict[str, str] = {}
        self._open: list[str] = []

    def bind_lazily(self, name: str, thunk: Thunk) -> None:
        """Bind a name to what the thunk gives when the name is first read."""
        self.pop(name, None)
        self._failed.pop(name, None)
        self._lazy[name] = thunk

    def knows(self, name: str) -> bool:
        """Whether a name is bound, made already or not."""
        return name in self or name in self._lazy

    def __missing__(self, name: str) -> Value:
        """Make the value of a lazily bound name. What failed once fails again at each read."""
        thunk = self._lazy.get(name)
        if thunk is None:
            raise KeyError(name)
        if name in self._failed:
            raise RuleError(self._failed[name])
        if name in self._open:
            raise RuleError(f"{name} refers to itself")
        if len(self._open) >= BINDINGS_DEPTH_MAX:
            raise OverBudget(f"more than {BINDINGS_DEPTH_MAX} bindings refer to one another")
        self._open.append(name)
        try:
            value = thunk()
        except OverBudget:
            raise
        except RuleError as error:
            self._failed[name] = f"{name}: {error.message}"
            raise RuleError(self._failed[name]) from error
        finally:
            self._open.pop()
        self[name] = value
        return value


class Scope:
    """One evaluation of one rule. `names` holds the roots and bindings."""

    __slots__ = ("_assigned", "names", "scene", "steps")

    def __init__(
        self, names: Mapping[str, Value], scene: Any = None, *, steps: int = RULE_STEPS_MAX
    ) -> None:
        self.names = Names(names)
        self.scene = scene
        self.steps = steps
        self._assigned: set[str] = set()

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value."""
        self.names[name] = value

    def bind_lazily(self, name: str, thunk: Thunk) -> None:
        """Give a name the value that the thunk has when the name is first read."""
        self.names.bind_lazily(name, thunk)

    def charge(self, steps: int) -> None:
        """Count steps. Raises `OverBudget` when there were too many."""
        self.steps -= steps
        if self.steps < 0:
            raise over_steps()

    def assign(self, path: tuple[str, ...], value: Value) -> None:
        """What `set` does: bind a name, or a member of a map under one; what is known stays."""
        name, *steps = path
        if name not in self._assigned and self.names.knows(name):
            raise RuleError(f"{name} is known already and cannot be set")
        self._assigned.add(name)
        self.names[name] = _with(self.names.get(name), steps, value)


def _with(whole: Value, steps: list[str], value: Value) -> Value:
    if not steps:
        return value
    members = whole if isinstance(whole, Mapping) else {}
    return {**members, steps[0]: _with(members.get(steps[0]), steps[1:], value)}
