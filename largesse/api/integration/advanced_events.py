"""Advanced events: something a customer did, taken once, perhaps of a closed session."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.actions.track_event import Tracked, track_event
from largesse.deciding.loop import Ports
from largesse.engine.answer import AdvancedEvent, State
from largesse.http.operation import Reply, get, post
from largesse.kit.caps import IDENTIFIER_MAX, LOYALTY_CARDS_MAX
from largesse.kit.clock import Clock
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.live import Live
from largesse.model.people import Caller
from largesse.storage import events
from largesse.storage.db import Pool

TAG = "Events"
EVENT = "/v3/events/{integration_id:str}"

Content = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "advancedEvent",
    "awardedGiveaways",
    "ruleFailureReasons",
]
Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]


class AdvancedEventRequest(Wire, kw_only=True):
    """An event with an id of its own, and what the answer shall hold beside the effects."""

    type: Identifier
    profile_id: Identifier
    integration_id: Identifier
    connected_session_id: Maybe[Identifier] = UNSET
    store_integration_id: Maybe[Identifier] = UNSET
    evaluable_campaign_ids: Maybe[list[int]] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    response_content: Annotated[list[Content], Meta(max_length=20)] = []
    loyalty_cards: Maybe[Annotated[list[str], Meta(max_length=LOYALTY_CARDS_MAX)]] = UNSET


@post("/v3/events", tags=[TAG], may="track events", status=200, answer=State)
async def track_advanced(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    data: AdvancedEventRequest,
    silent: Literal["yes", "no"] = "yes",
    dry: bool = False,
    force_complete_evaluation: bool = False,
) -> Reply:
    """Record an event once and run the rules of campaigns with advanced events.

    The same integration id again is a conflict. A connected session must be closed.
    """
    is_dry = dry or caller.is_test
    if force_complete_evaluation and not is_dry:
        at = "parameter:forceCompleteEvaluation"
        raise Invalid("forceCompleteEvaluation needs dry=true", at, title="Invalid")
    now = clock.now()
    tracked = Tracked(
        type=data.type,
        profile_id=data.profile_id,
        now=now,
        attributes=or_else(data.attributes, {}),
        store_integration_id=or_else(data.store_integration_id, ""),
        evaluable_campaign_ids=frozenset(or_else(data.evaluable_campaign_ids, [])) or None,
        content=frozenset(data.response_content),
        dry=is_dry,
        complete=force_complete_evaluation,
        integration_id=data.integration_id,
        connected_session_id=or_else(data.connected_session_id, ""),
    )
    body = await track_event(Ports(pool, live, now, seed), caller, tracked)
    return Reply(body) if silent == "no" else Reply(status=204)


@get(EVENT, tags=[TAG], may="read events")
async def get_advanced(pool: Pool, caller: Caller, integration_id: str) -> AdvancedEvent:
    """Read an advanced event."""
    async with pool.plain() as db:
        found = await events.find_advanced(db, caller.application_id, integration_id)
    event = must(found, "event", integration_id)
    told = event.told
    return AdvancedEvent(
        id=event.id,
        created=event.created,
        application_id=caller.application_id,
        type=event.type,
        attributes=told["attributes"],
        integration_id=event.integration_id,
        profile_id=event.profile_integration_id or UNSET,
        store_integration_id=told.get("store", UNSET),
        connected_session_id=event.session_integration_id or UNSET,
    )
