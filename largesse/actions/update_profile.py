"""Update a customer profile, with or without running rules."""

from collections.abc import Iterator, Sequence
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
from largesse.kit.problems import Fault, Invalid
from largesse.model.attributes import merged
from largesse.model.changes import AudienceChanged
from largesse.model.people import Caller
from largesse.model.profiles import KnownProfile
from largesse.storage.changes import EventWrite, Write
from largesse.storage.situations import Ask, Found


class ProfileUpdate(Struct, kw_only=True):
    """What a request says of a customer."""

    now: datetime
    attributes: dict[str, Any]
    adds: Sequence[int] = ()  # audiences that the customer joins
    deletes: Sequence[int] = ()  # audiences that the customer leaves
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
        return self._situation(None, {}, frozenset())

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with the update in place. Raises `Invalid` for attributes that are not
        defined so, and for audiences that are not known.
        """
        check_profile(rulebook, self.update.attributes)
        check_audiences(rulebook, self.update)
        before = frozenset(audience.id for audience in found.audiences)
        joined = {one: rulebook.audiences[one] for one in self.update.adds if one not in before}
        left = before & frozenset(self.update.deletes)
        return self._situation(found.profile, joined, left)

    def _situation(
        self, stored: KnownProfile | None, joined: dict[int, str], left: frozenset[int]
    ) -> Situation:
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
            audiences=joined,
            joined=frozenset(joined),
            left=left,
            dry=update.dry,
            complete=bool({"ruleFailureReasons", "campaignEligibility"} & update.content),
            evaluable_campaign_ids=update.evaluable_campaign_ids if update.dry else None,
            staged=self.caller.is_test,
        )

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """Run the rules if that was asked for. New attributes and audiences are there either
        way.
        """
        outcome = evaluate(rulebook, situation) if self.update.runs_rules else Outcome(effects=[])
        if outcome.profile_attributes is None and self.update.attributes:
            known = situation.profile
            outcome.profile_attributes = (
                known.attributes if known else merged({}, self.update.attributes)
            )
        outcome.audiences = audiences_after(self.key, situation, outcome.audiences)
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
            **spending(rulebook.application, outcome),
        )
        if self.update.runs_rules:
            write.event = EventWrite(id=event.id, type=event.type, effects=outcome.effects)
        return answer(rulebook, situation, outcome, rows, self.update.content), write


def check_audiences(rulebook: Rulebook, update: ProfileUpdate) -> None:
    """Refuse audiences that the Application does not know, and such that are to be joined and
    left at once.
    """
    faults = list(audience_faults(rulebook, update))
    if faults:
        raise Invalid.of(faults)


def audience_faults(rulebook: Rulebook, update: ProfileUpdate) -> Iterator[Fault]:
    """What is wrong with the audiences of an update."""
    for member, ids in (("adds", update.adds), ("deletes", update.deletes)):
        for at, one in enumerate(ids):
            place = f"/audiencesChanges/{member}/{at}"
            if one not in rulebook.audiences:
                yield Fault("Unknown", f"There is no audience {one}.", place)
            elif member == "deletes" and one in update.adds:
                yield Fault("Invalid", f"The audience {one} is also to be joined.", place)


def audiences_after(
    key: str, situation: Situation, decided: Sequence[AudienceChanged]
) -> list[AudienceChanged]:
    """What the request and then the rules change, each membership once, in the order of locks."""
    asked = [AudienceChanged(one, key, adds=True) for one in situation.joined]
    asked += [AudienceChanged(one, key, adds=False) for one in situation.left]
    last = {(one.audience_id, one.profile_integration_id): one for one in (*asked, *decided)}
    return [last[place] for place in sorted(last)]


async def update_profile(ports: Ports, caller: Caller, key: str, update: ProfileUpdate) -> bytes:
    """Bring a customer up to date. The answer is the JSON of a `State`."""
    return await decide(ports, ProfileDeciding(caller, key, update))
