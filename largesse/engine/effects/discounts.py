"""Effects that take an amount off the session or off one of its additional costs.

Source: SetDiscountEffectProps and its kin of the contract.
"""

from decimal import Decimal

from msgspec import UNSET

from largesse.engine.discounting import MONEY, granted, left_of, session_left, wished
from largesse.engine.effects import effect
from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import DiscountScope
from largesse.model.changes import Change, Discounted
from largesse.model.effects import Effected


class SetDiscount(Wire, kw_only=True):
    """An amount off the session."""

    name: str
    value: Decimal
    scope: Maybe[str] = UNSET
    desired_value: Maybe[Decimal] = UNSET


class SetDiscountPerAdditionalCost(Wire, kw_only=True):
    """An amount off an additional cost of the session."""

    name: str
    additional_cost_id: int
    additional_cost: str
    value: Decimal
    desired_value: Maybe[Decimal] = UNSET


def scope_told(scene: Scene, scope: str) -> Maybe[str]:
    """Discounts of the session name their scope only where discounts cascade."""
    return scope if scene.rulebook.application.enable_cascading_discounts else UNSET


@effect("setDiscount", says="take {value} off the session, called {name}")
def set_discount(
    scene: Scene,
    name: str,
    value: Decimal,
    scope: DiscountScope | None = None,
    partial: bool | None = None,
) -> Effected:
    """Take an amount off the session, never more than the base of its scope.

    The amount is in the currency of the Application. Without a scope the Application's default
    holds.
    """
    chosen = scope or scene.rulebook.application.default_discount_scope
    wanted = min(wished(value), session_left(scene, chosen))
    purse = scene.purse(*MONEY, partial=partial)
    given = granted(purse, wanted)
    props = SetDiscount(
        name=name,
        value=given,
        scope=scope_told(scene, chosen),
        desired_value=wanted if purse.partial else UNSET,
    )
    changes: tuple[Change, ...] = (Discounted("session", given, chosen), *purse.changes())
    return Effected("setDiscount", (props,), changes, given)


@effect("setDiscountPerAdditionalCost", says="take {value} off the cost {cost}, called {name}")
def set_discount_per_additional_cost(
    scene: Scene, name: str, cost: str, value: Decimal, partial: bool | None = None
) -> Effected:
    """Take an amount off an additional cost of the session, never more than it is."""
    known = scene.rulebook.costs.get(cost)
    sent = scene.situation.session.additional_costs.get(cost)
    if known is None or sent is None:
        raise EffectFailed(f"the session has no cost {cost}")
    part = f"cost:{cost}"
    wanted = min(wished(value), left_of(scene, sent.price, part))
    purse = scene.purse(*MONEY, partial=partial)
    given = granted(purse, wanted)
    props = SetDiscountPerAdditionalCost(
        name=name,
        additional_cost_id=known.id,
        additional_cost=cost,
        value=given,
        desired_value=wanted if purse.partial else UNSET,
    )
    return Effected(
        "setDiscountPerAdditionalCost", (props,), (Discounted(part, given), *purse.changes()), given
    )
