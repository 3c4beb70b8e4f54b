"""Results: what is stored of a run, and the pages that are made of it.

A run is one JSON file in `results/`. `results.md` is written anew from all of them, the latest in
full.
"""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import psutil
from msgspec import Struct

from benchmarks import cpu, evaluation, session_update
from benchmarks.engine import Times
from benchmarks.goals import Goal, of
from benchmarks.measuring import Figure

HERE: Final = Path(__file__).parent
FOLDER: Final = HERE / "results"
PAGE: Final = HERE / "results.md"
PACKAGES: Final = ("largesse", "litestar", "uvicorn", "uvloop", "msgspec", "asyncpg")
BUSY: Final = 0.2  # processors that strangers may keep busy before figures are doubtful
READING: Final = (
    "Alone: {direct} on the same database, through the same socket. {seconds} s for each side of a"
    " figure, in turns. `load` is what the load generator uses. `by CPU` is the ratio that the CPU"
    " times allow on this many processors when nothing else runs and nothing waits. `pace` is the"
    " CPU time of one turn of a plain loop between the runs, in ns: CPU times grow with it."
)
DOUBT: Final = (
    "**Other programs kept {busy:.1f} of {processors} processors busy.** Throughputs and latencies"
    " are too bad then, and so is the ratio, because one server process gets less of a busy machine"
    " than many database processes; CPU times are up to twice too large."
)


class Machine(Struct):
    """What was measured on."""

    processor: str
    processors: int
    memory_gb: int
    system: str
    file_system: str = ""


class Result(Struct):
    """One run."""

    date: datetime
    seconds: int  # for each side of a figure
    machine: Machine
    versions: dict[str, str]
    direct: str = ""  # who called the database directly
    updates: list[Figure] = []
    evaluations: list[Figure] = []
    engine: Times | None = None
    goals: list[Goal] = []


def machine() -> Machine:
    """This machine, without its name."""
    return Machine(
        processor=cpu.model(),
        processors=os.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30),
        system=platform.system(),
    )


