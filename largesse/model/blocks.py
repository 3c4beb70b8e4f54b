"""Rulesets as blocks.

Source: RulesetV2, PromotionRuleV2, StrikethroughRuleV2 of the Management contract. What a block
looks like is the subject of `engine.blocks`.
"""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta

from largesse.kit.caps import RULES_MAX
from largesse.kit.wire import Json, Maybe, Wire

Objects = Annotated[list[dict[str, Json]], Meta(max_length=RULES_MAX)]


class RuleV2(Wire, kw_only=True):
    """A rule: conditions, and behind them what happens when all of them hold."""

    title: Annotated[str, Meta(max_length=500)]
    blocks: list[dict[str, Json]]
    id: Maybe[str] = UNSET
    parent_id: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    selectors: Maybe[Objects] = UNSET
    bundles: Maybe[Objects] = UNSET
    parameters: Maybe[Objects] = UNSET


class NewRulesetV2(Wire, kw_only=True):
    """Rules as a caller writes them in blocks."""

    promotion_rules: Annotated[list[RuleV2], Meta(max_length=RULES_MAX)]
    strikethrough_rules: Annotated[list[RuleV2], Meta(max_length=RULES_MAX)] = []
    selectors: Objects = []
    bundles: Objects = []
    parameters: Objects = []
    activate: bool = False


class RulesetV2(Wire, kw_only=True):
    """Rules as they are stored, shown in blocks."""

    id: int
    created: datetime
    user_id: int
    campaign_id: int
    promotion_rules: list[RuleV2]
    strikethrough_rules: list[RuleV2]
    selectors: list[dict[str, Json]]
    bundles: list[dict[str, Json]]
    parameters: list[dict[str, Json]]
    activated_at: Maybe[datetime] = UNSET
