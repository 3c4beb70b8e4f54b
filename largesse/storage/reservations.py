"""Reservations of coupons for customers, and the customers that they make known."""

from collections.abc import Sequence
from datetime import datetime

from largesse.kit.paging import Total
from largesse.model.campaigns import Application
from largesse.model.coupons import Coupon
from largesse.model.profiles import CustomerProfile
from largesse.storage.coupons import COLUMNS, take_ids
from largesse.storage.db import Db


async def coupon(db: Db, application_id: int, value: str, *, hold: bool = False) -> Coupon | None:
    """The coupon with a code as it is stored. `hold` keeps it until the transaction ends."""
    return await db.one(
        Coupon,
        f"select {COLUMNS} from coupon where application_id = $1 and value = $2"
        + (" for update" if hold else ""),
        application_id,
        value,
    )


async def meet(db: Db, application: Application, profiles: Sequence[str], now: datetime) -> None:
    """Make customers known who are not yet. Those who are stay as they are."""
    owner = application.account_id, application.sandbox
    unknown = await db.rows(
        "select wanted.id from unnest($3::text[]) as wanted(id) where not exists (select from"
        " profile where account_id = $1 and sandbox = $2 and integration_id = wanted.id)"
        " order by wanted.id",
        *owner,
        list(profiles),
    )
    if unknown:
        await db.run(
            "insert into profile (account_id, sandbox, integration_id, id, created, last_activity)"
            " select $1, $2, new.key, new.id, $5, $5"
            " from unnest($3::text[], $4::bigint[]) as new(key, id) on conflict do nothing",
            *owner,
            [row["id"] for row in unknown],
            await take_ids(db, len(unknown)),
            now,
        )


async def insert(
    db: Db, application_id: int, coupon_id: int, profiles: Sequence[str], now: datetime
) -> int:
    """Reserve a coupon for customers; how many of them had not reserved it."""
    new = await db.run(
        "insert into coupon_reservation (application_id, coupon_id, profile_integration_id,"
        " created) select $1, $2, profile, $4 from unnest($3::text[]) as profile"
        " on conflict do nothing",
        application_id,
        coupon_id,
        list(profiles),
        now,
    )
    await _count(db, application_id, coupon_id, new)
    return new


async def delete(db: Db, application_id: int, coupon_id: int, profiles: Sequence[str]) -> int:
    """Give up reservations of customers; how many there were."""
    gone = await db.run(
        "delete from coupon_reservation where application_id = $1 and coupon_id = $2"
        " and profile_integration_id = any($3::text[])",
        application_id,
        coupon_id,
        list(profiles),
    )
    await _count(db, application_id, coupon_id, -gone)
    return gone


async def customers(db: Db, application: Application, coupon_id: int) -> Total[CustomerProfile]:
    """Everyone who has reserved a coupon, the first who did first."""
    found = await db.all(
        CustomerProfile,
        "select p.id, p.created, p.integration_id, p.attributes::jsonb as attributes,"
        " p.account_id, p.closed_sessions, p.total_sales, p.last_activity, p.sandbox"
        " from coupon_reservation r join profile p on p.account_id = $3 and p.sandbox = $4"
        " and p.integration_id = r.profile_integration_id"
        " where r.application_id = $1 and r.coupon_id = $2"
        " order by r.created, r.profile_integration_id",
        application.id,
        coupon_id,
        application.account_id,
        application.sandbox,
    )
    return Total(total_result_size=len(found), data=found)


async def _count(db: Db, application_id: int, coupon_id: int, moved: int) -> None:
    """Move the counter of a coupon with its reservations."""
    if moved:
        await db.run(
            "update coupon set reservation_counter = reservation_counter + $3"
            " where application_id = $1 and id = $2",
            application_id,
            coupon_id,
            moved,
        )
