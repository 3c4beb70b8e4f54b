"""The cart: bundles of items, and items with values from a value map."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from largesse.engine.expr.functions import Scene, T, function, whole
from largesse.engine.expr.values import RuleError, Value, mismatch, number, textual


class Mapped(Mapping[str, Value]):
    """An item with a value from a value map beside its own members."""

    __slots__ = ("item", "value")

    def __init__(self, item: Mapping[str, Value], value: Value) -> None:
        self.item = item
        self.value = value

    def __getitem__(self, name: str) -> Value:
        return self.value if name == "MappedValue" else self.item[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.item
        yield "MappedValue"

    def __len__(self) -> int:
        return len(self.item) + 1


@function("filterAndMapValues", says="those of {items} that the value map {name} lists")
def filter_and_map_values(scene: Scene, items: list[T], name: str) -> list[T]:
    """The items whose SKU is in a value map; `MappedValue` of each is its value there."""
    values = scene.value_map(name)
    found: list[Any] = []
    for item in items:
        if not isinstance(item, Mapping):
            raise mismatch("map", item)
        sku = item.get("Sku")
        look = textual(sku)
        if look in values:
            found.append(Mapped(item, values[look]))
    return found


@function("bundle", says="bundles of {parts: and }", least=1)
def bundle(scene: Scene, *parts: list[Any]) -> list[Any]:
    """As many bundles as possible.

    Each part is a list of items and how many of them a bundle takes. A last list of texts names
    the attributes in which all items of a bundle must be alike.
    """
    names: list[str] = []
    *takes, last = parts
    if last and all(one.__class__ is str for one in last):
        names = last
    else:
        takes.append(last)
    return scene.bundles([_part(one) for one in takes], names)


def _part(part: list[Any]) -> tuple[list[Value], int]:
    if len(part) != 2 or part[0].__class__ is not list:
        raise RuleError("a part of a bundle is a list of items and how many of them it takes")
    amount: Decimal = number(part[1])
    if amount < 1:
        raise RuleError("a bundle takes at least one item of each part")
    return part[0], whole(amount)
