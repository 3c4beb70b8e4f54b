"""Settings of the server that an administrator may change while it runs."""

from typing import Any

from largesse.storage import keys
from largesse.storage.db import Db


async def read(db: Db, account_id: int) -> dict[str, Any]:
    """What has been set, by name."""
    rows = await db.rows("select name, value from setting where account_id = $1", account_id)
    return {row["name"]: row["value"] for row in rows}


async def write(db: Db, account_id: int, values: dict[str, Any]) -> None:
    """Set some; the others stay. Every process sees it when it next looks at the keys' version."""
    await db.many(
        "insert into setting (account_id, name, value) values ($1, $2, $3)"
        " on conflict (account_id, name) do update set value = excluded.value",
        [(account_id, name, value) for name, value in values.items()],
    )
    await keys.touch(db, account_id)
