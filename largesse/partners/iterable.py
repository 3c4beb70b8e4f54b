"""Iterable: messages ask for a coupon while they are written."""

from datetime import datetime
from typing import Final

from largesse import partners
from largesse.actions.issue_coupon import issue_coupon
from largesse.http.operation import Reply, get
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.partners import CouponQuery, CouponReply, DryRun, Name
from largesse.storage.db import Db

TAG: Final = "Iterable"


class HistoricCouponQuery(CouponQuery, kw_only=True):
    """A wish for a coupon, as it was before campaigns of Iterable were named."""

    deployment: str


class IterableCouponQuery(HistoricCouponQuery, kw_only=True):
    """A wish for a coupon, and the campaign of Iterable that it is for."""

    iterable_campaign_id: Name


@get("/iterable/coupon", tags=[TAG], deployment="query:deployment", answer=CouponReply)
async def create_iterable_coupon(
    db: Db,
    application: Application,
    query: IterableCouponQuery,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Reply:
    """Create a coupon. Every call creates another one."""
    wish = partners.wish(application, query, "iterable", query.iterable_campaign_id)
    made = await issue_coupon(
        db, application, wish, seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return partners.created(application, made)


@get("/iterable", tags=[TAG], deployment="query:deployment", answer=CouponReply, own=True)
async def create_historic_iterable_coupon(
    db: Db,
    application: Application,
    query: HistoricCouponQuery,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Reply:
    """Create a coupon: the path of old templates."""
    wish = partners.wish(application, query, "iterable", "")
    made = await issue_coupon(
        db, application, wish, seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return partners.created(application, made)
