"""Truth, sameness, and what happens when something goes wrong."""

from largesse.engine.expr.functions import Atom, Outcome, Scene, T, function
from largesse.engine.expr.signatures import Effect, Lambda, Lazily
from largesse.engine.expr.values import OverBudget, RuleError, same


@function("and", says="{conditions: and }")
def all_of(*conditions: Lazily[bool]) -> bool:
    """Whether all conditions are true. The first false one ends it; no condition at all is true."""
    return all(condition() for condition in conditions)


@function("or", says="{conditions: or }")
def any_of(*conditions: Lazily[bool]) -> bool:
    """Whether at least one condition is true. The first true one ends it."""
    return any(condition() for condition in conditions)


@function("not", says="not {condition}")
def opposite(condition: bool) -> bool:
    """The opposite of a condition."""
    return not condition


@function("=", says="{values[:1]} is {values[1:]: and }", least=2)
def equal(*values: Atom) -> bool:
    """Whether all values look like the first: 1 equals "1", and times are compared in UTC."""
    first, *others = values
    return all(same(first, other) for other in others)


@function("!=", says="{values[:1]} is not {values[1:]: and }", least=2)
def unequal(*values: Atom) -> bool:
    """Whether not all values look like the first."""
    first, *others = values
    return not all(same(first, other) for other in others)


@function("catch", says="({value}, or {default} if that fails)")
def catch(default: Lazily[Outcome], value: Lazily[Outcome]) -> Outcome:
    """A value or an effect, or the default when it cannot be had."""
    try:
        return value()
    except OverBudget:
        raise
    except RuleError:
        return default()


@function("noop", says="nothing")
def noop() -> None:
    """No effect."""


@function("identity", says="{value}")
def identity(value: T) -> T:
    """The value itself."""
    return value


@function("do", says="with {value}: {body}")
def with_value(value: T, body: Lambda[T, Outcome]) -> Outcome:
    """What the body gives for a value, which it may use more than once under a name."""
    return body(value)


@function("onFailure", says="{condition} (otherwise: {effects: and })", least=1)
def on_failure(scene: Scene, condition: Lazily[bool], *effects: Lazily[Effect]) -> bool:
    """The condition itself. When it is false or fails, the effects are told."""
    try:
        holds = condition()
    except OverBudget:
        raise
    except RuleError:
        _tell(scene, effects)
        raise
    if not holds:
        _tell(scene, effects)
    return holds


def _tell(scene: Scene, effects: tuple[Lazily[Effect], ...]) -> None:
    for effect in effects:
        scene.tell_on_failure(effect())
