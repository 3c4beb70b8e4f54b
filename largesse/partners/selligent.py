"""Selligent: messages ask for a coupon while they are written."""

from datetime import datetime
from typing import Final

from largesse import partners
from largesse.actions.issue_coupon import issue_coupon
from largesse.http.operation import Reply, get
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.partners import CouponQuery, CouponReply, DryRun, Name
from largesse.storage.db import Db

TAG: Final = "Selligent"


class SelligentCouponQuery(CouponQuery, kw_only=True):
    """A wish for a coupon, and the campaign of Selligent that it is for."""

    deployment: str
    selligent_campaign_id: Name


@get("/selligent", tags=[TAG], deployment="query:deployment", answer=CouponReply, own=True)
async def create_selligent_coupon(
    db: Db,
    application: Application,
    query: SelligentCouponQuery,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Reply:
    """Create a coupon. Every call creates another one."""
    wish = partners.wish(application, query, "selligent", query.selligent_campaign_id)
    made = await issue_coupon(
        db, application, wish, seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return partners.created(application, made)
