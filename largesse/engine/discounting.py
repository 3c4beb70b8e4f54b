"""What discounts have in common: the amount that is wished for, the base it comes off, the budgets
it spends.

Source: `domain/effects.md` §5.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from largesse.engine.cart import Unit, base_of
from largesse.engine.expr.functions.cart import Mapped
from largesse.engine.expr.values import EffectFailed
from largesse.engine.limits import Purse
from largesse.engine.scene import Place, Scene
from largesse.engine.sessions import costs_of
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
    bases = {
        "sessionTotal": totals.total,
        "cartItems": totals.cart_items,
        "additionalCosts": tidy(totals.additional_costs + totals.cart_item_additional_costs),
    }
    if scope not in bases:
        raise EffectFailed(f"{scope} is no scope of a discount")
    base = bases[scope]
    if not scene.rulebook.application.enable_cascading_discounts:
        return base
    whole = scene.taken("session") + scene.taken("cost") + scene.taken("item")
    of_scope = {"cartItems": scene.taken("item"), "additionalCosts": scene.taken("cost")}
    own = scene.taken("session", scope) + of_scope[scope] if scope in of_scope else whole
    return max(ZERO, tidy(min(base - own, totals.total - whole)))


def left_of(scene: Scene, base: Decimal, part: str, scope: str = "") -> Decimal:
    """What discounts may still take off a part: all of it, or what is left where discounts
    cascade.
    """
    if not scene.rulebook.application.enable_cascading_discounts:
        return base
    taken = scene.taken(part, scope) if scope else scene.taken(part)
    return max(ZERO, base - taken)


def unit_left(scene: Scene, unit: Unit, scope: str) -> Decimal:
    """What discounts may still take off a unit in a scope, and off all of it."""
    whole = left_of(scene, base_of(unit, "itemTotal"), part_of(unit))
    return min(whole, left_of(scene, base_of(unit, scope), part_of(unit), scope))


Target = tuple[Unit, Any]  # a unit, and the item that the rule sees of it


def targets(items: Iterable[Any]) -> list[Target]:
    """The units of a list, each once, in the order of the cart.

    Raises `EffectFailed` for anything else.
    """
    by_place: dict[Place, Target] = {}
    for item in items:
        unit = item.item if isinstance(item, Mapped) else item
        if not isinstance(unit, Unit):
            raise EffectFailed("discounts per item need a list of items of the cart")
        by_place[unit.position, unit.sub_position] = (unit, item)
    return [by_place[place] for place in sorted(by_place)]


def wins(scene: Scene, unit: Unit) -> bool:
    """Whether the campaign may discount a unit, where campaigns compete for each of them."""
    return scene.won is None or (unit.position, unit.sub_position) in scene.won


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


def cost_left(scene: Scene, unit: Unit, cost: str) -> Decimal:
    """What discounts may still take off an additional cost of a unit, and off all of it."""
    price = costs_of(unit.line)[cost].price
    whole = left_of(scene, base_of(unit, "itemTotal"), part_of(unit))
    return min(whole, left_of(scene, price, part_of(unit), f"cost:{cost}"))


def shared_out(
    scene: Scene, units: list[Unit], shares: list[Decimal], purse: Purse, counted: Purse
) -> list[Piece]:
    """The shares of the units that the campaign may discount; the rest goes back to the purse."""
    pieces: list[Piece] = []
    for unit, share in zip(units, shares, strict=True):
        if not wins(scene, unit):
            purse.give_back(share)
        elif counted.take(share) is None:
            raise EffectFailed("the budget does not allow so many discounts")
        else:
            pieces.append((unit, share, share))
    return pieces
