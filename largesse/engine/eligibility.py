"""Which campaigns and rules would have passed, and why others would not.

Source: CampaignEligibility of the Integration contract.
"""

from typing import Any

from largesse.engine.outcome import Failure, Outcome
from largesse.engine.rulebook import CompiledCampaign, Rulebook
from largesse.engine.situation import Situation
from largesse.engine.verdicts import details_of, left_out
from largesse.kit.wire import Json


def eligibility(rulebook: Rulebook, situation: Situation, outcome: Outcome) -> list[Json]:
    """One entry for each campaign that was evaluated, with one for each of its rules."""
    store = rulebook.stores.get(situation.session.store_integration_id)
    found = []
    for one in rulebook.campaigns:
        if not one.rules or left_out(one, situation, store.id if store else 0):
            continue
        rules = [_rule_eligibility(one, at, outcome) for at in range(len(one.rules))]
        passed = any(result["passed"] for rule in rules for result in rule["eligibility"])
        result: Json = {"passed": passed}
        if not passed:
            result["details"] = {"failureCode": "ALL_RULES_FAILED"}
        found.append(
            {
                "applicationId": one.campaign.application_id,
                "id": one.campaign.id,
                "name": one.campaign.name,
                "description": one.campaign.description,
                "attributes": one.campaign.attributes,
                "state": "enabled",
                "tags": one.campaign.tags,
                "features": [
                    feature for feature in one.campaign.features if feature != "advancedEvents"
                ],
                "eligibility": [result],
                "rules": rules,
            }
        )
    return found


def _rule_eligibility(campaign: CompiledCampaign, at: int, outcome: Outcome) -> dict[str, Any]:
    rule = campaign.rules[at]
    failures = [
        failure
        for failure in outcome.failures
        if failure.campaign is campaign and failure.rule is rule
    ]
    results: list[Json] = [
        {"passed": False, "details": _failure_details(failure)} for failure in failures
    ]
    return {"title": rule.title, "eligibility": results or [{"passed": True}]}


def _failure_details(failure: Failure) -> dict[str, Any]:
    details: dict[str, Any] = {"details": details_of(failure)}
    if failure.condition_index is not None:
        details |= {"failureCode": "CONDITION_NOT_MET", "conditionIndex": failure.condition_index}
    else:
        details |= {"failureCode": "EFFECT_FAILED", "effectIndex": failure.effect_index}
    if failure.coupon is not None:
        details |= {"couponID": failure.coupon.id, "couponValue": failure.coupon.value}
    return details
