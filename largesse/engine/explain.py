"""Explain: the decision as a tree, with what was expected and what was found, and one plain
sentence.

The same campaigns are walked by the same code as in a decision; this only looks on. Conditions are
evaluated once more by the reference walker, to show the value of every part.
"""

from decimal import Decimal
from typing import Any, Final

from msgspec import UNSET, field

from largesse.engine.effects import table
from largesse.engine.evaluate import codes_of, finish, turns_of
from largesse.engine.expr.nodes import Call, Node
from largesse.engine.expr.say import say
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.values import RuleError
from largesse.engine.expr.walk import walk
from largesse.engine.making import as_json_value
from largesse.engine.outcome import Failure, Outcome
from largesse.engine.questions import Evaluation
from largesse.engine.rulebook import CompiledCampaign, CompiledRule, Rulebook
from largesse.engine.rules import scope_of
from largesse.engine.situation import Situation
from largesse.engine.tree import Tree
from largesse.engine.verdicts import details_of, left_out
from largesse.engine.walker import Walker
from largesse.kit.money import OutOfBounds
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.coupons import KnownCoupon
from largesse.model.effects import Effect

COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "between", "after", "before"})
LOGIC: Final = frozenset({"and", "or", "not", "catch", "onFailure"})


class Part(Wire, kw_only=True):
    """A part of a condition: what it says, and what it came to.

    A comparison shows what was there as `actual` and what it was held against as `expected`.
    """

    says: str
    value: Maybe[Json] = UNSET
    error: Maybe[str] = UNSET
    actual: Maybe[Json] = UNSET
    expected: Maybe[Json] = UNSET
    parts: list["Part"] = field(default_factory=list)


class RuleTold(Wire, kw_only=True):
    """One evaluation of a rule."""

    title: str
    passed: bool
    condition: list[Part]
    coupon_code: Maybe[str] = UNSET
    reason: Maybe[str] = UNSET
    effects: list[Effect] = []


class LimitTold(Wire, kw_only=True):
    """A budget and what was left of it before this decision."""

    action: str
    entities: list[str]
    limit: Decimal
    left: Decimal
    subject: str = ""
    period: str = ""


class CampaignTold(Wire, kw_only=True):
    """A campaign in the decision. `leftOut` says why it was not evaluated, `lostTo` to whom it
    lost.
    """

    id: int
    name: str
    applied: bool
    rules: list[RuleTold] = field(default_factory=list)
    limits: list[LimitTold] = field(default_factory=list)
    group: Maybe[str] = UNSET
    left_out: Maybe[str] = UNSET
    excluded: Maybe[str] = UNSET


class Explanation(Wire, kw_only=True):
    """The whole decision."""

    sentence: str
    effects: list[Effect]
    campaigns: list[CampaignTold]


class Onlooker(Walker):
    """Walks campaigns like a decision does, and notes what every rule came to."""

    def __init__(self, scene: Evaluation, codes: dict[int, list[KnownCoupon]]) -> None:
        super().__init__(scene, codes)
        self.told: dict[int, list[RuleTold]] = {}

    def run_rule(
        self,
        campaign: CompiledCampaign,
        rule: CompiledRule,
        shared: Scope,
        coupon: KnownCoupon | None,
    ) -> Failure | None:
        """Run the rule, and note its condition as it was found just before."""
        scene = self.scene
        scene.coupon, scene.rule = coupon, rule
        scope = scope_of(scene, campaign, rule, shared)
        condition = [part_of(operand.node, scope) for operand in rule.operands]
        before = len(scene.effects)
        failure = super().run_rule(campaign, rule, shared, coupon)
        told = RuleTold(
            title=rule.title,
            passed=failure is None,
            condition=condition,
            coupon_code=coupon.value if coupon else UNSET,
            reason=details_of(failure) if failure else UNSET,
            effects=scene.effects[before:],
        )
        if not scene.is_trying:
            self.told.setdefault(campaign.campaign.id, []).append(told)
        return failure


def part_of(node: Node, scope: Scope) -> Part:
    """A node with its value, and the parts that made it."""
    part = Part(says=say(node, table()))
    try:
        part.value = shown(walk(node, table(), scope))
    except (RuleError, OutOfBounds) as error:
        part.error = str(error)
    if isinstance(node, Call) and node.function in LOGIC:
        part.parts = [part_of(one, scope) for one in node.arguments]
    elif isinstance(node, Call) and node.function in COMPARISONS and len(node.arguments) > 1:
        first, *others = (part_of(one, scope) for one in node.arguments)
        part.actual = first.value if first.error is UNSET else UNSET
        expected = [one.value for one in others]
        part.expected = expected[0] if len(expected) == 1 else expected
    return part


