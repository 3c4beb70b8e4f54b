"""Changing referrals. Codes, campaigns and advocates never change."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta

from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.attributes import merged, value_faults
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import UsageLimit
from largesse.model.referrals import Referral
from largesse.storage import attributes, referrals
from largesse.storage.db import Db


class UpdateReferral(Wire, kw_only=True):
    """What shall be true of a referral. What is not named stays as it is."""

    friend_profile_integration_id: Maybe[Annotated[str, Meta(max_length=IDENTIFIER_MAX)] | None] = (
        UNSET
    )
    start_date: Maybe[datetime | None] = UNSET
    expiry_date: Maybe[datetime | None] = UNSET
    usage_limit: Maybe[UsageLimit] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET


async def update_referral(
    db: Db, application: Application, campaign: Campaign, referral_id: int, data: UpdateReferral
) -> Referral:
    """Change a referral, or `NotFound`. A null date ends a bound, a null friend lets in anyone."""
    owner = application.id, campaign.id
    old = must(await referrals.find(db, owner, referral_id), "referral", referral_id)
    values = changes(data)
    faults: list[Fault] = []
    start = values.get("start_date", old.start_date or None)
    expiry = values.get("expiry_date", old.expiry_date or None)
    if start and expiry and expiry <= start:
        faults.append(Fault("Invalid", "A referral expires after its start", "/expiryDate"))
    if data.attributes is not UNSET:
        known = await attributes.of_account(db, application.account_id)
        faults += value_faults(known, data.attributes, "Referral", application.id)
    if faults:
        raise Invalid.of(faults)
    await referrals.update(db, owner, referral_id, values)
    return must(await referrals.find(db, owner, referral_id), "referral", referral_id)


def changes(data: UpdateReferral) -> dict[str, Any]:
    """What is stored of what was sent."""
    values = given(data)
    if "friend_profile_integration_id" in values:
        values["friend_profile_integration_id"] = data.friend_profile_integration_id or ""
    if "attributes" in values:
        values["attributes"] = merged({}, values["attributes"])
    return values
