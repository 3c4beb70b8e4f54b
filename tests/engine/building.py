"""Builders with defaults: an Application with its campaigns, a session, a situation.

Each takes what a test is about and fills in the rest. Below them: what an outcome says, as plain
JSON values with exact numbers as texts, so that tables can be written by hand.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final
from zlib import crc32

import msgspec
from msgspec import UNSET

from largesse.engine.compiling import compile_rulebook
from largesse.engine.evaluate import evaluate
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook, Source
from largesse.engine.situation import Happening, Situation
from largesse.kit.money import read_number
from largesse.kit.wire import to_json
from largesse.model.attributes import AdditionalCost, Attribute
from largesse.model.campaigns import (
    Application,
    Binding,
    Campaign,
    CustomEffect,
    EffectParameter,
    Rule,
    Ruleset,
    Store,
)
from largesse.model.coupons import KnownCoupon
from largesse.model.effects import Effect
from largesse.model.limits import LimitConfig
from largesse.model.profiles import KnownProfile
from largesse.model.sessions import CartItem, Cost, SessionDocument, State, StoredSession

NOW: Final = datetime(2026, 3, 15, 12, tzinfo=UTC)
ALWAYS: Final = ["and"]
VALID: Final = ["couponValid"]
TOTAL: Final = [".", "Session", "Total"]
ITEMS: Final = [".", "Session", "CartItems"]
PRICE: Final = [["Item"], [".", "Item", "Price"]]
HELLO: Final = ["showNotification", "Info", "hello", ""]

_effects: Final = msgspec.json.Decoder(list[Effect], float_hook=read_number)


def an_application(**more: Any) -> Application:
    """An Application in Berlin without switches."""
    plain: dict[str, Any] = {"name": "Shop", "description": "", "currency": "EUR"}
    own = {"id": 1, "account_id": 1, "created": NOW, "modified": NOW, "timezone": "Europe/Berlin"}
    return Application(**{**plain, **own, **more})


def a_campaign(number: int = 1, *limits: LimitConfig, **more: Any) -> Campaign:
    """A running campaign without end whose ruleset is `a_ruleset` of the same number."""
    plain: dict[str, Any] = {"name": f"Campaign {number}", "description": "", "type": "advanced"}
    own = {"id": number, "created": NOW, "application_id": 1, "user_id": 1, "state": "enabled"}
    lists = {"tags": [], "features": [], "limits": [*limits], "reevaluate_on_return": False}
    return Campaign(**{**plain, **own, **lists, "active_ruleset_id": number * 10, **more})


def a_limit(action: Any, limit: Any, *entities: Any, period: Any = UNSET) -> LimitConfig:
    """A budget of the whole campaign, or for each tuple of entities."""
    return LimitConfig(action=action, limit=Decimal(limit), entities=[*entities], period=period)


def a_rule(*effects: Any, when: Any = ALWAYS, title: str = "Rule", **more: Any) -> Rule:
    """A rule that always holds."""
    return Rule(title=title, condition=when, effects=[*effects], **more)


def a_binding(name: str, expression: Any) -> Binding:
    """A name for an expression."""
    return Binding(name=name, expression=expression)


def a_ruleset(*rules: Rule, campaign: int = 1, bindings: Iterable[Binding] = ()) -> Ruleset:
    """The active ruleset of a campaign."""
    return Ruleset(
        id=campaign * 10,
        created=NOW,
        user_id=1,
        campaign_id=campaign,
        rules=[*rules],
        bindings=[*bindings],
    )


def a_rulebook(*rulesets: Ruleset, campaigns: Iterable[Campaign] = (), **source: Any) -> Rulebook:
    """Rulesets compiled, each for a campaign of its own unless one is given."""
    own = {ruleset.campaign_id: a_campaign(ruleset.campaign_id) for ruleset in rulesets}
    known = {**own, **{campaign.id: campaign for campaign in campaigns}}
    source.setdefault("application", an_application())
    return compile_rulebook(
        Source(version=1, campaigns=[*known.values()], rulesets=[*rulesets], **source)
    )


def an_attribute(entity: Any, name: str, kind: Any = "string", **more: Any) -> Attribute:
    """A custom attribute that all Applications know."""
    plain: dict[str, Any] = {"title": name, "description": "", "suggestions": [], "editable": True}
    return Attribute(
        id=1, created=NOW, account_id=1, entity=entity, name=name, type=kind, **{**plain, **more}
    )


def a_cost(name: str = "shipping", number: int = 1, kind: Any = "both") -> AdditionalCost:
    """A kind of additional cost."""
    return AdditionalCost(
        id=number, created=NOW, account_id=1, name=name, title=name, description="", type=kind
    )


def a_custom_effect(payload: str, *parameters: str, **more: Any) -> CustomEffect:
    """An effect that a shop defined, number 1, with parameters of these names."""
    plain: dict[str, Any] = {"name": "own", "title": "own", "description": "", "account_id": 1}
    own = {"id": 1, "created": NOW, "modified": NOW, "created_by": 1, "application_ids": []}
    flags = {"per_item": False, "enabled": True}
    params = [EffectParameter(name=name) for name in parameters]
    return CustomEffect(**{**plain, **own, **flags, "payload": payload, "params": params, **more})


def a_store(key: str = "berlin", number: int = 1, **more: Any) -> Store:
    """A shop of stone."""
    plain: dict[str, Any] = {"name": key, "description": "", "created": NOW, "updated": NOW}
    return Store(id=number, application_id=1, integration_id=key, **{**plain, **more})


def an_item(sku: str = "A", price: Any = 10, quantity: int = 1, **more: Any) -> CartItem:
    """A line of a cart. `costs` are the additional costs of each unit."""
    if "costs" in more:
        more["additional_costs"] = some_costs(more.pop("costs"))
    return CartItem(sku=sku, price=Decimal(price), quantity=quantity, **more)


def some_costs(prices: dict[str, Any]) -> dict[str, Cost]:
    """Additional costs by name."""
    return {name: Cost(Decimal(price)) for name, price in prices.items()}


def a_session(*items: CartItem, **more: Any) -> SessionDocument:
    """A session with a cart. `codes` are its coupon codes, `costs` its additional costs."""
    own = {"coupon_codes": [*more.pop("codes", ())]}
    own["additional_costs"] = some_costs(more.pop("costs", {}))
    return SessionDocument(cart_items=[*items], **{**own, **more})


def a_profile(key: str = "ada", **more: Any) -> KnownProfile:
    """A customer who is known since today."""
    plain: dict[str, Any] = {"id": 1, "created": NOW, "last_activity": NOW, "attributes": {}}
    sums = {"closed_sessions": 0, "total_sales": Decimal(0), "sessions": 1, "revision": 1}
    return KnownProfile(integration_id=key, **{**plain, **sums, **more})


def a_coupon(value: str = "CODE", campaign: int = 1, **more: Any) -> KnownCoupon:
    """A code that can be used once. Its number comes from its text."""
    plain: dict[str, Any] = {"id": crc32(value.encode()), "created": NOW, "usage_limit": 1}
    if "discount_limit" in more:
        more["discount_limit"] = Decimal(more["discount_limit"])
    return KnownCoupon(value=value, campaign_id=campaign, **{**plain, **more})


def a_situation(
    session: SessionDocument | None = None,
    *coupons: KnownCoupon,
    customer: str = "",
    **more: Any,
) -> Situation:
    """An update of an open session. Coupons that are given are in the session, if it has none."""
    session = a_session(an_item(price=100)) if session is None else session
    if coupons and not session.coupon_codes:
        codes = [one.value for one in coupons]
        session = msgspec.structs.replace(session, coupon_codes=codes)
    if customer:
        session = msgspec.structs.replace(session, profile_id=customer)
        more.setdefault("profile", a_profile(customer))
    more.setdefault("coupons", {one.value: one for one in coupons})
    plain: dict[str, Any] = {"now": NOW, "happening": Happening("talon_session_updated")}
    own = {"session_key": "order-1", "profile_key": customer, "seed": b"seed", "ids": count(1000)}
    return Situation(session=session, **{**plain, **own, **more})


def an_event(kind: str = "visit", attributes: dict[str, Any] | None = None, **more: Any) -> Any:
    """A custom event of a customer."""
    happening = Happening(kind, attributes or {}, is_custom=True)
    more.setdefault("customer", "ada")
    return a_situation(a_session(), happening=happening, session_key="", **more)


def happens(*effects: Any, when: Any = ALWAYS, given: Any = None, **source: Any) -> Outcome:
    """What one rule with these effects comes to."""
    book = a_rulebook(a_ruleset(a_rule(*effects, when=when)), **source)
    return evaluate(book, a_situation() if given is None else given)


def stored(outcome: Outcome, state: State = "closed", revision: int = 1) -> StoredSession:
    """A session with its effects as they are read again after an outcome was written."""
    return StoredSession(
        id=1,
        revision=revision,
        state=state,
        created=NOW,
        updated=NOW,
        document=outcome.session,
        effects=_effects.decode(to_json(outcome.effects)),
    )


# What an outcome says.


def kinds(outcome: Outcome) -> list[str]:
    """The types of its effects, in their order."""
    return [effect.effect_type for effect in outcome.effects]


def told(outcome: Outcome, *wanted: str) -> list[dict[str, Any]]:
    """The properties of its effects, or of those of some types."""
    found = [one for one in outcome.effects if not wanted or one.effect_type in wanted]
    return [msgspec.to_builtins(one.props) for one in found]


def values(outcome: Outcome) -> list[str]:
    """The amounts of its discounts."""
    return [props["value"] for props in told(outcome) if "name" in props and "value" in props]


def verdicts(outcome: Outcome) -> dict[str, str]:
    """What became of each code: `accepted`, or why not. No code has two."""
    found = told(outcome, "acceptCoupon", "rejectCoupon")
    assert len({props["value"] for props in found}) == len(found), "a code has two verdicts"
    return {props["value"]: props.get("rejectionReason", "accepted") for props in found}


def spent(outcome: Outcome) -> dict[tuple[str, str, str, str], str]:
    """What it takes from budgets: by action, entities, subject and period."""
    return {moved.key[1:]: format(moved.amount, "f") for moved in outcome.counters}


def failed(outcome: Outcome) -> list[tuple[int | None, int | None]]:
    """Of each failed rule the condition or the effect that failed."""
    return [(one.condition_index, one.effect_index) for one in outcome.failures]
