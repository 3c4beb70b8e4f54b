"""Giveaways: codes of others that a shop hands out once.

Source: Giveaway, GiveawaysPool of the Management contract.
"""

from datetime import datetime
from typing import Any

from msgspec import UNSET

from largesse.kit.wire import Maybe, Wire


class GiveawayPool(Wire, kw_only=True):
    """A stock of codes."""

    id: int
    created: datetime
    account_id: int
    name: str
    description: str
    subscribed_applications_ids: list[int]
    sandbox: bool
    created_by: int
    modified: datetime


class Giveaway(Wire, kw_only=True):
    """One code of a pool."""

    id: int
    created: datetime
    code: str
    pool_id: int
    start_date: Maybe[datetime] = UNSET
    end_date: Maybe[datetime] = UNSET
    attributes: dict[str, Any] = {}
    used: bool = False
    import_id: Maybe[int] = UNSET
    profile_integration_id: Maybe[str] = UNSET


class Gift(Wire, kw_only=True):
    """A code that a decision may award."""

    id: int
    pool_id: int
    code: str