def shown(value: Any) -> Json:
    """A value as it can be shown: what is long is only counted."""
    if isinstance(value, list):
        return f"{len(value)} items"
    if isinstance(value, dict):
        return f"{len(value)} members"
    plain = as_json_value(value)
    return (
        plain if isinstance(plain, str | int | bool | Decimal | None) else str(type(value).__name__)
    )


def explain(rulebook: Rulebook, situation: Situation) -> tuple[Explanation, Outcome]:
    """The decision of a situation as a tree. Nothing is left out by the index."""
    situation.complete = True
    scene = Evaluation(rulebook, situation)
    codes = codes_of(rulebook, situation)
    onlooker = Onlooker(scene, codes)
    limits = {one.campaign.id: limits_of(scene, one, codes) for one in rulebook.campaigns}
    Tree(scene, rulebook.root, turns_of(scene, codes), onlooker.walk).walk()
    outcome = finish(scene, codes, onlooker.failures)
    campaigns = [told(scene, one, onlooker, limits[one.campaign.id]) for one in rulebook.campaigns]
    return Explanation(
        sentence=sentence(rulebook, outcome.effects), effects=outcome.effects, campaigns=campaigns
    ), outcome


def told(
    scene: Evaluation, campaign: CompiledCampaign, onlooker: Onlooker, limits: list[LimitTold]
) -> CampaignTold:
    """What became of a campaign."""
    store = scene.rulebook.stores.get(scene.situation.session.store_integration_id)
    reason = left_out(campaign, scene.situation, store.id if store else 0)
    campaign_id = campaign.campaign.id
    applied = any(
        effect.campaign_id == campaign_id and not effect.effect_type.startswith("reject")
        for effect in scene.effects
    )
    return CampaignTold(
        id=campaign_id,
        name=campaign.campaign.name,
        applied=applied,
        rules=onlooker.told.get(campaign_id, []),
        limits=limits,
        left_out=WHY_LEFT_OUT[reason]
        if reason
        else (UNSET if campaign.rules else "it has no rules"),
        excluded=scene.excluded.get(campaign_id, UNSET),
    )


def limits_of(
    scene: Evaluation, campaign: CompiledCampaign, codes: dict[int, list[KnownCoupon]]
) -> list[LimitTold]:
    """The budgets of a campaign with what is left of them for this request."""
    found: dict[Any, LimitTold] = {}
    scene.campaign = campaign
    for scene.coupon in (None, *codes.get(campaign.campaign.id, [])):
        for action in campaign.limits:
            for bound in scene.bounds_or_none(action):
                found[bound.key] = LimitTold(
                    action=action,
                    entities=list(bound.entities),
                    limit=bound.limit,
                    left=bound.left,
                    subject=bound.key.subject.replace("\x1f", ", "),
                    period=bound.key.period,
                )
    scene.campaign = scene.coupon = None
    return list(found.values())


WHY_LEFT_OUT: Final = {
    "CouponPartOfNotRunningCampaign": "it is not running now",
    "CouponPartOfNotTriggeredCampaign": "it does not belong to what was evaluated",
}
REASONS: Final = {
    "CouponNotFound": "nobody has made such a code",
    "CouponPartOfNotRunningCampaign": "its campaign is not running",
    "CouponPartOfNotTriggeredCampaign": "its campaign was not evaluated, or another one won",
    "CouponStartDateInFuture": "it is not valid yet",
    "CouponExpired": "it has expired",
    "ProfileRequired": "it needs a known customer",
    "CouponRecipientDoesNotMatch": "it belongs to somebody else",
    "CouponReservationRequired": "the customer has no reservation of it",
    "CouponLimitReached": "it has been used up",
    "ProfileLimitReached": "the customer has used it as often as allowed",
    "CampaignLimitReached": "the campaign has no redemptions left",
    "EffectCouldNotBeApplied": "what it would give is not possible now",
    "CouponRejectedByCondition": "a condition of its campaign does not hold",
}


def sentence(rulebook: Rulebook, effects: list[Effect]) -> str:
    """What a support agent can send: which codes were refused and why, and what was taken off."""
    parts = []
    for effect in effects:
        if effect.effect_type == "rejectCoupon":
            why = REASONS[effect.props.rejection_reason]
            details = effect.props.details
            more = f" ({details})" if details is not UNSET else ""
            parts.append(f"the code {effect.props.value} was refused because {why}{more}")
        elif effect.effect_type == "acceptCoupon":
            parts.append(f"the code {effect.props.value} was accepted")
        elif effect.effect_type == "rejectReferral":
            parts.append(
                f"the referral {effect.props.value} was refused: {effect.props.rejection_reason}"
            )
    off = sum(
        (effect.props.value for effect in effects if effect.effect_type.startswith("setDiscount")),
        Decimal(0),
    )
    currency = rulebook.application.currency
    parts.append(f"{off:f} {currency} are taken off" if off else "nothing is taken off")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
