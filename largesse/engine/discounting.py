"""What discounts have in common: the amount that is wished for, the base it comes off, the budgets
it spends.

Source: `domain/effects.md` §5.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from largesse.engine.cart import Unit, base_of
from largesse.engine.expr.values import EffectFailed
from largesse.engine.limits import Purse
from largesse.engine.scene import Scene
from largesse.kit.money import ZERO, rounded, tidy
from largesse.kit.wire import Wire
from largesse.model.changes import Discounted
from largesse.model.effects import Effected

MONEY: Final = ("setDiscount", "setDiscountEffect")  # the actions that discounts spend


def wished(value: Decimal) -> Decimal:
    """An amount that a rule computed. Raises `EffectFailed` when it is negative."""
    if value < 0:
        raise EffectFailed(f"a discount of {value:f} is negative")
    return rounded(value)


def granted(purse: Purse, wanted: Decimal) -> Decimal:
    """What the budgets allow of an amount. Raises `EffectFailed` when that is nothing, or not
    all and all is asked.
    """
    given = purse.take(wanted)
    if given is None:
        raise EffectFailed(f"the budget does not allow {wanted:f}")
    return tidy(given)


def session_left(scene: Scene, scope: str) -> Decimal:
    """What a discount on the session may take: the base of its scope, less earlier discounts if
    those cascade.
    """
    totals = scene.totals
    base = {
        "sessionTotal": totals.total,
        "cartItems": totals.cart_items,
        "additionalCosts": tidy(totals.additional_costs + totals.cart_item_additional_costs),
    }[scope]
    if not scene.rulebook.application.enable_cascading_discounts:
        return base
    whole = scene.taken("session") + scene.taken("cost") + scene.taken("item")
    return max(ZERO, min(base, tidy(totals.total - whole)))


def left_of(scene: Scene, base: Decimal, part: str, scope: str = "") -> Decimal:
    """What discounts may still take off a part: all of it, or what is left where discounts
    cascade.
    """
    if not scene.rulebook.application.enable_cascading_discounts:
        return base
    taken = scene.taken(part, scope) if scope else scene.taken(part)
    return max(ZERO, base - taken)


def unit_left(scene: Scene, unit: Unit, scope: str) -> Decimal:
    """What discounts may still take off a unit in a scope."""
    return left_of(scene, base_of(unit, scope), part_of(unit), scope)


def targets(items: Iterable[Any]) -> list[Unit]:
    """The units of a list. Raises `EffectFailed` for anything else."""
    found = list(items)
    if not all(isinstance(one, Unit) for one in found):
        raise EffectFailed("discounts per item need a list of items of the cart")
    return sorted(found, key=lambda unit: (unit.position, unit.sub_position))


def part_of(unit: Unit) -> str:
    """The name of a unit among the parts of a session."""
    return f"item:{unit.position}:{unit.sub_position}"


Piece = tuple[Unit, Decimal, Decimal]  # a unit, what was wished for it, what the budgets gave


def unit_by_unit(purse: Purse, wishes: Iterable[tuple[Unit, Decimal]]) -> list[Piece]:
    """Spend the budgets in the order of the cart. One that does not fit fails all, or ends it
    where parts may do.
    """
    pieces: list[Piece] = []
    for unit, wanted in wishes:
        given = purse.take(wanted)
        if given is None:
            if purse.partial and pieces:
                break
            raise EffectFailed(f"the budget does not allow {wanted:f}")
        pieces.append((unit, wanted, tidy(given)))
    return pieces


def effected_of(
    kind: str, props: tuple[Wire, ...], pieces: list[Piece], scope: str, purses: Iterable[Purse]
) -> Effected:
    """Discounts of units as one result, with what they cost the budgets."""
    changes = tuple(Discounted(part_of(unit), given, scope) for unit, _, given in pieces)
    spent = tuple(moved for purse in purses for moved in purse.changes())
    total = tidy(sum((given for _, _, given in pieces), ZERO))
    return Effected(kind, props, (*changes, *spent), total)
