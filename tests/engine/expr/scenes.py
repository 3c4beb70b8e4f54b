"""A scene with fixed answers, and ways to evaluate an expression: compiled, and walked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from largesse.engine.expr.compile import compile_node
from largesse.engine.expr.functions import Function, functions, make
from largesse.engine.expr.nodes import Node
from largesse.engine.expr.read import read
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.types import EFFECT
from largesse.engine.expr.values import EffectFailed, RuleError
from largesse.engine.expr.walk import walk

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


class FixedScene:
    """Answers what functions ask; `answers` replaces some of the answers."""

    now = NOW
    zone = UTC

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.answers = {
            "coupon": True,
            "referral": True,
            "budgets": {"setDiscount": Decimal(10), "createCoupon": Decimal(0)},
            "audiences": [1],
            "advocate": [2],
            "joined": [3],
            "left": [4],
            "event": "visit",
            "balance": Decimal(60),
            "tier": "Gold",
            "card": True,
            "states": {"7": ["started", "completed"]},
            **(answers or {}),
        }
        self.redeemed: list[str] = []
        self.told: list[Any] = []

    def coupon_valid(self, *, redeem: bool) -> bool:
        self.redeemed += ["coupon"] * redeem
        return self.answers["coupon"]

    def referral_valid(self, *, redeem: bool) -> bool:
        self.redeemed += ["referral"] * redeem
        return self.answers["referral"]

    def coupon_can_be_created(self) -> bool:
        return self.answers["budgets"].get("createCoupon") != 0

    def referral_can_be_created(self) -> bool:
        return self.answers["budgets"].get("createReferral") != 0

    def budget_left(self, action: str) -> Decimal | None:
        return self.answers["budgets"].get(action)

    def audience_member(self, audience_id: int, whose: str) -> bool:
        return audience_id in self.answers["audiences" if whose == "Current" else "advocate"]

    def joined_audience(self, audience_id: int) -> bool:
        return audience_id in self.answers["joined"]

    def left_audience(self, audience_id: int) -> bool:
        return audience_id in self.answers["left"]

    def event_type(self, name: str) -> bool:
        return name == self.answers["event"]

    def loyalty_balance(self, program_id: int, subledger: str, kind: str) -> Decimal:
        if program_id != 1:
            raise RuleError(f"there is no loyalty program {program_id}")
        return self.answers["balance"] if kind == "current" and not subledger else Decimal(0)

    def tier_is(self, program_id: int, subledger: str, name: str) -> bool:
        return program_id == 1 and not subledger and name == self.answers["tier"]

    def loyalty_card_valid(self) -> bool:
        return self.answers["card"]

    def loyalty_card_registered(self) -> bool:
        return self.answers["card"]

    def achievement(self, achievement_id: int, state: str) -> bool:
        return state in self.answers["states"].get(str(achievement_id), ())

    def collection(self, name: str) -> set[str]:
        if name != "brands":
            raise RuleError(f"there is no collection {name}")
        return {"Nike", "7"}

    def value_map(self, name: str) -> dict[str, Any]:
        if name != "fixed":
            raise RuleError(f"there is no value map {name}")
        return {"A": Decimal(3), "B": Decimal(4)}

    def bundles(self, parts: list[tuple[list[Any], int]], names: list[str]) -> list[Any]:
        sizes = [Decimal(len(items) // wanted) for items, wanted in parts]
        return [min(sizes), *names] if sizes else list(names)

    def tell_on_failure(self, effect: Any) -> None:
        self.told.append(effect)


def tell(scene: FixedScene, text: str) -> str:
    """Tell a text: the only effect here that may be told when a condition fails."""
    return f"told {text}"


def give(scene: FixedScene, amount: Decimal) -> str:
    """Give an amount of at most 10."""
    if amount > 10:
        raise EffectFailed("the budget is too small")
    return f"given {amount}"


def show(scene: FixedScene, value: Any) -> str:
    """Show a value."""
    return f"shown {value}"


TABLE: dict[str, Function] = {
    **functions(),
    "tell": make(tell, "tell", "tell {text}", kind="effect", result=EFFECT, on_failure=True),
    "show": make(show, "show", "show {value}", kind="effect", result=EFFECT),
    "give": make(give, "give", "give {amount}", kind="effect", result=EFFECT),
}


def numbered(text: str) -> Any:
    """JSON with exact numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def timed(json_: Any) -> Any:
    """The value that JSON stands for, `{"time": text}` being a time."""
    if isinstance(json_, dict):
        if set(json_) == {"time"}:
            return datetime.fromisoformat(json_["time"])
        return {name: timed(member) for name, member in json_.items()}
    return [timed(item) for item in json_] if isinstance(json_, list) else json_


def node_of(expression: Any) -> Node:
    """An expression, read."""
    return read(expression, TABLE)


def run_compiled(node: Node, scope: Scope) -> Any:
    """What the compiled expression gives."""
    return compile_node(node, TABLE)(scope)


def run_walked(node: Node, scope: Scope) -> Any:
    """What the reference gives."""
    return walk(node, TABLE, scope)


WAYS: list[Callable[[Node, Scope], Any]] = [run_compiled, run_walked]


def scope_of(names: dict[str, Any] | None = None, **more: Any) -> Scope:
    """A scope with names, `Now`, and a scene whose answers may be in `$scene`."""
    given = dict(names or {})
    scene = FixedScene(given.pop("$scene", None))
    return Scope({"Now": NOW, **given}, scene, **more)


def alike(one: Any, other: Any) -> bool:
    """Whether two values are of the same type and equal, all the way down."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if hasattr(one, "items") and hasattr(other, "items"):
        return set(one) == set(other) and all(alike(one[name], other[name]) for name in one)
    return type(one) is type(other) and one == other
