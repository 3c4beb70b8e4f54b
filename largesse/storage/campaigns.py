"""Campaigns of an Application, and what their budgets have spent."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import Campaign
from largesse.model.limits import LimitConfig
from largesse.storage.db import Db
from largesse.storage.where import Where

SORTS: Final = ("id", "created", "updated", "name", "start_time", "end_time", "state")

StateQuery = Literal["enabled", "disabled", "archived", "scheduled", "running", "expired", "staged"]
# Conditions on one instant, `{}`. A campaign begins with its start and is over at its end.
IN_STATE: Final[Mapping[str, str]] = {
    "enabled": "state = 'enabled' and {}::timestamptz is not null",
    "disabled": "state = 'disabled' and {}::timestamptz is not null",
    "archived": "state = 'archived' and {}::timestamptz is not null",
    "staged": "state = 'staged' and {}::timestamptz is not null",
    "scheduled": "state = 'enabled' and start_time > {}",
    "expired": "state = 'enabled' and end_time <= {} and coalesce(start_time <= {}, true)",
    "running": "state = 'enabled' and coalesce(end_time > {}, true)"
    " and coalesce(start_time <= {}, true)",
}
# How the period of a counter looks, for each period of a limit.
LABELS: Final[Mapping[str, str]] = {
    "": "^$",
    "daily": r"^Y\d+M\d+D\d+$",
    "weekly": r"^Y\d+W\d+$",
    "monthly": r"^Y\d+M\d+$",
    "yearly": r"^Y\d+$",
}


class CampaignQuery(Wire, kw_only=True):
    """Which campaigns of an Application are wanted."""

    campaign_state: Maybe[StateQuery] = UNSET
    name: Maybe[str] = UNSET
    tags: Maybe[Annotated[list[str], Meta(max_length=50)]] = UNSET
    created_before: Maybe[datetime] = UNSET
    created_after: Maybe[datetime] = UNSET
    start_before: Maybe[datetime] = UNSET
    start_after: Maybe[datetime] = UNSET
    end_before: Maybe[datetime] = UNSET
    end_after: Maybe[datetime] = UNSET
    campaign_group_id: Maybe[int] = UNSET
    template_id: Maybe[int] = UNSET
    store_id: Maybe[int] = UNSET


FILTERS: Final[Mapping[str, str]] = {
    "name": "position(lower({}) in lower(name)) > 0",
    "tags": "(select array_agg(lower(tag)) from unnest(tags) as tag)"
    " @> (select array_agg(lower(tag)) from unnest({}::text[]) as tag)",
    "created_before": "created < {}",
    "created_after": "created > {}",
    "start_before": "start_time < {}",
    "start_after": "start_time > {}",
    "end_before": "end_time < {}",
    "end_after": "end_time > {}",
    "campaign_group_id": "{} = any(campaign_groups)",
    "template_id": "{}::bigint is null",  # No campaign is made from a template yet.
    "store_id": "{} = any(linked_store_ids)",
}


async def find(db: Db, application_id: int, campaign_id: int) -> Campaign | None:
    """A campaign of an Application."""
    return await db.one(
        Campaign,
        "select * from campaign where application_id = $1 and id = $2",
        application_id,
        campaign_id,
    )


async def hold(db: Db, application_id: int, campaign_id: int) -> bool:
    """Keep a campaign from being deleted until the transaction ends; whether it is still there."""
    sql = "select from campaign where application_id = $1 and id = $2 for key share"
    return await db.run(sql, application_id, campaign_id) > 0


async def page(
    db: Db,
    application_id: int,
    query: CampaignQuery,
    now: datetime,
    page: PageQuery,
    *,
    attributes: dict[str, Any] | None = None,
) -> Total[Campaign]:
    """Campaigns of an Application; archived ones only where they are asked for.

    Where `attributes` are given, only those with exactly these values.
    """
    where = Where("application_id = {}", application_id)
    state = query.campaign_state
    if state is UNSET:
        where.say("state <> 'archived'")
    else:
        where.add(IN_STATE[state], now)
    for name, condition in FILTERS.items():
        value = getattr(query, name)
        if value is not UNSET and value != []:
            where.add(condition, value)
    if attributes is not None:
        where.add("attributes @> {}", attributes)
    sql = f"select * from campaign where {where}"
    return await db.total(Campaign, sql, *where.values, page=page, sorts=SORTS)


async def insert(db: Db, application_id: int, values: dict[str, Any], now: datetime) -> Campaign:
    """A new campaign."""
    own = {"application_id": application_id, "created": now, "updated": now}
    return await db.insert(Campaign, "campaign", own | values)


async def update(
    db: Db, application_id: int, campaign_id: int, values: dict[str, Any], now: datetime
) -> Campaign | None:
    """Change a campaign."""
    owner = {"application_id": application_id, "id": campaign_id}
    return await db.update(Campaign, "campaign", owner, {**values, "updated": now})


async def delete(db: Db, application_id: int, campaign_id: int) -> bool:
    """Remove a campaign with its rulesets, coupons and counters."""
    gone = await db.run(
        "delete from campaign where application_id = $1 and id = $2", application_id, campaign_id
    )
    for table in ("coupon", "counter"):
        await db.run(
            f"delete from {table} where application_id = $1 and campaign_id = $2",
            application_id,
            campaign_id,
        )
    return gone > 0


async def whole_counters(
    db: Db, application_id: int, campaign_ids: Collection[int], labels: Collection[str]
) -> dict[tuple[int, str, str], Decimal]:
    """What campaigns as a whole have spent: by campaign, action and label of the period."""
    rows = await db.rows(
        "select campaign_id, action, period, amount from counter where application_id = $1"
        " and campaign_id = any($2::bigint[]) and entities = '' and period = any($3::text[])",
        application_id,
        list(campaign_ids),
        list(labels),
    )
    return {(row["campaign_id"], row["action"], row["period"]): row["amount"] for row in rows}


async def reset_counters(
    db: Db,
    owner: tuple[int, int],
    limits: Iterable[LimitConfig],
    *,
    prefix: str = "",
    code: str = "",
) -> None:
    """Forget what limits have counted, for a limit begins with nothing spent.

    `owner` is an Application and a campaign; `prefix` and `code` are for a coupon's own limits.
    """
    for limit in limits:
        await db.run(
            "delete from counter where application_id = $1 and campaign_id = $2 and action = $3"
            " and entities = $4 and period ~ $5"
            " and ($6 = '' or split_part(subject, chr(31), 1) = $6)",
            *owner,
            limit.action,
            prefix + ",".join(sorted(limit.entities)),
            LABELS[limit.period or ""],
            code,
        )
