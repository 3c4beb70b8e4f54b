"""The same two calls as pgbench makes, from a loop of asyncpg: for machines without pgbench.

`python -m benchmarks.calls` reads a `Job` from its input and writes a `Done` to its output. Python
takes longer for a call than pgbench does, so ratios to it flatter the server; the results say so.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from string import Template
from typing import Any, Final

import asyncpg
import msgspec
import uvloop
from msgspec import Struct

from benchmarks import carts
from benchmarks.load import Done
from benchmarks.recorded import IDS_PER_CLIENT, IDS_PER_RUN, Calls, Step
from largesse.storage.changes import WRITE
from largesse.storage.situations import READ

WHO: Final = "an asyncpg loop (no pgbench was found)"


class Job(Struct):
    """What is called, where, by how many, and for how long."""

    url: str
    calls: Calls
    clients: int
    seconds: int
    turn: int


def run(job: Job) -> Done:
    """Call from another process."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.calls"],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
        timeout=job.seconds + 60,
    )
    return msgspec.json.decode(ended.stdout, type=Done)


def arguments(job: Job, client: int) -> Iterator[tuple[Step, dict[str, Any]]]:
    """The updates of a client, each with the values of its marks."""
    chance = random.Random()
    row = (job.turn + 1) * IDS_PER_RUN + client * IDS_PER_CLIENT
    while True:
        code = chance.randrange(carts.CODES)
        values = {
            "session": chance.randrange(10**15),
            "profile": chance.randrange(carts.CUSTOMERS),
            "code": code,
            "coupon": job.calls.first_coupon + code,
        }
        for revision, step in enumerate(job.calls.steps):
            row += 2
            yield step, {**values, "revision": revision, "row": row, "event": row + 1}


async def call(job: Job, client: int, ends_at: float, latencies: list[int]) -> None:
    """Call until the time is over."""
    connection = await asyncpg.connect(job.url, server_settings={"timezone": "UTC", "jit": "off"})
    read, write = await connection.prepare(READ), await connection.prepare(WRITE)
    for step, values in arguments(job, client):
        began = time.perf_counter()
        if began >= ends_at:
            break
        await read.fetch(Template(step.ask).substitute(values))
        if step.write:
            texts = ([step.document], [step.effects], [step.event], [None])
            await write.fetch(Template(step.write).substitute(values), *texts)
        latencies.append(int((time.perf_counter() - began) * 1_000_000))
    await connection.close()


async def call_all(job: Job) -> Done:
    """Call with all clients at once."""
    done = Done(0, [], 0)
    began, cpu = time.perf_counter(), time.process_time()
    ends_at = began + job.seconds
    callers = [call(job, client, ends_at, done.latencies) for client in range(job.clients)]
    await asyncio.gather(*callers)
    done.seconds, done.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    return done


def main() -> None:
    """Do what the input says."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(call_all(job))))


if __name__ == "__main__":
    main()
