"""Referrals of campaigns: making, finding, changing and deleting them."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import UNSET

from largesse.kit.paging import Page, PageQuery
from largesse.kit.wire import Maybe, Wire
from largesse.model.referrals import Referral
from largesse.storage.db import Db, Pool
from largesse.storage.where import Where

# Empty texts stand for nothing; in an answer they are left out.
COLUMNS: Final = (
    "id, created, campaign_id, code, advocate_profile_integration_id, usage_limit, usage_counter,"
    " nullif(friend_profile_integration_id, '') as friend_profile_integration_id,"
    " start_date, expiry_date, attributes, import_id, nullif(batch_id, '') as batch_id"
)
SORTS: Final = (
    "id",
    "created",
    "code",
    "usage_limit",
    "usage_counter",
    "start_date",
    "expiry_date",
    "batch_id",
)
LINES_PER_READ: Final = 10_000

Owner = tuple[int, int]  # an Application and a campaign of it


class ReferralQuery(Wire, kw_only=True):
    """Which referrals are wanted."""

    code: Maybe[str] = UNSET
    created_before: Maybe[datetime] = UNSET
    created_after: Maybe[datetime] = UNSET
    valid: Maybe[Literal["expired", "validNow", "validFuture"]] = UNSET
    usable: Maybe[Literal["true", "false"]] = UNSET
    advocate: Maybe[str] = UNSET
    batch_id: Maybe[str] = UNSET


class NewReferralRow(Wire, kw_only=True):
    """A referral that is to be stored."""

    id: int
    code: str
    advocate: str
    friend: str = ""
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    usage_limit: int = 1
    attributes: dict[str, Any] = {}
    batch_id: str = ""
    import_id: int | None = None


FILTERS: Final[Mapping[str, str]] = {
    "created_before": "created < {}",
    "created_after": "created > {}",
    "advocate": "advocate_profile_integration_id = {}",
    "batch_id": "batch_id = {}",
}
VALID: Final[Mapping[str, str]] = {
    "expired": "expiry_date <= {}",
    "validNow": "coalesce(start_date <= {}, true) and coalesce(expiry_date > {}, true)",
    "validFuture": "start_date > {}",
}
USABLE: Final[Mapping[str, str]] = {
    "true": "usage_limit = 0 or usage_counter < usage_limit",
    "false": "usage_limit > 0 and usage_counter >= usage_limit",
}


def wanted(
    application_id: int, campaign_id: int | None, query: ReferralQuery, now: datetime
) -> Where:
    """The conditions of a query on the referrals of a campaign, or of a whole Application."""
    where = Where("application_id = {}", application_id)
    if campaign_id is not None:
        where.add("campaign_id = {}", campaign_id)
    for name, condition in FILTERS.items():
        value = getattr(query, name)
        if value is not UNSET:
            where.add(condition, value)
    if query.code is not UNSET:
        folded = re.sub(r"[^a-z0-9]", "", query.code.lower())
        where.add("position({} in regexp_replace(lower(code), '[^a-z0-9]', '', 'g')) > 0", folded)
    if query.valid is not UNSET:
        where.add(VALID[query.valid], now)
    if query.usable is not UNSET:
        where.say(USABLE[query.usable])
    return where


async def page(db: Db, where: Where, page: PageQuery) -> Page[Referral]:
    """Referrals that are wanted."""
    sql = f"select {COLUMNS} from referral where {where}"
    found, more = await db.page(Referral, sql, *where.values, page=page, sorts=SORTS)
    return Page(has_more=more, data=found)


async def each(pool: Pool, where: Where) -> AsyncIterator[Referral]:
    """All referrals that are wanted, in the order of ids, read in parts."""
    after = 0
    place = len(where.values) + 1
    sql = (
        f"select {COLUMNS} from referral where {where} and id > ${place}"
        f" order by id limit {LINES_PER_READ}"
    )
    while True:
        async with pool.plain() as db:
            found = await db.all(Referral, sql, *where.values, after)
        for one in found:
            yield one
        if len(found) < LINES_PER_READ:
            return
        after = found[-1].id


async def find(db: Db, owner: Owner, referral_id: int) -> Referral | None:
    """A referral of a campaign. Holds it until the transaction ends."""
    return await db.one(
        Referral,
        f"select {COLUMNS} from referral where application_id = $1 and campaign_id = $2"
        " and id = $3 for update",
        *owner,
        referral_id,
    )


async def of_ids(db: Db, application_id: int, ids: Collection[int]) -> list[Referral]:
    """The referrals with these ids, in the order of ids."""
    return await db.all(
        Referral,
        f"select {COLUMNS} from referral where application_id = $1 and id = any($2::bigint[])"
        " order by id",
        application_id,
        list(ids),
    )


async def taken(db: Db, application_id: int, codes: Collection[str]) -> set[str]:
    """Those of the codes that exist in the Application."""
    rows = await db.rows(
        "select code from referral where application_id = $1 and code = any($2::text[])",
        application_id,
        list(codes),
    )
    return {row["code"] for row in rows}


async def insert(
    db: Db, owner: Owner, referrals: Sequence[NewReferralRow], now: datetime
) -> set[str]:
    """New referrals of an Application and a campaign.

    Leaves out those whose code exists already. Gives the codes that were made.
    """
    # Two calls at once wait in the same order.
    rows = await db.rows(
        "insert into referral (application_id, campaign_id, id, code,"
        " advocate_profile_integration_id, friend_profile_integration_id, start_date, expiry_date,"
        " usage_limit, attributes, batch_id, import_id, created)"
        ' select $1, $2, k.id, k.code, k.advocate, k.friend, k."startDate", k."expiryDate",'
        ' k."usageLimit", k.attributes, k."batchId", k."importId", $4'
        " from jsonb_to_recordset($3) as k(id bigint, code text, advocate text, friend text,"
        ' "startDate" timestamptz, "expiryDate" timestamptz, "usageLimit" bigint, attributes jsonb,'
        ' "batchId" text, "importId" bigint)'
        " on conflict (application_id, code) do nothing returning code",
        *owner,
        sorted(referrals, key=lambda one: one.code),
        now,
    )
    return {row["code"] for row in rows}


async def update(db: Db, owner: Owner, referral_id: int, values: dict[str, Any]) -> None:
    """Change a referral."""
    names = dict(zip(("application_id", "campaign_id"), owner, strict=True))
    await db.update(Referral, "referral", {**names, "id": referral_id}, values)


async def delete(db: Db, owner: Owner, referral_id: int) -> bool:
    """Delete a referral with the record of its friends, and what budgets counted for it."""
    code = await db.value(
        "delete from referral where application_id = $1 and campaign_id = $2 and id = $3"
        " returning code",
        *owner,
        referral_id,
    )
    if code is None:
        return False
    await db.run(
        "delete from counter where application_id = $1 and campaign_id = $2"
        " and entities ~ '\\mReferral\\M' and (string_to_array(subject, chr(31)))["
        "array_position(string_to_array(entities, ','), 'Referral')] = $3",
        *owner,
        code,
    )
    return True
