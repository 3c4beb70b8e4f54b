"""Audiences: making, changing and deleting them, and letting customers join and leave.

None of this runs rules. What rules name by id is part of their rulebook, which moves on with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.kit.caps import IDENTIFIER_MAX, TEXT_MAX
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.attributes import faults_of, types_of
from largesse.model.campaigns import Application
from largesse.storage import applications, attributes, audiences, profiles
from largesse.storage.audiences import Audience
from largesse.storage.db import Db
from largesse.storage.profiles import Zone, zone_of
from largesse.storage.trial import trial

Name = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]


class UpdateAudience(Wire, kw_only=True):
    """An audience as it shall be."""

    name: Name
    subscribed_applications_ids: Maybe[list[int]] = UNSET


class NewAudience(UpdateAudience, kw_only=True):
    """An audience that is to be. Without `sandbox` it belongs to the environment of the key."""

    sandbox: Maybe[bool] = UNSET
    description: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    integration: Maybe[Annotated[str, Meta(max_length=IDENTIFIER_MAX)]] = UNSET
    integration_id: Maybe[Name] = UNSET


class Move(Wire, kw_only=True):
    """A customer who shall join an audience or leave it."""

    action: Literal["add", "delete"]
    profile_integration_id: Name
    audience_id: int


async def create_audience(
    db: Db, application: Application, data: NewAudience, *, now: datetime, dry: bool = False
) -> Audience:
    """Make an audience without members."""
    values = given(data)
    sandbox = values.pop("sandbox", application.sandbox)
    await check_subscribed(db, application.account_id, values)
    async with trial(db, dry=dry):
        zone = Zone(application.account_id, sandbox)
        made = await audiences.insert(db, zone, values, now)
        await applications.touch_all(db, application.account_id)
    return made


async def update_audience(
    db: Db, application: Application, audience_id: int, data: UpdateAudience, *, dry: bool = False
) -> Audience:
    """Rename an audience, and say which Applications know it."""
    values = given(data)
    await check_subscribed(db, application.account_id, values)
    async with trial(db, dry=dry):
        changed = await audiences.update(db, zone_of(application), audience_id, values)
        await applications.touch_all(db, application.account_id)
    return must(changed, "audience", audience_id)


async def delete_audience(
    db: Db, application: Application, audience_id: int, *, dry: bool = False
) -> None:
    """Delete an audience, whoever belongs to it."""
    async with trial(db, dry=dry):
        gone = await audiences.delete(db, zone_of(application), audience_id)
        await applications.touch_all(db, application.account_id)
    must(gone or None, "audience", audience_id)


async def empty_audience(
    db: Db, application: Application, audience_id: int, *, now: datetime, dry: bool = False
) -> None:
    """Let all members leave."""
    zone = zone_of(application)
    await must_know(db, zone, [audience_id])
    async with trial(db, dry=dry):
        await audiences.lock_members(db, zone, audience_id)
        await audiences.empty(db, zone, audience_id, now)


async def move_customers(
    db: Db, application: Application, moves: Sequence[Move], *, now: datetime, dry: bool = False
) -> None:
    """Let customers join and leave audiences: all of it or nothing.

    Who joins is made known; of the moves of one customer and audience the last one counts.
    """
    zone = zone_of(application)
    await must_know(db, zone, [move.audience_id for move in moves])
    ends = {(move.audience_id, move.profile_integration_id): move.action == "add" for move in moves}
    async with trial(db, dry=dry):
        await profiles.meet(db, zone, {key for (_, key), joins in ends.items() if joins}, now)
        await profiles.lock(db, zone, {key for _, key in ends})
        await audiences.change_members(db, zone, ends, now)


async def replace_members(db: Db, audience: Audience, keys: Iterable[str], *, now: datetime) -> int:
    """Let these customers, whom it makes known, be the members and nobody else; how many they
    are.
    """
    members = sorted(set(keys))
    await profiles.meet(db, audience.zone, members, now)
    await audiences.lock_members(db, audience.zone, audience.id, members)
    await audiences.empty(db, audience.zone, audience.id, now, but=members)
    joins = {(audience.id, key): True for key in members}
    await audiences.change_members(db, audience.zone, joins, now)
    return len(members)


async def set_member_attributes(
    db: Db, application: Application, audience_id: int, values: dict[str, Any], *, dry: bool = False
) -> None:
    """Set attributes of every member; null removes one."""
    zone = zone_of(application)
    await must_know(db, zone, [audience_id])
    known = await attributes.of_account(db, application.account_id)
    types = types_of(known, "CustomerProfile", application.id)
    faults = list(faults_of(values, types, "CustomerProfile", ""))
    if faults:
        raise Invalid.of(faults)
    gone = [name for name, value in values.items() if value is None]
    kept = {name: value for name, value in values.items() if value is not None}
    async with trial(db, dry=dry):
        await profiles.merge_attributes(db, zone, audience_id, kept, gone)


async def must_know(db: Db, zone: Zone, ids: Sequence[int]) -> None:
    """Raise `NotFound` for the first id that is no audience of the environment."""
    known = await audiences.known(db, zone, set(ids))
    for audience_id in ids:
        must(audience_id if audience_id in known else None, "audience", audience_id)


async def check_subscribed(db: Db, account_id: int, values: dict[str, Any]) -> None:
    """Keep each Application once, and refuse those that the account does not have."""
    if "subscribed_applications_ids" not in values:
        return
    sent = values["subscribed_applications_ids"]
    known = await applications.known(db, account_id, sent)
    faults = [
        Fault("Unknown", f"There is no Application {one}", f"/subscribedApplicationsIds/{at}")
        for at, one in enumerate(sent)
        if one not in known
    ]
    if faults:
        raise Invalid.of(faults)
    values["subscribed_applications_ids"] = list(dict.fromkeys(sent))
