"""Audiences of an account, each in one environment, and their members.

Locks customers first, then audiences in the order of ids.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, field

from largesse.kit.paging import PageQuery
from largesse.kit.wire import Maybe, Wire
from largesse.model.profiles import CustomerProfile
from largesse.storage import profiles
from largesse.storage.db import Db, Pool
from largesse.storage.profiles import Zone

# Empty texts stand for nothing; in an answer they are left out.
COLUMNS: Final = (
    "id, created, account_id, sandbox, name, description, subscribed_applications_ids,"
    " nullif(integration, '') as integration, nullif(integration_id, '') as integration_id,"
    " integration_id <> '' as created_in_3rd_party, last_update"
)
SORTS: Final = ("id", "created", "name", "last_update")
MEMBER_SORTS: Final = ("id", "created", "integration_id", "total_sales", "last_activity")
MEMBERS_PER_READ: Final = 10_000


class Audience(Wire, kw_only=True):
    """A group of customers. `integration` and `integrationId` name it elsewhere."""

    id: int
    created: datetime
    account_id: int
    sandbox: bool
    name: str
    description: str = ""
    subscribed_applications_ids: list[int] = []
    integration: Maybe[str] = UNSET
    integration_id: Maybe[str] = UNSET
    created_in_3rd_party: bool = field(name="createdIn3rdParty", default=False)
    last_update: Maybe[datetime] = UNSET

    @property
    def zone(self) -> Zone:
        """The environment that it belongs to."""
        return Zone(self.account_id, self.sandbox)


class AudienceAnalytics(Wire, kw_only=True):
    """How many members an audience has."""

    audience_id: int
    members_count: int


async def find(db: Db, account_id: int, audience_id: int) -> Audience | None:
    """An audience of an account."""
    return await db.one(
        Audience,
        f"select {COLUMNS} from audience where account_id = $1 and id = $2",
        account_id,
        audience_id,
    )


async def known(db: Db, zone: Zone, ids: Collection[int]) -> set[int]:
    """Those of the ids that are audiences of the environment."""
    rows = await db.rows(
        "select id from audience where account_id = $1 and sandbox = $2 and id = any($3::bigint[])",
        *zone,
        list(ids),
    )
    return {row["id"] for row in rows}


async def page(
    db: Db, account_id: int, page: PageQuery, *, with_total: bool
) -> tuple[list[Audience], bool, int | None]:
    """Audiences of an account, whether there are more, and how many in all if that was asked."""
    sql = f"select {COLUMNS} from audience where account_id = $1"
    found, more = await db.page(Audience, sql, account_id, page=page, sorts=SORTS)
    return found, more, await db.count(sql, account_id) if with_total else None


async def count_members(db: Db, account_id: int, ids: Collection[int]) -> list[AudienceAnalytics]:
    """How many members each of the audiences has that exist."""
    return await db.all(
        AudienceAnalytics,
        "select a.id as audience_id, (select count(*) from audience_member m"
        " where m.audience_id = a.id) as members_count"
        " from audience a where a.account_id = $1 and a.id = any($2::bigint[]) order by a.id",
        account_id,
        list(ids),
    )


async def insert(db: Db, zone: Zone, values: dict[str, Any], now: datetime) -> Audience:
    """A new audience. A name or an id elsewhere that is taken is a `Conflict`."""
    own = {"account_id": zone.account_id, "sandbox": zone.sandbox, "created": now}
    made = await db.insert(Audience, "audience", own | values)
    return await _again(db, made)


async def update(db: Db, zone: Zone, audience_id: int, values: dict[str, Any]) -> Audience | None:
    """Change an audience."""
    owner = {"account_id": zone.account_id, "sandbox": zone.sandbox, "id": audience_id}
    changed = await db.update(Audience, "audience", owner, values)
    return None if changed is None else await _again(db, changed)


async def _again(db: Db, written: Audience) -> Audience:
    """An audience that was just written, as answers show it."""
    found = await find(db, written.account_id, written.id)
    assert found is not None, "it was just written"
    return found


async def delete(db: Db, zone: Zone, audience_id: int) -> bool:
    """Remove an audience and who belonged to it."""
    sql = "delete from audience where account_id = $1 and sandbox = $2 and id = $3"
    return await db.run(sql, *zone, audience_id) > 0


async def lock_members(db: Db, zone: Zone, audience_id: int, others: Sequence[str] = ()) -> None:
    """Hold the members of an audience, and other customers, until the transaction ends."""
    await db.run(
        "select from profile where account_id = $1 and sandbox = $2 and integration_id in"
        " (select profile_integration_id from audience_member where account_id = $1"
        " and sandbox = $2 and audience_id = $3 union select unnest($4::text[]))"
        " order by integration_id for update",
        *zone,
        audience_id,
        list(others),
    )


async def empty(
    db: Db, zone: Zone, audience_id: int, now: datetime, *, but: Sequence[str] = ()
) -> None:
    """Let all members, who are held, leave an audience, `but` some."""
    await db.run(
        "delete from audience_member m where m.account_id = $1 and m.sandbox = $2"
        " and m.audience_id = $3 and not exists"
        " (select from unnest($4::text[]) as kept(key) where kept.key = m.profile_integration_id)",
        *zone,
        audience_id,
        list(but),
    )
    await note_change(db, zone, [audience_id], now)


async def change_members(
    db: Db, zone: Zone, moves: Mapping[tuple[int, str], bool], now: datetime
) -> None:
    """Let customers who are held join audiences (true) or leave them (false)."""
    joining = sorted(move for move, joins in moves.items() if joins)
    leaving = sorted(move for move, joins in moves.items() if not joins)
    joined = await _moved(
        db,
        "insert into audience_member (account_id, sandbox, audience_id, profile_integration_id,"
        " created) select $1, $2, move.audience, move.profile, $5"
        " from unnest($3::bigint[], $4::text[]) as move(audience, profile)"
        " on conflict do nothing returning audience_id",
        zone,
        joining,
        now,
    )
    left = await _moved(
        db,
        "delete from audience_member m using unnest($3::bigint[], $4::text[])"
        " as move(audience, profile) where m.account_id = $1 and m.sandbox = $2"
        " and m.audience_id = move.audience and m.profile_integration_id = move.profile"
        " and $5::timestamptz is not null returning m.audience_id",
        zone,
        leaving,
        now,
    )
    await note_change(db, zone, joined | left, now)


async def note_change(db: Db, zone: Zone, ids: Collection[int], now: datetime) -> None:
    """Remember when members of audiences changed."""
    await db.run(
        "update audience set last_update = $4 where id in (select id from audience"
        " where account_id = $1 and sandbox = $2 and id = any($3::bigint[])"
        " order by id for update)",
        *zone,
        list(ids),
        now,
    )


async def _moved(
    db: Db, sql: str, zone: Zone, moves: Sequence[tuple[int, str]], now: datetime
) -> set[int]:
    """The audiences whose members a statement changed."""
    if not moves:
        return set()
    audiences, customers = zip(*moves, strict=True)
    rows = await db.rows(sql, *zone, list(audiences), list(customers), now)
    return {row["audience_id"] for row in rows}


async def members(
    db: Db, zone: Zone, audience_id: int, query: str, page: PageQuery
) -> tuple[list[CustomerProfile], bool]:
    """Members of an audience whose id holds a text, and whether there are more."""
    return await db.page(
        CustomerProfile,
        f"select {profiles.COLUMNS} from audience_member o join profile p"
        " on p.account_id = $1 and p.sandbox = $2 and p.integration_id = o.profile_integration_id"
        " where o.account_id = $1 and o.sandbox = $2 and o.audience_id = $3"
        " and position(lower($4) in lower(p.integration_id)) > 0",
        *zone,
        audience_id,
        query,
        page=page,
        sorts=MEMBER_SORTS,
    )


async def member_keys(pool: Pool, zone: Zone, audience_id: int) -> AsyncIterator[str]:
    """The ids of all members in their order, read in parts."""
    after = ""
    while True:
        async with pool.plain() as db:
            rows = await db.rows(
                "select profile_integration_id as key from audience_member where account_id = $1"
                " and sandbox = $2 and audience_id = $3 and profile_integration_id > $4"
                " order by profile_integration_id limit $5",
                *zone,
                audience_id,
                after,
                MEMBERS_PER_READ,
            )
        for row in rows:
            yield row["key"]
        if len(rows) < MEMBERS_PER_READ:
            return
        after = rows[-1]["key"]
