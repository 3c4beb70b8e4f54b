"""Explain a decision."""

from datetime import datetime

from msgspec import UNSET, field

from largesse.actions.explain_decision import Question, explain_decision
from largesse.deciding.loop import Ports
from largesse.engine.explain import Explanation
from largesse.http.operation import post
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.live import Live
from largesse.model.campaigns import Application
from largesse.model.sessions import SessionUpdate
from largesse.storage.db import Pool

TAG = "Campaigns"


class ExplainRequest(Wire, kw_only=True):
    """A stored session, a cart, or a cart over a session; with one more code, at an instant."""

    session_id: Maybe[str] = UNSET
    customer_session: SessionUpdate = field(default_factory=SessionUpdate)
    coupon_code: Maybe[str] = UNSET
    at: Maybe[datetime] = UNSET


@post(
    "/v1/applications/{application_id:int}/explain",
    tags=[TAG],
    may="read campaigns",
    own=True,
    status=200,
)
async def explain(
    *,
    pool: Pool,
    live: Live,
    now: datetime,
    seed: bytes,
    application: Application,
    data: ExplainRequest,
) -> Explanation:
    """Tell why a cart gets what it gets: every campaign and rule, with what was expected and found.

    Nothing is stored. `at` may be any instant; codes, budgets and rules are those of now.
    """
    at = or_else(data.at, now)
    question = Question(
        application_id=application.id,
        session_id=or_else(data.session_id, ""),
        update=data.customer_session,
        coupon_code=or_else(data.coupon_code, ""),
        at=at,
    )
    return await explain_decision(Ports(pool, live, at, seed), question)
