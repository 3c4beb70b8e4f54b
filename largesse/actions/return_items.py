"""Return items of a closed session: roll back what they were given, and run rules again where
asked.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, Struct

from largesse.deciding.loop import Ports, Repeat, decide
from largesse.deciding.session_rows import Ending, conclude_session
from largesse.engine import reevaluate, returns
from largesse.engine.answer import State, answer
from largesse.engine.outcome import Outcome
from largesse.engine.returns import WantedReturn
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import check_move
from largesse.engine.situation import Happening, Situation
from largesse.kit.problems import NotFound
from largesse.model.effects import Effect
from largesse.model.people import Caller
from largesse.model.sessions import Return, ReturnedCartItem, SessionDocument
from largesse.storage.changes import Write
from largesse.storage.situations import Ask, Found


class ReturnWish(Struct, kw_only=True):
    """A return as a request tells it."""

    lines: list[WantedReturn]
    now: datetime
    content: frozenset[str] = frozenset()
    dry: bool = False
    runs_rules: bool = False
    repeat: Repeat | None = None


class ReturnDeciding:
    """A return on its way to a decision."""

    crowd = "session"

    def __init__(self, caller: Caller, key: str, wish: ReturnWish) -> None:
        self.caller, self.key, self.wish = caller, key, wish
        self.application_id = caller.application_id
        self.dry = wish.dry
        self.repeat = None if wish.dry else wish.repeat
        self.lines: list[ReturnedCartItem] = []
        self.held: list[Effect] = []

    def ask(self, rulebook: Rulebook) -> Ask:
        """The session, with its customer and codes."""
        application = rulebook.application
        return Ask(
            application=application.id,
            account=application.account_id,
            sandbox=application.sandbox,
            session=self.key,
        )

    def expect(self, rulebook: Rulebook) -> Situation:
        """Nothing is known of the session yet."""
        return Situation(
            now=self.wish.now,
            happening=Happening("talon_session_partially_returned"),
            session_key=self.key,
            session=SessionDocument(),
            state="partially_returned",
        )

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The session with the units to return. Raises `NotFound`, or `Invalid` for what cannot
        be.
        """
        if found.session is None:
            raise NotFound(f"There is no session {self.key}", "resource:session")
        check_move(found.session.state, "partially_returned", "return")
        document = found.session.document
        self.lines = returns.returned_lines(document.cart_items, self.wish.lines)
        situation = self.expect(rulebook)
        situation.stored, situation.profile = found.session, found.profile
        situation.session = returns.without(document, self.lines)
        situation.profile_key = document.profile_id
        situation.dry = self.dry
        return situation

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """Give back what belongs to the units; let campaigns that want it decide again."""
        stored = situation.stored
        assert stored is not None, "what is returned was sold"
        outcome, self.held = returns.give_back(stored, stored.document, self.lines)
        if self.wish.runs_rules:
            outcome, self.held = reevaluate.again(rulebook, situation, outcome, self.held)
        return outcome

    def conclude(
        self, rulebook: Rulebook, situation: Situation, outcome: Outcome
    ) -> tuple[State, Write]:
        """The session, the customer and what was given back."""
        stored = situation.stored
        assert stored is not None, "what is returned was sold"
        value = returns.value_of(stored.document.cart_items, self.lines)
        ending = Ending(effects=self.held, sales=-value, decides=self.wish.runs_rules)
        before = stored.document.returns
        made = self.made(rulebook, situation, next(situation.ids))
        outcome.session = msgspec.structs.replace(outcome.session, returns=[*before, made])
        rows, write = conclude_session(rulebook, situation, outcome, ending)
        assert write.event is not None, "a return is an event"
        made.event_id = write.event.id
        state = answer(rulebook, situation, outcome, rows, self.wish.content)
        state.return_ = made
        if "previousReturns" in self.wish.content:
            state.previous_returns = list(before)
        return state, write

    def made(self, rulebook: Rulebook, situation: Situation, return_id: int) -> Return:
        """The row of this return; its event is known later."""
        stored, profile = situation.stored, situation.profile
        assert stored is not None, "what is returned was sold"
        return Return(
            id=return_id,
            created=situation.now,
            application_id=rulebook.application.id,
            account_id=rulebook.application.account_id,
            event_id=0,
            session_id=stored.id,
            session_integration_id=self.key,
            returned_cart_items=self.lines,
            profile_id=profile.id if profile else UNSET,
            profile_integration_id=situation.profile_key or UNSET,
        )


async def return_items(ports: Ports, caller: Caller, key: str, wish: ReturnWish) -> bytes:
    """Take units of a closed session back. The answer is the JSON of a `State`."""
    return await decide(ports, ReturnDeciding(caller, key, wish))
