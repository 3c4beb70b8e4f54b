"""The rulebook of an Application, read and compiled."""

from largesse.engine.rulebook import Rulebook, Source, compile_rulebook
from largesse.storage import rulebooks
from largesse.storage.db import Db


async def load(db: Db, application_id: int) -> Rulebook:
    """What decisions of an Application are made with, as it is now."""
    parts = await rulebooks.read(db, application_id)
    return compile_rulebook(Source(**vars(parts)))
