"""Update a customer profile, with or without running rules."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from largesse.deciding.loop import Ports, Repeat, decide
from largesse.deciding.rows import event_row, profile_row, profile_write, spending
from largesse.engine.answer import Rows, State, answer
from largesse.engine.evaluate import evaluate
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Happening, Situation
from largesse.engine.validity import check_profile
from largesse.model.attributes import merged
from largesse.model.people import Caller
from largesse.model.profiles import KnownProfile
from largesse.storage.changes import EventWrite, Write
from largesse.storage.situations import Ask, Found


class ProfileUpdate(Struct, kw_only=True):
    """What a request says of a customer."""

    now: datetime
    attributes: dict[str, Any]
    runs_rules: bool = False
    evaluable_campaign_ids: frozenset[int] | None = None
    content: frozenset[str] = frozenset()
    dry: bool = False
    repeat: Repeat | None = None


class ProfileDeciding:
    """An update of a customer on its way to a decision."""

    crowd = "profile"

    def __init__(self, caller: Caller, key: str, update: ProfileUpdate) -> None:
        self.caller, self.key, self.update = caller, key, update
        self.application_id = caller.application_id
        self.dry = update.dry
        self.repeat = None if update.dry else update.repeat

    def ask(self, rulebook: Rulebook) -> Ask:
        """The customer."""
        application = rulebook.application
        return Ask(
            application=application.id,
            account=application.account_id,
            sandbox=application.sandbox,
            profile=self.key,
        )

    def expect(self, rulebook: Rulebook) -> Situation:
        """The situation of a customer of whom nothing is known."""
        return self._situation(None)

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with the update in place. Raises `Invalid` for attributes that are not
        defined so.
        """
        check_profile(rulebook, self.update.attributes)
        return self._situation(found.profile)

    def _situation(self, stored: KnownProfile | None) -> Situation:
        update = self.update
        profile = None
        if stored is not None:
            attributes = merged(stored.attributes, update.attributes)
            profile = msgspec.structs.replace(stored, attributes=attributes)
        kind = "talon_profile_updated" if stored else "talon_profile_created"
        return Situation(
            now=update.now,
            happening=Happening(kind),
            profile_key=self.key,
            profile=profile,
            dry=update.dry,
            complete=bool({"ruleFailureReasons", "campaignEligibility"} & update.content),
            evaluable_campaign_ids=update.evaluable_campaign_ids if update.dry else None,
            staged=self.caller.is_test,
        )

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """Run the rules if that was asked for. The new attributes are there either way."""
        outcome = evaluate(rulebook, situation) if self.update.runs_rules else Outcome(effects=[])
        if outcome.profile_attributes is None and self.update.attributes:
            known = situation.profile
            outcome.profile_attributes = (
                known.attributes if known else merged({}, self.update.attributes)
            )
        return outcome

    def conclude(
        self, rulebook: Rulebook, situation: Situation, outcome: Outcome
    ) -> tuple[State, Write]:
        """The customer, and what the rules spent."""
        profile = profile_write(rulebook, situation, outcome, active=self.update.runs_rules)
        assert profile is not None, "the path names a customer"
        event = event_row(rulebook, situation, next(situation.ids))
        rows = Rows(profile=profile_row(rulebook, situation, outcome, profile), event=event)
        write = Write(
            application_id=rulebook.application.id,
            instant=situation.now,
            version=rulebook.version,
            profile_key=self.key,
            profile=profile,
            **spending(outcome),
        )
        if self.update.runs_rules:
            write.event = EventWrite(id=event.id, type=event.type, effects=outcome.effects)
        return answer(rulebook, situation, outcome, rows, self.update.content), write


async def update_profile(ports: Ports, caller: Caller, key: str, update: ProfileUpdate) -> bytes:
    """Bring a customer up to date. The answer is the JSON of a `State`."""
    return await decide(ports, ProfileDeciding(caller, key, update))
