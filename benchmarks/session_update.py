"""How long does a session update take? Over HTTP, beside the database's two functions alone.

Each connection opens sessions, updates them with carts of ten lines, and closes them with the
fourth update. pgbench calls `read_situations` and `write_outcomes` for the same updates.
"""

from collections.abc import Iterator
from typing import Final

from benchmarks.goals import Goal, at_most, growth, of
from benchmarks.measuring import Figure, figures
from benchmarks.stand import Stand

TITLE: Final = "Session updates (a read and a durable write)"
RATIO_MIN: Final = 0.35
CPU_MS_MAX: Final = 2.0


def measure(stand: Stand) -> Iterator[Figure]:
    """Every cell of the table."""
    return figures(stand, dry=False)


def goals(cells: list[Figure]) -> list[Goal]:
    """What is wanted of them."""
    found = []
    for size in (50, 1_000):
        cell = of(cells, size, 32)
        name = f"update, {size:,} campaigns, 32 connections: "
        found += [
            Goal(name + "HTTP of database alone", cell.ratio, f"≥ {RATIO_MIN}",
                 is_met=cell.ratio >= RATIO_MIN),
            at_most(name + "CPU ms", cell.http.cpu_ms, CPU_MS_MAX),
        ]  # fmt: skip
    return [*found, growth("update", cells)]
