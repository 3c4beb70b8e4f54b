"""Referrals: an advocate's code that a friend redeems; and why one can be refused.

Source: Referral, NewReferral, InventoryReferral of the contract.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, field

from largesse.kit.wire import Maybe, Wire
from largesse.model.profiles import KnownProfile

ReferralRejection = Literal[
    "ReferralNotFound",
    "ReferralPartOfNotRunningCampaign",
    "ReferralPartOfNotTriggeredCampaign",
    "ReferralStartDateInFuture",
    "ReferralExpired",
    "AdvocateNotFound",
    "ReferralRecipientIdSameAsAdvocate",
    "ReferralRecipientDoesNotMatch",
    "ReferralCustomerAlreadyReferred",
    "ReferralLimitReached",
    "ProfileLimitReached",
    "CampaignLimitReached",
    "EffectCouldNotBeApplied",
    "ReferralRejectedByCondition",
]


class Referral(Wire, kw_only=True):
    """A code of an advocate. `usageLimit` 0 is unlimited."""

    id: int
    created: datetime
    campaign_id: int
    code: str
    advocate_profile_integration_id: str
    usage_limit: int
    usage_counter: int = 0
    friend_profile_integration_id: Maybe[str] = UNSET
    start_date: Maybe[datetime] = UNSET
    expiry_date: Maybe[datetime] = UNSET
    attributes: dict[str, Any] = {}
    import_id: Maybe[int] = UNSET
    batch_id: Maybe[str] = UNSET


class InventoryReferral(Referral, kw_only=True):
    """A referral with the customers who redeemed it."""

    referred_customers: list[str] = []


class KnownReferral(InventoryReferral, kw_only=True):
    """A referral as a decision sees it: its advocate, and whether the customer was referred
    before.
    """

    is_referred_already: bool = False
    advocate: KnownProfile | None = None
    advocate_audiences: list[int] = []


class NewReferralCode(Wire, kw_only=True):
    """A referral that a decision makes."""

    id: int
    campaign: int
    code: str
    advocate: str
    friend: str = ""
    usage_limit: int = 1
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
