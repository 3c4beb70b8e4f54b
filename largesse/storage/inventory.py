"""What one customer has: coupons, referrals, giveaways.

A coupon is his when it was made for him or for everyone, when he reserved it, or redeemed it.
"""

from datetime import datetime
from typing import Final, Literal

from largesse.model.coupons import IntegrationCoupon
from largesse.model.giveaways import Giveaway
from largesse.model.referrals import InventoryReferral
from largesse.storage import coupons, referrals
from largesse.storage.db import Db
from largesse.storage.profiles import Zone

EACH_MAX: Final = 1_000  # coupons, referrals or giveaways of one answer; the newest are told

CouponState = Literal["disabled", "pending", "used", "expired", "active"]

TIMES: Final = (
    "coalesce((select r.times from coupon_redemption r where r.application_id = $1"
    " and r.coupon_id = coupon.id and r.profile_integration_id = $2), 0)"
)
# The first that is true. A campaign that is still to come is active already.
STATE: Final = (
    "case when not exists (select from campaign c where c.application_id = $1"
    " and c.id = coupon.campaign_id and c.state = 'enabled' and coalesce(c.end_time > $3, true))"
    " then 'disabled' when start_date > $3 then 'pending'"
    f" when (usage_limit > 0 and usage_counter >= usage_limit) or {TIMES} > 0 then 'used'"
    " when expiry_date <= $3 then 'expired' else 'active' end"
)
HIS: Final = (
    "select id from coupon where application_id = $1 and recipient_integration_id = $2"
    " union select id from coupon where application_id = $1 and implicitly_reserved"
    " union select coupon_id from coupon_reservation where application_id = $1"
    " and profile_integration_id = $2"
    " union select coupon_id from coupon_redemption where application_id = $1"
    " and profile_integration_id = $2 and times > 0"
)


class InventoryCoupon(IntegrationCoupon, kw_only=True):
    """A coupon in the wallet of a customer, and what it is good for now."""

    state: CouponState


async def coupons_of(db: Db, application_id: int, key: str, now: datetime) -> list[InventoryCoupon]:
    """The coupons of a customer in an Application."""
    return await db.all(
        InventoryCoupon,
        f"select {coupons.COLUMNS}, {TIMES} as profile_redemption_count, {STATE} as state"
        f" from coupon where application_id = $1 and id in ({HIS})"
        f" and $2 <> '' order by id desc limit {EACH_MAX}",
        application_id,
        key,
        now,
    )


async def referrals_of(db: Db, application_id: int, key: str) -> list[InventoryReferral]:
    """The referrals that a customer has as an advocate, each with the friends who redeemed it."""
    return await db.all(
        InventoryReferral,
        f"select {referrals.COLUMNS}, array(select f.friend_profile_integration_id"
        " from referral_friend f where f.application_id = $1 and f.referral_id = referral.id"
        f" order by f.created limit {EACH_MAX}) as referred_customers from referral"
        " where application_id = $1 and advocate_profile_integration_id = $2"
        f" order by id desc limit {EACH_MAX}",
        application_id,
        key,
    )


async def giveaways_of(db: Db, zone: Zone, key: str) -> list[Giveaway]:
    """The codes that a customer was awarded."""
    return await db.all(
        Giveaway,
        "select g.id, g.created, g.code, g.pool_id, g.start_date, g.end_date, g.attributes,"
        " g.awarded is not null as used, g.import_id, g.profile_integration_id"
        " from giveaway g join giveaway_pool p on p.id = g.pool_id"
        " where p.account_id = $1 and p.sandbox = $2 and g.profile_integration_id = $3"
        f" order by g.awarded desc, g.id desc limit {EACH_MAX}",
        *zone,
        key,
    )
