"""How long does a decision take that stores nothing? Updates with `dry=true` over HTTP, beside
`read_situations` alone.
"""

from collections.abc import Iterator
from typing import Final

from benchmarks.goals import Goal, at_most, growth, of
from benchmarks.measuring import Figure, figures
from benchmarks.stand import Stand

TITLE: Final = "Evaluations (dry=true: a read, nothing written)"
CPU_MS_MAX: Final = 1.5


def measure(stand: Stand) -> Iterator[Figure]:
    """Every cell of the table."""
    return figures(stand, dry=True)


def goals(cells: list[Figure]) -> list[Goal]:
    """What is wanted of them."""
    cell = of(cells, 50, 32)
    name = "evaluation, 50 campaigns, 32 connections: CPU ms"
    return [at_most(name, cell.http.cpu_ms, CPU_MS_MAX), growth("evaluation", cells)]
