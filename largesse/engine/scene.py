"""What one evaluation sees and moves: the roots that rules read, running totals, and what has been
spent so far.

Everything that moves is written through a journal, so that a rule, a campaign or a whole group can
be taken back.
"""

from decimal import Decimal
from typing import Any

from msgspec import UNSET

from largesse.engine.expr.values import EffectFailed
from largesse.engine.groups import Group
from largesse.engine.limits import Bound, MissingEntity, Purse, keys_of, limits_for
from largesse.engine.roots import roots_of
from largesse.engine.rulebook import CompiledCampaign, CompiledRule, Rulebook
from largesse.engine.sessions import totals
from largesse.engine.situation import Situation
from largesse.kit.money import ZERO
from largesse.model.changes import (
    AttributeSet,
    AudienceChanged,
    Change,
    CodeMade,
    CounterMoved,
    CouponReserved,
    CouponUsed,
    Discounted,
    GiveawayAwarded,
    ReferralMade,
    ReferralUsed,
)
from largesse.model.coupons import KnownCoupon
from largesse.model.effects import Effect, Effected
from largesse.model.evaluation import Exclusion
from largesse.model.limits import CounterKey

Mark = tuple[int, int, int]
Place = tuple[int, int]  # position and sub position of a unit


class Scene:
    """One evaluation of one situation with one rulebook."""

    def __init__(self, rulebook: Rulebook, situation: Situation) -> None:
        self.rulebook = rulebook
        self.situation = situation
        self.totals = totals(situation.session)
        self.effects: list[Effect] = []
        self.changes: list[Change] = []
        self.state: dict[Any, Any] = {}  # all that moves, by key; see the methods
        self.journal: list[tuple[dict[Any, Any], Any, Any]] = []
        self.campaign: CompiledCampaign | None = None
        self.coupon: KnownCoupon | None = None
        self.found_valid = False  # the condition asked for a valid code, and got it
        self.redeeming_referral = self.found_valid_referral = False
        self.redeeming = False  # and wants it redeemed
        self.told_on_failure: list[Effected] = []
        self.rule: CompiledRule | None = None
        self.effect_index = 0
        self.group: Group | None = None  # the evaluation group that is walked
        self.won: frozenset[Place] | None = None  # units that the campaign may discount; None: all
        self.excluded: dict[int, Exclusion] = {}  # campaigns that lost to others, and how
        self.bundle_names: dict[int, tuple[str, Any]] = {}  # by identity, with what is named
        self.is_trying = 0  # competitions that are being tried out
        self.roots = roots_of(rulebook, situation, self.totals, self.taken)

    def place(self) -> str:
        """Names the effect that is being applied, so that the next update of the session finds
        what it made.
        """
        assert self.campaign is not None, "effects are applied by rules of campaigns"
        assert self.rule is not None, "effects are applied by rules"
        rule = f"{self.campaign.campaign.id}/{self.campaign.ruleset_id}/{self.rule.index}"
        return f"{rule}/{self.effect_index}/{self.coupon.id if self.coupon else 0}"

    # What moves, and how it is taken back.

    def mark(self) -> Mark:
        """A point to come back to."""
        return len(self.journal), len(self.effects), len(self.changes)

    def rollback(self, mark: Mark) -> None:
        """Undo everything since a point."""
        moves, effects, changes = mark
        for where, key, old in reversed(self.journal[moves:]):
            if old is UNSET:
                where.pop(key, None)
            else:
                where[key] = old
        del self.journal[moves:], self.effects[effects:], self.changes[changes:]

    def put(self, where: dict[Any, Any], key: Any, value: Any) -> None:
        """Move a value, so that it can be taken back."""
        self.journal.append((where, key, where.get(key, UNSET)))
        where[key] = value

    def apply(self, change: Change) -> None:
        """Let a change count for the rest of the evaluation."""
        self.changes.append(change)
        match change:
            case CounterMoved(key=key, amount=amount):
                self.put(self.state, key, self.state.get(key, ZERO) + amount)
            case CouponUsed(coupon_id=coupon_id, times=times, discount=discount):
                used, paid = self.used(coupon_id)
                self.put(self.state, ("used", coupon_id), (used + times, paid + discount))
            case Discounted(part=part, amount=amount, scope=scope):
                for taken in {
                    ("taken", part, scope),
                    ("taken", part),
                    ("taken", bucket(part, scope)),
                }:
                    self.put(self.state, taken, self.state.get(taken, ZERO) + amount)
            case CouponReserved(coupon_id=coupon_id):
                self.put(self.state, ("reserved", coupon_id), True)
            case CodeMade(place=place) | ReferralMade(place=place):
                self.put(self.state, ("made", place), change.code)
            case AttributeSet(entity=entity, name=name):
                where = self.attributes_of(entity, change.position)
                self.put(where, name, change.seen)
            case ReferralUsed():
                self.put(self.state, "referral accepted", True)
            case AudienceChanged(audience_id=audience_id, profile_integration_id=key):
                self.put(self.state, ("member", key, audience_id), change.adds)
            case GiveawayAwarded(giveaway_id=giveaway_id):
                self.put(self.state, ("given", giveaway_id), True)

    def discounted(self) -> Decimal:
        """What all discounts of the evaluation so far come to."""
        found: Decimal = self.state.get("discount", ZERO)
        return found

    def tell(self, effect: Effect) -> None:
        """Add an effect to the answer."""
        self.effects.append(effect)

    def used(self, coupon_id: int) -> tuple[int, Decimal]:
        """Redemptions of a coupon in this evaluation, and what it paid."""
        found: tuple[int, Decimal] = self.state.get(("used", coupon_id), (0, ZERO))
        return found

    def taken(self, *part: str) -> Decimal:
        """What discounts have taken off a part of the session so far."""
        found: Decimal = self.state.get(("taken", *part), ZERO)
        return found

    def attributes_of(self, entity: str, position: int) -> dict[str, Any]:
        """The attributes that rules read of an entity, or of the line at a position."""
        if position < 0:
            found: dict[str, Any] = self.roots[entity]["Attributes"]
            return found
        for unit in self.roots["Session"]["CartItems"]:
            if unit.position == position:
                return unit["Attributes"]  # type: ignore[no-any-return]
        raise EffectFailed(f"there is no line {position}")

    # What budgets allow.

    def left_of(self, key: CounterKey, limit: Decimal) -> Decimal:
        """What is left of a limit after what was spent before and in this evaluation."""
        left: Decimal = limit - self.situation.counters.get(key, ZERO) - self.state.get(key, ZERO)
        return left

    def bounds(self, action: str, *, campaign: CompiledCampaign | None = None) -> list[Bound]:
        """The counters that bound an action of the current campaign. Raises `EffectFailed` where
        one has no subject.
        """
        campaign = campaign or self.campaign
        assert campaign is not None, "budgets are a campaign's"
        own = self.coupon.limits if self.coupon else ()
        if action not in campaign.limits and not own:
            return []
        found: dict[CounterKey, Bound] = {}  # A counter bounds once, however often it is named.
        for limit, prefix in limits_for(campaign.limits.get(action, ()), action, self.coupon):
            try:
                keys = keys_of(
                    campaign.campaign.id,
                    limit,
                    self.situation,
                    self.coupon,
                    self.rulebook.zone,
                    prefix=prefix,
                )
            except MissingEntity as missing:
                if missing.entity == "Profile" or self.situation.commits:
                    raise EffectFailed(str(missing)) from missing
                continue  # It need only be there when the session closes.
            entities = tuple(limit.entities)
            for key in keys:
                bound = Bound(key, limit.limit, self.left_of(key, limit.limit), entities)
                found[key] = min(found.get(key, bound), bound, key=lambda one: one.limit)
        return list(found.values())

    def bounds_or_none(self, action: str) -> list[Bound]:
        """The counters that bound an action, or none where one counts by what is not there."""
        try:
            return self.bounds(action)
        except EffectFailed:
            return []

    def purse(self, money: str, count: str, *, partial: bool | None = None) -> Purse:
        """What an effect may spend: an amount, a number of effects, or both; empty names are not
        bounded.
        """
        gift_card = None
        if (
            money == "setDiscount"
            and self.coupon is not None
            and self.coupon.discount_limit is not UNSET
        ):
            paid = self.coupon.discount_counter + self.used(self.coupon.id)[1]
            gift_card = self.coupon.discount_limit - paid
        may_be_partial = (
            self.rulebook.application.enable_partial_discounts if partial is None else partial
        )
        return Purse(
            self.bounds(money) if money else [],
            self.bounds(count) if count else [],
            gift_card=gift_card,
            partial=may_be_partial,
        )


def bucket(part: str, scope: str) -> str:
    """Whether a discount takes from the `session`, from its `item`s or from a `cost`."""
    if scope == "additionalCosts" and part.startswith("item:"):
        return "cost"
    return "cost" if scope.startswith("cost:") else part.partition(":")[0]
