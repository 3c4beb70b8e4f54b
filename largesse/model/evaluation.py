"""Evaluation groups: how the campaigns of an Application compete.

Source: CampaignEvaluationGroup of the Management contract's client; `design/own-operations.md`.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta

from largesse.kit.wire import Maybe, Wire

Mode = Literal["stackable", "listOrder", "highestDiscount", "lowestDiscount"]
Competition = Literal["session", "cartItem"]
Exclusion = Literal["CampaignGaveLowerDiscount", "CampaignIsNotFirst", "CampaignNotInEvaluationSet"]


class EvaluationGroup(Wire, kw_only=True):
    """Campaigns and groups that are evaluated together: its campaigns first, in order, then its
    groups.
    """

    id: Maybe[int] = UNSET
    name: Annotated[str, Meta(min_length=1, max_length=500)] = "Base"
    evaluation_mode: Mode = "stackable"
    evaluation_scope: Competition = "session"
    campaign_ids: list[int] = []
    groups: Annotated[list["EvaluationGroup"], Meta(max_length=200)] = []
