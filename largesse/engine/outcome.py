"""What a decision comes to: effects for the caller, changes for the database, and why rules
failed.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from largesse.engine.parts import Operand
from largesse.engine.rulebook import CompiledCampaign, CompiledRule
from largesse.kit.money import ZERO
from largesse.model.changes import (
    AttributeSet,
    AudienceChanged,
    Change,
    CounterMoved,
    CouponReserved,
    CouponUsed,
    GiveawayAwarded,
    ReferralUsed,
    WebhookTriggered,
)
from largesse.model.coupons import KnownCoupon, NewCode
from largesse.model.effects import Effect
from largesse.model.limits import AT_ONCE, GIVEN_BACK
from largesse.model.referrals import NewReferralCode
from largesse.model.sessions import SessionDocument, Spent, Used


class Failure(Struct, kw_only=True):
    """One evaluation of a rule that came to nothing. `operand` is the condition or effect that
    failed.
    """

    campaign: CompiledCampaign
    rule: CompiledRule
    coupon: KnownCoupon | None = None
    condition_index: int | None = None
    effect_index: int | None = None
    operand: Operand | None = None
    message: str = ""


class Outcome(Struct, kw_only=True):
    """Everything that a decision says and wants written.

    Counters and coupons are summed and sorted: that is the order in which their rows are locked.
    """

    effects: list[Effect]
    session: SessionDocument = field(default_factory=SessionDocument)
    failures: list[Failure] = field(default_factory=list)
    counters: list[CounterMoved] = field(default_factory=list)
    coupons: list[Used] = field(default_factory=list)
    codes: list[NewCode] = field(default_factory=list)
    reservations: list[CouponReserved] = field(default_factory=list)
    attributes: list[AttributeSet] = field(default_factory=list)
    referral: ReferralUsed | None = None
    referral_codes: list[NewReferralCode] = field(default_factory=list)
    audiences: list[AudienceChanged] = field(default_factory=list)
    giveaways: list[GiveawayAwarded] = field(default_factory=list)
    webhooks: list[WebhookTriggered] = field(default_factory=list)
    profile_attributes: dict[str, Any] | None = (
        None  # the customer's attributes, if a rule changed them
    )


def counters_of(changes: Iterable[Change], *, commits: bool) -> list[CounterMoved]:
    """The budgets that are spent now, one amount for each counter."""
    summed: dict[Any, CounterMoved] = {}
    for change in changes:
        if not isinstance(change, CounterMoved) or not (commits or change.key.action in AT_ONCE):
            continue
        before = summed.get(change.key)
        amount = change.amount + (before.amount if before else ZERO)
        summed[change.key] = CounterMoved(change.key, amount, change.limit)
    return [summed[key] for key in sorted(summed)]


def coupons_of(changes: Iterable[Change]) -> list[Used]:
    """The coupons that are redeemed now, one entry for each."""
    summed: dict[int, tuple[int, Decimal]] = {}
    for change in changes:
        if isinstance(change, CouponUsed):
            times, discount = summed.get(change.coupon_id, (0, ZERO))
            summed[change.coupon_id] = (times + change.times, discount + change.discount)
    return [Used(key, *summed[key]) for key in sorted(summed) if summed[key] != (0, ZERO)]


def spent_of(counters: Iterable[CounterMoved]) -> list[Spent]:
    """What cancelling the session will give back."""
    return [Spent(*moved.key, moved.amount) for moved in counters if moved.key.action in GIVEN_BACK]
