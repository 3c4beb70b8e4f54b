"""Updating many customer profiles at once, without running rules: all of them or none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta

from largesse.deciding.loop import Repeat
from largesse.kit.caps import IDEMPOTENCY_SECONDS, IDENTIFIER_MAX
from largesse.kit.problems import Conflict, Fault, Invalid
from largesse.kit.wire import Maybe, Wire, or_else, to_json
from largesse.model.attributes import faults_of, merged, types_of
from largesse.model.campaigns import Application
from largesse.model.profiles import CustomerProfile
from largesse.storage import attributes, kept_replies, profiles
from largesse.storage.db import Db
from largesse.storage.trial import trial

REPLIES_KEPT: Final = timedelta(seconds=IDEMPOTENCY_SECONDS)
PROFILES_MAX: Final = 1_000  # in one call
OK: Final = 200
NO_CONTENT: Final = 204


class ManyProfilesItem(Wire, kw_only=True):
    """New values of one customer."""

    integration_id: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
    attributes: Maybe[dict[str, Any]] = UNSET


class ManyProfiles(Wire, kw_only=True):
    """New values of many customers."""

    customer_profiles: Annotated[list[ManyProfilesItem], Meta(max_length=PROFILES_MAX)] = []


class ProfileState(Wire, kw_only=True):
    """A customer after an update."""

    customer_profile: CustomerProfile


class ManyProfilesState(Wire, kw_only=True):
    """The customers after an update, in the order of the request."""

    integration_states: list[ProfileState]


class Answer(Wire, kw_only=True):
    """What a request is answered with, now and when it is repeated."""

    status: int
    body: str = ""


async def update_profiles(
    db: Db,
    application: Application,
    data: ManyProfiles,
    *,
    now: datetime,
    silent: bool,
    repeat: Repeat | None = None,
    dry: bool = False,
) -> Answer:
    """Bring customers up to date, whom it makes known; a silent call is told nothing of them."""
    async with trial(db, dry=dry):
        before = await answered(db, application.id, repeat, now)
        if before is not None:
            return before
        await check(db, application, data.customer_profiles)
        await write(db, application, data.customer_profiles, now)
        answer = await said(db, application, data.customer_profiles, silent=silent)
        await remember(db, application.id, repeat, answer)
        return answer


async def answered(
    db: Db, application_id: int, repeat: Repeat | None, now: datetime
) -> Answer | None:
    """The answer that the same key got before. Raises `Conflict` when it was another request."""
    if repeat is None:
        return None
    since = now - REPLIES_KEPT
    found = await kept_replies.claim(
        db, application_id, repeat.key, repeat.fingerprint, now=now, since=since
    )
    if found is None:
        return None
    if found.fingerprint != repeat.fingerprint:
        raise Conflict(
            "This Idempotency-Key was used for another request",
            "parameter:Idempotency-Key",
            title="Duplicate",
        )
    return Answer(status=found.status, body=found.body)


async def remember(db: Db, application_id: int, repeat: Repeat | None, answer: Answer) -> None:
    """Keep the answer for who asks again."""
    if repeat is not None:
        await kept_replies.keep(db, application_id, repeat.key, answer.status, answer.body)


async def check(db: Db, application: Application, items: Sequence[ManyProfilesItem]) -> None:
    """Refuse attributes that are not defined, or of the wrong type, with all that is wrong."""
    known = await attributes.of_account(db, application.account_id)
    types = types_of(known, "CustomerProfile", application.id)
    faults: list[Fault] = []
    for at, item in enumerate(items):
        place = f"/customerProfiles/{at}/attributes"
        faults += faults_of(or_else(item.attributes, {}), types, "CustomerProfile", place)
    if faults:
        raise Invalid.of(faults)


async def write(
    db: Db, application: Application, items: Sequence[ManyProfilesItem], now: datetime
) -> None:
    """Merge the values, in the order in which they were sent."""
    zone = profiles.zone_of(application)
    keys = {item.integration_id for item in items}
    await profiles.meet(db, zone, keys, now)
    after = await profiles.hold(db, zone, keys)
    changed = {}
    for item in items:
        if item.attributes is not UNSET and item.attributes:
            key = item.integration_id
            changed[key] = after[key] = merged(after[key], item.attributes)
    await profiles.set_attributes(db, zone, changed)


async def said(
    db: Db, application: Application, items: Sequence[ManyProfilesItem], *, silent: bool
) -> Answer:
    """Nothing, or each customer as he is now."""
    if silent:
        return Answer(status=NO_CONTENT)
    keys = [item.integration_id for item in items]
    found = await profiles.of_keys(db, profiles.zone_of(application), keys)
    by_key = {profile.integration_id: profile for profile in found}
    states = [ProfileState(customer_profile=by_key[key]) for key in keys]
    return Answer(status=OK, body=to_json(ManyProfilesState(integration_states=states)).decode())
