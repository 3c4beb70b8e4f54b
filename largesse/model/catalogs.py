"""Catalogs: what a shop sells, so that carts need only name it.

Source: Catalog, CatalogItem of the contract.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from largesse.kit.wire import Maybe, Wire


class Catalog(Wire, kw_only=True):
    """A list of items that Applications are subscribed to. The version moves with each sync."""

    id: int
    created: datetime
    account_id: int
    name: str
    description: str
    version: int
    subscribed_applications_ids: list[int]
    created_by: int
    modified: datetime


class KnownItem(Wire, kw_only=True):
    """A catalog item as a decision sees it: what fills the gaps of a line."""

    id: int
    sku: str
    price: Maybe[Decimal] = UNSET
    product_name: Maybe[str] = UNSET
    attributes: dict[str, Any] = {}
