"""What every change of a session leaves behind: its row, the customer's, the event, what was
spent.
"""

from decimal import Decimal

from msgspec import Struct

from largesse.deciding.rows import event_row, profile_row, profile_write, spending
from largesse.engine.answer import Rows
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import session_row
from largesse.engine.situation import Situation
from largesse.kit.money import ZERO
from largesse.model.effects import Effect
from largesse.model.sessions import StoredSession
from largesse.storage.changes import EventWrite, SessionWrite, Write


class Ending(Struct, kw_only=True):
    """How a change of a session ends: the effects that hold from then on, and what the customer's
    closed sessions and sales move by. `decides`: rules ran, so the rulebook must still be the one.
    """

    effects: list[Effect]
    closed: int = 0
    sales: Decimal = ZERO
    decides: bool = True


def conclude_session(
    rulebook: Rulebook, situation: Situation, outcome: Outcome, ending: Ending
) -> tuple[Rows, Write]:
    """The rows as they will be, and the write that makes them so."""
    will_be = session_after(situation, outcome, ending)
    profile = profile_write(
        rulebook,
        situation,
        outcome,
        closed=ending.closed,
        sales=ending.sales,
        active=ending.decides,
    )
    event = event_row(rulebook, situation, next(situation.ids))
    key = situation.session_key
    rows = Rows(
        session=session_row(rulebook.application.id, key, will_be, outcome.session),
        profile=profile_row(rulebook, situation, outcome, profile) if profile else None,
        event=event,
    )
    write = Write(
        application_id=rulebook.application.id,
        instant=situation.now,
        version=rulebook.version if ending.decides else None,
        profile_key=situation.profile_key,
        profile=profile,
        session=SessionWrite(
            id=will_be.id,
            integration_id=key,
            revision=will_be.revision - 1,
            state=will_be.state,
            document=will_be.document,
            effects=will_be.effects,
        ),
        event=EventWrite(id=event.id, type=event.type, session=key, effects=outcome.effects),
        **spending(rulebook.application, outcome),
    )
    return rows, write


def session_after(situation: Situation, outcome: Outcome, ending: Ending) -> StoredSession:
    """The session once this is written."""
    stored = situation.stored
    return StoredSession(
        id=stored.id if stored else next(situation.ids),
        revision=(stored.revision if stored else 0) + 1,
        state=situation.state,
        created=stored.created if stored else situation.now,
        updated=situation.now,
        document=outcome.session,
        effects=ending.effects,
    )
