"""Coupons, and why a code can be refused.

Source: Coupon, NewCoupons, UpdateCoupon, IntegrationCoupon of the contract.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from largesse.kit.caps import (
    DISCOUNT_LIMIT_MAX,
    IDENTIFIER_MAX,
    PATTERN_CHARACTERS_MAX,
    USAGE_LIMIT_MAX,
)
from largesse.kit.wire import Maybe, Wire
from largesse.model.limits import LimitConfig

UsageLimit = Annotated[int, Meta(ge=0, le=USAGE_LIMIT_MAX)]
Recipient = Annotated[str, Meta(max_length=IDENTIFIER_MAX)]

Rejection = Literal[
    "CouponNotFound",
    "CouponPartOfNotRunningCampaign",
    "CouponPartOfNotTriggeredCampaign",
    "CouponStartDateInFuture",
    "CouponExpired",
    "ProfileRequired",
    "CouponRecipientDoesNotMatch",
    "CouponReservationRequired",
    "CouponLimitReached",
    "ProfileLimitReached",
    "CampaignLimitReached",
    "EffectCouldNotBeApplied",
    "CouponRejectedByCondition",
]


class CodeGeneratorSettings(Wire, kw_only=True):
    """How codes of a campaign look."""

    valid_characters: list[str]
    coupon_pattern: Annotated[str, Meta(min_length=3, max_length=PATTERN_CHARACTERS_MAX)]


class CouponTerms(Wire, kw_only=True):
    """What may be said of a coupon when it is made and when it is changed."""

    discount_limit: Maybe[Decimal | None] = UNSET
    reservation_limit: Maybe[UsageLimit | None] = UNSET
    start_date: Maybe[datetime | None] = UNSET
    expiry_date: Maybe[datetime | None] = UNSET
    limits: Maybe[list[LimitConfig]] = UNSET
    recipient_integration_id: Maybe[Recipient] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    is_reservation_mandatory: Maybe[bool] = UNSET
    implicitly_reserved: Maybe[bool] = UNSET

    def __post_init__(self) -> None:
        check_discount_limit(self.discount_limit)


def check_discount_limit(limit: Decimal | UnsetType | None) -> None:
    """Refuse an amount for a gift card that is negative or too large."""
    if isinstance(limit, Decimal) and not 0 <= limit <= DISCOUNT_LIMIT_MAX:
        raise ValueError(f"`discountLimit` must be from 0 to {DISCOUNT_LIMIT_MAX}")


class Coupon(Wire, kw_only=True):
    """A code of a campaign. `discountRemainder` is what a gift card has left."""

    id: int
    created: datetime
    campaign_id: int
    value: str
    usage_limit: int
    usage_counter: int = 0
    discount_limit: Maybe[Decimal] = UNSET
    discount_counter: Decimal = Decimal(0)
    discount_remainder: Maybe[Decimal] = UNSET
    reservation_limit: Maybe[int] = UNSET
    reservation_counter: int = 0
    start_date: Maybe[datetime] = UNSET
    expiry_date: Maybe[datetime] = UNSET
    limits: list[LimitConfig] = []
    attributes: dict[str, Any] = {}
    referral_id: Maybe[int] = UNSET
    recipient_integration_id: Maybe[str] = UNSET
    import_id: Maybe[int] = UNSET
    reservation: bool = True
    batch_id: Maybe[str] = UNSET
    is_reservation_mandatory: bool = False
    implicitly_reserved: bool = False


class IntegrationCoupon(Coupon, kw_only=True):
    """A coupon as one customer sees it."""

    profile_redemption_count: int = 0


class KnownCoupon(IntegrationCoupon, kw_only=True):
    """A coupon as a decision sees it: also whether the customer holds a reservation."""

    is_reserved: bool = False


class NewCode(Wire, kw_only=True):
    """A coupon that a decision makes."""

    id: int
    campaign: int
    value: str
    usage_limit: int = 1
    discount_limit: Decimal | None = None
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    recipient: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
