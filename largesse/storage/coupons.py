"""Coupons of campaigns: making, finding, changing and deleting many at once."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import UNSET

from largesse.kit.paging import Page, PageQuery
from largesse.kit.wire import Maybe, Wire
from largesse.model.coupons import Coupon
from largesse.storage.campaigns import IN_STATE, StateQuery
from largesse.storage.db import Db
from largesse.storage.where import Where

# Empty texts stand for nothing; in an answer they are left out.
COLUMNS: Final = (
    "id, created, campaign_id, value, usage_limit, usage_counter, discount_limit, discount_counter,"
    " discount_limit - least(discount_counter, discount_limit) as discount_remainder,"
    " reservation_limit, reservation_counter, start_date, expiry_date,"
    " nullif(recipient_integration_id, '') as recipient_integration_id, limits, attributes,"
    " referral_id, import_id, reservation, nullif(batch_id, '') as batch_id,"
    " is_reservation_mandatory, implicitly_reserved"
)
SORTS: Final = (
    "id",
    "created",
    "value",
    "usage_limit",
    "usage_counter",
    "discount_limit",
    "discount_counter",
    "start_date",
    "expiry_date",
    "batch_id",
)
IDS_PER_BLOCK: Final = 10_000  # what the sequence of ids moves on by

# Rows are locked in the order of their ids, as decisions lock them, so that nobody waits in a ring.
HELD: Final = (
    "with held as (select id as held_id from coupon where {} order by id for no key update)"
)
SAME: Final = "application_id = $1 and id = held_id"

Truth = Literal["true", "false"]


class CouponQuery(Wire, kw_only=True):
    """Which coupons are wanted."""

    value: Maybe[str] = UNSET
    exact_match: bool = False
    created_before: Maybe[datetime] = UNSET
    created_after: Maybe[datetime] = UNSET
    starts_before: Maybe[datetime] = UNSET
    starts_after: Maybe[datetime] = UNSET
    expires_before: Maybe[datetime] = UNSET
    expires_after: Maybe[datetime] = UNSET
    valid: Maybe[Literal["expired", "validNow", "validFuture"]] = UNSET
    usable: Maybe[Truth] = UNSET
    redeemed: Maybe[Truth] = UNSET
    referral_id: Maybe[int] = UNSET
    recipient_integration_id: Maybe[str] = UNSET
    batch_id: Maybe[str] = UNSET
    campaign_state: Maybe[StateQuery] = UNSET


FILTERS: Final[Mapping[str, str]] = {
    "created_before": "created < {}",
    "created_after": "created > {}",
    "starts_before": "start_date < {}",
    "starts_after": "start_date > {}",
    "expires_before": "expiry_date < {}",
    "expires_after": "expiry_date > {}",
    "referral_id": "referral_id = {}",
    "recipient_integration_id": "recipient_integration_id = {}",
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
REDEEMED: Final[Mapping[str, str]] = {"true": "usage_counter > 0", "false": "usage_counter = 0"}


def wanted(
    application_id: int, campaign_id: int | None, query: CouponQuery, now: datetime
) -> Where:
    """The conditions of a query on the coupons of a campaign, or of a whole Application."""
    where = Where("application_id = {}", application_id)
    if campaign_id is not None:
        where.add("campaign_id = {}", campaign_id)
    for name, condition in FILTERS.items():
        value = getattr(query, name)
        if value is not UNSET:
            where.add(condition, value)
    if query.value is not UNSET and query.exact_match:
        where.add("lower(value) = lower({})", query.value)
    elif query.value is not UNSET:
        folded = re.sub(r"[^a-z0-9]", "", query.value.lower())
        where.add("position({} in regexp_replace(lower(value), '[^a-z0-9]', '', 'g')) > 0", folded)
    if query.valid is not UNSET:
        where.add(VALID[query.valid], now)
    if query.usable is not UNSET:
        where.say(USABLE[query.usable])
    if query.redeemed is not UNSET:
        where.say(REDEEMED[query.redeemed])
    if query.campaign_state is not UNSET:
        state = IN_STATE[query.campaign_state]
        where.add(
            f"campaign_id in (select id from campaign where application_id = $1 and ({state}))", now
        )
    return where


async def find(db: Db, application_id: int, campaign_id: int, coupon_id: int) -> Coupon | None:
    """A coupon of a campaign. Holds it until the transaction ends."""
    return await db.one(
        Coupon,
        f"select {COLUMNS} from coupon where application_id = $1 and campaign_id = $2 and id = $3"
        " for update",
        application_id,
        campaign_id,
        coupon_id,
    )


async def page(
    db: Db, where: Where, page: PageQuery, *, attributes: dict[str, Any] | None = None
) -> Page[Coupon]:
    """Coupons that are wanted; where `attributes` are given, only those with these values."""
    if attributes:
        where.add("attributes @> {}", attributes)
    sql = f"select {COLUMNS} from coupon where {where}"
    found, more = await db.page(Coupon, sql, *where.values, page=page, sorts=SORTS)
    return Page(has_more=more, data=found)


async def of_ids(db: Db, application_id: int, ids: Sequence[int]) -> list[Coupon]:
    """The coupons with these ids, in the order of ids."""
    sql = f"select {COLUMNS} from coupon where application_id = $1 and id = any($2::bigint[])"
    return await db.all(Coupon, f"{sql} order by id", application_id, list(ids))


async def taken(db: Db, application_id: int, values: Collection[str]) -> set[str]:
    """Those of the codes that exist in the Application."""
    rows = await db.rows(
        "select value from coupon where application_id = $1 and value = any($2::text[])",
        application_id,
        list(values),
    )
    return {row["value"] for row in rows}


async def wait_for_turn(db: Db, application_id: int) -> None:
    """Be the only one that makes many codes of an Application, until the transaction ends."""
    sql = "select pg_advisory_xact_lock(hashtextextended('coupons', $1))"
    await db.rows(sql, application_id)


async def take_ids(db: Db, count: int) -> list[int]:
    """Ids that nobody else has, from as many blocks as it needs."""
    rows = await db.rows(
        "select nextval('object_id') as first from generate_series(1, $1::bigint)",
        -(-count // IDS_PER_BLOCK),
    )
    ids = [row["first"] + at for row in rows for at in range(IDS_PER_BLOCK)]
    return ids[:count]


async def insert(
    db: Db, owner: tuple[int, int], codes: Sequence[tuple[int, str, str]], terms: dict[str, Any]
) -> set[str]:
    """New coupons of an Application and a campaign: ids, codes and recipients, with the same terms.

    Leaves out the codes that exist already. Gives the codes that were made.
    """
    columns = list(terms)
    places = ", ".join(f"${at}" for at in range(6, 6 + len(columns)))
    ordered = sorted(codes, key=lambda code: code[1])  # Two calls at once wait in the same order.
    ids, values, recipients = zip(*ordered, strict=True)
    rows = await db.rows(
        "insert into coupon (application_id, campaign_id, id, value, recipient_integration_id,"
        f" reservation, {', '.join(columns)})"
        f" select $1, $2, code.id, code.value, code.recipient, code.recipient = '', {places}"
        " from unnest($3::bigint[], $4::text[], $5::text[]) as code(id, value, recipient)"
        " on conflict (application_id, value) do nothing returning value",
        *owner,
        list(ids),
        list(values),
        list(recipients),
        *terms.values(),
    )
    return {row["value"] for row in rows}


async def update(db: Db, where: Where, values: dict[str, Any]) -> int:
    """Change coupons; how many there were."""
    first = len(where.values) + 1
    sets = ", ".join(f"{name} = ${at}" for at, name in enumerate(values, first))
    sql = f"{HELD.format(where)} update coupon set {sets} from held where {SAME}"
    return await db.run(sql, *where.values, *values.values())


async def delete(db: Db, where: Where) -> int:
    """Delete coupons; how many there were."""
    sql = f"{HELD.format(where)} delete from coupon using held where {SAME}"
    return await db.run(sql, *where.values)


async def forget_counters(db: Db, application_id: int, campaign_id: int) -> None:
    """Forget what budgets counted for codes of a campaign that are gone: a new one begins anew."""
    await db.run(
        "delete from counter where application_id = $1 and campaign_id = $2"
        " and entities ~ '\\mCoupon\\M' and not exists (select from coupon"
        " where application_id = $1 and value = split_part(subject, chr(31), 1))",
        application_id,
        campaign_id,
    )
