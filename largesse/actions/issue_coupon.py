"""Giving out one coupon to a partner, and the same one again when it asks again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from largesse.deciding.new_codes import Look, draw, look_of, make
from largesse.kit.problems import Fault, Invalid, must
from largesse.model.attribute_texts import as_declared
from largesse.model.attributes import (
    Attribute,
    merged,
    missing_faults,
    types_of,
    value_faults,
)
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import Coupon
from largesse.model.limits import LimitConfig, limit_faults
from largesse.storage import attributes, campaigns, coupon_identifiers, coupons
from largesse.storage.coupon_identifiers import Asked
from largesse.storage.db import Db


class Wish(Struct, kw_only=True):
    """A coupon as a partner wishes for it."""

    campaign_id: int
    identifier: str = ""  # none: each wish is another coupon
    recipient: str = ""
    usage_limit: int = 1
    discount_limit: Decimal | None = None
    reservation_limit: int | None = None
    is_reservation_mandatory: bool = False
    limits: list[LimitConfig] = field(default_factory=list)
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    pattern: str | None = None
    characters: list[str] | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    are_texts: bool = False  # the attributes may be texts of what they are
    platform: str = ""
    external_campaign_id: str = ""


async def issue_coupon(
    db: Db, application: Application, wish: Wish, *, seed: bytes, now: datetime, dry: bool
) -> Coupon:
    """The coupon of a wish: the stored one where its identifier is known, else a new one.

    However many ask at once under one identifier, one coupon is made. A dry run makes none: its
    coupon has no id and a code that is nobody's.
    """
    campaign = must(
        await campaigns.find(db, application.id, wish.campaign_id), "campaign", wish.campaign_id
    )
    asked = Asked(application.id, campaign.id, wish.identifier, wish.recipient)
    if wish.identifier:
        stored = await coupon_identifiers.find(db, asked)
        if stored is None and not dry:
            await coupon_identifiers.hold(db, asked)
            stored = await coupon_identifiers.find(db, asked)
        if stored is not None:
            return stored
    terms = terms_of(
        application, campaign, wish, await attributes.of_account(db, application.account_id)
    )
    look = look_of(application, campaign, pattern=wish.pattern, characters=wish.characters)
    terms["created"] = now
    if dry:
        return await example(db, asked, look, terms, seed=seed)
    return await new(db, asked, look, terms, wish=wish, seed=seed)


def terms_of(
    application: Application, campaign: Campaign, wish: Wish, known: Sequence[Attribute]
) -> dict[str, Any]:
    """What is stored of the coupon beside its code. Raises `Invalid` with all that is wrong."""
    sent = wish.attributes
    if wish.are_texts:
        types = types_of(known, "Coupon", application.id)
        sent = {name: as_declared(value, types.get(name, "")) for name, value in sent.items()}
    own = merged(campaign.coupon_attributes, sent)
    faults = list(wish_faults(wish))
    faults += value_faults(known, sent, "Coupon", application.id)
    faults += missing_faults(own, application.attributes_settings.mandatory.coupons)
    if faults:
        raise Invalid.of(faults)
    return {
        "usage_limit": wish.usage_limit,
        "discount_limit": wish.discount_limit,
        "reservation_limit": wish.reservation_limit,
        "start_date": wish.start_date,
        "expiry_date": wish.expiry_date,
        "is_reservation_mandatory": wish.is_reservation_mandatory,
        "limits": wish.limits,
        "attributes": own,
    }


def wish_faults(wish: Wish) -> Iterator[Fault]:
    """Dates in the wrong order, and limits that are no limits."""
    if wish.start_date and wish.expiry_date and wish.expiry_date <= wish.start_date:
        yield Fault("Invalid", "A coupon expires after its start", "/expiryDate")
    yield from limit_faults(wish.limits)


async def new(
    db: Db, asked: Asked, look: Look, terms: dict[str, Any], *, wish: Wish, seed: bytes
) -> Coupon:
    """Make the coupon, and remember what it was asked for with."""
    owner = asked.application_id, asked.campaign_id
    must(await campaigns.hold(db, *owner) or None, "campaign", asked.campaign_id)
    (coupon_id,) = await make(db, owner, look, [asked.recipient], terms, seed=seed)
    await coupon_identifiers.insert(
        db,
        asked,
        coupon_id,
        platform=wish.platform,
        external=wish.external_campaign_id,
        now=terms["created"],
    )
    made = await coupons.find(db, *owner, coupon_id)
    assert made is not None, "it was made in this transaction"
    return made


async def example(
    db: Db, asked: Asked, look: Look, terms: dict[str, Any], *, seed: bytes
) -> Coupon:
    """What would be made, without an id."""
    (code,) = await draw(db, asked.application_id, look, 1, seed)
    told = {name: value for name, value in terms.items() if value is not None}
    if asked.recipient:
        told["recipient_integration_id"] = asked.recipient
    return Coupon(id=0, campaign_id=asked.campaign_id, value=code, **told)
