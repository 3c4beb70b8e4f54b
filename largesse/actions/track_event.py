"""Track a custom event: rules run, and what they decide counts at once."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct

from largesse.deciding.loop import Ports, Repeat, decide
from largesse.deciding.rows import event_row, profile_row, profile_write, spending
from largesse.engine.answer import Rows, State, answer
from largesse.engine.evaluate import evaluate
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Happening, Situation
from largesse.engine.validity import check_event
from largesse.kit.problems import Invalid
from largesse.model.people import Caller
from largesse.model.sessions import SessionDocument
from largesse.storage.changes import EventWrite, Write
from largesse.storage.situations import Ask, Found


class Tracked(Struct, kw_only=True):
    """An event as a request tells it."""

    type: str
    profile_id: str
    now: datetime
    attributes: dict[str, Any]
    store_integration_id: str = ""
    evaluable_campaign_ids: frozenset[int] | None = None
    content: frozenset[str] = frozenset()
    dry: bool = False
    complete: bool = False
    repeat: Repeat | None = None
    integration_id: str = ""  # of an advanced event
    connected_session_id: str = ""


class EventDeciding:
    """An event on its way to a decision."""

    crowd = "profile"

    def __init__(self, caller: Caller, tracked: Tracked) -> None:
        self.caller, self.tracked = caller, tracked
        self.key = tracked.profile_id
        self.application_id = caller.application_id
        self.dry = tracked.dry
        self.repeat = None if tracked.dry else tracked.repeat

    def ask(self, rulebook: Rulebook) -> Ask:
        """The customer."""
        application = rulebook.application
        return Ask(
            application=application.id,
            account=application.account_id,
            sandbox=application.sandbox,
            profile=self.tracked.profile_id,
            session=self.tracked.connected_session_id or UNSET,
            codes=[],
            referral="",
        )

    def expect(self, rulebook: Rulebook) -> Situation:
        """The situation of a customer of whom nothing is known."""
        tracked = self.tracked
        return Situation(
            now=tracked.now,
            happening=Happening(
                tracked.type,
                tracked.attributes,
                is_custom=True,
                integration_id=tracked.integration_id,
                connected_session_id=tracked.connected_session_id,
            ),
            profile_key=tracked.profile_id,
            session=SessionDocument(store_integration_id=tracked.store_integration_id),
            dry=tracked.dry,
            complete=tracked.complete
            or bool({"ruleFailureReasons", "campaignEligibility"} & tracked.content),
            evaluable_campaign_ids=tracked.evaluable_campaign_ids if tracked.dry else None,
            staged=self.caller.is_test,
        )

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with the customer. Raises `Invalid` for an event that is not defined so."""
        tracked = self.tracked
        check_event(rulebook, tracked.type, tracked.attributes)
        if tracked.store_integration_id and tracked.store_integration_id not in rulebook.stores:
            raise Invalid(
                f'The store "{tracked.store_integration_id}" does not exist.',
                "/storeIntegrationId",
                title="Unknown",
            )
        if tracked.connected_session_id and not is_closed(found):
            raise Invalid(
                f"There is no closed session {tracked.connected_session_id}",
                "/connectedSessionId",
                title="Invalid",
            )
        situation = self.expect(rulebook)
        situation.profile, situation.stored = found.profile, found.session
        return situation

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """Run the rules."""
        return evaluate(rulebook, situation)

    def conclude(
        self, rulebook: Rulebook, situation: Situation, outcome: Outcome
    ) -> tuple[State, Write]:
        """The event, the customer and everything that was spent."""
        profile = profile_write(rulebook, situation, outcome)
        event = event_row(rulebook, situation, next(situation.ids))
        rows = Rows(
            profile=profile_row(rulebook, situation, outcome, profile) if profile else None,
            event=event,
        )
        write = Write(
            application_id=rulebook.application.id,
            instant=situation.now,
            version=rulebook.version,
            profile_key=situation.profile_key,
            profile=profile,
            event=EventWrite(
                id=event.id,
                type=event.type,
                session=self.tracked.connected_session_id,
                integration_id=self.tracked.integration_id or None,
                store=self.tracked.store_integration_id,
                attributes=event.attributes,
                effects=outcome.effects,
            ),
            **spending(rulebook.application, outcome),
        )
        return answer(rulebook, situation, outcome, rows, self.tracked.content), write


def is_closed(found: Found) -> bool:
    """Whether the session that an event speaks of is there, and closed."""
    return found.session is not None and found.session.state == "closed"


async def track_event(ports: Ports, caller: Caller, tracked: Tracked) -> bytes:
    """Record an event and decide what follows. The answer is the JSON of a `State`."""
    if tracked.profile_id == "":
        raise Invalid("profileId is required", "/profileId", title="required")
    return await decide(ports, EventDeciding(caller, tracked))
