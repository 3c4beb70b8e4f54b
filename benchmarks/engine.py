"""How long the engine thinks, in one process, without HTTP and without a database.

Each time is CPU time: the least of several batches, because what disturbs a measurement only adds.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import msgspec
from msgspec import Struct

from benchmarks import carts, shop
from benchmarks.shop import Planned
from largesse.api.integration.sessions import IntegrationRequest
from largesse.engine.answer import Rows, answer
from largesse.engine.compiling import compile_rulebook
from largesse.engine.evaluate import evaluate
from largesse.engine.rulebook import Rulebook, Source
from largesse.engine.sessions import merge, session_row
from largesse.engine.situation import Happening, Situation
from largesse.http import encoding
from largesse.kit.wire import or_else, to_json
from largesse.model.attributes import Attribute
from largesse.model.campaigns import Application, Campaign, Rule, Ruleset
from largesse.model.coupons import KnownCoupon
from largesse.model.profiles import KnownProfile
from largesse.model.sessions import SessionUpdate, StoredSession

NOW: Final = datetime(2024, 2, 29, 12, tzinfo=UTC)
SIZES: Final = (10, 50, 1_000, 10_000)
BATCHES: Final = 5
BATCH_SECONDS: Final = 0.1
LONG_LINES: Final = 200
LONG_CAMPAIGNS: Final = 50


class Times(Struct):
    """What was measured, in microseconds of CPU unless the name says otherwise."""

    evaluate: dict[int, float]  # by the number of campaigns
    compile_seconds: dict[int, float]
    decode: float  # bytes to an `IntegrationRequest`
    encode: float  # a `State` to bytes
    long_cart_ms: float  # 200 lines, 50 campaigns with a discount per item
    long_cart_effects: int


def measure() -> Times:
    """Everything."""
    update = body().customer_session
    evaluated, compiled = {}, {}
    for size in SIZES:
        began = time.process_time()
        rulebook = rulebook_of(list(shop.campaigns(size)))
        compiled[size] = time.process_time() - began
        situation = situation_of(rulebook, update)
        effects = evaluate(rulebook, situation).effects
        assert len(effects) == shop.EFFECTS, "as many effects as on the server"
        evaluated[size] = micros(partial(evaluate, rulebook, situation))
    long_ms, long_effects = long_cart()
    raw, state = body_bytes(), state_of(update)
    return Times(
        evaluate=evaluated,
        compile_seconds=compiled,
        decode=micros(lambda: encoding.convert(encoding.decode(raw), IntegrationRequest)),
        encode=micros(lambda: to_json(state)),
        long_cart_ms=long_ms,
        long_cart_effects=long_effects,
    )


def micros(work: Callable[[], Any]) -> float:
    """The CPU time of one call."""
    count, took = 1, 0.0
    while took < BATCH_SECONDS:
        count *= 2
        took = cpu_of(work, count)
    return min(took, *(cpu_of(work, count) for _ in range(BATCHES - 1))) / count * 1_000_000


def cpu_of(work: Callable[[], Any], count: int) -> float:
    """The CPU time of so many calls."""
    began = time.process_time()
    for _ in range(count):
        work()
    return time.process_time() - began


def body_bytes() -> bytes:
    """A session update as it arrives."""
    before, between, after = carts.pieces(1)["closed"][0]
    return "".join((before, carts.customer(1), between, carts.code(1), after)).encode()


def body() -> IntegrationRequest:
    """The same, read."""
    return encoding.convert(encoding.decode(body_bytes()), IntegrationRequest)


def rulebook_of(planned: list[Planned]) -> Rulebook:
    """A rulebook of campaigns as the database would give them."""
    application = Application(
        id=1, created=NOW, modified=NOW, account_id=1, name="Shop", description="",
        timezone="UTC", currency="EUR",
    )  # fmt: skip
    made = [campaign_of(number, one) for number, one in enumerate(planned, 1)]
    attributes = [
        Attribute(id=number, created=NOW, account_id=1, **msgspec.structs.asdict(one))
        for number, one in enumerate(shop.attributes(), 1)
    ]
    rulebook = compile_rulebook(
        Source(
            version=1,
            application=application,
            campaigns=[campaign for campaign, _ in made],
            rulesets=[ruleset for _, ruleset in made],
            attributes=attributes,
        )
    )
    assert not any(one.broken for one in rulebook.campaigns), "every ruleset runs"
    return rulebook


def campaign_of(number: int, planned: Planned) -> tuple[Campaign, Ruleset]:
    """A planned campaign as it is stored."""
    campaign = Campaign(
        id=number, created=NOW, application_id=1, user_id=1, name=planned.campaign.name,
        description="", state="enabled", tags=[], reevaluate_on_return=False,
        features=planned.campaign.features, limits=or_else(planned.campaign.limits, []),
        type="advanced", active_ruleset_id=number,
    )  # fmt: skip
    ruleset = Ruleset(
        id=number, created=NOW, user_id=1, campaign_id=number,
        rules=planned.ruleset.rules, bindings=planned.ruleset.bindings,
    )  # fmt: skip
    return campaign, ruleset


def situation_of(rulebook: Rulebook, update: SessionUpdate) -> Situation:
    """The closing of a session by a known customer, with a code of the last coupon campaign."""
    owners = [
        one.campaign.id for one in rulebook.campaigns if any(rule.uses_coupon for rule in one.rules)
    ]
    coupons = [
        KnownCoupon(id=1, created=NOW, campaign_id=owner, value=carts.code(1), usage_limit=0)
        for owner in owners[-1:]
    ]
    profile = KnownProfile(
        id=1, created=NOW, integration_id=carts.customer(1), attributes={"segment": "regular"},
        closed_sessions=3, total_sales=Decimal(300), last_activity=NOW, sessions=3, revision=1,
    )  # fmt: skip
    return Situation(
        now=NOW,
        happening=Happening("talon_session_closed"),
        profile_key=profile.integration_id,
        profile=profile,
        session_key="session",
        session=merge(None, update),
        state="closed",
        coupons={coupon.value: coupon for coupon in coupons},
    )


def state_of(update: SessionUpdate) -> Any:
    """The answer to an update."""
    rulebook = rulebook_of(list(shop.campaigns(SIZES[0])))
    situation = situation_of(rulebook, update)
    outcome = evaluate(rulebook, situation)
    stored = StoredSession(
        id=1, revision=1, state="closed", created=NOW, updated=NOW, document=outcome.session,
        effects=[],
    )  # fmt: skip
    rows = Rows(session=session_row(1, "session", stored, outcome.session))
    return answer(rulebook, situation, outcome, rows, frozenset(carts.CONTENT))


def long_cart() -> tuple[float, int]:
    """The time of a long cart with a discount on each of its items by many campaigns, in ms."""
    share = [["Item"], ["*", [".", "Item", "Price"], Decimal("0.01")]]
    planned = []
    for number in range(LONG_CAMPAIGNS):
        one = shop.planned(f"Items {number}", ["and"], [])
        effect = ["setDiscountPerItem", "1 % off", [".", "Session", "CartItems"], share]
        rule = Rule(title=one.campaign.name, condition=["and"], effects=[effect])
        planned.append(Planned(one.campaign, msgspec.structs.replace(one.ruleset, rules=[rule])))
    rulebook = rulebook_of(planned)
    lines = carts.items(random.Random(carts.SEED), LONG_LINES)
    for line in lines:
        line["quantity"] = 1
    sent = carts.update(lines, profile=carts.customer(1), coupon="", state="closed")
    sent["customerSession"]["couponCodes"] = []
    read = encoding.convert(encoding.decode(msgspec.json.encode(sent)), IntegrationRequest)
    situation = situation_of(rulebook, or_else(read.customer_session, SessionUpdate()))
    effects = len(evaluate(rulebook, situation).effects)
    return micros(lambda: evaluate(rulebook, situation)) / 1_000, effects
