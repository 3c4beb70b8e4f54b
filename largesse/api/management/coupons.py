"""Coupons of a campaign: making many at once, finding, changing and deleting them."""

from datetime import datetime
from typing import Any, Final, Literal

from msgspec import UNSET

from largesse.actions import change_coupons
from largesse.actions import create_coupons as making
from largesse.actions.change_coupons import UpdateCoupon, UpdateCouponBatch
from largesse.actions.create_coupons import NewCoupons, NewCouponsForMultipleRecipients
from largesse.http.operation import Reply, delete, get, post, put
from largesse.kit.paging import Page, PageQuery, Total
from largesse.kit.problems import Invalid
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import Coupon
from largesse.storage import coupons
from largesse.storage.coupons import CouponQuery
from largesse.storage.db import Db

TAG: Final = "Coupons"
APPLICATION: Final = "/v1/applications/{application_id:int}"
CAMPAIGN: Final = APPLICATION + "/campaigns/{campaign_id:int}"
COUPONS: Final = CAMPAIGN + "/coupons"
COUPON: Final = COUPONS + "/{coupon_id:int}"

Silent = Literal["yes", "no"]


@post(COUPONS, tags=[TAG], may="edit coupons", status=200)
async def create_coupons(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: NewCoupons,
    *,
    seed: bytes,
    now: datetime,
    silent: Silent = "yes",
) -> Reply:
    """Create coupons whose codes follow a pattern. With `silent=no` the answer lists them."""
    ids = await making.create_coupons(db, application, campaign, data, seed=seed, now=now)
    return await made(db, application, ids, silent)


@post(CAMPAIGN + "/coupons_with_recipients", tags=[TAG], may="edit coupons", status=200)
async def create_coupons_for_recipients(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: NewCouponsForMultipleRecipients,
    *,
    seed: bytes,
    now: datetime,
    silent: Silent = "yes",
) -> Reply:
    """Create one personal coupon for each of up to 1000 customers."""
    ids = await making.create_coupons(db, application, campaign, data, seed=seed, now=now)
    return await made(db, application, ids, silent)


@get(COUPONS + "/no_total", tags=[TAG], may="read coupons")
async def list_coupons(
    db: Db,
    campaign: Campaign,
    query: CouponQuery,
    page: PageQuery,
    *,
    now: datetime,
    values_only: bool = False,
) -> Page[Coupon]:
    """List the coupons of a campaign. With `valuesOnly`, too, each of them is given whole."""
    check(query)
    where = coupons.wanted(campaign.application_id, campaign.id, query, now)
    return await coupons.page(db, where, page)


@post(CAMPAIGN + "/coupons_search_advanced/no_total", tags=[TAG], may="read coupons", status=200)
async def search_coupons(
    db: Db,
    campaign: Campaign,
    data: dict[str, Any],
    query: CouponQuery,
    page: PageQuery,
    *,
    now: datetime,
) -> Page[Coupon]:
    """List the coupons of a campaign that have all of these attributes."""
    check(query)
    where = coupons.wanted(campaign.application_id, campaign.id, query, now)
    return await coupons.page(db, where, page, attributes=attributes_in(data))


@post(APPLICATION + "/coupons_search_advanced/no_total", tags=[TAG], may="read coupons", status=200)
async def search_all_coupons(
    db: Db,
    application: Application,
    data: dict[str, Any],
    query: CouponQuery,
    page: PageQuery,
    *,
    now: datetime,
) -> Page[Coupon]:
    """List the coupons of an Application that have all of these attributes."""
    check(query)
    where = coupons.wanted(application.id, None, query, now)
    return await coupons.page(db, where, page, attributes=attributes_in(data))


@put(COUPON, tags=[TAG], may="edit coupons")
async def update_coupon(
    db: Db,
    application: Application,
    campaign: Campaign,
    coupon_id: int,
    data: UpdateCoupon,
    *,
    now: datetime,
) -> Coupon:
    """Change a coupon. Dates and recipient that are not named are cleared."""
    return await change_coupons.update_coupon(db, application, campaign, coupon_id, data, now=now)


@put(COUPONS, tags=[TAG], may="edit coupons", status=204)
async def update_coupons(
    db: Db, application: Application, campaign: Campaign, data: UpdateCouponBatch, now: datetime
) -> None:
    """Change all coupons of a campaign, or of a batch. Dates that are not named are cleared."""
    await change_coupons.update_coupons(db, application, campaign, data, now=now)


@delete(COUPON, tags=[TAG], may="edit coupons")
async def delete_coupon(db: Db, campaign: Campaign, coupon_id: int, now: datetime) -> None:
    """Delete a coupon."""
    await change_coupons.delete_coupon(db, campaign.application_id, campaign.id, coupon_id, now=now)


@delete(COUPONS, tags=[TAG], may="edit coupons")
async def delete_coupons(db: Db, campaign: Campaign, query: CouponQuery, now: datetime) -> None:
    """Delete the coupons of a campaign that fit the filters; all if there are none."""
    check(query)
    await change_coupons.delete_coupons(db, campaign.application_id, campaign.id, query, now=now)


async def made(db: Db, application: Application, ids: list[int], silent: Silent) -> Reply:
    """Nothing, or the new coupons."""
    if silent == "yes":
        return Reply(status=204)
    found = await coupons.of_ids(db, application.id, ids)
    return Reply(Total(total_result_size=len(found), data=found))


def check(query: CouponQuery) -> None:
    """Refuse two filters that speak of the same."""
    if query.usable is not UNSET and query.redeemed is not UNSET:
        raise Invalid("Either usable or redeemed, not both", "parameter:redeemed")


def attributes_in(data: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a query, which may be wrapped in a member `attributes`."""
    inner = data.get("attributes")
    return inner if len(data) == 1 and isinstance(inner, dict) else data
