"""Idempotency records: what was answered to a request with a key. Written and read with the
decision itself.
"""

from datetime import datetime

from largesse.storage.db import Db


async def forget(db: Db, before: datetime, most: int) -> int:
    """Delete up to `most` records that are older; how many there were. Safe from many processes."""
    return await db.run(
        "delete from reply where (application_id, key) in"
        " (select application_id, key from reply where created < $1 limit $2"
        " for update skip locked)",
        before,
        most,
    )
