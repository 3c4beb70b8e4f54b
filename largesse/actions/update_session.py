"""Update a customer session: merge, evaluate, and write; closing makes it count, cancelling
gives it back.
"""

from datetime import datetime
from decimal import Decimal

from msgspec import UNSET, Struct

from largesse.deciding.loop import Ports, Repeat, decide, fold
from largesse.deciding.session_rows import Ending, conclude_session
from largesse.engine import undo
from largesse.engine.answer import State, answer
from largesse.engine.evaluate import evaluate
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import check_move, check_prices, filled, merge, totals, trigger
from largesse.engine.situation import Happening, Situation
from largesse.engine.validity import check_update
from largesse.kit.money import ZERO
from largesse.kit.problems import NotFound
from largesse.kit.wire import or_else
from largesse.model.people import Caller
from largesse.model.profiles import KnownProfile
from largesse.model.sessions import SessionUpdate
from largesse.model.sessions import State as SessionState
from largesse.storage.changes import Write
from largesse.storage.situations import Ask, Found

EXPLAINING = frozenset({"ruleFailureReasons", "campaignEligibility"})


class Wish(Struct, kw_only=True):
    """What the request asks for beside the update."""

    content: frozenset[str] = frozenset()
    dry: bool = False
    now: datetime
    repeat: Repeat | None = None
    reopens: bool = False


class SessionDeciding:
    """An update of a session on its way to a decision."""

    crowd = "session"

    def __init__(self, caller: Caller, key: str, update: SessionUpdate, wish: Wish) -> None:
        self.caller, self.key, self.update, self.wish = caller, key, update, wish
        self.application_id = caller.application_id
        self.dry = wish.dry
        self.repeat = None if wish.dry else wish.repeat
        self.target: SessionState = "open" if wish.reopens else or_else(update.state, "open")

    def ask(self, rulebook: Rulebook) -> Ask:
        """The session, the customer and the codes; a dry run does not look at what is stored of
        the session.
        """
        application = rulebook.application
        return Ask(
            application=application.id,
            account=application.account_id,
            sandbox=application.sandbox,
            session=UNSET if self.dry else self.key,
            profile=self.update.profile_id,
            codes=fold(rulebook, self.update.coupon_codes),
            referral=self.update.referral_code,
            catalog=UNSET if rulebook.catalog_id is None else rulebook.catalog_id,
            skus=sorted({item.sku for item in or_else(self.update.cart_items, [])}),
        )

    def expect(self, rulebook: Rulebook) -> Situation:
        """The situation as if nothing were stored."""
        return self._situation(rulebook, None, None)

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with what is stored. Raises `Invalid` for a move or values that cannot
        be.
        """
        check_update(rulebook, self.update)
        if self.wish.reopens and found.session is None:
            raise NotFound(f"There is no session {self.key}", "resource:session")
        was = found.session.state if found.session else None
        check_move(was, self.target, "reopen" if self.wish.reopens else "update")
        situation = self._situation(rulebook, found, found.profile)
        if self.update.cart_items is not UNSET:
            check_prices(situation.session.cart_items)
        return situation

    def _situation(
        self, rulebook: Rulebook, found: Found | None, profile: KnownProfile | None
    ) -> Situation:
        stored = found.session if found else None
        session = merge(stored.document if stored else None, self.update)
        if found and self.update.cart_items is not UNSET:
            session = filled(session, {item.sku: item for item in found.goods})
        was_with = stored.document.profile_id if stored else ""
        if not stored or session.profile_id != was_with:
            session.first_session = not (session.profile_id and profile and profile.sessions > 0)
        chosen = or_else(self.update.evaluable_campaign_ids, None)
        was = stored.state if stored else None
        return Situation(
            now=self.wish.now,
            happening=Happening(
                "talon_session_reopened" if self.wish.reopens else trigger(was, self.target)
            ),
            profile_key=session.profile_id,
            profile=profile,
            session_key=self.key,
            session=session,
            state=self.target,
            stored=stored,
            dry=self.dry,
            complete=bool(EXPLAINING & self.wish.content),
            evaluable_campaign_ids=frozenset(chosen) if chosen and self.dry else None,
            staged=self.caller.is_test,
        )

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """Rules run while the session is open and when it closes; cancelling and reopening undo."""
        stored = situation.stored
        if not self.undoes:
            return evaluate(rulebook, situation)
        assert stored is not None, "only a stored session can be cancelled or reopened"
        situation.session = stored.document
        situation.profile_key = stored.document.profile_id
        if stored.state == "open":
            return Outcome(effects=[], session=stored.document)
        return undo.undo(stored, stored.document)

    def conclude(
        self, rulebook: Rulebook, situation: Situation, outcome: Outcome
    ) -> tuple[State, Write]:
        """The session, the customer, the event and everything that was spent."""
        stored = situation.stored
        closed, sales = self.sales(situation, outcome)
        ending = Ending(
            effects=undo.kept(stored.effects) if self.undoes and stored else outcome.effects,
            closed=closed,
            sales=sales,
            decides=not self.undoes,
        )
        rows, write = conclude_session(rulebook, situation, outcome, ending)
        return answer(rulebook, situation, outcome, rows, self.wish.content), write

    @property
    def undoes(self) -> bool:
        """Whether this gives back instead of deciding anew."""
        return self.wish.reopens or self.target == "cancelled"

    def sales(self, situation: Situation, outcome: Outcome) -> tuple[int, Decimal]:
        """What the customer's closed sessions and sales move by."""
        total = totals(outcome.session).total
        if situation.state == "closed":
            return 1, total
        if situation.stored and situation.stored.state in ("closed", "partially_returned"):
            return -1, -total
        return 0, ZERO


async def update_session(
    ports: Ports, caller: Caller, key: str, update: SessionUpdate, wish: Wish
) -> bytes:
    """Bring a session up to date and decide what follows. The answer is the JSON of a `State`.

    Raises `Invalid` for what cannot be, `Conflict` when others update the same session all the
    time.
    """
    return await decide(ports, SessionDeciding(caller, key, update, wish))


async def reopen_session(ports: Ports, caller: Caller, key: str, wish: Wish) -> bytes:
    """Open a closed session again and give back what closing it took."""
    return await decide(ports, SessionDeciding(caller, key, SessionUpdate(), wish))
