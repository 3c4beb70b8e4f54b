"""Effects that make codes and reserve them.

Source: CouponCreatedEffectProps, ReserveCouponEffectProps.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.making import NO_OPTIONS, new_code, terms_of
from largesse.engine.scene import Scene
from largesse.kit.wire import Wire
from largesse.model.changes import CodeMade, CouponReserved
from largesse.model.coupons import NewCode
from largesse.model.effects import Effected


class CouponCreated(Wire, kw_only=True):
    """A new code, and whose it is; an empty text for anybody's."""

    value: str
    profile_id: str


class ReserveCoupon(Wire, kw_only=True):
    """A reservation of the code at hand for the customer."""

    coupon_value: str
    profile_integration_id: str
    is_new_reservation: bool


@effect("createCoupon", says="create a coupon code of campaign {campaign_id} for {recipient}")
def create_coupon(
    scene: Scene, campaign_id: Whole, recipient: str = "", options: Mapping[str, Any] = NO_OPTIONS
) -> Effected:
    """Create a code, at once and for good. A later update of the session gives the same code again.

    An empty recipient makes a code for anybody. Options are `usageLimit`, `discountLimit`,
    `startDate`, `expiryDate` and `attributes`.
    """
    place = scene.place()
    code = scene.situation.session.codes.get(place) or scene.state.get(("made", place))
    if code is not None:
        return Effected(
            "couponCreated", (CouponCreated(value=code.value, profile_id=code.recipient),)
        )
    target = scene.rulebook.by_id.get(whole(campaign_id))
    if target is None:
        raise EffectFailed(f"there is no campaign {campaign_id:f} with rules")
    purse = scene.purse("", "createCoupon")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more codes")
    settings = target.campaign.coupon_settings
    terms = terms_of(options)
    made = NewCode(
        id=next(scene.situation.ids),
        campaign=target.campaign.id,
        value=new_code(scene, None if settings is UNSET else settings, place),
        usage_limit=terms.usage_limit,
        discount_limit=terms.discount_limit,
        start_date=terms.start_date,
        expiry_date=terms.expiry_date,
        recipient=recipient,
        attributes={**target.campaign.coupon_attributes, **terms.attributes},
    )
    props = CouponCreated(value=made.value, profile_id=recipient)
    return Effected("couponCreated", (props,), (CodeMade(place, made), *purse.changes()))


@effect("reserveCoupon", says="reserve the coupon code for the customer")
def reserve_coupon(scene: Scene) -> Effected:
    """Reserve the code at hand for the customer, at once and for good, within the code's
    reservation limit.
    """
    coupon, customer = scene.coupon, scene.situation.profile_key
    if coupon is None or not customer:
        raise EffectFailed("a reservation needs a code and a customer")
    if coupon.recipient_integration_id is not UNSET and coupon.recipient_integration_id:
        raise EffectFailed("the code is somebody's own and cannot be reserved")
    is_new = not coupon.is_reserved and ("reserved", coupon.id) not in scene.state
    props = ReserveCoupon(
        coupon_value=coupon.value, profile_integration_id=customer, is_new_reservation=is_new
    )
    if not is_new:
        return Effected("reserveCoupon", (props,))
    limit = coupon.reservation_limit
    if limit is not UNSET and 0 < limit <= coupon.reservation_counter:
        raise EffectFailed("the code has no reservation left")
    purse = scene.purse("", "reserveCoupon")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more reservations")
    return Effected(
        "reserveCoupon", (props,), (CouponReserved(coupon.id, customer), *purse.changes())
    )
