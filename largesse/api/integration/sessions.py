"""Customer sessions: update, read, reopen."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, field

from largesse.actions.return_items import ReturnWish, return_items
from largesse.actions.update_session import Wish, reopen_session, update_session
from largesse.api.integration import repeat_of
from largesse.deciding.loop import Ports
from largesse.engine.answer import ResponseContent, State
from largesse.engine.returns import WantedReturn
from largesse.engine.sessions import session_row
from largesse.http.operation import Header, Reply, Request, get, post, put
from largesse.kit.caps import CART_LINES_MAX, IDENTIFIER_MAX
from largesse.kit.clock import Clock
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import Maybe, Wire
from largesse.live import Live
from largesse.model.effects import Effect
from largesse.model.people import Caller
from largesse.model.sessions import CustomerSession, SessionUpdate
from largesse.storage import situations
from largesse.storage.db import Pool
from largesse.storage.situations import Ask

TAG = "Customer sessions"
SESSION = "/v2/customer_sessions/{customer_session_id:str}"
REOPEN = SESSION + "/reopen"
RETURNS = SESSION + "/returns"


class IntegrationRequest(Wire, kw_only=True):
    """An update of a session, and what the answer shall hold beside the effects."""

    customer_session: SessionUpdate
    response_content: Annotated[list[ResponseContent], Meta(max_length=20)] = []


class StoredState(Wire, kw_only=True):
    """A session with the effects that hold."""

    customer_session: CustomerSession
    effects: list[Effect]


class Rollbacks(Wire, kw_only=True):
    """The effects that no longer hold."""

    effects: list[Effect]


def checked_key(key: str) -> str:
    """The id of a session, or `Invalid` when it is too long."""
    if not 1 <= len(key) <= IDENTIFIER_MAX:
        raise Invalid(
            f"An id has 1 to {IDENTIFIER_MAX} characters",
            "parameter:customerSessionId",
            title="maxLength",
        )
    return key


def instant_of(clock: Clock, wished: Maybe[datetime], *, dry: bool) -> datetime:
    """The time of the decision: now, or a later instant that a dry run tries. Raises `Invalid`
    for any other.
    """
    now = clock.now()
    if wished is UNSET:
        return now
    if not dry or wished <= now:
        raise Invalid(
            "now needs dry=true and an instant in the future", "parameter:now", title="Invalid"
        )
    return wished


@put(SESSION, tags=[TAG], may="update sessions", answer=State)
async def update_customer_session(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    request: Request,
    customer_session_id: str,
    data: IntegrationRequest,
    dry: bool = False,
    now: Maybe[datetime] = UNSET,
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Bring a session up to date and return the effects that follow.

    Closing it makes the effects count, cancelling a closed one gives back what it took. A dry run
    stores nothing.
    """
    is_dry = dry or caller.is_test
    if not is_dry and "campaignEligibility" in data.response_content:
        raise Invalid("campaignEligibility needs dry=true", "/responseContent", title="Invalid")
    if not is_dry and data.customer_session.evaluable_campaign_ids is not UNSET:
        raise Invalid(
            "evaluableCampaignIds needs dry=true",
            "/customerSession/evaluableCampaignIds",
            title="Invalid",
        )
    at = instant_of(clock, now, dry=is_dry)
    wish = Wish(
        content=frozenset(data.response_content),
        dry=is_dry,
        now=at,
        repeat=await repeat_of(request, idempotency_key),
    )
    key = checked_key(customer_session_id)
    ports = Ports(pool, live, at, seed)
    return Reply(await update_session(ports, caller, key, data.customer_session, wish))


@put(REOPEN, tags=[TAG], may="update sessions", answer=Rollbacks)
async def reopen_customer_session(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    request: Request,
    customer_session_id: str,
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Open a closed session again. What closing it took is given back and listed."""
    now = clock.now()
    wish = Wish(now=now, repeat=await repeat_of(request, idempotency_key), reopens=True)
    key = checked_key(customer_session_id)
    return Reply(await reopen_session(Ports(pool, live, now, seed), caller, key, wish))


class NewReturn(Wire, kw_only=True):
    """The units that come back."""

    returned_cart_items: Annotated[list[WantedReturn], Meta(max_length=CART_LINES_MAX)]


class ReturnRequest(Wire, kw_only=True):
    """A return, and what the answer shall hold beside the effects."""

    return_: NewReturn = field(name="return")
    response_content: Annotated[list[ResponseContent], Meta(max_length=20)] = []


@post(RETURNS, tags=[TAG], may="update sessions", status=200, answer=State)
async def return_cart_items(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    request: Request,
    customer_session_id: str,
    data: ReturnRequest,
    dry: bool = False,
    run_rule_engine: bool = False,
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Take units of a closed session back. What they were given is rolled back and listed.

    With `runRuleEngine` the campaigns that are evaluated on return decide again on what is left.
    """
    now = clock.now()
    wish = ReturnWish(
        lines=data.return_.returned_cart_items,
        now=now,
        content=frozenset(data.response_content),
        dry=dry or caller.is_test,
        runs_rules=run_rule_engine,
        repeat=await repeat_of(request, idempotency_key),
    )
    key = checked_key(customer_session_id)
    return Reply(await return_items(Ports(pool, live, now, seed), caller, key, wish))


@get(SESSION, tags=[TAG], may="read sessions")
async def get_customer_session(
    pool: Pool, live: Live, caller: Caller, customer_session_id: str
) -> StoredState:
    """Read a session with the effects that hold: a rolled-back effect and its rollback are both
    gone.
    """
    rulebook = await live.rulebook(pool, caller.application_id)
    application = rulebook.application
    ask = Ask(
        application=application.id,
        account=application.account_id,
        sandbox=application.sandbox,
        session=customer_session_id,
        codes=[],
    )
    async with pool.plain() as db:
        (found,) = await situations.read(db, [ask])
    stored = must(found.session, "session", customer_session_id)
    row = session_row(application.id, customer_session_id, stored, stored.document)
    return StoredState(customer_session=row, effects=stored.effects)
