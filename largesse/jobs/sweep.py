"""Forget what need not be kept: idempotency records of yesterday."""

from datetime import timedelta
from typing import Final

from largesse.jobs import job
from largesse.kit.caps import IDEMPOTENCY_SECONDS
from largesse.kit.clock import Clock
from largesse.storage import replies
from largesse.storage.db import Pool

BATCH: Final = 1_000  # records of one transaction


@job(every_seconds=600)
async def sweep(pool: Pool, clock: Clock) -> None:
    """Delete old idempotency records in small transactions, so that nobody waits for it."""
    before = clock.now() - timedelta(seconds=IDEMPOTENCY_SECONDS)
    deleted = BATCH
    while deleted == BATCH:
        async with pool.transaction() as db:
            deleted = await replies.forget(db, before, BATCH)
