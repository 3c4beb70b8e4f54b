"""Effects that add items to an order.

Source: AddFreeItemEffectProps.
"""

from decimal import Decimal

from msgspec import UNSET

from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.kit.caps import QUANTITY_MAX
from largesse.kit.wire import Maybe, Wire
from largesse.model.effects import Effected


class AddFreeItem(Wire, kw_only=True):
    """One unit that the shop adds to the order."""

    sku: str
    name: str
    desired_quantity: Maybe[int] = UNSET


@effect("addFreeItem", says="add {quantity} free {sku}, called {name}")
def add_free_item(
    scene: Scene, name: str, sku: str, quantity: Whole = Decimal(1), partial: bool | None = None
) -> Effected:
    """Tell the shop to add units of an item for nothing: one effect for each unit. The cart
    stays as it is.
    """
    wanted = whole(quantity)
    if not 1 <= wanted <= QUANTITY_MAX:
        raise EffectFailed(f"{wanted} is no number of free items")
    purse = scene.purse("", "addFreeItemEffect", partial=partial)
    given = 0
    while given < wanted and purse.take(Decimal(1)) is not None:
        given += 1
    if not given or (given < wanted and not purse.partial):
        raise EffectFailed(f"the budget does not allow {wanted} free items")
    props = AddFreeItem(sku=sku, name=name, desired_quantity=wanted if purse.partial else UNSET)
    return Effected("addFreeItem", (props,) * given, purse.changes())
