"""What is wanted of the figures, and whether it is reached."""

from typing import Final

from msgspec import Struct

from benchmarks.measuring import Figure

GROWTH_MAX: Final = 1.5


class Goal(Struct):
    """A wish and what came of it."""

    name: str
    value: float
    wanted: str
    is_met: bool


def at_most(name: str, value: float, bound: float) -> Goal:
    """A value that should not be greater."""
    return Goal(name, value, f"≤ {bound}", is_met=value <= bound)


def of(cells: list[Figure], campaigns: int, connections: int) -> Figure:
    """The figure of a cell."""
    return next(
        one for one in cells if (one.campaigns, one.connections) == (campaigns, connections)
    )


def growth(what: str, cells: list[Figure]) -> Goal:
    """What a thousand campaigns cost, of what ten cost."""
    few, many = of(cells, 10, 32).http.cpu_ms, of(cells, 1_000, 32).http.cpu_ms
    return at_most(f"{what}: CPU at 1,000 campaigns of that at 10", many / few, GROWTH_MAX)
