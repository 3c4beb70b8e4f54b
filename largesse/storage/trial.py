"""Work that is tried and undone: what the calls of a test key come to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from largesse.storage.db import Db


@asynccontextmanager
async def trial(db: Db, *, dry: bool) -> AsyncIterator[None]:
    """Undo at the end what is written within, if it is only tried. What was read stays known."""
    if not dry:
        yield
        return
    await db.run("savepoint trial")
    yield
    await db.run("rollback to savepoint trial")
