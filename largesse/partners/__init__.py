"""Partners: the marketing systems that a shop lives with, one file each.

A file has the calls that a partner makes to us. They are operations like all others, with one more
option, `deployment`, that says where the call names the server; they read leniently, because most
partners can only fill texts into a template (`http/lenient.py`); and they end in the same actions
as everyone's. Nothing is registered: a file that is here is served.

What several of them share stands here: wishes for a coupon, and the answer to one.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, Struct, field

from largesse.actions.issue_coupon import Wish
from largesse.http.operation import Header, Reply
from largesse.kit.caps import DISCOUNT_LIMIT_MAX, IDENTIFIER_MAX
from largesse.kit.problems import must
from largesse.kit.texts import INTEGER_MAX
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.model.campaigns import Application
from largesse.model.coupons import Coupon, Recipient, UsageLimit

Id = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
Name = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
DryRun = Annotated[bool, Header("X-DRY-RUN", "Answer as always, and store nothing")]


class CouponReply(Struct, rename="pascal", kw_only=True):
    """A coupon as partners read it. What has no value is left out."""

    id: int = field(name="ID")
    application_id: int = field(name="ApplicationID")
    campaign_id: int = field(name="CampaignID")
    value: str
    usage_limit: int
    discount_limit: Maybe[Decimal] = UNSET
    reservation_limit: Maybe[int] = UNSET
    is_reservation_mandatory: Maybe[bool] = UNSET
    start_date: Maybe[datetime] = UNSET
    expiry_date: Maybe[datetime] = UNSET
    recipient_integration_id: Maybe[str] = field(default=UNSET, name="RecipientIntegrationID")
    attributes: Maybe[dict[str, Any]] = UNSET


class CouponQuery(Wire, kw_only=True):
    """A wish for a coupon in a query."""

    application_id: Id
    campaign_id: Id
    start_date: Maybe[datetime] = UNSET
    expiry_date: Maybe[datetime] = UNSET
    discount_limit: Maybe[Annotated[int, Meta(ge=0, le=DISCOUNT_LIMIT_MAX)]] = UNSET
    recipient_integration_id: Maybe[Recipient] = UNSET
    usage_limit: UsageLimit = 1
    attributes: Annotated[
        dict[str, Any],
        Meta(description="All parameters whose names begin with . or _ set an attribute"),
    ] = field(default_factory=dict)


Answer = TypeVar("Answer", bound=CouponReply)


def answer(kind: type[Answer], application: Application, coupon: Coupon, **more: Any) -> Answer:
    """A coupon as a `kind` of reply."""
    return kind(
        id=coupon.id,
        application_id=application.id,
        campaign_id=coupon.campaign_id,
        value=coupon.value,
        usage_limit=coupon.usage_limit,
        discount_limit=coupon.discount_limit,
        reservation_limit=coupon.reservation_limit,
        is_reservation_mandatory=coupon.is_reservation_mandatory or UNSET,
        start_date=coupon.start_date,
        expiry_date=coupon.expiry_date,
        recipient_integration_id=coupon.recipient_integration_id,
        attributes=coupon.attributes or UNSET,
        **more,
    )


def created(application: Application, coupon: Coupon) -> Reply:
    """The answer to a GET that made a coupon: nobody may give it to anyone else."""
    body = answer(CouponReply, application, coupon)
    return Reply(body, headers={"Cache-Control": "no-store"})


def check_application(application: Application, wanted: int) -> None:
    """Refuse an Application that the key is not for: it might as well not exist."""
    must(application if application.id == wanted else None, "Application", wanted)


def wish(
    application: Application,
    query: CouponQuery,
    platform: str,
    external: str,
    *,
    identifier: str = "",
) -> Wish:
    """The wish of a query, when it is for the Application of the key."""
    check_application(application, query.application_id)
    limit = query.discount_limit
    return Wish(
        campaign_id=query.campaign_id,
        identifier=identifier,
        recipient=or_else(query.recipient_integration_id, ""),
        usage_limit=query.usage_limit,
        discount_limit=None if limit is UNSET else Decimal(limit),
        start_date=instant(query.start_date),
        expiry_date=instant(query.expiry_date),
        attributes=query.attributes,
        platform=platform,
        external_campaign_id=external,
    )


def instant(moment: Maybe[datetime]) -> datetime | None:
    """An instant in UTC, or none."""
    return None if moment is UNSET else moment.astimezone(UTC)
