"""Effects that make referral codes.

Source: ReferralCreatedEffectProps.
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
from largesse.model.changes import Change, ReferralMade
from largesse.model.effects import Effected
from largesse.model.referrals import NewReferralCode


class ReferralCreated(Wire, kw_only=True):
    """A new referral code of the customer."""

    value: str


@effect("createReferral", says="create a referral code of campaign {campaign_id} for the customer")
def create_referral(
    scene: Scene, campaign_id: Whole, friend: str = "", options: Mapping[str, Any] = NO_OPTIONS
) -> Effected:
    """Create a referral code of the customer, at once and for good.

    A later update of the session gives the same code again. An empty friend makes a code for
    anybody. Options are `usageLimit`, `startDate`, `expiryDate` and `attributes`.
    """
    place = scene.place()
    made = scene.situation.session.referral_codes.get(place)
    code = made or scene.state.get(("made", place))
    if code is not None:
        return Effected("referralCreated", (ReferralCreated(value=code.code),))
    advocate = scene.situation.profile_key
    if not advocate:
        raise EffectFailed("a referral needs a customer")
    target = scene.rulebook.by_id.get(whole(campaign_id))
    if target is None:
        raise EffectFailed(f"there is no campaign {campaign_id:f}")
    purse = scene.purse("", "createReferral")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more referrals")
    terms = terms_of(options)
    settings = target.campaign.referral_settings
    code = NewReferralCode(
        id=next(scene.situation.ids),
        campaign=target.campaign.id,
        code=new_code(scene, None if settings is UNSET else settings, place),
        advocate=advocate,
        friend=friend,
        usage_limit=terms.usage_limit,
        start_date=terms.start_date,
        expiry_date=terms.expiry_date,
        attributes=terms.attributes,
    )
    changes: tuple[Change, ...] = (ReferralMade(place, code), *purse.changes())
    return Effected("referralCreated", (ReferralCreated(value=code.code),), changes)
