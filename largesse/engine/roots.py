"""The roots that rules read: `Session`, `Profile`, `Event`, `Application`, `Store`, `Now` and
the rest.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from largesse.engine.cart import Root, Unit, base_of, costs_root, typed, units
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import Totals
from largesse.engine.sessions import totals as totals_of
from largesse.engine.situation import Happening, Situation
from largesse.kit.money import ZERO, tidy
from largesse.model.coupons import KnownCoupon
from largesse.model.profiles import KnownProfile
from largesse.model.referrals import KnownReferral
from largesse.model.sessions import StoredSession

Taken = Callable[..., Decimal]


def roots_of(
    rulebook: Rulebook, situation: Situation, totals: Totals, taken: Taken
) -> dict[str, Any]:
    """All roots of a situation but `Campaign` and `Coupon`, which change while campaigns are
    walked.

    `taken` says what discounts have taken off a part so far.
    """
    roots: dict[str, Any] = {
        "Now": situation.now,
        "Application": rulebook.application_root,
        "Account": {"Id": Decimal(rulebook.application.account_id)},
        "Event": event_root(rulebook, situation.happening),
    }
    if situation.happening.integration_id:
        roots["AdvancedEvent"] = roots["Event"]
    if situation.stored and not situation.session_key:
        connected = connected_situation(situation, situation.stored)
        roots["AdvancedEventConnectedSession"] = session_root(
            rulebook, connected, totals_of(connected.session), taken
        )
    if situation.session_key:
        roots["Session"] = session_root(rulebook, situation, totals, taken)
        roots["CustomerSession"] = roots["Session"]
    if situation.profile_key:
        customer = situation.profile_key
        roots["Profile"] = profile_root(rulebook, situation, customer, situation.profile)
        roots["CustomerProfile"] = roots["Profile"]
    if situation.referral is not None:
        roots |= referral_roots(rulebook, situation, situation.referral)
    store = rulebook.stores.get(situation.session.store_integration_id)
    if store:
        roots["Store"] = {
            "IntegrationId": store.integration_id,
            "Name": store.name,
            "Attributes": typed(store.attributes, rulebook.types.get("Store", {})),
        }
    return roots


def connected_situation(situation: Situation, stored: StoredSession) -> Situation:
    """The closed session that an advanced event speaks of, as a situation of its own."""
    return msgspec.structs.replace(
        situation,
        session_key=situation.happening.connected_session_id,
        session=stored.document,
        state=stored.state,
    )


def event_root(rulebook: Rulebook, happening: Happening) -> dict[str, Any]:
    """What set the decision off. Only custom events have attributes."""
    if not happening.is_custom:
        return {"Type": happening.type}
    types = rulebook.event_types.get(happening.type, {})
    return {"Type": happening.type, "Attributes": typed(happening.attributes, types)}


def session_root(rulebook: Rulebook, situation: Situation, totals: Totals, taken: Taken) -> Root:
    """The session: what was sent, what it comes to, and what is left of it after discounts."""
    session = situation.session
    item_types = rulebook.types.get("CartItem", {})

    def discounted_price(unit: Unit) -> Decimal:
        part = f"item:{unit.position}:{unit.sub_position}"
        left = base_of(unit, "price") - taken(part, "price") - taken(part, "itemTotal")
        return max(ZERO, tidy(left))

    return Root(
        session_members(situation, totals),
        once={
            "CartItems": lambda: list(units(session, item_types, discounted_price)),
            "AdditionalCosts": lambda: costs_root(session.additional_costs),
            "Attributes": lambda: typed(
                session.attributes, rulebook.types.get("CustomerSession", {})
            ),
        },
        anew={
            "DiscountedTotal": lambda: max(
                ZERO, tidy(totals.total - taken("session") - taken("cost") - taken("item"))
            ),
            "DiscountedCartItemTotal": lambda: max(ZERO, tidy(totals.cart_items - taken("item"))),
        },
    )


def session_members(situation: Situation, totals: Totals) -> dict[str, Any]:
    """What rules read of a session that does not move while they run."""
    session, stored = situation.session, situation.stored
    members: dict[str, Any] = {
        "IntegrationId": situation.session_key,
        "State": situation.state,
        "IsFirst": session.first_session,
        "CouponCodes": session.coupon_codes,
        "Identifiers": session.identifiers,
        "Total": totals.total,
        "CartItemTotal": totals.cart_items,
        "CartTotal": totals.cart_items,
        "AdditionalCostTotal": totals.additional_costs,
        "CartItemAdditionalCostTotal": totals.cart_item_additional_costs,
        "UpdateCount": Decimal((stored.revision if stored else 0) + 1),
        "Created": stored.created if stored else situation.now,
    }
    if session.referral_code:
        members["ReferralCode"] = session.referral_code
    if stored:
        members["Id"] = Decimal(stored.id)
    return members


def profile_root(
    rulebook: Rulebook, situation: Situation, key: str, profile: KnownProfile | None
) -> Root:
    """A customer. One that is not stored yet has no sessions and no attributes."""
    members: dict[str, Any] = {
        "IntegrationId": key,
        "ClosedSessions": Decimal(profile.closed_sessions if profile else 0),
        "TotalSales": profile.total_sales if profile else Decimal(0),
        "Created": profile.created if profile else situation.now,
        "LastActivity": profile.last_activity if profile else situation.now,
        "Audiences": list(situation.audiences.values()) if key == situation.profile_key else [],
    }
    attributes = profile.attributes if profile else {}
    return Root(
        members,
        once={"Attributes": lambda: typed(attributes, rulebook.types.get("CustomerProfile", {}))},
    )


def referral_roots(
    rulebook: Rulebook, situation: Situation, referral: KnownReferral
) -> dict[str, Any]:
    """The referral code of the session and its advocate, if he is known."""
    members: dict[str, Any] = {
        "Code": referral.code,
        "AdvocateProfileIntegrationId": referral.advocate_profile_integration_id,
        "UsageCounter": Decimal(referral.usage_counter),
        "Attributes": typed(referral.attributes, rulebook.types.get("Referral", {})),
    }
    roots: dict[str, Any] = {"Referral": members}
    if referral.advocate is not None:
        key = referral.advocate_profile_integration_id
        roots["AdvocateProfile"] = profile_root(rulebook, situation, key, referral.advocate)
    return roots


def coupon_root(rulebook: Rulebook, coupon: KnownCoupon) -> dict[str, Any]:
    """The code that a rule is run with."""
    members: dict[str, Any] = {
        "Value": coupon.value,
        "UsageLimit": Decimal(coupon.usage_limit),
        "UsageCounter": Decimal(coupon.usage_counter),
        "ReservationCounter": Decimal(coupon.reservation_counter),
        "DiscountCounter": coupon.discount_counter,
        "Attributes": typed(coupon.attributes, rulebook.types.get("Coupon", {})),
    }
    optional: dict[str, str | Decimal | datetime | object] = {
        "StartDate": coupon.start_date,
        "ExpiryDate": coupon.expiry_date,
        "DiscountLimit": coupon.discount_limit,
        "RecipientIntegrationId": coupon.recipient_integration_id or UNSET,
    }
    if coupon.discount_limit is not UNSET:
        optional["DiscountRemainder"] = tidy(coupon.discount_limit - coupon.discount_counter)
    return {**members, **{name: value for name, value in optional.items() if value is not UNSET}}
