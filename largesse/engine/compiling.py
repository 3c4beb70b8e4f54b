"""Compiling a rulebook: what storage read becomes what decisions run.

A ruleset that does not compile makes its campaign broken, and nothing else.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from largesse.engine.cart import typed
from largesse.engine.effects import table
from largesse.engine.expr.compile import compile_node
from largesse.engine.expr.index import PredicateIndex
from largesse.engine.expr.nodes import Node
from largesse.engine.expr.predicates import predicates_of
from largesse.engine.expr.read import read
from largesse.engine.groups import Plan, plan_of
from largesse.engine.parts import Operand, mutable_paths, operands_of, speaks_of, touched
from largesse.engine.rulebook import (
    CompiledBinding,
    CompiledCampaign,
    CompiledRule,
    CompiledRuleset,
    Rulebook,
    Source,
)
from largesse.kit.problems import Invalid
from largesse.kit.wire import or_else
from largesse.model.attributes import AdditionalCost, Attribute, types_of
from largesse.model.campaigns import Application, Binding, Campaign, CustomEffect, Rule, Ruleset
from largesse.model.limits import LimitConfig

Entry = tuple[tuple[int, int], Node]  # a campaign's place, a rule's index; the rule's condition


def compile_rulebook(source: Source, before: Rulebook | None = None) -> Rulebook:
    """Compile everything about an Application.

    A stored ruleset never changes, so what was compiled `before` is taken over.
    """
    application_id = source.application.id
    types = types_by_entity(source)
    plan = plan_of(source.tree, {campaign.id for campaign in source.campaigns})
    compiled = compile_campaigns(source, plan, before)
    entries: list[Entry] = [
        ((one.place, at), node)
        for one in compiled
        for at, node in enumerate(one.ruleset.conditions)
    ]
    return Rulebook(
        version=source.version,
        application=source.application,
        zone=ZoneInfo(source.application.timezone),
        campaigns=tuple(compiled),
        by_id={one.campaign.id: one for one in compiled},
        index=index_of(entries, source.rulesets),
        places=tuple(key for key, _ in entries),
        types=types,
        event_types=_event_types(source.attributes, application_id),
        application_root=application_root(source.application, types.get("Application", {})),
        costs=costs_of(source),
        custom_effects=custom_effects_of(source),
        stores={store.integration_id: store for store in source.stores},
        audiences=source.audiences,
        pools=source.pools,
        webhooks=source.webhooks,
        **lists_of(source),
        catalog_id=source.catalog_id,
        root=plan.root,
        limited=tuple(one for one in compiled if one.limits),
        limited_by_code=unlike(compiled),
    )


def _event_types(attributes: list[Attribute], application_id: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for attribute in attributes:
        if attribute.entity == "Event" and attribute.event_type:
            own = found.setdefault(str(attribute.event_type), {})
            own |= types_of([attribute], "Event", application_id)
    return found


def subscribes(applications: list[int], application_id: int) -> bool:
    """Whether what is offered to some Applications is this one's too; no subscription means all."""
    return not applications or application_id in applications


def types_by_entity(source: Source) -> dict[str, dict[str, str]]:
    """The attributes that the Application knows: entity, name, type."""
    return {
        entity: types_of(source.attributes, entity, source.application.id)
        for entity in {attribute.entity for attribute in source.attributes}
    }


def unlike(campaigns: list[CompiledCampaign]) -> tuple[CompiledCampaign, ...]:
    """Of campaigns with codes one for each set of budgets that differs in more than amounts."""
    found: dict[frozenset[Any], CompiledCampaign] = {}
    for one in campaigns:
        limits = [limit for limits in one.limits.values() for limit in limits]
        if limits and any(rule.uses_coupon for rule in one.rules):
            shape = [(limit.action, tuple(limit.entities), limit.period) for limit in limits]
            found.setdefault(frozenset(shape), one)
    return tuple(found.values())


def lists_of(source: Source) -> dict[str, Any]:
    """Collections and value maps, by the campaign that has them (0: the account) and their name."""
    return {
        "collections": {(one.campaign_id, one.name): one.items for one in source.collections},
        "value_maps": {(one.campaign_id, one.name): one.values for one in source.value_maps},
    }


def costs_of(source: Source) -> dict[str, AdditionalCost]:
    """The additional costs that the Application knows, by name."""
    return {
        cost.name: cost
        for cost in source.additional_costs
        if subscribes(cost.subscribed_applications_ids, source.application.id)
    }


def custom_effects_of(source: Source) -> dict[int, CustomEffect]:
    """The custom effects that rules of the Application may use, by id."""
    return {
        one.id: one
        for one in source.custom_effects
        if one.enabled and subscribes(one.application_ids, source.application.id)
    }


