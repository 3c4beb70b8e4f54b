"""Customer engagement platforms of any name: their flows create coupons, or look them up."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import UNSET

from largesse import partners
from largesse.actions.issue_coupon import issue_coupon
from largesse.http.operation import Header, Reply, get
from largesse.kit.wire import Maybe, or_else
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.partners import CouponQuery, CouponReply, DryRun, Name
from largesse.storage.db import Db

TAG: Final = "Customer engagement"

Platform = Annotated[Name, Header("customer-engagement-platform-name")]


class EngagementCouponQuery(CouponQuery, kw_only=True):
    """A wish for a coupon, and the campaign of the platform that it is for."""

    external_campaign_id: Name
    identifier: Maybe[Name] = UNSET


@get(
    "/customer_engagement/coupon",
    tags=[TAG],
    deployment="header:destination-hostname",
    answer=CouponReply,
)
async def create_engagement_coupon(
    db: Db,
    application: Application,
    query: EngagementCouponQuery,
    platform: Platform,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Reply:
    """Create a coupon, or get the one that has this identifier and recipient in the campaign.

    Without an identifier every call creates another one.
    """
    wish = partners.wish(
        application,
        query,
        platform,
        query.external_campaign_id,
        identifier=or_else(query.identifier, ""),
    )
    made = await issue_coupon(
        db, application, wish, seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return partners.created(application, made)
