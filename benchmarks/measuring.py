"""One figure: the server and the database alone under the same load, in turns.

The machine is shared, so both are measured in short runs one after the other, and a busy minute
hits both. CPU is that of all requests of the runs, from first to last.
"""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator
from functools import partial
from statistics import mean, quantiles
from typing import Final

import msgspec
from msgspec import Struct

from benchmarks import calls, cpu, load, pgbench, recorded
from benchmarks.cpu import Meter, Used
from benchmarks.load import Done, Job
from benchmarks.recorded import Calls
from benchmarks.seed import Shop
from benchmarks.shop import EFFECTS
from benchmarks.stand import HOST, Stand
from largesse.storage.db import connect

ROUNDS: Final = 2
SECONDS: Final = 4  # for each side of a figure
WARM_SECONDS: Final = 0.5
WARM_ANSWERS: Final = 3  # which a server that still compiles does not give
WARM_TURNS_MAX: Final = 5
SECONDS_NAME: Final = "LARGESSE_BENCH_SECONDS"
SIZES: Final = (10, 50, 1_000)
CONNECTIONS: Final = (1, 16, 32)
CELLS: Final = (*itertools.product((50, 1_000), CONNECTIONS), (10, 32))  # campaigns, connections


class Side(Struct):
    """What one side did. CPU is in milliseconds for each request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    database_cpu_ms: float
    caller_cpu_ms: float  # of the load generator or of pgbench
    server_cpu_ms: float = 0.0
    refused: int = 0  # answers that said that the server is busy

    @property
    def cpu_ms(self) -> float:
        """Server and database together."""
        return self.server_cpu_ms + self.database_cpu_ms


class Figure(Struct):
    """A cell of the table."""

    campaigns: int
    connections: int
    http: Side
    database: Side
    others_cpu: float  # how many processors strangers kept busy meanwhile
    ratio_by_cpu: float  # the ratio that the CPU times allow where nothing else runs
    pace_ns: float = 0.0  # how slow the processors were between the runs, see `cpu.pace`

    @property
    def ratio(self) -> float:
        """What of the database's own throughput arrives over HTTP."""
        return self.http.per_second / self.database.per_second


class Run(Struct):
    """One short run of one side."""

    done: Done
    used: Used
    pace_ns: float

    @property
    def others_cpu(self) -> float:
        """How many processors neither we nor our callers kept busy."""
        own = self.used.server + self.used.database + self.done.cpu_seconds
        return max(0.0, self.used.machine - own) / self.used.seconds


def seconds() -> int:
    """How long each side of a figure is measured, in whole seconds for each round."""
    asked = float(os.environ.get(SECONDS_NAME) or SECONDS)
    return max(1, round(asked / ROUNDS)) * ROUNDS


def figures(stand: Stand, *, dry: bool) -> Iterator[Figure]:
    """Every cell, measured."""
    turns = itertools.count(100_000 if dry else 0)
    recordings = {
        size: asyncio.run(recorded.record(stand.url, shop, dry=dry))
        for size, shop in stand.shops.items()
    }
    for size, connections in CELLS:
        shop, steps = stand.shops[size], recordings[size]
        job = Job(HOST, stand.port, shop.key, connections, WARM_SECONDS, dry, EFFECTS)
        warm(job)
        job.seconds = seconds() / ROUNDS
        http, alone = [], []
        for _ in range(ROUNDS):
            direct = partial(call, stand, steps, job, next(turns))
            alone.append(measured(stand, shop, direct, dry=dry))
            http.append(measured(stand, shop, lambda _, job=job: load.run(job), dry=dry))
        yield figure(shop, connections, http, alone)


def warm(job: Job) -> None:
    """Let the server compile the rulebook, then open its connections and plan its statements."""
    alone = msgspec.structs.replace(job, connections=1)
    for _ in range(WARM_TURNS_MAX):
        if len(load.run(alone).latencies) >= WARM_ANSWERS:
            break
    load.run(job)


def figure(shop: Shop, connections: int, http: list[Run], alone: list[Run]) -> Figure:
    """What both sides did, beside each other."""
    runs = [*http, *alone]
    served, called = side(http, has_server=True), side(alone, has_server=False)
    return Figure(
        campaigns=shop.campaigns,
        connections=connections,
        http=served,
        database=called,
        others_cpu=mean(run.others_cpu for run in runs),
        ratio_by_cpu=capacity(served) / capacity(called),
        pace_ns=mean(run.pace_ns for run in runs),
    )


def capacity(side: Side) -> float:
    """How many requests a second all processors could carry; the server has one of them."""
    processors = os.cpu_count() or 1
    shared = processors * 1_000 / (side.cpu_ms + side.caller_cpu_ms)
    return min(shared, 1_000 / side.server_cpu_ms) if side.server_cpu_ms else shared


def call(stand: Stand, steps: Calls, job: Job, turn: int, meter: Meter) -> Done:
    """Let the database be called directly, by pgbench where there is one."""
    direct = calls.Job(stand.url, steps, job.connections, round(job.seconds), turn)
    program = pgbench.program()
    return pgbench.run(program, direct, meter.start) if program else calls.run(direct)


def who() -> str:
    """Who calls the database directly."""
    return pgbench.WHO if pgbench.program() else calls.WHO


def measured(stand: Stand, shop: Shop, work: Callable[[Meter], Done], *, dry: bool) -> Run:
    """Do one run, see what it used, and that it wrote what it says."""
    before = asyncio.run(written(stand.url, shop))
    meter = Meter(stand.server, stand.database)
    done = work(meter)
    used = meter.stop()
    updates = asyncio.run(written(stand.url, shop)) - before
    expected = 0 if dry else done.unmeasured + len(done.latencies)
    if updates != expected:
        raise RuntimeError(f"{updates} updates were written, {expected} were expected")
    return Run(done=done, used=used, pace_ns=cpu.pace())


async def written(url: str, shop: Shop) -> int:
    """How many updates of sessions the database has seen in an Application."""
    pool = await connect(url, most=1)
    try:
        async with pool.plain() as db:
            sql = "select coalesce(sum(revision), 0) from session where application_id = $1"
            return int(await db.value(sql, shop.application_id))
    finally:
        await pool.close()


def side(runs: list[Run], *, has_server: bool) -> Side:
    """All runs of a side as one. What the server does while it has no requests is left out."""
    took = [latency for run in runs for latency in run.done.latencies]
    percentiles = quantiles(took, n=100)
    per_request = 1_000 / len(took)
    asked = len(took) + sum(run.done.unmeasured for run in runs)
    return Side(
        per_second=len(took) / sum(run.done.seconds for run in runs),
        p50_ms=percentiles[49] / 1_000,
        p99_ms=percentiles[98] / 1_000,
        server_cpu_ms=sum(run.used.server for run in runs) * per_request if has_server else 0.0,
        database_cpu_ms=sum(run.used.database for run in runs) * per_request,
        caller_cpu_ms=sum(run.done.cpu_seconds for run in runs) * 1_000 / asked,
        refused=sum(run.done.refused for run in runs),
    )
