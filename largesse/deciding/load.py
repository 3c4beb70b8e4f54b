"""The rulebook of an Application, read and compiled."""

from largesse.engine.compiling import compile_rulebook
from largesse.engine.rulebook import KnownCollection, KnownValueMap, Rulebook, Source
from largesse.storage import rulebooks
from largesse.storage.db import Db


async def load(db: Db, application_id: int, before: Rulebook | None = None) -> Rulebook:
    """What decisions of an Application are made with, as it is now."""
    parts = vars(await rulebooks.read(db, application_id))
    parts["collections"] = [KnownCollection(*one) for one in parts["collections"]]
    parts["value_maps"] = [KnownValueMap(*one) for one in parts["value_maps"]]
    return compile_rulebook(Source(**parts), before)
