"""One campaign: its rules from top to bottom, and the verdicts of its codes."""

from largesse.engine.expr.scope import Scope
from largesse.engine.outcome import Failure
from largesse.engine.questions import Evaluation
from largesse.engine.referral_verdicts import rejected_referral
from largesse.engine.rulebook import CompiledCampaign, CompiledRule
from largesse.engine.rules import bind, in_group, run
from largesse.engine.verdicts import rejected
from largesse.model.coupons import KnownCoupon

Codes = dict[int, list[KnownCoupon]]  # by campaign


class Walker:
    """Evaluates campaigns, and remembers which rules failed and why."""

    def __init__(self, scene: Evaluation, codes: Codes) -> None:
        self.scene, self.codes = scene, codes
        self.failures: list[Failure] = []

    def walk(self, campaign: CompiledCampaign, rules: tuple[CompiledRule, ...]) -> bool:
        """Run rules of a campaign; one that speaks of a code once for each code.

        Returns whether one succeeded.
        """
        scene = self.scene
        scene.campaign, scene.coupon = campaign, None
        scene.roots.pop("Coupon", None)
        shared = Scope({**scene.roots, "Campaign": campaign.root}, scene)
        bind(shared, campaign.bindings)
        coupons = self.codes.get(campaign.campaign.id, [])
        failures: list[Failure] = []
        succeeded = False
        settled: set[int] = set()  # codes that a rule found valid; 0 for the referral
        for rule in rules:
            turns: list[KnownCoupon | None] = [*coupons] if rule.uses_coupon and coupons else [None]
            for coupon in turns:
                failure = self.run_rule(campaign, rule, shared, coupon)
                if failure is not None:
                    failures.append(failure)
                    continue
                succeeded = True
                if coupon is not None and scene.found_valid:
                    settled.add(coupon.id)
                if scene.found_valid_referral:
                    settled.add(0)
        self.tell_rejections(campaign, coupons, failures, settled)
        scene.coupon = None
        if not scene.is_trying:
            self.failures += failures
        return succeeded

    def run_rule(
        self,
        campaign: CompiledCampaign,
        rule: CompiledRule,
        shared: Scope,
        coupon: KnownCoupon | None,
    ) -> Failure | None:
        """Run one rule with a code, or without."""
        return run(self.scene, campaign, rule, shared, coupon)

    def tell_rejections(
        self,
        campaign: CompiledCampaign,
        coupons: list[KnownCoupon],
        failures: list[Failure],
        settled: set[int],
    ) -> None:
        """Reject the codes of the campaign that no rule took."""
        scene = self.scene
        for coupon in coupons:
            if coupon.id not in settled:
                scene.tell(in_group(scene, rejected(scene, campaign, coupon, failures)))
        referral = scene.situation.referral
        if (
            referral is not None
            and referral.campaign_id == campaign.campaign.id
            and 0 not in settled
        ):
            scene.tell(in_group(scene, rejected_referral(scene, campaign, referral, failures)))
