"""The rows that a decision leaves behind beside its own: the customer, the event, and what was
spent.
"""

from decimal import Decimal
from typing import Any

from msgspec import UNSET

from largesse.engine.answer import AdvancedEvent, Event
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Situation
from largesse.kit.money import ZERO, tidy
from largesse.model.campaigns import Application
from largesse.model.profiles import AudienceMembership, CustomerProfile
from largesse.storage.changes import ProfileWrite
from largesse.storage.db import as_json


def profile_write(
    rulebook: Rulebook,
    situation: Situation,
    outcome: Outcome,
    *,
    closed: int = 0,
    sales: Decimal = ZERO,
    active: bool = True,
) -> ProfileWrite | None:
    """What moves of the customer; None for anonymous ones. Attributes only where they changed."""
    if not situation.profile_key:
        return None
    known = situation.profile
    stored = situation.stored
    joins = bool(situation.session_key) and (
        stored is None or stored.document.profile_id != situation.profile_key
    )
    attributes = outcome.profile_attributes
    write = ProfileWrite(
        account=rulebook.application.account_id,
        sandbox=rulebook.application.sandbox,
        integration_id=situation.profile_key,
        id=known.id if known else next(situation.ids),
        revision=known.revision if known else 0,
        is_new=known is None,
        closed=closed,
        sales=sales,
        sessions=int(joins),
        active=active,
    )
    if attributes is not None or known is None:
        write.attributes = as_json(attributes or {})
    if joins and known and situation.session.first_session:
        write.is_first = True
    return write


def profile_row(
    rulebook: Rulebook, situation: Situation, outcome: Outcome, write: ProfileWrite
) -> CustomerProfile:
    """The customer as it will be."""
    known = situation.profile
    attributes = outcome.profile_attributes
    if attributes is None:
        attributes = known.attributes if known else {}
    return CustomerProfile(
        id=write.id,
        created=known.created if known else situation.now,
        integration_id=write.integration_id,
        attributes=attributes,
        account_id=write.account,
        closed_sessions=max(0, (known.closed_sessions if known else 0) + write.closed),
        total_sales=tidy((known.total_sales if known else ZERO) + write.sales),
        last_activity=situation.now if write.active or not known else known.last_activity,
        audience_memberships=memberships(rulebook, situation, outcome),
        sandbox=rulebook.application.sandbox,
    )


def memberships(
    rulebook: Rulebook, situation: Situation, outcome: Outcome
) -> list[AudienceMembership]:
    """The audiences of the customer after the decision."""
    names = dict(situation.audiences)
    for change in outcome.audiences:
        if change.profile_integration_id != situation.profile_key:
            continue
        if change.adds:
            names[change.audience_id] = rulebook.audiences[change.audience_id]
        else:
            names.pop(change.audience_id, None)
    return [AudienceMembership(one, names[one]) for one in sorted(names)]


def event_row(rulebook: Rulebook, situation: Situation, event_id: int) -> Event:
    """What happened."""
    happening = situation.happening
    members: dict[str, Any] = {
        "id": event_id,
        "created": situation.now,
        "application_id": rulebook.application.id,
        "type": happening.type,
        "attributes": happening.attributes,
        "profile_id": situation.profile_key,
        "session_id": situation.session_key or UNSET,
        "store_integration_id": situation.session.store_integration_id or UNSET,
    }
    if not happening.integration_id:
        return Event(**members)
    return AdvancedEvent(
        **members,
        integration_id=happening.integration_id,
        connected_session_id=happening.connected_session_id or UNSET,
    )


def spending(application: Application, outcome: Outcome) -> dict[str, Any]:
    """What a decision spends and makes, as members of a write."""
    return {
        "counters": outcome.counters,
        "coupons": outcome.coupons,
        "codes": outcome.codes,
        "reservations": outcome.reservations,
        "attributes": outcome.attributes,
        "referral": outcome.referral,
        "referral_codes": outcome.referral_codes,
        "audiences": outcome.audiences,
        "giveaways": outcome.giveaways,
        "webhooks": outcome.webhooks,
        "account": application.account_id,
        "sandbox": application.sandbox,
    }
