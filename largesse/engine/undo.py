"""Cancel and reopen: the inverse of what a closed session changed, and the rollback effects that
say so.
"""

from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import UNSET

from largesse.engine.outcome import Outcome
from largesse.kit.wire import Maybe, Wire
from largesse.model.changes import CounterMoved, ReferralUsed
from largesse.model.effects import Effect
from largesse.model.limits import CounterKey
from largesse.model.sessions import SessionDocument, StoredSession, Used

DISCOUNTS: Final = frozenset(
    {
        "setDiscount",
        "setDiscountPerItem",
        "setDiscountPerAdditionalCost",
        "setDiscountPerAdditionalCostPerItem",
    }
)
UNDONE: Final = DISCOUNTS | {"acceptCoupon", "acceptReferral", "willAwardGiveaway"}


class RollbackDiscount(Wire, kw_only=True):
    """A discount that no longer holds."""

    name: str
    value: Decimal
    cart_item_position: Maybe[int] = UNSET
    cart_item_sub_position: Maybe[int] = UNSET
    additional_cost_id: Maybe[int] = UNSET
    additional_cost: Maybe[str] = UNSET
    scope: Maybe[str] = UNSET


class RollbackReferral(Wire):
    """A referral that no longer holds; the code can be used again, and the friend be referred."""

    value: str


class RollbackCoupon(Wire):
    """A redemption that no longer holds; the code can be used again."""

    value: str


def undo(stored: StoredSession, document: SessionDocument) -> Outcome:
    """Give back everything that closing a session took, as the close wrote it down.

    Codes that were made, reservations and attribute values stay.
    """
    counters = [
        CounterMoved(
            CounterKey(one.campaign_id, one.action, one.entities, one.subject, one.period),
            -one.amount,
            one.amount,
        )
        for one in stored.document.spent
    ]
    used = stored.document.referral_used
    return Outcome(
        referral=ReferralUsed(used, -1, stored.document.profile_id) if used else None,
        effects=[rollback for effect in stored.effects for rollback in rollbacks(effect)],
        session=msgspec.structs.replace(document, spent=[], used=[], referral_used=0),
        counters=sorted(counters, key=lambda moved: moved.key),
        coupons=[Used(one.coupon_id, -one.times, -one.discount) for one in stored.document.used],
    )


def kept(effects: list[Effect]) -> list[Effect]:
    """The effects that outlive cancelling and reopening."""
    return [effect for effect in effects if effect.effect_type not in UNDONE]


def rollbacks(effect: Effect) -> list[Effect]:
    """What tells that an effect no longer holds: one effect, or none."""
    if effect.effect_type == "acceptCoupon":
        return [_instead(effect, "rollbackCoupon", RollbackCoupon(effect.props["value"]))]
    if effect.effect_type == "acceptReferral":
        return [_instead(effect, "rollbackReferral", RollbackReferral(effect.props["value"]))]
    if effect.effect_type in DISCOUNTS:
        return [_instead(effect, "rollbackDiscount", rollback_props(effect.props))]
    return []


def rollback_props(props: dict[str, Any]) -> RollbackDiscount:
    """The stored properties of a discount as those of its rollback."""
    return RollbackDiscount(
        name=props["name"],
        value=Decimal(props["value"]),
        cart_item_position=props.get("position", UNSET),
        cart_item_sub_position=props.get("subPosition", UNSET),
        additional_cost_id=props.get("additionalCostId", UNSET),
        additional_cost=props.get("additionalCost", UNSET),
        scope=props.get("scope", UNSET),
    )


def _instead(effect: Effect, kind: str, props: Wire) -> Effect:
    return msgspec.structs.replace(effect, effect_type=kind, props=props, condition_index=UNSET)
