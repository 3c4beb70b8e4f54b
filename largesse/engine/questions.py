"""What rules ask while they run: the answers to the functions of the language that depend on the
request.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from largesse.engine.coupons import judge
from largesse.engine.expr.values import RuleError
from largesse.engine.scene import Scene
from largesse.model.effects import Effected


class Evaluation(Scene):
    """A scene that answers what `engine/expr/functions` asks."""

    @property
    def now(self) -> datetime:
        """The time of this evaluation, in UTC."""
        return self.situation.now

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the Application."""
        return self.rulebook.zone

    def coupon_valid(self, *, redeem: bool) -> bool:
        """Whether the code at hand is good here and now; notes that it is to be redeemed."""
        if self.coupon is None:
            return False
        is_good = judge(self, self.coupon) is None
        if is_good and redeem:
            self.redeeming = True
        return is_good

    def referral_valid(self, *, redeem: bool) -> bool:
        """Whether the referral code is good; there are no referrals yet, so no code is."""
        return False

    def coupon_can_be_created(self) -> bool:
        """Whether the budget of the campaign allows another coupon."""
        return self._has_room("createCoupon")

    def referral_can_be_created(self) -> bool:
        """Whether the budget of the campaign allows another referral."""
        return self._has_room("createReferral")

    def _has_room(self, action: str) -> bool:
        left = self.budget_left(action)
        return left is None or left >= 1

    def budget_left(self, action: str) -> Decimal | None:
        """What is left of the smallest budget of an action; None where there is no budget."""
        return min((bound.left for bound in self.bounds(action)), default=None)

    def event_type(self, name: str) -> bool:
        """Whether the decision was set off by an event of a type."""
        return self.situation.happening.type == name

    def audience_member(self, audience_id: int, whose: str) -> bool:
        """Whether a profile is in an audience; there are no audiences yet, so none is."""
        return False

    def joined_audience(self, audience_id: int) -> bool:
        """Whether this update made the profile a member."""
        return False

    def left_audience(self, audience_id: int) -> bool:
        """Whether this update ended the membership of the profile."""
        return False

    def loyalty_balance(self, program_id: int, subledger: str, kind: str) -> Decimal:
        """A balance of the customer. Raises: there are no loyalty programs yet."""
        raise RuleError(f"there is no loyalty program {program_id}")

    def tier_is(self, program_id: int, subledger: str, name: str) -> bool:
        """Whether the customer is on a tier. Raises: there are no loyalty programs yet."""
        raise RuleError(f"there is no loyalty program {program_id}")

    def loyalty_card_valid(self) -> bool:
        """Whether the card of the session is valid; there are no cards yet."""
        return False

    def loyalty_card_registered(self) -> bool:
        """Whether the card of the session belongs to the customer; there are no cards yet."""
        return False

    def achievement(self, achievement_id: int, state: str) -> bool:
        """Whether an achievement is in a state. Raises: there are no achievements yet."""
        raise RuleError(f"there is no achievement {achievement_id}")

    def collection(self, name: str) -> Container[str]:
        """The entries of a collection. Raises: there are no collections yet."""
        raise RuleError(f"there is no collection {name}")

    def value_map(self, name: str) -> Mapping[str, Any]:
        """A value map of the campaign. Raises: there are none yet."""
        raise RuleError(f"there is no value map {name}")

    def tell_on_failure(self, effect: Effected) -> None:
        """Keep an effect for the case that the rule fails."""
        self.told_on_failure.append(effect)
