"""Read, decide, write, and again if a race is lost.

A decision reads what is there now in one call, outside of a transaction; the engine decides; one
guarded call writes all of it or nothing. Whoever loses a race reads again and decides again, at
most `RACES_MAX` times.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from msgspec import UNSET, Struct

from largesse.engine.answer import State
from largesse.engine.needs import Guess, guess, needed
from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Situation
from largesse.kit.caps import IDEMPOTENCY_SECONDS, RACES_MAX
from largesse.kit.codes import draws
from largesse.kit.problems import Conflict, NotFound
from largesse.kit.wire import or_else, to_json
from largesse.live import Crowded, Live
from largesse.storage import changes, situations
from largesse.storage.changes import LostTo, ReplyWrite, Write
from largesse.storage.db import Db, Pool
from largesse.storage.situations import Ask, Found

REPLIES_KEPT: Final = timedelta(seconds=IDEMPOTENCY_SECONDS)
GIFTS: Final = 20  # giveaways of one pool that one decision can award
IDS_PER_DECISION: Final = 1_000  # more ids than one decision can use


class Ports(Struct, frozen=True):
    """Where a decision reads, writes, and takes time and chance from."""

    pool: Pool
    live: Live
    now: datetime
    seed: bytes


class Repeat(Struct, frozen=True):
    """The idempotency key of a request, and what the request said under it."""

    key: str
    fingerprint: str


class Asking(Protocol):
    """One request on its way to a situation."""

    def ask(self, rulebook: Rulebook) -> Ask:
        """What has to be read, counters left out."""

    def expect(self, rulebook: Rulebook) -> Situation:
        """The situation as far as the request alone tells."""

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with what was found. Raises a problem for a request that cannot be."""


class Deciding(Asking, Protocol):
    """One request on its way to a decision."""

    application_id: int
    key: str  # the id of the session or customer
    dry: bool
    repeat: Repeat | None

    def decide(self, rulebook: Rulebook, situation: Situation) -> Outcome:
        """What the situation comes to."""

    def conclude(
        self, rulebook: Rulebook, situation: Situation, outcome: Outcome
    ) -> tuple[State, Write]:
        """What is answered, and what is written."""

    @property
    def crowd(self) -> str:
        """What too many requests are updating when all races are lost."""


async def decide(ports: Ports, deciding: Deciding) -> bytes:
    """The JSON answer to a request.

    Requests for the same session or customer wait in line for a short time. Raises `Conflict` when
    the wait was too long, or too many races were lost to other processes.
    """
    if deciding.dry:
        return await settle(ports, deciding)
    key = (deciding.application_id, deciding.crowd, deciding.key)
    try:
        async with ports.live.turn(key):
            return await settle(ports, deciding)
    except Crowded:
        raise too_many(deciding, None) from None


async def settle(ports: Ports, deciding: Deciding) -> bytes:
    """Read, decide and write until no race is lost, or too many are."""
    rulebook = await ports.live.rulebook(ports.pool, deciding.application_id)
    lost_to: LostTo | None = None
    for races_left in reversed(range(RACES_MAX + 1)):
        if lost_to == "rulebook":  # Fetched while no connection is held: fetching takes one.
            rulebook = await ports.live.rulebook(
                ports.pool, deciding.application_id, rulebook.version + 1
            )
        await ports.live.ids(IDS_PER_DECISION)
        turn = Turn(rulebook, lost_to, ports.seed + bytes([races_left]))
        async with ports.pool.plain() as db:
            body, lost_to = await attempt(db, ports, deciding, turn)
        if lost_to is None:
            return body
        if lost_to == "event":
            raise Conflict("This event was taken already", "/integrationId", title="Duplicate")
    raise too_many(deciding, lost_to)


class Seen(Struct, frozen=True):
    """What a decision would be made with."""

    rulebook: Rulebook
    situation: Situation


async def look(ports: Ports, application_id: int, asking: Asking) -> Seen:
    """The rulebook and the situation of a request, for those who only look."""
    rulebook = await ports.live.rulebook(ports.pool, application_id)
    await ports.live.ids(IDS_PER_DECISION)
    async with ports.pool.plain() as db:
        found, guessed = await read(db, ports, asking, rulebook)
        situation = asking.situation(rulebook, found)
        furnish(situation, found)
        situation.ids, situation.seed = ids(ports.live), ports.seed
        situation.counters = await counters(db, rulebook, situation, found, guessed)
    return Seen(rulebook, situation)


class Turn(Struct, frozen=True):
    """One try: the rulebook that decides, what the try before lost to, and the chance of this
    one.
    """

    rulebook: Rulebook
    lost_to: LostTo | None
    seed: bytes