def versions() -> dict[str, str]:
    """The versions of what matters."""
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def store(result: Result) -> Path:
    """Keep a run, and write the page anew."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{result.date:%Y-%m-%dT%H%M%SZ}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    paths = sorted(FOLDER.glob("*.json"), reverse=True)
    PAGE.write_text(page([msgspec.json.decode(one.read_bytes(), type=Result) for one in paths]))
    return path


def page(found: list[Result]) -> str:
    """All runs, the latest first and in full."""
    lines = [
        "# Results",
        "",
        "Written by `make bench`; how it measures stands in `benchmarks/`.",
        "",
    ]
    lines += [*summary(found), "", "## The latest run", "", *full(found[0])]
    return "\n".join(lines) + "\n"


def summary(found: list[Result]) -> list[str]:
    """One line for each run, with what is most looked at: 1,000 campaigns, 32 connections."""
    rows = [
        [f"{one.date:%Y-%m-%d %H:%M}", f"{one.machine.processors} x {one.machine.processor}"]
        + [f"{cell.http.per_second:,.0f}" if cell else "" for cell in busiest(one)]
        + [f"{cell.http.cpu_ms:.2f}" if cell else "" for cell in busiest(one)]
        + [f"{cell.ratio:.2f}" if cell else "" for cell in busiest(one)]
        for one in found
    ]
    head = ["date (UTC)", "machine"]
    head += ["updates/s", "evaluations/s", "CPU ms", "CPU ms, dry", "ratio", "ratio, dry"]
    return table(head, rows)


def busiest(result: Result) -> Iterator[Figure | None]:
    """The figures of 1,000 campaigns and 32 connections: updates, evaluations."""
    for cells in (result.updates, result.evaluations):
        yield of(cells, 1_000, 32) if cells else None


def full(result: Result) -> list[str]:
    """Everything about a run."""
    known = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    own = result.machine
    where = f"{own.processors} x {own.processor}, {own.memory_gb} GB, {own.system}"
    disk = f", {own.file_system}" if own.file_system else ""
    lines = [f"{result.date:%Y-%m-%d %H:%M} UTC, {where}{disk}; {known}.", ""]
    for title, cells in (
        (session_update.TITLE, result.updates),
        (evaluation.TITLE, result.evaluations),
    ):
        if cells:
            lines += [f"### {title}", "", *figures(cells, result), ""]
    if result.engine:
        lines += ["### The engine alone", "", *engine(result.engine), ""]
    if result.goals:
        lines += ["### Goals", "", *goals(result.goals)]
    return lines


COLUMNS: Final[dict[str, Callable[[Figure], str]]] = {
    "campaigns": lambda one: f"{one.campaigns:,}",
    "connections": lambda one: f"{one.connections}",
    "per second": lambda one: f"{one.http.per_second:,.0f}",
    "p50 ms": lambda one: f"{one.http.p50_ms:.1f}",
    "p99 ms": lambda one: f"{one.http.p99_ms:.1f}",
    "CPU ms: server": lambda one: f"{one.http.server_cpu_ms:.2f}",
    "+ database": lambda one: f"{one.http.database_cpu_ms:.2f}",
    "= both": lambda one: f"{one.http.cpu_ms:.2f}",
    "load": lambda one: f"{one.http.caller_cpu_ms:.2f}",
    "alone: per second": lambda one: f"{one.database.per_second:,.0f}",
    "p50 ms ": lambda one: f"{one.database.p50_ms:.1f}",
    "p99 ms ": lambda one: f"{one.database.p99_ms:.1f}",
    "CPU ms": lambda one: f"{one.database.cpu_ms:.2f}",
    "ratio": lambda one: f"{one.ratio:.2f}",
    "by CPU": lambda one: f"{one.ratio_by_cpu:.2f}",
    "pace": lambda one: f"{one.pace_ns:.0f}",
}


def figures(cells: list[Figure], result: Result) -> list[str]:
    """A table of figures, and what to make of it."""
    rows = [[show(one) for show in COLUMNS.values()] for one in cells]
    busy = sum(one.others_cpu for one in cells) / len(cells)
    notes = ["", READING.format(direct=result.direct, seconds=result.seconds)]
    refused = sum(one.http.refused for one in cells)
    if refused:
        notes += ["", f"**{refused} requests were refused (503) and sent again.**"]
    if busy > BUSY:
        notes += ["", DOUBT.format(busy=busy, processors=result.machine.processors)]
    return [*table(list(COLUMNS), rows), *notes]


def engine(times: Times) -> list[str]:
    """What the engine takes, as a table."""
    rows = [
        [f"evaluate, {size:,} campaigns", f"{took:,.0f} µs"]
        for size, took in times.evaluate.items()
    ]
    rows += [
        [f"compile the rulebook, {size:,} campaigns", f"{took:.2f} s"]
        for size, took in times.compile_seconds.items()
    ]
    rows += [
        ["decode the body of an update", f"{times.decode:.0f} µs"],
        ["encode its answer", f"{times.encode:.0f} µs"],
        [
            f"evaluate 200 lines, 50 campaigns per item ({times.long_cart_effects:,} effects)",
            f"{times.long_cart_ms:.0f} ms",
        ],
    ]
    return table(["what", "CPU time"], rows)


def goals(found: list[Goal]) -> list[str]:
    """Each goal, and whether it is reached."""
    return table(
        ["goal", "wanted", "is", ""],
        [
            [one.name, one.wanted, f"{one.value:.2f}", "pass" if one.is_met else "**falls short**"]
            for one in found
        ],
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table whose columns are aligned in the text too: names left, numbers right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    is_text = [not any(row[at][:1].isdigit() for row in rows) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(cells, widths, is_text, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if text else "-" * (width - 1) + ":"
        for width, text in zip(widths, is_text, strict=True)
    ]
    return [line(head), line(rule), *map(line, rows)]
