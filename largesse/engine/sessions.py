"""The state table of sessions, and merging an update into what is stored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct

from largesse.kit.caps import CART_LINES_MAX, CART_UNITS_MAX
from largesse.kit.money import ZERO, tidy
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import or_else
from largesse.model.attributes import merged
from largesse.model.catalogs import KnownItem
from largesse.model.sessions import (
    CartItem,
    Cost,
    CustomerSession,
    Product,
    SessionDocument,
    SessionUpdate,
    State,
    StoredSession,
)

Via = Literal["update", "reopen", "return"]

MOVES: Final[dict[tuple[State | None, State], Via]] = {
    (None, "open"): "update",
    (None, "closed"): "update",
    ("open", "open"): "update",
    ("open", "closed"): "update",
    ("open", "cancelled"): "update",
    ("closed", "open"): "reopen",
    ("closed", "cancelled"): "update",
    ("closed", "partially_returned"): "return",
    ("partially_returned", "partially_returned"): "return",
    ("partially_returned", "cancelled"): "update",
}


def check_move(was: State | None, to: State, via: Via) -> None:
    """Refuse a move that is not in the table, or that belongs to another endpoint."""
    if MOVES.get((was, to)) != via:
        raise Invalid(
            f"A session cannot go from {was or 'nothing'} to {to} by {via}",
            "/customerSession/state",
            title="Invalid state",
        )


def trigger(was: State | None, to: State) -> str:
    """The built-in event that a move by an update fires."""
    if to == "closed":
        return "talon_session_closed"
    if to == "cancelled":
        return "talon_session_cancelled" if was == "open" else "talon_session_revoked"
    return "talon_session_updated" if was == "open" else "talon_session_created"


def check_cart(items: list[CartItem]) -> None:
    """Refuse a cart of too many lines or units."""
    if len(items) > CART_LINES_MAX:
        raise Invalid(
            f"A cart has {CART_LINES_MAX} lines at most",
            "/customerSession/cartItems",
            title="maxItems",
        )
    if sum(item.quantity for item in items) > CART_UNITS_MAX:
        raise Invalid(
            f"A cart has {CART_UNITS_MAX} units at most",
            "/customerSession/cartItems",
            title="quantity",
        )


def check_prices(items: list[CartItem]) -> None:
    """Refuse lines that have no price, neither sent nor in the catalog."""
    unpriced = [
        Fault("required", "price is required", f"/customerSession/cartItems/{at}/price")
        for at, item in enumerate(items)
        if item.price is UNSET
    ]
    if unpriced:
        raise Invalid.of(unpriced)


def filled(document: SessionDocument, goods: Mapping[str, KnownItem]) -> SessionDocument:
    """The session with what the catalog says of its items, where the request said nothing.

    Prices and product names become part of the lines; attributes are only seen by rules.
    """
    if not goods:
        return document
    items = [
        fill(item, goods[item.sku]) if item.sku in goods else item for item in document.cart_items
    ]
    return msgspec.structs.replace(document, cart_items=items, goods=dict(goods))


def fill(item: CartItem, known: KnownItem) -> CartItem:
    """A line with the gaps filled."""
    gaps: dict[str, Any] = {"catalog_item_id": known.id}
    if item.price is UNSET and known.price is not UNSET:
        gaps["price"] = known.price
    if item.product is UNSET and known.product_name is not UNSET:
        gaps["product"] = Product(known.product_name)
    return msgspec.structs.replace(item, **gaps)


def merge(old: SessionDocument | None, update: SessionUpdate) -> SessionDocument:
    """What is stored with the update over it: lists and costs are replaced, attributes merge by
    name.
    """
    old = old or SessionDocument()
    items = or_else(update.cart_items, old.cart_items)
    if update.cart_items is not UNSET:
        items = [
            msgspec.structs.replace(
                item, position=at, returned_quantity=UNSET, remaining_quantity=UNSET
            )
            for at, item in enumerate(items)
        ]
    attributes = old.attributes
    if update.attributes is not UNSET:
        attributes = merged(old.attributes, update.attributes)
    return SessionDocument(
        profile_id=or_else(update.profile_id, old.profile_id),
        store_integration_id=or_else(update.store_integration_id, old.store_integration_id),
        coupon_codes=or_else(update.coupon_codes, old.coupon_codes),
        referral_code=or_else(update.referral_code, old.referral_code),
        loyalty_cards=or_else(update.loyalty_cards, old.loyalty_cards),
        cart_items=items,
        additional_costs=or_else(update.additional_costs, old.additional_costs),
        identifiers=or_else(update.identifiers, old.identifiers),
        attributes=attributes,
        first_session=old.first_session,
        codes=old.codes,
        referral_codes=old.referral_codes,
        referral_used=old.referral_used,
        goods=old.goods,
        returns=old.returns,
        spent=old.spent,
        used=old.used,
    )


class Totals(Struct, frozen=True):
    """What a cart comes to before discounts."""

    cart_items: Decimal
    additional_costs: Decimal
    cart_item_additional_costs: Decimal

    @property
    def total(self) -> Decimal:
        """Items and all costs together."""
        return tidy(self.cart_items + self.additional_costs + self.cart_item_additional_costs)


def remaining(item: CartItem) -> int:
    """The units of a line that have not been returned."""
    return item.quantity - or_else(item.returned_quantity, 0)


def price_of(item: CartItem) -> Decimal:
    """The price of one unit."""
    return or_else(item.price, ZERO)


def costs_of(item: CartItem) -> dict[str, Cost]:
    """The additional costs of one unit."""
    return or_else(item.additional_costs, {})


def totals(document: SessionDocument) -> Totals:
    """What the units that were not returned come to."""
    items, item_costs = ZERO, ZERO
    for item in document.cart_items:
        units = remaining(item)
        items += price_of(item) * units
        if item.additional_costs:
            item_costs += sum((cost.price for cost in costs_of(item).values()), ZERO) * units
    costs = sum((cost.price for cost in document.additional_costs.values()), ZERO)
    return Totals(tidy(items), tidy(costs), tidy(item_costs))


def session_row(
    application_id: int, key: str, was: StoredSession, now_is: SessionDocument
) -> CustomerSession:
    """A session as callers see it: the columns of `was`, the document `now_is`."""
    sums = totals(now_is)
    items = [
        msgspec.structs.replace(item, remaining_quantity=remaining(item))
        if item.returned_quantity
        else item
        for item in now_is.cart_items
    ]
    return CustomerSession(
        id=was.id,
        created=was.created,
        updated=was.updated,
        integration_id=key,
        application_id=application_id,
        profile_id=now_is.profile_id,
        state=was.state,
        cart_items=items,
        attributes=now_is.attributes,
        first_session=now_is.first_session,
        update_count=was.revision,
        total=sums.total,
        cart_item_total=sums.cart_items,
        additional_cost_total=sums.additional_costs,
        cart_item_additional_cost_total=sums.cart_item_additional_costs,
        coupon_codes=now_is.coupon_codes,
        referral_code=now_is.referral_code,
        loyalty_cards=now_is.loyalty_cards,
        additional_costs=now_is.additional_costs,
        identifiers=now_is.identifiers,
        store_integration_id=now_is.store_integration_id or UNSET,
    )
