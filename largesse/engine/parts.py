"""Looking at expressions without running them: operands, what they speak of, which attributes
effects change.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from largesse.engine.expr.nodes import Call, Node, Read, walk_nodes
from largesse.engine.expr.predicates import ANY_ITEM, Predicate
from largesse.engine.expr.scope import Scope
from largesse.model.campaigns import Ruleset

CODE_FUNCTIONS: Final = {
    "Coupon": frozenset({"couponValid", "couponValidWithoutRedemption", "reserveCoupon"}),
    "couponValid": frozenset({"couponValid", "couponValidWithoutRedemption"}),
    "referralValid": frozenset({"referralValid", "referralValidWithoutRedemption"}),
    "Referral": frozenset({"referralValid", "referralValidWithoutRedemption"}),
    "onFailure": frozenset({"onFailure"}),
}
SHORT: Final = {"CustomerSession": "Session", "CustomerProfile": "Profile"}
# Roots whose plain members move while rules run.
MOVING: Final = frozenset(
    {
        ("Session", "DiscountedTotal"),
        ("Session", "DiscountedCartItemTotal"),
    }
)


class Operand(Struct, frozen=True):
    """A part of a rule that can fail on its own: what runs, and what it was read from."""

    call: Callable[[Scope], Any]
    node: Node


def operands_of(condition: Node) -> tuple[str, tuple[Node, ...]]:
    """How the top of a condition combines its operands, and the operands."""
    if isinstance(condition, Call) and condition.function in ("and", "or"):
        return condition.function, condition.arguments
    return "and", (condition,)


def speaks_of(node: Node, topic: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether an expression calls a function of a topic, reads its root or one of these names."""
    calls = CODE_FUNCTIONS[topic]
    return any(
        (isinstance(one, Call) and one.function in calls)
        or (isinstance(one, Read) and (one.path[0] == topic or one.path[0] in names))
        for one in walk_nodes(node)
    )


def mutable_paths(rulesets: Iterable[Ruleset]) -> frozenset[tuple[str, ...]] | None:
    """The attributes that effects of these rulesets may change; None if that cannot be told.

    What may change while rules run must not decide beforehand which rules can fire.
    """
    effects = [effect for ruleset in rulesets for rule in ruleset.rules for effect in rule.effects]
    paths = list(_updated(effects))
    if not all(isinstance(path, str) for path in paths):
        return None
    return frozenset(plain(tuple(path.split("."))) for path in paths)


def _updated(expression: Any) -> Iterable[Any]:
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            if len(one) > 1 and one[0] == "updateAttribute":
                yield one[1]
            waiting.extend(one)


def touched(predicate: Predicate, changing: frozenset[tuple[str, ...]] | None) -> bool:
    """Whether what a predicate looks at may change while rules run."""
    path = plain(getattr(predicate, "path", ()))
    if path in MOVING or "DiscountedPrice" in path:
        return True
    if "Attributes" not in path:
        return False
    if changing is None or any(path[: len(one)] == one for one in changing):
        return True
    # Rules may change attributes of items, by their positions.
    return ANY_ITEM in path and any(
        part.startswith("CartItems[") for one in changing for part in one
    )


def plain(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path under the shorter of the two names that its root has."""
    return (SHORT.get(path[0], path[0]), *path[1:]) if path else path
