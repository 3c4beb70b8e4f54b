"""Customer profiles of an environment: finding, meeting and changing many at once.

Customers are locked before everything else, in the order of their ids.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from largesse.model.campaigns import Application
from largesse.model.profiles import CustomerProfile
from largesse.storage.coupons import take_ids
from largesse.storage.db import Db, as_json

MEMBERSHIPS: Final = (
    "(select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name) order by a.id), '[]')"
    " from audience_member m join audience a on a.id = m.audience_id"
    " where m.account_id = p.account_id and m.sandbox = p.sandbox"
    " and m.profile_integration_id = p.integration_id) as audience_memberships"
)
COLUMNS: Final = (
    "p.id, p.created, p.integration_id, p.attributes::json as attributes, p.account_id,"
    f" p.closed_sessions, p.total_sales, p.last_activity, p.sandbox, {MEMBERSHIPS}"
)


class Zone(NamedTuple):
    """An environment of an account, live or sandbox: its Applications share their customers."""

    account_id: int
    sandbox: bool


def zone_of(application: Application) -> Zone:
    """The environment of an Application."""
    return Zone(application.account_id, application.sandbox)


async def find(db: Db, zone: Zone, key: str) -> CustomerProfile | None:
    """A customer."""
    found = await of_keys(db, zone, [key])
    return found[0] if found else None


async def of_keys(db: Db, zone: Zone, keys: Collection[str]) -> list[CustomerProfile]:
    """Those of the customers that are known."""
    return await db.all(
        CustomerProfile,
        f"select {COLUMNS} from profile p where p.account_id = $1 and p.sandbox = $2"
        " and p.integration_id = any($3::text[])",
        *zone,
        list(keys),
    )


async def meet(db: Db, zone: Zone, keys: Collection[str], now: datetime) -> None:
    """Make customers known who are not yet. Those who are stay as they are."""
    unknown = await db.rows(
        "select distinct wanted.id from unnest($3::text[]) as wanted(id) where not exists"
        " (select from profile where account_id = $1 and sandbox = $2"
        " and integration_id = wanted.id) order by wanted.id",
        *zone,
        list(keys),
    )
    if unknown:
        await db.run(
            "insert into profile (account_id, sandbox, integration_id, id, created, last_activity)"
            " select $1, $2, new.key, new.id, $5, $5"
            " from unnest($3::text[], $4::bigint[]) as new(key, id) on conflict do nothing",
            *zone,
            [row["id"] for row in unknown],
            await take_ids(db, len(unknown)),
            now,
        )


async def hold(db: Db, zone: Zone, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """The attributes of customers, whom it holds until the transaction ends."""
    rows = await db.rows(
        "select integration_id, attributes::json as attributes from profile where account_id = $1"
        " and sandbox = $2 and integration_id = any($3::text[]) order by integration_id for update",
        *zone,
        list(keys),
    )
    return {row["integration_id"]: row["attributes"] for row in rows}


async def lock(db: Db, zone: Zone, keys: Collection[str]) -> None:
    """Hold customers until the transaction ends."""
    await db.run(
        "select from profile where account_id = $1 and sandbox = $2"
        " and integration_id = any($3::text[]) order by integration_id for update",
        *zone,
        list(keys),
    )


async def set_attributes(db: Db, zone: Zone, values: Mapping[str, Mapping[str, Any]]) -> None:
    """New attributes, all of them, of customers who are held."""
    await db.run(
        "update profile set attributes = new.attributes, revision = revision + 1"
        " from unnest($3::text[], $4::text[]) as new(key, attributes)"
        " where account_id = $1 and sandbox = $2 and integration_id = new.key",
        *zone,
        list(values),
        [as_json(attributes) for attributes in values.values()],
    )


async def merge_attributes(
    db: Db, zone: Zone, audience_id: int, values: Mapping[str, Any], gone: Sequence[str]
) -> int:
    """Set attributes of every member of an audience and remove others; how many there are."""
    return await db.run(
        "update profile set revision = revision + 1,"
        " attributes = ((attributes::jsonb || $4::jsonb) - $5::text[])::text"
        " where account_id = $1 and sandbox = $2 and integration_id in"
        " (select p.integration_id from profile p join audience_member m"
        " on m.account_id = $1 and m.sandbox = $2 and m.audience_id = $3"
        " and m.profile_integration_id = p.integration_id"
        " where p.account_id = $1 and p.sandbox = $2 order by p.integration_id for update of p)",
        *zone,
        audience_id,
        dict(values),
        list(gone),
    )


# What customers said of themselves, in each table that speaks of them. $1 and $2 are the
# environment, $3 is the customer.
IN_ZONE: Final = (
    "application_id in (select id from application where account_id = $1 and sandbox = $2)"
)
BLANK_PROFILE: Final = (
    "update profile set attributes = '{}', revision = revision + 1"
    " where account_id = $1 and sandbox = $2 and integration_id = $3"
)
# A session moves on, so that whoever read it before decides again.
BLANK_SESSIONS: Final = (
    "update session set revision = revision + 1, document = (jsonb_set(document::jsonb"
    " - array['attributes', 'identifiers'], '{cartItems}', coalesce((select jsonb_agg(line"
    " - 'attributes' order by place) from jsonb_array_elements(document::jsonb -> 'cartItems')"
    " with ordinality as lines(line, place)), '[]')))::text"
    f" where {IN_ZONE} and profile_integration_id = $3"
)
BLANK_EVENTS: Final = (
    """update event set document = (document::jsonb || '{"attributes": {}}')::text"""
    f" where {IN_ZONE} and profile_integration_id = $3"
)
BLANK_COUPONS: Final = (
    f"update coupon set attributes = '{{}}' where {IN_ZONE} and recipient_integration_id = $3"
)
BLANK_REFERRALS: Final = (
    f"update referral set attributes = '{{}}' where {IN_ZONE}"
    " and (advocate_profile_integration_id = $3 or friend_profile_integration_id = $3)"
)
TELL_NOBODY: Final = (
    f"delete from outbox where account_id = $1 and {IN_ZONE} and profile_integration_id = $3"
)


async def erase(db: Db, zone: Zone, key: str) -> None:
    """Blank what a customer who is held said of himself, in every Application of the environment.

    What was not told to others yet is never told. Rows, ids and amounts stay.
    """
    for statement in (
        BLANK_PROFILE,
        BLANK_SESSIONS,
        BLANK_EVENTS,
        BLANK_COUPONS,
        BLANK_REFERRALS,
        TELL_NOBODY,
    ):
        await db.run(statement, *zone, key)
