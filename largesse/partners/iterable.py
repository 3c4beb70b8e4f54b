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


class IterableCouponQuery(CouponQuery, kw_only=True):
    """A wish for a coupon, and the campaign of Iterable that it is for."""

    deployment: str
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
    partners.check_application(application, query.application_id)
    wish = partners.wish(query, "iterable", query.iterable_campaign_id)
    made = await issue_coupon(
        db, application, wish, seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return Reply(partners.answer(CouponReply, application, made), headers=partners.NO_STORE)