async def attempt(
    db: Db, ports: Ports, deciding: Deciding, turn: Turn
) -> tuple[bytes, LostTo | None]:
    """The answer, and what its write lost a race to, if it did."""
    rulebook = turn.rulebook
    found, guessed = await read(db, ports, deciding, rulebook, deciding.repeat)
    if found.reply is not None:
        return replayed(deciding, found), None
    if found.rulebook_version is None:
        raise NotFound("The Application is gone", "resource:application")
    if found.rulebook_version != rulebook.version:
        return b"", "rulebook"
    situation = deciding.situation(rulebook, found)
    furnish(situation, found)
    if turn.lost_to == "giveaway":
        shuffle(situation, turn.seed)
    situation.ids, situation.seed = ids(ports.live), turn.seed
    situation.counters = await counters(db, rulebook, situation, found, guessed)
    outcome = deciding.decide(rulebook, situation)
    state, write = deciding.conclude(rulebook, situation, outcome)
    body = to_json(state)
    if deciding.dry:
        return body, None
    if deciding.repeat:
        write.reply = ReplyWrite(
            key=deciding.repeat.key,
            fingerprint=deciding.repeat.fingerprint,
            body=body,
            replies_since=ports.now - REPLIES_KEPT,
        )
    (lost_to,) = await changes.write(db, [write])
    return body, lost_to


async def read(
    db: Db, ports: Ports, deciding: Asking, rulebook: Rulebook, repeat: Repeat | None = None
) -> tuple[Found, Guess]:
    """What is there now, with the counters that the decision probably needs."""
    ask = deciding.ask(rulebook)
    guessed = guess(rulebook, deciding.expect(rulebook))
    ask.campaigns, ask.actions, ask.entities = guessed.campaigns, guessed.actions, guessed.entities
    ask.subjects, ask.periods = guessed.subjects, guessed.periods
    ask.audiences = bool(rulebook.audiences)
    if rulebook.pools:
        ask.pools, ask.gifts, ask.instant = sorted(rulebook.pools), GIFTS, ports.now
    if repeat:
        ask.reply_key = repeat.key
        ask.replies_since = ports.now - REPLIES_KEPT
    (found,) = await situations.read(db, [ask])
    return found, guessed


def furnish(situation: Situation, found: Found) -> None:
    """Give the situation what every decision looks at in the same way."""
    situation.coupons = {coupon.value: coupon for coupon in found.coupons}
    situation.referral = found.referral
    before = {audience.id: audience.name for audience in found.audiences}
    situation.audiences = {**before, **situation.audiences}
    for gone in situation.left:
        situation.audiences.pop(gone, None)
    situation.gifts = found.gifts


def shuffle(situation: Situation, seed: bytes) -> None:
    """Try giveaways in another order, so that requests at the same time seldom want the same."""
    numbers = draws(seed, len(situation.gifts) or 1)
    situation.gifts = sorted(situation.gifts, key=lambda gift: next(numbers))


async def counters(
    db: Db, rulebook: Rulebook, situation: Situation, found: Found, guessed: Guess
) -> dict[Any, Any]:
    """The counters that the situation needs: those that came with the read, and the rest in one
    more call.
    """
    amounts = found.amounts()
    owners = {coupon.campaign_id for coupon in found.coupons}
    missing = [key for key in needed(rulebook, situation) if not guessed.covers(key, owners)]
    if missing:
        amounts |= await situations.counters(db, rulebook.application.id, sorted(missing))
    return amounts


def ids(live: Live) -> Iterator[int]:
    """Ids for the rows that a decision makes."""
    while True:
        yield live.next_id()


def replayed(deciding: Deciding, found: Found) -> bytes:
    """The answer that the same key got before. Raises `Conflict` when it was another request."""
    assert deciding.repeat is not None, "a reply is looked for under a key"
    assert found.reply is not None, "a reply was found"
    if found.reply.fingerprint != deciding.repeat.fingerprint:
        raise Conflict(
            "This Idempotency-Key was used for another request",
            "parameter:Idempotency-Key",
            title="Duplicate",
        )
    return found.reply.body.encode()


def too_many(deciding: Deciding, lost_to: LostTo | None) -> Conflict:
    """All races were lost."""
    return Conflict(
        f"The {lost_to or deciding.crowd} moved under this request; send it again",
        title="Conflict",
        message=f"Too many requests are updating this {deciding.crowd} at the same time",
    )


def fold(rulebook: Rulebook, codes: Any) -> Any:
    """Codes as they are stored, or nothing where none were sent."""
    sent = or_else(codes, None)
    return UNSET if sent is None else [rulebook.fold(code) for code in sent]
