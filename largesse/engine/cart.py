"""The cart as rules see it: units of quantity one, and how much of each amount discounts may
still take.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from msgspec import UNSET

from largesse.engine.sessions import costs_of, price_of
from largesse.kit.money import ZERO, tidy
from largesse.kit.wire import or_else
from largesse.model.attributes import read_time
from largesse.model.sessions import CartItem, Cost, SessionDocument

PLAIN: Final = {
    "Name": "name",
    "Category": "category",
    "Weight": "weight",
    "Height": "height",
    "Width": "width",
    "Length": "length",
}


class Root(dict[str, Any]):
    """A map whose members may be made when they are first read, or anew at each read.

    `once` makes members that are kept; `anew` makes members that change while rules run.
    """

    __slots__ = ("anew", "once")

    def __init__(
        self,
        members: Mapping[str, Any],
        *,
        once: Mapping[str, Callable[[], Any]] | None = None,
        anew: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        super().__init__(members)
        self.once = once or {}
        self.anew = anew or {}

    def __missing__(self, name: str) -> Any:
        if name in self.anew:
            return self.anew[name]()
        value = self[name] = self.once[name]()  # A KeyError says that there is no such member.
        return value


class Unit(Root):
    """One unit of a line. `position` is the line's, `sub_position` the unit's within it."""

    __slots__ = ("line", "position", "sub_position")

    line: CartItem
    position: int
    sub_position: int


def number(value: Any) -> Any:
    """A JSON value as the rule language has it: integers are exact decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, list):
        return [number(one) for one in value]
    if isinstance(value, dict):
        return {name: number(one) for name, one in value.items()}
    return value


def typed(values: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    """Attributes as rules read them: numbers exact, times as instants."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        match types.get(name):
            case "time":
                found[name] = read_time(value)
            case "(list time)" if value is not None:
                found[name] = [read_time(one) for one in value]
            case _:
                found[name] = number(value)
    return found


def costs_root(costs: Mapping[str, Cost]) -> dict[str, dict[str, Decimal]]:
    """Additional costs as rules read them."""
    return {name: {"Price": cost.price} for name, cost in costs.items()}


def line_members(
    item: CartItem, position: int, types: Mapping[str, str], known: Mapping[str, Any]
) -> dict[str, Any]:
    """What all units of a line have in common. A member that was not sent is not there.

    `known` are the attributes that the catalog has of the item; those of the line go before them.
    """
    members: dict[str, Any] = {
        "Sku": item.sku,
        "Quantity": Decimal(1),
        "Price": price_of(item),
        "Position": Decimal(position),
        "Attributes": typed({**known, **or_else(item.attributes, {})}, types),
        "AdditionalCosts": costs_root(costs_of(item)),
    }
    for name, member in PLAIN.items():
        value = getattr(item, member)
        if value is not UNSET:
            members[name] = value
    if item.product is not UNSET:
        members["Product"] = {"Name": item.product.name}
    return members


def units(
    document: SessionDocument, types: Mapping[str, str], discounted: Callable[[Unit], Decimal]
) -> Iterator[Unit]:
    """The units of a cart that were not returned, in the order of the cart.

    `discounted` says what a unit costs after the discounts so far.
    """
    for position, item in enumerate(document.cart_items):
        good = document.goods.get(item.sku)
        members = line_members(item, position, types, good.attributes if good else {})
        for sub_position in range(or_else(item.returned_quantity, 0), item.quantity):
            unit = Unit(members)
            unit.line, unit.position, unit.sub_position = item, position, sub_position
            unit["SubPosition"] = Decimal(sub_position)
            unit.anew = {"DiscountedPrice": partial(discounted, unit)}
            yield unit


def base_of(unit: Unit, scope: str) -> Decimal:
    """What a discount on a unit may take at most: its price, its additional costs, or both."""
    price = price_of(unit.line)
    if scope == "price":
        return price
    costs = sum((cost.price for cost in costs_of(unit.line).values()), ZERO)
    return costs if scope == "additionalCosts" else tidy(price + costs)
