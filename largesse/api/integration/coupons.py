"""Reservations of coupons for customers: make, give up, list."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta, field

from largesse.actions import reserve_coupon
from largesse.http.operation import delete, get, post
from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.paging import Total
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application
from largesse.model.coupons import Coupon
from largesse.model.people import Caller
from largesse.model.profiles import CustomerProfile
from largesse.storage import reservations
from largesse.storage.db import Db

TAG: Final = "Coupons"
RESERVATIONS: Final = "/v1/coupon_reservations/{coupon_value:str}"
CUSTOMERS: Final = "/v1/coupon_reservations/customerprofiles/{coupon_value:str}"
CUSTOMERS_MAX: Final = 1_000  # in one call

Customer = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]


class CouponReservations(Wire, kw_only=True):
    """The customers that a coupon is reserved for."""

    integration_ids: Annotated[list[Customer], Meta(max_length=CUSTOMERS_MAX)] = field(
        name="integrationIDs"
    )


@post(RESERVATIONS, tags=[TAG], may="reserve coupons")
async def create_coupon_reservation(
    db: Db,
    application: Application,
    coupon_value: str,
    data: CouponReservations,
    *,
    caller: Caller,
    now: datetime,
) -> Coupon:
    """Reserve a coupon for customers, beyond its limit of reservations if need be.

    Where the coupon demands reservations, only these customers can redeem it; else it stands in
    their wallets and anyone can redeem it. Customers who are not known yet come into being.
    """
    return await reserve_coupon.reserve_coupon(
        db, application, coupon_value, data.integration_ids, now=now, dry=caller.is_test
    )


@delete(RESERVATIONS, tags=[TAG], may="reserve coupons")
async def delete_coupon_reservation(
    db: Db,
    application: Application,
    coupon_value: str,
    data: CouponReservations,
    *,
    caller: Caller,
) -> None:
    """Give up the reservations that customers have of a coupon. Who has none is left alone."""
    await reserve_coupon.give_up_coupon(
        db, application, coupon_value, data.integration_ids, dry=caller.is_test
    )


@get(CUSTOMERS, tags=[TAG], may="read coupons")
async def get_reserved_customers(
    db: Db, application: Application, coupon_value: str
) -> Total[CustomerProfile]:
    """List the customers who have a coupon reserved, the first who did first."""
    coupon = await reserve_coupon.find_coupon(db, application, coupon_value)
    return await reservations.customers(db, application, coupon.id)
