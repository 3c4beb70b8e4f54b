"""Everything that a decision may write.

A change is a value. Changes of one kind on one row are summed before they are written; the inverse
of a change is the same change with its amount negated, written by the same code in the same lock
order.
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from largesse.model.coupons import NewCode
from largesse.model.limits import CounterKey
from largesse.model.referrals import NewReferralCode


class CounterMoved(Struct, frozen=True):
    """An amount spent of a budget, guarded by its limit."""

    key: CounterKey
    amount: Decimal
    limit: Decimal


class CouponUsed(Struct, frozen=True):
    """Redemptions of a coupon, and what a gift card paid, guarded by the coupon's own limits."""

    coupon_id: int
    times: int
    discount: Decimal


class CodeMade(Struct, frozen=True):
    """A new coupon. `place` names the effect that made it, so that the next update finds it."""

    place: str
    code: NewCode


class CouponReserved(Struct, frozen=True):
    """A customer holds a reservation of a coupon from now on."""

    coupon_id: int
    profile_integration_id: str


class AttributeSet(Struct, frozen=True):
    """A new value of a custom attribute: at once, and never undone.

    `value` is what is stored, `seen` what rules read from now on. `entity` is the root that rules
    read it under.
    """

    entity: str
    name: str
    value: Any
    seen: Any
    position: int = -1
    coupon_id: int = 0


class Discounted(Struct, frozen=True):
    """An amount taken off within this evaluation; cascading discounts look at what is left.

    `part` is `session`, `cost:<name>`, or `item:<position>:<sub position>`, the last with `scope`
    of the item.
    """

    part: str
    amount: Decimal
    scope: str = ""


class ReferralUsed(Struct, frozen=True):
    """A friend redeems a referral: once for the friend, guarded by the referral's limit."""

    referral_id: int
    times: int
    friend: str


class ReferralMade(Struct, frozen=True):
    """A new referral code. `place` names the effect that made it."""

    place: str
    code: NewReferralCode


class AudienceChanged(Struct, frozen=True):
    """A customer joins or leaves an audience: at once, and never undone."""

    audience_id: int
    profile_integration_id: str
    adds: bool


class GiveawayAwarded(Struct, frozen=True):
    """A code leaves its pool, once and for good."""

    pool_id: int
    giveaway_id: int
    profile_integration_id: str


class WebhookTriggered(Struct, frozen=True):
    """A call to another server that is due; `values` are those of its parameters, in their
    order.
    """

    webhook_id: int
    values: tuple[Any, ...]


Change = (
    CounterMoved
    | CouponUsed
    | CodeMade
    | CouponReserved
    | AttributeSet
    | Discounted
    | ReferralUsed
    | ReferralMade
    | AudienceChanged
    | GiveawayAwarded
    | WebhookTriggered
)
