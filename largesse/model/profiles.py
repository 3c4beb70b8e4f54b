"""Customer profiles.

Source: CustomerProfile of the contract.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from largesse.kit.wire import Wire


class AudienceMembership(Wire):
    """An audience that a customer belongs to."""

    id: int
    name: str


class CustomerProfile(Wire, kw_only=True):
    """A customer, shared by the Applications of one environment of the account."""

    id: int
    created: datetime
    integration_id: str
    attributes: dict[str, Any]
    account_id: int
    closed_sessions: int
    total_sales: Decimal
    last_activity: datetime
    loyalty_memberships: None = None  # always null, as the contract says
    audience_memberships: list[AudienceMembership] = []
    sandbox: bool = False


class KnownProfile(Wire, kw_only=True):
    """A profile as a decision sees it. `revision` moves with its attributes."""

    id: int
    created: datetime
    integration_id: str
    attributes: dict[str, Any]
    closed_sessions: int
    total_sales: Decimal
    last_activity: datetime
    sessions: int
    revision: int
    is_new: bool = False