def application_root(application: Application, types: Mapping[str, str]) -> dict[str, Any]:
    """The Application as rules read it."""
    return {
        "Name": application.name,
        "Currency": application.currency,
        "Timezone": application.timezone,
        "Attributes": typed(application.attributes, types),
    }


def index_of(entries: list[Entry], rulesets: list[Ruleset]) -> PredicateIndex:
    """Which rules can fire, told by what cannot change while rules run."""
    changing = mutable_paths(rulesets)
    return PredicateIndex(
        (key, [it for it in predicates_of(node) if not touched(it, changing)])
        for key, node in entries
    )


def compile_campaigns(
    source: Source, plan: Plan, before: Rulebook | None
) -> list[CompiledCampaign]:
    """The campaigns in the order of evaluation, with the rules that were compiled before."""
    known = {one.ruleset_id: one.ruleset for one in before.campaigns} if before else {}
    rulesets = {ruleset.id: ruleset for ruleset in source.rulesets}
    by_id = {campaign.id: campaign for campaign in source.campaigns}
    types = types_of(source.attributes, "Campaign", source.application.id)
    compiled = []
    for place, (campaign_id, group) in enumerate(plan.order):
        campaign = by_id[campaign_id]
        ruleset = rulesets.get(or_else(campaign.active_ruleset_id, 0))
        rules = known.get(ruleset.id if ruleset else 0) or compile_ruleset(ruleset)
        compiled.append(compile_campaign((place, group), campaign, rules, types))
    return compiled


def compile_campaign(
    place: tuple[int, int], campaign: Campaign, ruleset: CompiledRuleset, types: Mapping[str, str]
) -> CompiledCampaign:
    """A campaign with its rules. Without a ruleset it has none."""
    limits: dict[str, list[LimitConfig]] = {}
    for limit in campaign.limits:
        limits.setdefault(limit.action, []).append(limit)
    return CompiledCampaign(
        place=place[0],
        group=place[1],
        campaign=campaign,
        ruleset_id=ruleset.id,
        ruleset=ruleset,
        rules=ruleset.rules,
        bindings=ruleset.bindings,
        limits={action: tuple(found) for action, found in limits.items()},
        store_ids=frozenset(campaign.linked_store_ids),
        root={
            "Id": Decimal(campaign.id),
            "Name": campaign.name,
            "Attributes": typed(campaign.attributes, types),
        },
        broken=ruleset.broken,
    )


def compile_ruleset(ruleset: Ruleset | None) -> CompiledRuleset:
    """Rules as they run. One that does not compile makes all of them broken."""
    if ruleset is None:
        return CompiledRuleset(0)
    try:
        bindings = compile_bindings(ruleset.bindings)
        compiled = [
            compile_rule(at, rule, of_codes(bindings)) for at, rule in enumerate(ruleset.rules)
        ]
    except Invalid as problem:
        return CompiledRuleset(ruleset.id, broken=problem.faults[0].details)
    rules = tuple(rule for rule, _ in compiled)
    return CompiledRuleset(ruleset.id, rules, bindings, tuple(node for _, node in compiled))


def of_codes(bindings: Iterable[CompiledBinding]) -> frozenset[str]:
    """The names of bindings that speak of the code at hand."""
    return frozenset(one.name for one in bindings if one.uses_coupon)


def compile_bindings(bindings: list[Binding]) -> tuple[CompiledBinding, ...]:
    """The bindings of a ruleset. One that reads another that speaks of the code does so too."""
    compiled: list[CompiledBinding] = []
    for binding in bindings:
        node = read(binding.expression, table())
        uses_coupon = speaks_of(node, "Coupon", of_codes(compiled))
        compiled.append(
            CompiledBinding(
                binding.name, compile_node(node, table()), or_else(binding.type, ""), uses_coupon
            )
        )
    return tuple(compiled)


def compile_rule(index: int, rule: Rule, code_names: frozenset[str]) -> tuple[CompiledRule, Node]:
    """One rule and its condition as it was read. `code_names` are bindings that speak of a code."""
    condition = read(rule.condition, table())
    combines, operands = operands_of(condition)
    effects = [read(effect, table()) for effect in rule.effects]
    everything = [condition, *effects, *(read(one.expression, table()) for one in rule.bindings)]
    return (
        CompiledRule(
            index=index,
            title=rule.title,
            bindings=compile_bindings(rule.bindings),
            combines=combines,
            operands=tuple(Operand(compile_node(node, table()), node) for node in operands),
            effects=tuple(Operand(compile_node(node, table()), node) for node in effects),
            uses_coupon=any(speaks_of(node, "Coupon", code_names) for node in everything),
            asks_for_coupon=any(speaks_of(node, "couponValid") for node in everything),
            asks_for_referral=any(speaks_of(node, "referralValid") for node in everything),
            uses_referral=any(speaks_of(node, "Referral") for node in everything),
            tells_on_failure=any(speaks_of(node, "onFailure") for node in operands),
        ),
        condition,
    )
