"""Custom events: something a customer did."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.actions.track_event import Tracked, track_event
from largesse.api.integration import repeat_of
from largesse.deciding.loop import Ports
from largesse.engine.answer import State
from largesse.http.operation import Header, Reply, Request, post
from largesse.kit.caps import IDENTIFIER_MAX, LOYALTY_CARDS_MAX
from largesse.kit.clock import Clock
from largesse.kit.problems import Invalid
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.live import Live
from largesse.model.people import Caller
from largesse.storage.db import Pool

TAG = "Events"

EventContent = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "campaignEligibility",
    "achievements",
]


class EventRequest(Wire, kw_only=True):
    """An event of a custom type, and what the answer shall hold beside the effects."""

    type: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
    profile_id: Maybe[Annotated[str, Meta(max_length=IDENTIFIER_MAX)]] = UNSET
    store_integration_id: Maybe[Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]] = (
        UNSET
    )
    evaluable_campaign_ids: Maybe[list[int]] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    response_content: Annotated[list[EventContent], Meta(max_length=20)] = []
    loyalty_cards: Maybe[Annotated[list[str], Meta(max_length=LOYALTY_CARDS_MAX)]] = UNSET


@post("/v2/events", tags=[TAG], may="track events", status=200, answer=State)
async def track(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    request: Request,
    data: EventRequest,
    silent: Literal["yes", "no"] = "yes",
    dry: bool = False,
    force_complete_evaluation: bool = False,
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Record an event and run the rules. Silent events, the default, are answered with 204 and
    nothing else.
    """
    is_dry = dry or caller.is_test
    check(data, is_dry=is_dry, complete=force_complete_evaluation)
    now = clock.now()
    tracked = Tracked(
        type=data.type,
        profile_id=or_else(data.profile_id, ""),
        now=now,
        attributes=or_else(data.attributes, {}),
        store_integration_id=or_else(data.store_integration_id, ""),
        evaluable_campaign_ids=frozenset(or_else(data.evaluable_campaign_ids, [])) or None,
        content=frozenset(data.response_content),
        dry=is_dry,
        complete=force_complete_evaluation,
        repeat=await repeat_of(request, idempotency_key),
    )
    body = await track_event(Ports(pool, live, now, seed), caller, tracked)
    return Reply(body) if silent == "no" else Reply(status=204)


def check(data: EventRequest, *, is_dry: bool, complete: bool) -> None:
    """Refuse what only makes sense in a dry run."""
    if complete and not is_dry:
        raise Invalid(
            "forceCompleteEvaluation needs dry=true",
            "parameter:forceCompleteEvaluation",
            title="Invalid",
        )
    if "campaignEligibility" in data.response_content and not is_dry:
        raise Invalid("campaignEligibility needs dry=true", "/responseContent", title="Invalid")
    if data.evaluable_campaign_ids is not UNSET and not is_dry:
        raise Invalid(
            "evaluableCampaignIds needs dry=true", "/evaluableCampaignIds", title="Invalid"
        )
