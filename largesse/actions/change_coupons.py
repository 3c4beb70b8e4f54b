"""Changing and deleting coupons, one or many. Codes never change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import UNSET, field

from largesse.engine.limits import OWN
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.attributes import merged, missing_faults, value_faults
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import Coupon, CouponTerms, UsageLimit, check_discount_limit
from largesse.model.limits import LimitConfig, limit_faults, shape_of
from largesse.storage import attributes, campaigns, coupons
from largesse.storage.coupons import CouponQuery
from largesse.storage.db import Db


class UpdateCoupon(CouponTerms, kw_only=True):
    """A coupon as it shall be. Dates and recipient are cleared where they are not named."""

    usage_limit: Maybe[UsageLimit] = UNSET


class UpdateCouponBatch(Wire, kw_only=True):
    """What shall be true of all coupons of a batch, or of a campaign."""

    usage_limit: Maybe[UsageLimit] = UNSET
    discount_limit: Maybe[Decimal | None] = UNSET
    reservation_limit: Maybe[UsageLimit | None] = UNSET
    start_date: Maybe[datetime | None] = UNSET
    expiry_date: Maybe[datetime | None] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    batch_id: Maybe[str] = field(name="batchID", default=UNSET)

    def __post_init__(self) -> None:
        check_discount_limit(self.discount_limit)


async def update_coupon(
    db: Db,
    application: Application,
    campaign: Campaign,
    coupon_id: int,
    data: UpdateCoupon,
    *,
    now: datetime,
) -> Coupon:
    """Change one coupon. A limit of its own that is new or gone has spent nothing."""
    owner = (application.id, campaign.id)
    old = must(await coupons.find(db, *owner, coupon_id), "coupon", coupon_id)
    values = {"recipient_integration_id": "", **changes(data)}
    values["reservation"] = not values["recipient_integration_id"]
    limits = values.get("limits", old.limits)
    await check(db, application, values, list(own_limit_faults(limits, values)))
    where = coupons.wanted(application.id, campaign.id, CouponQuery(), now)
    where.add("id = {}", coupon_id)
    await coupons.update(db, where, values)
    before = {shape_of(limit): limit for limit in old.limits}
    after = {shape_of(limit): limit for limit in limits}
    moved = [by_coupon({**before, **after}[shape]) for shape in before.keys() ^ after.keys()]
    await campaigns.reset_counters(db, owner, moved, prefix=OWN, code=old.value)
    return must(await coupons.find(db, *owner, coupon_id), "coupon", coupon_id)


async def update_coupons(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: UpdateCouponBatch,
    *,
    now: datetime,
) -> None:
    """Change all coupons of a batch, or of the campaign if no batch is named."""
    query = CouponQuery() if data.batch_id is UNSET else CouponQuery(batch_id=data.batch_id)
    values = changes(data)
    values.pop("batch_id", None)
    await check(db, application, values, [])
    where = coupons.wanted(application.id, campaign.id, query, now)
    touched = await coupons.update(db, where, values)
    if not touched and data.batch_id is not UNSET:
        must(None, "batch", data.batch_id)


async def delete_coupons(
    db: Db, application_id: int, campaign_id: int, query: CouponQuery, *, now: datetime
) -> None:
    """Delete the coupons of a campaign that a query wants."""
    await coupons.delete(db, coupons.wanted(application_id, campaign_id, query, now))
    await coupons.forget_counters(db, application_id, campaign_id)


async def delete_coupon(
    db: Db, application_id: int, campaign_id: int, coupon_id: int, *, now: datetime
) -> None:
    """Delete one coupon, or `NotFound`."""
    where = coupons.wanted(application_id, campaign_id, CouponQuery(), now)
    where.add("id = {}", coupon_id)
    must(await coupons.delete(db, where) or None, "coupon", coupon_id)
    await coupons.forget_counters(db, application_id, campaign_id)


def changes(data: UpdateCoupon | UpdateCouponBatch) -> dict[str, Any]:
    """What is stored of what was sent: dates that are not named are cleared."""
    values = {"start_date": None, "expiry_date": None, **given(data)}
    if "attributes" in values:
        values["attributes"] = merged({}, values["attributes"])
    return values


async def check(
    db: Db, application: Application, values: Mapping[str, Any], faults: list[Fault]
) -> None:
    """Raise `Invalid` with these faults and what else is wrong with the values."""
    start, expiry = values["start_date"], values["expiry_date"]
    if start and expiry and expiry <= start:
        faults.append(Fault("Invalid", "A coupon expires after its start", "/expiryDate"))
    if "attributes" in values:
        known = await attributes.of_account(db, application.account_id)
        faults += value_faults(known, values["attributes"], "Coupon", application.id)
        mandatory = application.attributes_settings.mandatory.coupons
        faults += missing_faults(values["attributes"], mandatory)
    if faults:
        raise Invalid.of(faults)


def own_limit_faults(limits: list[LimitConfig], values: Mapping[str, Any]) -> Iterator[Fault]:
    """Limits of its own are for a coupon without a recipient."""
    yield from limit_faults(limits)
    if limits and values["recipient_integration_id"]:
        details = "A coupon with limits of its own has no recipient"
        yield Fault("Invalid", details, "/recipientIntegrationId")


def by_coupon(limit: LimitConfig) -> LimitConfig:
    """A coupon's own limit as it is counted: for the coupon, too."""
    counted = {*limit.entities, "Coupon"}
    return LimitConfig(
        action=limit.action,
        limit=limit.limit,
        entities=sorted(counted),
        period=limit.period,
    )
