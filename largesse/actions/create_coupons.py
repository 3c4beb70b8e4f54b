"""Making coupons: codes that a pattern allows, that nobody else has, and that nobody can guess."""

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta

from largesse.deciding import new_codes
from largesse.deciding.new_codes import Look
from largesse.kit.caps import COUPONS_PER_CALL_MAX, PATTERN_CHARACTERS_MAX
from largesse.kit.codes import ALPHABET, codes
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, or_else
from largesse.model.attributes import Attribute, merged, missing_faults, value_faults
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import CouponTerms, Recipient, UsageLimit
from largesse.model.limits import limit_faults
from largesse.storage import attributes, campaigns
from largesse.storage.db import Db

RECIPIENTS_MAX: Final = 1_000


class CodePattern(CouponTerms, kw_only=True):
    """How codes shall look, beside their terms."""

    usage_limit: UsageLimit = 1
    coupon_pattern: Maybe[Annotated[str, Meta(min_length=3, max_length=PATTERN_CHARACTERS_MAX)]] = (
        UNSET
    )
    valid_characters: Maybe[list[str]] = UNSET


class NewCoupons(CodePattern, kw_only=True):
    """Coupons with one set of terms."""

    number_of_coupons: Annotated[int, Meta(ge=1, le=COUPONS_PER_CALL_MAX)]
    unique_prefix: Annotated[str, Meta(max_length=PATTERN_CHARACTERS_MAX)] = ""


class NewCouponsForMultipleRecipients(CodePattern, kw_only=True):
    """Personal coupons, one for each customer."""

    recipients_integration_ids: Annotated[
        list[Annotated[Recipient, Meta(min_length=1)]],
        Meta(min_length=1, max_length=RECIPIENTS_MAX),
    ]


async def create_coupons(
    db: Db,
    application: Application,
    campaign: Campaign,
    data: NewCoupons | NewCouponsForMultipleRecipients,
    *,
    seed: bytes,
    now: datetime,
) -> list[int]:
    """Make coupons of one batch, all of them or none. Gives their ids."""
    look = look_of(application, campaign, data)
    known = await attributes.of_account(db, application.account_id)
    values = terms_of(application, campaign, data, known)
    batch_id = next(codes("########", ALPHABET, hmac.digest(seed, b"batch", "sha256")))
    terms = {**values, "batch_id": batch_id, "created": now}
    owner = application.id, campaign.id
    must(await campaigns.hold(db, *owner) or None, "campaign", campaign.id)
    return await new_codes.make(db, owner, look, recipients_of(data), terms, seed=seed)


def look_of(application: Application, campaign: Campaign, data: CodePattern) -> Look:
    """The pattern and the characters: those of the call, of the campaign, or the usual ones."""
    return new_codes.look_of(
        application,
        campaign,
        pattern=or_else(data.coupon_pattern, None),
        characters=or_else(data.valid_characters, None),
        prefix=data.unique_prefix if isinstance(data, NewCoupons) else "",
    )


def recipients_of(data: NewCoupons | NewCouponsForMultipleRecipients) -> list[str]:
    """For whom each code is; an empty text for anyone."""
    if isinstance(data, NewCouponsForMultipleRecipients):
        return data.recipients_integration_ids
    recipient = data.recipient_integration_id
    return ["" if recipient is UNSET else recipient] * data.number_of_coupons


def terms_of(
    application: Application,
    campaign: Campaign,
    data: NewCoupons | NewCouponsForMultipleRecipients,
    known: Sequence[Attribute],
) -> dict[str, Any]:
    """What is stored of each coupon beside its code. Raises `Invalid` with all that is wrong."""
    sent = {} if data.attributes is UNSET else data.attributes
    own = merged(campaign.coupon_attributes, sent)
    faults = list(term_faults(data))
    faults += value_faults(known, sent, "Coupon", application.id)
    faults += missing_faults(own, application.attributes_settings.mandatory.coupons)
    if faults:
        raise Invalid.of(faults)
    return {
        "usage_limit": data.usage_limit,
        "discount_limit": or_else(data.discount_limit, None),
        "reservation_limit": or_else(data.reservation_limit, None),
        "start_date": or_else(data.start_date, None),
        "expiry_date": or_else(data.expiry_date, None),
        "is_reservation_mandatory": data.is_reservation_mandatory is True,
        "implicitly_reserved": data.implicitly_reserved is True,
        "limits": data.limits or [],
        "attributes": own,
    }


def term_faults(data: NewCoupons | NewCouponsForMultipleRecipients) -> Iterator[Fault]:
    """Dates in the wrong order; limits of its own for a code that is not for everyone."""
    if data.start_date and data.expiry_date and data.expiry_date <= data.start_date:
        yield Fault("Invalid", "A coupon expires after its start", "/expiryDate")
    if data.limits:
        yield from limit_faults(data.limits)
        if len(recipients_of(data)) > 1 or recipients_of(data) != [""]:
            details = "Only a single coupon without a recipient has limits of its own"
            yield Fault("Invalid", details, "/limits")
