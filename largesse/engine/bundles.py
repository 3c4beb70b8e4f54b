"""Bundles: units that belong together, formed greedily in the order of the cart."""

from itertools import islice
from typing import Any

from largesse.engine.cart import Unit

Bundle = list[Any]  # units


def form(parts: list[tuple[list[Any], int]], names: list[str]) -> list[Bundle]:
    """As many bundles as possible: of each part its number of units, each unit used once.

    All units of a bundle are alike in the named attributes; a unit without one of them is left out.
    """
    numbers = [number for _, number in parts]
    sorted_out = [by_look(items, names) for items, _ in parts]
    likes = dict.fromkeys(like for units in sorted_out for like in units)
    return [
        bundle
        for like in likes
        for bundle in form_alike([units.get(like, []) for units in sorted_out], numbers)
    ]


def by_look(items: list[Any], names: list[str]) -> dict[tuple[Any, ...], list[Any]]:
    """The units of a part by what they look like."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for unit in items:
        like = look(unit, names)
        if like is not None:
            found.setdefault(like, []).append(unit)
    return found


def form_alike(parts: list[list[Any]], numbers: list[int]) -> list[Bundle]:
    """The bundles whose units look alike. No unit is looked at twice: carts are large."""
    waiting = [iter(units) for units in parts]
    taken: set[int] = set()
    found: list[Bundle] = []
    while True:
        bundle: Bundle = []
        for units, number in zip(waiting, numbers, strict=True):
            fitting = list(islice((unit for unit in units if id(unit) not in taken), number))
            if len(fitting) < number:
                return found
            bundle += fitting
            taken.update(id(unit) for unit in fitting)
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
