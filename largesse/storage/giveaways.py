"""Pools of giveaway codes, and the codes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, field

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Maybe, Wire
from largesse.model.giveaways import Giveaway, GiveawayPool
from largesse.storage.db import Db, Pool, as_json

SORTS: Final = ("id", "created", "modified", "name")
BLOCK: Final = 2_000  # codes that are read or written at once


class GiveawayLine(Wire, kw_only=True):
    """A code in a file that was exported."""

    id: int
    pool_id: int = field(name="poolid")
    code: str
    start_date: Maybe[datetime] = field(name="startdate", default=UNSET)
    end_date: Maybe[datetime] = field(name="enddate", default=UNSET)
    attributes: dict[str, Any] = {}
    used: bool = False
    import_id: Maybe[int] = field(name="importid", default=UNSET)
    created: datetime
    profile_integration_id: Maybe[str] = field(name="profileintegrationid", default=UNSET)
    profile_id: Maybe[int] = field(name="profileid", default=UNSET)


async def find(db: Db, account_id: int, pool_id: int) -> GiveawayPool | None:
    """A pool of an account."""
    sql = "select * from giveaway_pool where account_id = $1 and id = $2"
    return await db.one(GiveawayPool, sql, account_id, pool_id)


async def page(db: Db, account_id: int, page: PageQuery) -> Total[GiveawayPool]:
    """The pools of an account."""
    sql = "select * from giveaway_pool where account_id = $1"
    return await db.total(GiveawayPool, sql, account_id, page=page, sorts=SORTS)


async def insert(db: Db, account_id: int, values: dict[str, Any], now: datetime) -> GiveawayPool:
    """A new pool without codes."""
    own = {"account_id": account_id, "created": now, "modified": now}
    return await db.insert(GiveawayPool, "giveaway_pool", own | values)


async def add(db: Db, pool_id: int, codes: Sequence[Giveaway]) -> None:
    """New codes of a pool that its owner was asked for. The same code may come again."""
    for first in range(0, len(codes), BLOCK):
        block = codes[first : first + BLOCK]
        await db.run(
            "insert into giveaway"
            " (pool_id, id, code, start_date, end_date, attributes, import_id, created)"
            " select $1, line.id, line.code, line.start_date, line.end_date,"
            " line.attributes::jsonb, line.import_id, line.created"
            " from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[],"
            " $6::text[], $7::bigint[], $8::timestamptz[])"
            " as line(id, code, start_date, end_date, attributes, import_id, created)",
            pool_id,
            [one.id for one in block],
            [one.code for one in block],
            [one.start_date or None for one in block],
            [one.end_date or None for one in block],
            [as_json(one.attributes) for one in block],
            [one.import_id or None for one in block],
            [one.created for one in block],
        )


async def lines(
    pool: Pool, account_id: int, pool_id: int, *, after: datetime | None, before: datetime | None
) -> AsyncIterator[GiveawayLine]:
    """The codes of a pool in the order of ids, a block at a time; only those that were made after
    and before an instant, if one is named.
    """
    last, more = 0, True
    while more:
        async with pool.plain() as db:
            block = await db.all(
                GiveawayLine,
                "select g.id, g.pool_id, g.code, g.start_date, g.end_date, g.attributes,"
                " g.awarded is not null as used, g.import_id, g.created, g.profile_integration_id,"
                " c.id as profile_id from giveaway g join giveaway_pool p on p.id = g.pool_id"
                " left join profile c on c.account_id = p.account_id and c.sandbox = p.sandbox"
                " and c.integration_id = g.profile_integration_id"
                " where p.account_id = $1 and p.id = $2 and g.id > $3"
                " and coalesce(g.created > $4, true) and coalesce(g.created < $5, true)"
                " order by g.id limit $6",
                account_id,
                pool_id,
                last,
                after,
                before,
                BLOCK,
            )
        for line in block:
            yield line
        more = len(block) == BLOCK
        last = block[-1].id if block else last
