"""One rule: bindings, condition, effects, all or nothing."""

from decimal import Decimal
from functools import partial
from typing import Any

from largesse.engine.cart import Root
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.values import EffectFailed, RuleError
from largesse.engine.outcome import Failure
from largesse.engine.questions import Evaluation
from largesse.engine.roots import coupon_root
from largesse.engine.rulebook import CompiledBinding, CompiledCampaign, CompiledRule
from largesse.kit.caps import EFFECTS_MAX
from largesse.kit.money import ZERO, OutOfBounds
from largesse.kit.wire import Wire
from largesse.model.changes import Change, CounterMoved, CouponUsed, ReferralUsed
from largesse.model.coupons import KnownCoupon
from largesse.model.effects import Effect, Effected

Failed = tuple[int, str]  # the operand that failed, and what it said


class AcceptCoupon(Wire):
    """The code is good, and redeemed when the session closes."""

    value: str


class AcceptReferral(Wire):
    """The referral code is good, and redeemed when the session closes."""

    value: str


def run(
    scene: Evaluation,
    campaign: CompiledCampaign,
    rule: CompiledRule,
    shared: Scope,
    coupon: KnownCoupon | None,
) -> Failure | None:
    """Run a rule with a code, or without. Its effects happen all, or the scene is as it was before.

    `shared` holds what the bindings of the ruleset came to. Returns why the rule failed, or None.
    """
    mark = scene.mark()
    scene.coupon, scene.rule = coupon, rule
    scene.redeeming = scene.found_valid = False
    scene.redeeming_referral = scene.found_valid_referral = False
    scene.told_on_failure = []
    scope = scope_of(scene, campaign, rule, shared)
    failed = failing_operand(rule, scope)
    if failed is not None:
        scene.rollback(mark)
        for effected in scene.told_on_failure:
            if is_affordable(scene, effected):
                tell(scene, effected, condition_index=failed[0])
        failure = Failure(campaign=campaign, rule=rule, coupon=coupon, message=failed[1])
        failure.condition_index = failed[0]
        failure.operand = rule.operands[failed[0]] if rule.operands else None
        return failure
    failed = failing_effect(scene, rule, scope)
    if failed is None:
        return None
    scene.rollback(mark)
    failure = Failure(campaign=campaign, rule=rule, coupon=coupon, message=failed[1])
    failure.effect_index = failed[0]
    failure.operand = rule.effects[failed[0]] if rule.effects else None
    return failure


def is_affordable(scene: Evaluation, effected: Effected) -> bool:
    """Whether budgets still allow an effect that was made before others were told."""
    moves = [change for change in effected.changes if isinstance(change, CounterMoved)]
    return all(scene.left_of(move.key, move.limit) >= move.amount for move in moves)


def scope_of(
    scene: Evaluation, campaign: CompiledCampaign, rule: CompiledRule, shared: Scope
) -> Scope:
    """What the rule can read: roots, the code at hand, and bindings, which are made when they
    are first read.
    """
    scene.roots.pop("Coupon", None)  # The code of the rule before is none of this rule's.
    if scene.coupon is not None:
        root = scene.state.get(("root", scene.coupon.id)) or _coupon(scene, scene.coupon)
        scene.roots["Coupon"] = root
    names: dict[str, Any] = {**scene.roots, "Campaign": campaign.root}
    scope = Scope(names, scene)
    for binding in campaign.bindings:
        if not binding.uses_coupon:
            scope.bind_lazily(binding.name, partial(shared.names.__getitem__, binding.name))
    bind(scope, tuple(binding for binding in campaign.bindings if binding.uses_coupon))
    bind(scope, rule.bindings)
    count_bundles(scope, (*campaign.bindings, *rule.bindings))
    return scope


def bind(scope: Scope, bindings: tuple[CompiledBinding, ...]) -> None:
    """Make bindings readable; each is evaluated when it is first read."""
    for binding in bindings:
        scope.bind_lazily(binding.name, partial(value_of, binding, scope))


def value_of(binding: CompiledBinding, scope: Scope) -> Any:
    """What a binding comes to. The scene remembers the names of bundles."""
    value = binding.call(scope)
    if binding.type == "bundle":
        scope.scene.bundle_names[id(value)] = (binding.name, value)
    return value


def count_bundles(scope: Scope, bindings: tuple[CompiledBinding, ...]) -> None:
    """Make `Count.<name>` readable for bindings that are bundles."""
    names = [binding.name for binding in bindings if binding.type == "bundle"]
    if names:
        counts = {name: lambda name=name: Decimal(len(scope.names[name])) for name in names}
        scope.bind("Count", Root({}, once=counts))


