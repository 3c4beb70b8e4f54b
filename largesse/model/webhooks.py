"""Webhooks: calls to others that rules set off.

Source: Webhook of the Management contract.
"""

from datetime import datetime
from typing import Literal

from largesse.kit.wire import Wire
from largesse.model.campaigns import EffectParameter


class Webhook(Wire, kw_only=True):
    """A call to another server: where to, with what payload, from which Applications."""

    id: int
    created: datetime
    modified: datetime
    account_id: int
    application_ids: list[int]
    title: str
    description: str
    verb: Literal["POST", "PUT", "GET", "DELETE", "PATCH"]
    url: str
    headers: list[str]
    payload: str
    params: list[EffectParameter]
    enabled: bool
    draft: bool = False
