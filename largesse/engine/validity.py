"""Whether what a request says fits what the Application knows: attributes, costs, stores, event
types.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import check_cart
from largesse.kit.problems import Fault, Invalid
from largesse.model.attributes import faults_of
from largesse.model.sessions import Cost, SessionUpdate

BODY = "/customerSession"


def check_update(rulebook: Rulebook, update: SessionUpdate) -> None:
    """Refuse a session update with everything that is wrong with it."""
    faults = list(session_faults(rulebook, update))
    if faults:
        raise Invalid.of(faults)
    if update.cart_items is not UNSET:
        check_cart(update.cart_items)


def session_faults(rulebook: Rulebook, update: SessionUpdate) -> Iterator[Fault]:
    """What is wrong with the values of a session update."""
    types = rulebook.types
    if update.attributes is not UNSET:
        yield from faults_of(
            update.attributes,
            types.get("CustomerSession", {}),
            "CustomerSession",
            f"{BODY}/attributes",
        )
    if update.additional_costs is not UNSET:
        yield from cost_faults(
            rulebook, update.additional_costs, f"{BODY}/additionalCosts", "session"
        )
    if (
        update.store_integration_id is not UNSET
        and update.store_integration_id not in rulebook.stores
    ):
        yield Fault(
            "Unknown",
            f'The store "{update.store_integration_id}" does not exist.',
            f"{BODY}/storeIntegrationId",
        )
    for at, item in enumerate(update.cart_items if update.cart_items is not UNSET else ()):
        place = f"{BODY}/cartItems/{at}"
        if item.attributes is not UNSET:
            yield from faults_of(
                item.attributes, types.get("CartItem", {}), "CartItem", f"{place}/attributes"
            )
        if item.additional_costs is not UNSET:
            yield from cost_faults(
                rulebook, item.additional_costs, f"{place}/additionalCosts", "item"
            )


def cost_faults(rulebook: Rulebook, costs: dict[str, Cost], at: str, where: str) -> Iterator[Fault]:
    """Costs that are not defined, or not for this place."""
    for name in costs:
        known = rulebook.costs.get(name)
        if known is None or known.type not in (where, "both"):
            yield Fault(
                "Unknown", f'The additional cost "{name}" is not defined for this.', f"{at}/{name}"
            )


def check_event(rulebook: Rulebook, event_type: str, attributes: dict[str, Any]) -> None:
    """Refuse an event of an unknown or reserved type, or with attributes that its type does not
    have.
    """
    types = rulebook.event_types.get(event_type)
    if types is None or event_type.startswith("talon_"):
        raise Invalid(f'The event type "{event_type}" is not defined.', "/type", title="Unknown")
    faults = list(faults_of(attributes, types, "Event", "/attributes"))
    if faults:
        raise Invalid.of(faults)


def check_profile(rulebook: Rulebook, attributes: dict[str, Any]) -> None:
    """Refuse attributes of a customer that are not defined, or of the wrong type."""
    faults = list(
        faults_of(
            attributes, rulebook.types.get("CustomerProfile", {}), "CustomerProfile", "/attributes"
        )
    )
    if faults:
        raise Invalid.of(faults)
