"""`make bench`: answer every question, or those that are named; print and store what came out.

`LARGESSE_BENCH_SECONDS` is how long each side of a figure is measured. `LARGESSE_BENCH_PROFILE`
names a file for a profile of the server (`python -m pstats` reads it); it makes everything slower.
"""

import sys
import time
from datetime import UTC, datetime
from typing import Final

from benchmarks import engine, evaluation, measuring, results, session_update
from benchmarks.goals import Goal
from benchmarks.measuring import Figure
from benchmarks.results import Result
from benchmarks.stand import Stand, standing

QUESTIONS: Final = ("engine", "session_update", "evaluation")
MODULES: Final = {"session_update": session_update, "evaluation": evaluation}


def main() -> None:
    """Measure, print, store."""
    asked = sys.argv[1:] or list(QUESTIONS)
    if unknown := set(asked) - set(QUESTIONS):
        sys.exit(f"there is no question {', '.join(unknown)}; there are {', '.join(QUESTIONS)}")
    began = time.perf_counter()
    result = Result(
        date=datetime.now(UTC).replace(microsecond=0),
        seconds=measuring.seconds(),
        machine=results.machine(),
        versions=results.versions(),
    )
    if "engine" in asked:
        note("The engine alone")
        result.engine = engine.measure()
    if set(asked) & set(MODULES):
        measure_all(result, asked)
    print("\n".join(["", *results.full(result)]))
    stored = results.store(result)
    note(
        f"{time.perf_counter() - began:.0f} s; stored in {stored.relative_to(results.HERE.parent)}"
    )


def measure_all(result: Result, asked: list[str]) -> None:
    """Everything that needs a server and a database."""
    note("A database with 1,060 campaigns")
    with standing(measuring.SIZES) as stand:
        result.machine.file_system = stand.file_system
        result.versions["PostgreSQL"] = stand.database_version
        result.direct = measuring.who()
        for name, cells in (
            ("session_update", result.updates),
            ("evaluation", result.evaluations),
        ):
            if name in asked:
                result.goals += answered(name, stand, cells)


def answered(name: str, stand: Stand, cells: list[Figure]) -> list[Goal]:
    """The figures of a question as they come, and what is wanted of them."""
    question = MODULES[name]
    note(question.TITLE)
    for cell in question.measure(stand):
        cells.append(cell)
        note(
            f"  {cell.campaigns:>5,} campaigns, {cell.connections:>2} connections:"
            f" {cell.http.per_second:>5,.0f}/s, {cell.http.cpu_ms:.2f} CPU ms,"
            f" database alone {cell.database.per_second:>5,.0f}/s, ratio {cell.ratio:.2f}"
        )
    return question.goals(cells)


def note(text: str) -> None:
    """Say how far we are."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
