"""Budgets of campaigns, and the counters that say what they have spent.

Source: LimitConfig, CampaignBudget of the contract.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from msgspec import UNSET

from largesse.kit.problems import Fault
from largesse.kit.wire import Maybe, Wire, not_negative

Action = Literal[
    "redeemCoupon",
    "redeemReferral",
    "setDiscount",
    "setDiscountEffect",
    "createCoupon",
    "createReferral",
    "reserveCoupon",
    "createLoyaltyPoints",
    "createLoyaltyPointsEffect",
    "redeemLoyaltyPoints",
    "redeemLoyaltyPointsEffect",
    "awardGiveaway",
    "addFreeItemEffect",
    "customEffect",
    "callApi",
]
Period = Literal["daily", "weekly", "monthly", "yearly"]
Tuple = Literal["Coupon", "Referral", "Profile", "Identifier", "Store", "Session"]

# These count at once; everything else counts when the session closes.
AT_ONCE = frozenset({"createCoupon", "createReferral", "reserveCoupon", "callApi"})
# A cancelled or reopened session gives these back.
GIVEN_BACK = frozenset(
    {
        "redeemCoupon",
        "redeemReferral",
        "setDiscount",
        "setDiscountEffect",
        "createLoyaltyPoints",
        "createLoyaltyPointsEffect",
        "redeemLoyaltyPoints",
        "redeemLoyaltyPointsEffect",
    }
)


class LimitConfig(Wire, kw_only=True):
    """How much of an action a campaign allows, in all or for each tuple of entities and each
    period.
    """

    action: Action
    limit: Decimal
    entities: list[Tuple]
    period: Maybe[Period] = UNSET

    def __post_init__(self) -> None:
        not_negative(self, "limit")


class CampaignBudget(Wire, kw_only=True):
    """A limit of a whole campaign with what has been spent of it."""

    action: str
    limit: Decimal
    counter: Decimal


class CounterKey(NamedTuple):
    """Which counter: `entities` and `subject` are texts such as `Coupon,Profile` and
    `ABC,cust-1`.
    """

    campaign_id: int
    action: str
    entities: str
    subject: str
    period: str


def shape_of(limit: LimitConfig) -> tuple[str, tuple[str, ...], str]:
    """What tells a limit from others of its campaign: action, entities, period."""
    return limit.action, tuple(sorted(limit.entities)), limit.period or ""


def limit_faults(limits: Iterable[LimitConfig], at: str = "/limits") -> Iterator[Fault]:
    """What is wrong with a list of limits: an entity named twice, two limits of one shape."""
    seen = set()
    for index, limit in enumerate(limits):
        if len(set(limit.entities)) < len(limit.entities):
            yield Fault("Invalid", "An entity is named twice", f"{at}/{index}/entities")
        shape = shape_of(limit)
        if shape in seen:
            details = f"There is another limit of {limit.action} with these entities and period"
            yield Fault("Duplicate", details, f"{at}/{index}")
        seen.add(shape)
