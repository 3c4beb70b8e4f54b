"""What happens later: a job is a function that a server runs again and again, each in a file of its
own.

`@job(every_seconds=600)` makes a function a job. It gets the pool and the time, and must be safe to
run in many processes at once. A job that fails is logged and runs again at its next turn.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

from msgspec import Struct

from largesse.kit.clock import Clock
from largesse.kit.log import log
from largesse.storage.db import Pool

Run = Callable[[Pool, Clock], Awaitable[None]]


class Job(Struct, frozen=True):
    """A function and how long to wait between its turns."""

    name: str
    every_seconds: float
    run: Run


def job(*, every_seconds: float) -> Callable[[Run], Job]:
    """Make a function a job."""

    def wrap(run: Run) -> Job:
        return Job(run.__name__, every_seconds, run)

    return wrap


async def keep_running(jobs: list[Job], pool: Pool, clock: Clock) -> None:
    """Run all jobs until this is cancelled."""
    async with asyncio.TaskGroup() as group:
        for one in jobs:
            group.create_task(take_turns(one, pool, clock))


async def take_turns(one: Job, pool: Pool, clock: Clock) -> None:
    """Run one job again and again. The waits differ a little, so that processes do not march in
    step.
    """
    while True:
        await asyncio.sleep(one.every_seconds * random.uniform(0.9, 1.1))  # noqa: S311
        try:
            await one.run(pool, clock)
        except Exception:
            log.exception("job failed", job=one.name)
