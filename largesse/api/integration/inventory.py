"""The inventory of a customer: what he has, as far as is asked for."""

from datetime import datetime
from typing import Any

from msgspec import UNSET

from largesse.http.operation import get
from largesse.kit.problems import must
from largesse.kit.wire import Maybe, Wire
from largesse.model.campaigns import Application
from largesse.model.giveaways import Giveaway
from largesse.model.profiles import CustomerProfile
from largesse.model.referrals import InventoryReferral
from largesse.storage import inventory, profiles
from largesse.storage.db import Db
from largesse.storage.inventory import InventoryCoupon


class Wanted(Wire, kw_only=True):
    """The parts that are wanted."""

    profile: bool = False
    referrals: bool = False
    coupons: bool = False
    loyalty: bool = False
    giveaways: bool = False
    achievements: bool = False


class CustomerInventory(Wire, kw_only=True):
    """What a customer has. Parts that were not asked for are left out."""

    profile: Maybe[CustomerProfile] = UNSET
    loyalty: Maybe[dict[str, Any]] = UNSET
    referrals: Maybe[list[InventoryReferral]] = UNSET
    coupons: Maybe[list[InventoryCoupon]] = UNSET
    giveaways: Maybe[list[Giveaway]] = UNSET
    achievements: Maybe[list[dict[str, Any]]] = UNSET


@get(
    "/v1/customer_profiles/{integration_id:str}/inventory",
    tags=["Customer profiles"],
    may="read profiles",
)
async def get_customer_inventory(
    db: Db, application: Application, integration_id: str, query: Wanted, now: datetime
) -> CustomerInventory:
    """What a customer has: his referral codes, the coupons in his wallet, what he was given.

    Of each kind the newest thousand are told.
    """
    zone = profiles.zone_of(application)
    profile = must(
        await profiles.find(db, zone, integration_id), "customer profile", integration_id
    )
    found = CustomerInventory()
    if query.profile:
        found.profile = profile
    if query.referrals:
        found.referrals = await inventory.referrals_of(db, application.id, integration_id)
    if query.coupons:
        found.coupons = await inventory.coupons_of(db, application.id, integration_id, now)
    if query.giveaways:
        found.giveaways = await inventory.giveaways_of(db, zone, integration_id)
    if query.loyalty:
        found.loyalty = {"cards": [], "programs": {}}
    if query.achievements:
        found.achievements = []
    return found
