"""The effect envelope, and what an effect function gives back.

Source: EffectEntity of the Integration contract.
"""

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, field

from largesse.kit.wire import Maybe, Wire
from largesse.model.changes import Change


class Effect(Wire, kw_only=True):
    """One thing that the caller is told to do. `campaignId` is -1 where no campaign is
    concerned.
    """

    campaign_id: int
    ruleset_id: int
    rule_index: int
    rule_name: str
    effect_type: str
    props: Any
    triggered_by_coupon: Maybe[int] = UNSET
    condition_index: Maybe[int] = UNSET
    evaluation_group_id: Maybe[int] = field(name="evaluationGroupID", default=UNSET)
    evaluation_group_mode: Maybe[str] = UNSET


class Effected(Struct, frozen=True):
    """What one effect call comes to: what callers are told, and what has to be written.

    `discount` is what it takes off in all, in the currency of the Application.
    """

    kind: str
    props: tuple[Any, ...] = ()
    changes: tuple[Change, ...] = ()
    discount: Decimal = Decimal(0)
