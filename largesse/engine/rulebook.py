"""The rulebook: everything about an Application that decisions need, compiled once.

It is made from what `storage/rulebooks.py` reads, carries the version that it was made from, and
never changes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct, field

from largesse.engine.expr.index import PredicateIndex
from largesse.engine.expr.nodes import Node
from largesse.engine.expr.scope import Scope
from largesse.engine.groups import Group, plan_of
from largesse.engine.parts import Operand
from largesse.model.attributes import AdditionalCost, Attribute
from largesse.model.campaigns import (
    Application,
    Campaign,
    CustomEffect,
    Ruleset,
    Store,
)
from largesse.model.evaluation import EvaluationGroup
from largesse.model.limits import LimitConfig
from largesse.model.webhooks import Webhook

Call = Callable[[Scope], Any]


class KnownCollection(Struct, frozen=True):
    """A list of texts; `campaign_id` 0 for one of the account."""

    campaign_id: int
    name: str
    items: frozenset[str]


class KnownValueMap(Struct, frozen=True):
    """What a campaign says of each identifier."""

    campaign_id: int
    name: str
    values: dict[str, Decimal]


class Source(Struct, kw_only=True):
    """What a rulebook is made from."""

    version: int
    application: Application
    campaigns: list[Campaign] = []
    rulesets: list[Ruleset] = []
    attributes: list[Attribute] = []
    additional_costs: list[AdditionalCost] = []
    custom_effects: list[CustomEffect] = []
    stores: list[Store] = []
    audiences: dict[int, str] = {}
    pools: dict[int, str] = {}
    webhooks: dict[int, Webhook] = {}
    collections: list[KnownCollection] = []
    value_maps: list[KnownValueMap] = []
    catalog_id: int | None = None
    tree: EvaluationGroup | None = None


class CompiledBinding(Struct, frozen=True):
    """A name and the expression that gives its value."""

    name: str
    call: Call
    type: str = ""
    uses_coupon: bool = False  # it is made anew for each code


class CompiledRule(Struct, frozen=True):
    """One rule. `combines` is how its operands make the condition: `and` or `or`."""

    index: int
    title: str
    bindings: tuple[CompiledBinding, ...]
    combines: str
    operands: tuple[Operand, ...]
    effects: tuple[Operand, ...]
    uses_coupon: bool
    asks_for_coupon: bool
    uses_referral: bool
    asks_for_referral: bool
    tells_on_failure: bool


class CompiledRuleset(Struct, frozen=True):
    """The rules of one stored ruleset; the condition of each as it was read is for the index."""

    id: int
    rules: tuple[CompiledRule, ...] = ()
    bindings: tuple[CompiledBinding, ...] = ()
    conditions: tuple[Node, ...] = ()
    broken: str = ""


class CompiledCampaign(Struct, frozen=True):
    """A campaign with its active ruleset. `place` is its place in the order of evaluation."""

    place: int
    group: int  # the place of its evaluation group
    campaign: Campaign
    ruleset_id: int
    ruleset: CompiledRuleset
    rules: tuple[CompiledRule, ...]
    bindings: tuple[CompiledBinding, ...]
    limits: Mapping[str, tuple[LimitConfig, ...]]
    store_ids: frozenset[int]
    root: Mapping[str, Any]
    broken: str = ""  # why its ruleset cannot run, if it cannot


class Rulebook(Struct, kw_only=True):
    """All campaigns of an Application, ready to decide."""

    version: int
    application: Application
    zone: ZoneInfo
    campaigns: tuple[CompiledCampaign, ...]
    by_id: dict[int, CompiledCampaign]
    index: PredicateIndex
    places: tuple[tuple[int, int], ...]  # position in the index → campaign's place, rule's index
    types: dict[str, dict[str, str]]  # entity → name → type
    event_types: dict[str, dict[str, str]]
    application_root: Mapping[str, Any]
    costs: dict[str, AdditionalCost]
    custom_effects: dict[int, CustomEffect]
    stores: dict[str, Store]
    audiences: dict[int, str] = field(default_factory=dict)  # names, by id
    pools: dict[int, str] = field(default_factory=dict)  # names of giveaway pools, by id
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    collections: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)
    value_maps: dict[tuple[int, str], dict[str, Decimal]] = field(default_factory=dict)
    catalog_id: int | None = None
    root: Group = field(default_factory=lambda: plan_of(None, ()).root)
    limited: tuple[CompiledCampaign, ...] = field(default_factory=tuple)
    # Of the campaigns with codes and budgets one for each set of budgets that is unlike.
    limited_by_code: tuple[CompiledCampaign, ...] = field(default_factory=tuple)

    def fold(self, code: str) -> str:
        """A code as the Application stores it."""
        match self.application.case_sensitivity:
            case "insensitive-uppercase":
                return code.upper()
            case "insensitive-lowercase":
                return code.lower()
            case _:
                return code


def is_running(campaign: Campaign, now: datetime, *, staged: bool = False) -> bool:
    """Whether a campaign is enabled and within its schedule: start included, end not."""
    if campaign.state != "enabled" and not (staged and campaign.state == "staged"):
        return False
    begins, ends = campaign.start_time, campaign.end_time
    return (begins is UNSET or begins <= now) and (ends is UNSET or now < ends)