def _coupon(scene: Evaluation, coupon: KnownCoupon) -> dict[str, Any]:
    root = coupon_root(scene.rulebook, coupon)
    scene.state["root", coupon.id] = root
    return root


def failing_operand(rule: CompiledRule, scope: Scope) -> Failed | None:
    """The first operand that makes the condition false, or None when it holds. An error is
    false.
    """
    first: Failed | None = None
    for at, operand in enumerate(rule.operands):
        message = ""
        try:
            value = operand.call(scope)
            holds = value is True
            if not isinstance(value, bool):
                message = "a condition must be true or false"
        except (RuleError, OutOfBounds) as error:
            holds, message = False, str(error)
        if holds and rule.combines == "or":
            return None
        if not holds:
            first = first or (at, message)
            if rule.combines == "and":
                return first
    if rule.combines == "or":
        return first or (0, "there is nothing that could hold")
    return None


def failing_effect(scene: Evaluation, rule: CompiledRule, scope: Scope) -> Failed | None:
    """Let the effects happen, the redemption of the code first. Returns the first that cannot,
    or None.
    """
    try:
        if scene.redeeming:
            accept(scene)
        if scene.redeeming_referral:
            accept_referral(scene)
    except EffectFailed as error:
        return 0, str(error)
    for at, operand in enumerate(rule.effects):
        scene.effect_index = at
        try:
            effected = operand.call(scope)
            if isinstance(effected, Effected):
                tell(scene, effected)
        except (RuleError, OutOfBounds) as error:
            return at, str(error)
        if len(scene.effects) > EFFECTS_MAX:
            return at, f"more than {EFFECTS_MAX} effects"
    return None


def accept(scene: Evaluation) -> None:
    """Redeem the code at hand, once in a session."""
    coupon = scene.coupon
    assert coupon is not None, "only a code can be redeemed"
    if ("accepted", coupon.id) in scene.state:
        return
    purse = scene.purse("", "redeemCoupon")
    if purse.take(1 + ZERO) is None:
        raise EffectFailed("the budget allows no more redemptions")
    changes: tuple[Change, ...] = (CouponUsed(coupon.id, 1, ZERO), *purse.changes())
    tell(scene, Effected("acceptCoupon", (AcceptCoupon(coupon.value),), changes))
    scene.put(scene.state, ("accepted", coupon.id), True)


def accept_referral(scene: Evaluation) -> None:
    """Redeem the referral code of the session, once."""
    referral = scene.situation.referral
    assert referral is not None, "only a code can be redeemed"
    if "referral accepted" in scene.state:
        return
    purse = scene.purse("", "redeemReferral")
    if purse.take(1 + ZERO) is None:
        raise EffectFailed("the budget allows no more redemptions")
    used = ReferralUsed(referral.id, 1, scene.situation.profile_key)
    changes: tuple[Change, ...] = (used, *purse.changes())
    tell(scene, Effected("acceptReferral", (AcceptReferral(referral.code),), changes))


def tell(scene: Evaluation, effected: Effected, *, condition_index: int | None = None) -> None:
    """Add the effects of a call to the answer, and let its changes count."""
    campaign, rule, coupon = scene.campaign, scene.rule, scene.coupon
    assert campaign is not None, "effects are told by rules of campaigns"
    assert rule is not None, "effects are told by rules"
    for change in effected.changes:
        scene.apply(change)
    if effected.discount:
        scene.put(scene.state, "discount", scene.discounted() + effected.discount)
    if effected.discount and coupon is not None and ("accepted", coupon.id) in scene.state:
        scene.apply(CouponUsed(coupon.id, 0, effected.discount))
    for props in effected.props:
        effect = Effect(
            campaign_id=campaign.campaign.id,
            ruleset_id=campaign.ruleset_id,
            rule_index=rule.index,
            rule_name=rule.title,
            effect_type=effected.kind,
            props=props,
        )
        if coupon is not None:
            effect.triggered_by_coupon = coupon.id
        if condition_index is not None:
            effect.condition_index = condition_index
        scene.tell(in_group(scene, effect))


def in_group(scene: Evaluation, effect: Effect) -> Effect:
    """The effect with the evaluation group that is being walked, if the tree was written down."""
    if scene.group is not None and scene.group.id is not None:
        effect.evaluation_group_id = scene.group.id
        effect.evaluation_group_mode = scene.group.mode
    return effect
