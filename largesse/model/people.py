"""Accounts, people, keys, and the caller of a request.

Source: Integration and Management keys of the contract; `domain/management.md`.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, Struct

from largesse.kit.wire import Maybe, Wire

Platform = Literal[
    "none",
    "segment",
    "braze",
    "mparticle",
    "shopify",
    "iterable",
    "customer_engagement",
    "customer_data",
    "salesforce",
    "emarsys",
]


class Caller(Struct, frozen=True, kw_only=True):
    """Whoever makes a request.

    `kind` says by what: an Application's key, a management key or a signed-in person.
    `application_ids` are the Applications that it may see; None means all of the account.
    """

    account_id: int
    kind: Literal["integration", "management", "person"]
    application_ids: frozenset[int] | None = None
    application_id: int = 0  # of an Application's key
    platform: Platform = "none"  # of an Application's key
    is_test: bool = False  # a key whose calls are all dry
    person_id: int = 0
    endpoints: tuple[
        tuple[str, str], ...
    ] = ()  # (method or "", path) that a management key is held to
    key_id: int = 0
    expires: datetime | None = None


class ApiKey(Wire, kw_only=True):
    """A key of an Application for the Integration API or for one platform of the gateway."""

    id: int
    created: datetime
    title: str
    application_id: int
    created_by: int
    expires: datetime
    platform: Platform
    type: str = ""
    time_offset: int = 0
    account_id: int = 0
    key: Maybe[str] = UNSET  # only in the answer that made it


class ManagementKey(Wire, kw_only=True):
    """A key for the Management API."""

    id: int
    created: datetime
    name: str
    created_by: int
    expiry_date: datetime
    endpoints: list[dict[str, Any]] = []
    allowed_application_ids: list[int] = []
    disabled: bool = False
    account_id: int = 0
    key: Maybe[str] = UNSET


class Deployment(Wire, kw_only=True):
    """A public name under which the gateway knows this server."""

    id: int
    host: str
