"""Events: what customers did."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from largesse.storage.db import Db, from_json


class StoredEvent(Struct):
    """An advanced event as it was taken."""

    id: int
    created: datetime
    type: str
    profile_integration_id: str
    session_integration_id: str
    integration_id: str
    document: str

    @property
    def told(self) -> dict[str, Any]:
        """Its attributes, and the store if it named one."""
        found: dict[str, Any] = from_json(self.document)
        return found


async def find_advanced(db: Db, application_id: int, integration_id: str) -> StoredEvent | None:
    """An advanced event of an Application by its own id."""
    return await db.one(
        StoredEvent,
        "select * from event where application_id = $1 and integration_id = $2",
        application_id,
        integration_id,
    )
