"""The replies to requests with an idempotency key that are no decisions: claim, keep, repeat.

Who claims a key first answers; others who come with it meanwhile wait for that answer.
"""

from datetime import datetime

from largesse.storage.db import Db
from largesse.storage.situations import Reply


async def claim(
    db: Db, application_id: int, key: str, fingerprint: str, *, now: datetime, since: datetime
) -> Reply | None:
    """Take a key for this request, or give the reply that it got before. Older than `since` is
    forgotten.
    """
    taken = await db.run(
        "insert into reply (application_id, key, fingerprint, status, body, created)"
        " values ($1, $2, $3, 0, '', $4) on conflict (application_id, key) do update"
        " set fingerprint = excluded.fingerprint, status = 0, body = '', created = excluded.created"
        " where reply.created <= $5",
        application_id,
        key,
        fingerprint,
        now,
        since,
    )
    if taken:
        return None
    return await db.one(
        Reply,
        "select fingerprint, status, body from reply where application_id = $1 and key = $2",
        application_id,
        key,
    )


async def keep(db: Db, application_id: int, key: str, status: int, body: str) -> None:
    """What a claimed key is answered with from now on."""
    await db.run(
        "update reply set status = $3, body = $4 where application_id = $1 and key = $2",
        application_id,
        key,
        status,
        body,
    )
