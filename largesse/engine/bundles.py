"""Bundles: units that belong together, formed greedily in the order of the cart."""

from typing import Any

from largesse.engine.cart import Unit

Bundle = list[Any]  # units


def form(parts: list[tuple[list[Any], int]], names: list[str]) -> list[Bundle]:
    """As many bundles as possible: of each part its number of units, each unit used once.

    All units of a bundle are alike in the named attributes; a unit without one of them is left out.
    """
    likes: dict[tuple[Any, ...], None] = {}
    for items, _ in parts:
        likes.update((like, None) for unit in items if (like := look(unit, names)) is not None)
    return [bundle for like in likes for bundle in form_alike(parts, names, like)]


def form_alike(
    parts: list[tuple[list[Any], int]], names: list[str], like: tuple[Any, ...]
) -> list[Bundle]:
    """The bundles whose units look alike."""
    waiting = [
        ([unit for unit in items if look(unit, names) == like], number) for items, number in parts
    ]
    used: set[int] = set()
    found: list[Bundle] = []
    while True:
        bundle: Bundle = []
        taken = set(used)
        for items, number in waiting:
            fitting = [unit for unit in items if id(unit) not in taken][:number]
            if len(fitting) < number:
                return found
            bundle += fitting
            taken.update(id(unit) for unit in fitting)
        used = taken
        found.append(bundle)


def look(unit: Any, names: list[str]) -> tuple[Any, ...] | None:
    """What a unit looks like in the named attributes, or None if it lacks one."""
    if not isinstance(unit, Unit):
        return None
    found = []
    for name in names:
        value = unit["Attributes"].get(name, unit.get(name))
        if value is None:
            return None
        found.append(value)
    return tuple(found)
