"""Reserving a coupon for customers, and giving reservations up.

What was said of the coupon decides what a reservation is worth: where reserving is mandatory only
those who did can redeem it, else it only stands in their wallets. The coupon's own limit of
reservations binds the effect of a rule, not these calls.
"""

from collections.abc import Sequence
from datetime import datetime

from largesse.kit.codes import folded
from largesse.kit.problems import Invalid, must
from largesse.model.campaigns import Application
from largesse.model.coupons import Coupon
from largesse.storage import reservations
from largesse.storage.db import Db


async def find_coupon(db: Db, application: Application, code: str, *, hold: bool = False) -> Coupon:
    """The coupon of a code as a customer may type it, or `NotFound`."""
    value = folded(code, application.case_sensitivity)
    found = await reservations.coupon(db, application.id, value, hold=hold)
    return must(found, "coupon", code)


async def reserve_coupon(
    db: Db,
    application: Application,
    code: str,
    profiles: Sequence[str],
    *,
    now: datetime,
    dry: bool = False,
) -> Coupon:
    """Reserve a coupon for customers, whom it makes known. Who has it reserved keeps it so."""
    wanted = sorted(set(profiles))
    check(await find_coupon(db, application, code), wanted, now)
    if not dry:
        # Customers are locked before coupons everywhere.
        await reservations.meet(db, application, wanted, now)
        held = await find_coupon(db, application, code, hold=True)
        await reservations.insert(db, application.id, held.id, wanted, now)
    return await find_coupon(db, application, code)


async def give_up_coupon(
    db: Db, application: Application, code: str, profiles: Sequence[str], *, dry: bool = False
) -> None:
    """Give up the reservations that customers have of a coupon."""
    held = await find_coupon(db, application, code, hold=True)
    if not dry:
        await reservations.delete(db, application.id, held.id, profiles)


def check(coupon: Coupon, profiles: Sequence[str], now: datetime) -> None:
    """Refuse a coupon that is over, and one that was made for somebody else."""
    if coupon.expiry_date and coupon.expiry_date <= now:
        raise Invalid(f"The coupon {coupon.value} has expired", "/couponValue", title="Expired")
    recipient = coupon.recipient_integration_id
    if recipient and any(profile != recipient for profile in profiles):
        details = f"The coupon {coupon.value} was made for another customer"
        raise Invalid(details, "/couponValue", title="Recipient")
