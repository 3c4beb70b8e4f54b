"""What rules ask while they run: the answers to the functions of the language that depend on the
request.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from largesse.engine.bundles import Bundle, form
from largesse.engine.coupons import judge
from largesse.engine.expr.values import RuleError
from largesse.engine.people import person
from largesse.engine.referrals import judge_referral
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
        if is_good:
            self.found_valid = True
        if is_good and redeem:
            self.redeeming = True
        return is_good

    def referral_valid(self, *, redeem: bool) -> bool:
        """Whether the referral code is good here and now; notes that it is to be redeemed."""
        referral = self.situation.referral
        assert self.campaign is not None, "codes are judged within their campaign"
        if referral is None or referral.campaign_id != self.campaign.campaign.id:
            return False
        is_good = judge_referral(self, referral) is None
        if is_good:
            self.found_valid_referral = True
        if is_good and redeem:
            self.redeeming_referral = True
        return is_good

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
        """Whether the `Current` or the `Advocate` customer is in an audience."""
        key, _ = person(self, whose)
        moved: bool | None = self.state.get(("member", key, audience_id))
        if moved is not None:
            return moved
        referral = self.situation.referral
        if whose == "Advocate" and referral is not None:
            return audience_id in referral.advocate_audiences
        return audience_id in self.situation.audiences

    def joined_audience(self, audience_id: int) -> bool:
        """Whether this update made the customer a member."""
        return audience_id in self.situation.joined

    def left_audience(self, audience_id: int) -> bool:
        """Whether this update ended the membership of the customer."""
        return audience_id in self.situation.left

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
        """The entries of a collection: the campaign's own first, else the account's."""
        assert self.campaign is not None, "collections are read by rules of campaigns"
        known = self.rulebook.collections
        found = known.get((self.campaign.campaign.id, name))
        if found is None:
            found = known.get((0, name))
        if found is None:
            raise RuleError(f"there is no collection {name}")
        return found

    def value_map(self, name: str) -> Mapping[str, Any]:
        """A value map of the campaign."""
        assert self.campaign is not None, "value maps are read by rules of campaigns"
        found = self.rulebook.value_maps.get((self.campaign.campaign.id, name))
        if found is None:
            raise RuleError(f"there is no value map {name}")
        return found

    def bundles(self, parts: list[tuple[list[Any], int]], names: list[str]) -> list[Bundle]:
        """As many bundles as the parts allow, alike in the named attributes."""
        return form(parts, names)

    def tell_on_failure(self, effect: Effected) -> None:
        """Keep an effect for the case that the rule fails."""
        self.told_on_failure.append(effect)
