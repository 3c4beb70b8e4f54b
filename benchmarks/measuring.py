"""One figure: the server and the database alone under the same load, in turns.

The machine is shared, so both are measured in short runs one after the other, and a busy minute
hits both. CPU is that of all requests of the runs, from first to last.
"""

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import quantiles
from typing import Final

from msgspec import Struct

from benchmarks import calls, cpu, load, pgbench, recorded
from benchmarks.load import Done, Job
from benchmarks.recorded import Calls
from benchmarks.seed import Shop
from benchmarks.shop import EFFECTS
from benchmarks.stand import HOST, Stand
from largesse.storage.db import connect

ROUNDS: Final = 2
SECONDS: Final = 4  # for each side of a figure
WARM_SECONDS: Final = 0.5
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

    @property
    def ratio(self) -> float:
        """What of the database's own throughput arrives over HTTP."""
        return self.http.per_second / self.database.per_second


class Run(Struct):
    """One short run of one side."""

    done: Done
    server_cpu: float
    database_cpu: float
    others_cpu: float


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
        load.run(job)
        job.seconds = seconds() / ROUNDS
        http, alone = [], []
        for _ in range(ROUNDS):
            direct = partial(call, stand, steps, job, next(turns))
            alone.append(measured(stand, shop, direct, dry=dry))
            http.append(measured(stand, shop, partial(load.run, job), dry=dry))
        yield figure(shop, connections, http, alone)


def figure(shop: Shop, connections: int, http: list[Run], alone: list[Run]) -> Figure:
    """What both sides did, beside each other."""
    runs = [*http, *alone]
    served, called = side(http, has_server=True), side(alone, has_server=False)
    return Figure(
        campaigns=shop.campaigns,
        connections=connections,
        http=served,
        database=called,
        others_cpu=sum(run.others_cpu for run in runs) / len(runs),
        ratio_by_cpu=capacity(served) / capacity(called),
    )


def capacity(side: Side) -> float:
    """How many requests a second all processors could carry; the server has one of them."""
    processors = os.cpu_count() or 1
    shared = processors * 1_000 / (side.cpu_ms + side.caller_cpu_ms)
    return min(shared, 1_000 / side.server_cpu_ms) if side.server_cpu_ms else shared


def call(stand: Stand, steps: Calls, job: Job, turn: int) -> Done:
    """Let the database be called directly, by pgbench where there is one."""
    whole, clients = round(job.seconds), job.connections
    program = pgbench.program()
    if program is None:
        return calls.run(calls.Job(stand.url, steps, clients, whole, turn))
    return pgbench.run(program, stand.url, steps, clients=clients, seconds=whole, turn=turn)


def who() -> str:
    """Who calls the database directly."""
    return pgbench.WHO if pgbench.program() else calls.WHO


def measured(stand: Stand, shop: Shop, work: Callable[[], Done], *, dry: bool) -> Run:
    """Do one run, see what it used, and that it wrote what it says."""
    updates = asyncio.run(written(stand.url, shop))
    began = time.perf_counter()
    before = cpu.used(stand.server), cpu.used(stand.database), cpu.machine()
    done = work()
    after = cpu.used(stand.server), cpu.used(stand.database), cpu.machine()
    took = time.perf_counter() - began
    server, database, machine = (now - then for now, then in zip(after, before, strict=True))
    updates = asyncio.run(written(stand.url, shop)) - updates
    expected = 0 if dry else len(done.latencies)
    if updates != expected:
        raise RuntimeError(f"{updates} updates were written, {expected} were expected")
    others = max(0.0, machine - server - database - done.cpu_seconds) / took
    return Run(done=done, server_cpu=server, database_cpu=database, others_cpu=others)


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
    return Side(
        per_second=len(took) / sum(run.done.seconds for run in runs),
        p50_ms=percentiles[49] / 1_000,
        p99_ms=percentiles[98] / 1_000,
        server_cpu_ms=sum(run.server_cpu for run in runs) * per_request if has_server else 0.0,
        database_cpu_ms=sum(run.database_cpu for run in runs) * per_request,
        caller_cpu_ms=sum(run.done.cpu_seconds for run in runs) * per_request,
    )
