"""Braze: messages ask for a coupon of their own while they are written, and reserve coupons."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, field

from largesse import partners
from largesse.actions.issue_coupon import Wish, issue_coupon
from largesse.actions.reserve_coupon import reserve_coupon
from largesse.http.operation import post
from largesse.kit.caps import PATTERN_CHARACTERS_MAX
from largesse.kit.wire import Maybe, Wire, not_negative, or_else
from largesse.model.campaigns import Application
from largesse.model.coupons import Coupon, Recipient, UsageLimit
from largesse.model.limits import LimitConfig
from largesse.model.people import Caller
from largesse.partners import CouponReply, DryRun, Id, Name
from largesse.storage.db import Db

TAG: Final = "Braze"
DISCOUNT_MAX: Final = 999_999


class CouponLimit(Wire, kw_only=True):
    """How often each customer may redeem the coupon."""

    action: Literal["redeemCoupon"]
    limit: Decimal
    entities: list[Literal["Coupon", "Profile"]]

    def __post_init__(self) -> None:
        not_negative(self, "limit")
        if sorted(self.entities) != ["Coupon", "Profile"]:
            raise ValueError("`entities` must be Coupon and Profile")


class HistoricCouponRequest(Wire, kw_only=True):
    """A wish for a coupon, sent to the deployment itself."""

    application_id: Id
    campaign_id: Id
    identifier: Name
    usage_limit: UsageLimit = 1
    discount_limit: Maybe[Decimal] = UNSET
    reservation_limit: Maybe[UsageLimit] = UNSET
    is_reservation_mandatory: bool = False
    limits: list[CouponLimit] = field(default_factory=list)
    integration_id: Maybe[Recipient] = UNSET
    start_date: Maybe[datetime] = UNSET
    expiry_date: Maybe[datetime] = UNSET
    valid_characters: list[Annotated[str, Meta(min_length=1, max_length=1)]] = field(
        default_factory=list
    )
    coupon_pattern: Maybe[Annotated[str, Meta(min_length=3, max_length=PATTERN_CHARACTERS_MAX)]] = (
        UNSET
    )
    attributes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (
            isinstance(self.discount_limit, Decimal)
            and not 0 <= self.discount_limit <= DISCOUNT_MAX
        ):
            raise ValueError(f"`discountLimit` must be from 0 to {DISCOUNT_MAX}")


class CouponRequest(HistoricCouponRequest, kw_only=True):
    """A wish for a coupon."""

    deployment_url: str


class BrazeCoupon(CouponReply, kw_only=True):
    """A coupon as Braze reads it, with its own limits."""

    limits: Maybe[list[LimitConfig]] = UNSET


class ReservationRequest(Wire, kw_only=True):
    """A wish to reserve a coupon for a customer."""

    deployment_url: str
    coupon_value: Annotated[str, Meta(min_length=1)]
    integration_id: Name


class Reservation(Wire, kw_only=True):
    """A coupon that is reserved."""

    id: int
    campaign_id: int
    created: datetime
    value: str
    usage_counter: int
    usage_limit: int
    attributes: dict[str, Any]
    batch_id: Maybe[str]
    is_reservation_mandatory: bool
    implicitly_reserved: bool
    reservation: bool


@post("/braze/coupon", tags=[TAG], status=200, deployment="body:deploymentUrl")
async def create_braze_coupon(
    db: Db,
    application: Application,
    data: CouponRequest,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> BrazeCoupon:
    """Create a coupon, or get the one that has this identifier and recipient in the campaign.

    What a repeated request says beside these is ignored.
    """
    made = await issue_coupon(
        db, application, wish(application, data), seed=seed, now=now, dry=dry_run or caller.is_test
    )
    return partners.answer(BrazeCoupon, application, made, limits=made.limits or UNSET)


@post("/braze/coupon_reservation", tags=[TAG], status=200, deployment="body:deploymentUrl")
async def create_braze_coupon_reservation(
    db: Db,
    application: Application,
    data: ReservationRequest,
    *,
    caller: Caller,
    now: datetime,
    dry_run: DryRun = False,
) -> Reservation:
    """Reserve a coupon for a customer; hard where the coupon demands reservations, else soft."""
    coupon = await reserve_coupon(
        db,
        application,
        data.coupon_value,
        [data.integration_id],
        now=now,
        dry=dry_run or caller.is_test,
    )
    members = {name: getattr(coupon, name) for name in Reservation.__struct_fields__}
    return Reservation(**members)


@post("/v2/integration/braze/createcoupon", tags=[TAG], status=200, platform="braze", own=True)
async def create_historic_braze_coupon(
    db: Db,
    application: Application,
    data: HistoricCouponRequest,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Coupon:
    """Create a coupon, or get the one that was: the path of old templates, which read `value`."""
    return await issue_coupon(
        db, application, wish(application, data), seed=seed, now=now, dry=dry_run or caller.is_test
    )


@post("/v1/braze/createcoupon", tags=[TAG], status=200, platform="braze", own=True)
async def create_oldest_braze_coupon(
    db: Db,
    application: Application,
    data: HistoricCouponRequest,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    dry_run: DryRun = False,
) -> Coupon:
    """Create a coupon, or get the one that was: the path of the oldest templates."""
    return await issue_coupon(
        db, application, wish(application, data), seed=seed, now=now, dry=dry_run or caller.is_test
    )


def wish(application: Application, data: HistoricCouponRequest) -> Wish:
    """The wish of a request, when it is for the Application of the key."""
    partners.check_application(application, data.application_id)
    return Wish(
        campaign_id=data.campaign_id,
        identifier=data.identifier,
        recipient=or_else(data.integration_id, ""),
        usage_limit=data.usage_limit,
        discount_limit=or_else(data.discount_limit, None),
        reservation_limit=or_else(data.reservation_limit, None),
        is_reservation_mandatory=data.is_reservation_mandatory,
        limits=[
            LimitConfig(action=one.action, limit=one.limit, entities=[*one.entities])
            for one in data.limits
        ],
        start_date=partners.instant(data.start_date),
        expiry_date=partners.instant(data.expiry_date),
        pattern=or_else(data.coupon_pattern, None),
        characters=data.valid_characters or None,
        attributes=data.attributes,
        are_texts=True,
        platform="braze",
    )
