"""Giveaway pools: codes of others that campaigns hand out once."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, field, structs

from largesse.actions import import_lists as importing
from largesse.actions.import_lists import FAULTS_MAX, Import
from largesse.http.operation import Csv, Upload, get, post
from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.money import OutOfBounds
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.texts import json_value
from largesse.kit.wire import Maybe, Wire, given, or_else
from largesse.model.attributes import Attribute, value_faults
from largesse.model.campaigns import Application, Text
from largesse.model.giveaways import Giveaway, GiveawayPool
from largesse.model.people import Caller
from largesse.storage import applications, attributes, coupons, giveaways
from largesse.storage.db import Db, Pool
from largesse.storage.giveaways import GiveawayLine

TAG: Final = "Giveaways"
POOLS: Final = "/v1/giveaways/pools"
POOL: Final = POOLS + "/{pool_id:int}"


class NewGiveawayPool(Wire, kw_only=True):
    """A pool that is to be. No Applications: all of them."""

    name: Text
    description: Annotated[str, Meta(max_length=1_000)] = ""
    subscribed_applications_ids: Annotated[list[int], Meta(max_length=1_000)] = []
    sandbox: Maybe[bool] = UNSET


class NewGiveaway(Wire, kw_only=True):
    """A code in a file that is imported. The dates say when it may be awarded."""

    code: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
    start_date: Maybe[datetime] = field(name="startdate", default=UNSET)
    end_date: Maybe[datetime] = field(name="enddate", default=UNSET)
    attributes: Maybe[str] = UNSET


@get(POOLS, tags=[TAG], may="read giveaways", own=True)
async def list_giveaway_pools(db: Db, caller: Caller, page: PageQuery) -> Total[GiveawayPool]:
    """List the giveaway pools of the account."""
    return await giveaways.page(db, caller.account_id, page)


@post(POOLS, tags=[TAG], may="edit giveaways", own=True)
async def create_giveaway_pool(
    db: Db, caller: Caller, data: NewGiveawayPool, now: datetime
) -> GiveawayPool:
    """Create a giveaway pool. Its codes are imported."""
    sandbox = await environment(db, caller.account_id, data)
    values = {"created_by": caller.person_id, **given(data), "sandbox": sandbox}
    made = await giveaways.insert(db, caller.account_id, values, now)
    await applications.touch_all(db, caller.account_id, made.subscribed_applications_ids)
    return made


@get(POOL, tags=[TAG], may="read giveaways", own=True)
async def get_giveaway_pool(db: Db, caller: Caller, pool_id: int) -> GiveawayPool:
    """Get a giveaway pool."""
    return must(await giveaways.find(db, caller.account_id, pool_id), "pool", pool_id)


@post(POOL + "/import", tags=[TAG], may="edit giveaways", status=200)
async def import_pool_giveaways(
    db: Db, caller: Caller, pool_id: int, file: Upload[NewGiveaway], now: datetime
) -> Import:
    """Add the codes of a CSV file to a pool. A code that comes twice is two codes."""
    must(await giveaways.find(db, caller.account_id, pool_id), "pool", pool_id)
    known = await attributes.of_account(db, caller.account_id)
    held = await asyncio.to_thread(checked, file.lines, known)  # Others are served meanwhile.
    done = await importing.new_import(db, caller, "Giveaway", len(held), now)
    ids = await coupons.take_ids(db, len(held))
    codes = [
        Giveaway(
            id=one,
            created=now,
            code=line.code,
            pool_id=pool_id,
            start_date=line.start_date,
            end_date=line.end_date,
            attributes=values,
            import_id=done.id,
        )
        for one, (line, values) in zip(ids, held, strict=True)
    ]
    await giveaways.add(db, pool_id, codes)
    return done


@get(POOL + "/export", tags=[TAG], may="read giveaways")
async def export_pool_giveaways(
    db: Db,
    pool: Pool,
    caller: Caller,
    pool_id: int,
    *,
    created_before: Maybe[datetime] = UNSET,
    created_after: Maybe[datetime] = UNSET,
) -> Csv[GiveawayLine]:
    """Download the codes of a pool, and who was given them."""
    must(await giveaways.find(db, caller.account_id, pool_id), "pool", pool_id)
    lines = giveaways.lines(
        pool,
        caller.account_id,
        pool_id,
        after=or_else(created_after, None),
        before=or_else(created_before, None),
    )
    return Csv(GiveawayLine, lines)


async def environment(db: Db, account_id: int, data: NewGiveawayPool) -> bool:
    """Whether a pool is for sandboxes, as its Applications are. Raises `Invalid`."""
    found: list[tuple[int, Application]] = []
    faults = []
    for at, one in enumerate(data.subscribed_applications_ids):
        application = await applications.find(db, account_id, one)
        if application is None:
            place = f"/subscribedApplicationsIds/{at}"
            faults.append(Fault("Not found", f"There is no Application {one}", place))
        else:
            found.append((at, application))
    sandbox = or_else(data.sandbox, found[0][1].sandbox if found else False)
    for at, application in found:
        if application.sandbox != sandbox:
            details = "A pool is for sandboxes or for live Applications, not for both"
            faults.append(Fault("Invalid", details, f"/subscribedApplicationsIds/{at}"))
    if faults:
        raise Invalid.of(faults)
    return sandbox


def checked(
    lines: Sequence[tuple[int, NewGiveaway]], known: Sequence[Attribute]
) -> list[tuple[NewGiveaway, dict[str, Any]]]:
    """The lines of a file with their attributes. Raises `Invalid` with the wrong ones."""
    own = [
        structs.replace(one, subscribed_applications_ids=[])
        for one in known
        if one.entity == "Giveaway"
    ]
    faults: list[Fault] = []
    found = []
    for number, line in lines:
        values = attributes_of(line)
        faults += line_faults(line, values, own, f"line:{number}")
        found.append((line, values or {}))
        if len(faults) >= FAULTS_MAX:
            break
    if faults:
        raise Invalid.of(faults)
    return found


def attributes_of(line: NewGiveaway) -> dict[str, Any] | None:
    """The attributes that a line has as JSON; None where that is no object."""
    if not line.attributes:
        return {}
    try:
        value = json_value(line.attributes)
    except OutOfBounds:
        return None
    return value if isinstance(value, dict) else None


def line_faults(
    line: NewGiveaway, values: dict[str, Any] | None, known: Sequence[Attribute], at: str
) -> Iterator[Fault]:
    """What is wrong with a line."""
    if values is None:
        yield Fault("Invalid JSON", "The attributes are no JSON object", at)
    for fault in value_faults(known, values or {}, "Giveaway", 0):
        yield Fault(fault.title, fault.details, at)
    if line.start_date and line.end_date and line.end_date <= line.start_date:
        yield Fault("Invalid", "A code can be awarded until after its start", at)
