"""Effects that take an amount off single units: each, in proportion, or off their additional costs.

Source: SetDiscountPerItemEffectProps, SetDiscountPerAdditionalCostPerItemEffectProps of the
contract.
"""

from decimal import Decimal
from typing import Any, Final, get_args

from msgspec import UNSET

from largesse.engine.discounting import (
    MONEY,
    cost_left,
    effected_of,
    granted,
    shared_out,
    targets,
    unit_by_unit,
    unit_left,
    wins,
    wished,
)
from largesse.engine.effects import effect
from largesse.engine.expr.signatures import Lambda
from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.engine.sessions import costs_of
from largesse.kit.money import ZERO, split, tidy
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import ItemScope
from largesse.model.effects import Effected


class SetDiscountPerItem(Wire, kw_only=True):
    """An amount off one unit."""

    name: str
    value: Decimal
    position: int
    sub_position: int
    scope: Maybe[str] = UNSET
    desired_value: Maybe[Decimal] = UNSET
    total_discount: Maybe[Decimal] = UNSET
    desired_total_discount: Maybe[Decimal] = UNSET


class SetDiscountPerAdditionalCostPerItem(Wire, kw_only=True):
    """An amount off an additional cost of one unit."""

    name: str
    additional_cost_id: int
    additional_cost: str
    value: Decimal
    position: int
    sub_position: int
    desired_value: Maybe[Decimal] = UNSET


SCOPES: Final = frozenset(get_args(ItemScope))


def item_scope(scene: Scene, scope: str | None) -> str:
    """The scope of a discount per item. The default of an Application speaks of additional costs
    only.
    """
    chosen = scope or scene.rulebook.application.default_discount_additional_cost_per_item_scope
    if chosen not in SCOPES:
        raise EffectFailed(f"{chosen} is no scope of a discount of items")
    return chosen


@effect("setDiscountPerItem", says="take {value} off each of {items}, called {name}")
def set_discount_per_item(
    scene: Scene,
    name: str,
    items: list[Any],
    value: Lambda[Any, Decimal],
    scope: ItemScope | None = None,
    partial: bool | None = None,
) -> Effected:
    """Take an amount off each unit of a list, never more than the unit costs in the scope.

    Budgets are spent unit by unit in the order of the cart; without partial discounts one that does
    not fit fails all.
    """
    chosen = item_scope(scene, scope)
    purse = scene.purse(*MONEY, partial=partial)
    wishes = (
        (unit, min(wished(value(item)), unit_left(scene, unit, chosen)))
        for unit, item in targets(items)
        if wins(scene, unit)
    )
    pieces = unit_by_unit(purse, wishes)
    props = tuple(
        SetDiscountPerItem(
            name=f"{name}#{unit.position}",
            value=given,
            position=unit.position,
            sub_position=unit.sub_position,
            scope=chosen,
            desired_value=wanted if purse.partial else UNSET,
        )
        for unit, wanted, given in pieces
    )
    return effected_of("setDiscountPerItem", props, pieces, chosen, (purse,))


@effect(
    "setDiscountPerItemProRata", says="spread {total} over {items} by their prices, called {name}"
)
def set_discount_per_item_pro_rata(
    scene: Scene,
    name: str,
    items: list[Any],
    total: Decimal,
    scope: ItemScope | None = None,
    partial: bool | None = None,
) -> Effected:
    """Spread an amount over units in proportion to what they cost, to the last twelfth of a
    decimal.

    Never more than the units cost together; the shares add up to the amount exactly.
    """
    chosen = item_scope(scene, scope)
    units = [unit for unit, _ in targets(items)]
    bases = [unit_left(scene, unit, chosen) for unit in units]
    wanted = min(wished(total), tidy(sum(bases, ZERO)))
    purse = scene.purse("setDiscount", "", partial=partial)
    given = granted(purse, wanted)
    counted = scene.purse("", "setDiscountEffect")
    pieces = shared_out(scene, units, split(given, bases), purse, counted)
    props = tuple(
        SetDiscountPerItem(
            name=f"{name}#{unit.position}",
            value=share,
            position=unit.position,
            sub_position=unit.sub_position,
            scope=chosen,
            total_discount=given,
            desired_total_discount=wanted,
        )
        for unit, share, _ in pieces
    )
    return effected_of("setDiscountPerItem", props, pieces, chosen, (purse, counted))


@effect(
    "setDiscountPerAdditionalCostPerItem",
    says="take {value} off the cost {cost} of each of {items}, called {name}",
)
def set_discount_per_additional_cost_per_item(
    scene: Scene,
    name: str,
    cost: str,
    items: list[Any],
    value: Lambda[Any, Decimal],
    partial: bool | None = None,
) -> Effected:
    """Take an amount off an additional cost of each unit; fails when a unit has no such cost."""
    known = scene.rulebook.costs.get(cost)
    found = targets(items)
    if known is None or any(cost not in costs_of(unit.line) for unit, _ in found):
        raise EffectFailed(f"not all of the items have a cost {cost}")
    purse = scene.purse(*MONEY, partial=partial)
    mine = [(unit, item) for unit, item in found if wins(scene, unit)]
    wishes = ((unit, min(wished(value(item)), cost_left(scene, unit, cost))) for unit, item in mine)
    pieces = unit_by_unit(purse, wishes)
    props = tuple(
        SetDiscountPerAdditionalCostPerItem(
            name=f"{name}#{unit.position}",
            additional_cost_id=known.id,
            additional_cost=cost,
            value=given,
            desired_value=wanted if purse.partial else UNSET,
            position=unit.position,
            sub_position=unit.sub_position,
        )
        for unit, wanted, given in pieces
    )
    return effected_of(
        "setDiscountPerAdditionalCostPerItem", props, pieces, f"cost:{cost}", (purse,)
    )
