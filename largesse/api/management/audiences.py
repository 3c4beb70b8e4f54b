"""Audiences of the account: who belongs to them, as lists and as files."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct

from largesse.actions import change_audience
from largesse.http.operation import Csv, Upload, get, post
from largesse.kit.caps import IDENTIFIER_MAX, TEXT_MAX
from largesse.kit.paging import PageQuery
from largesse.kit.problems import Invalid, must
from largesse.kit.texts import integer
from largesse.kit.wire import Maybe, Wire
from largesse.model.imports import Import
from largesse.model.people import Caller
from largesse.model.profiles import CustomerProfile
from largesse.storage import audiences
from largesse.storage.audiences import Audience, AudienceAnalytics
from largesse.storage.coupons import take_ids
from largesse.storage.db import Db, Pool

TAG: Final = "Audiences"
MEMBERSHIPS: Final = "/v1/audiences/{audience_id:int}/memberships"
AUDIENCES_MAX: Final = 1_000  # in one call
ANALYTICS_SORTS: Final = {"audienceId": "audience_id", "membersCount": "members_count"}


class AudiencePage(Wire, kw_only=True):
    """A page of audiences: how many there are in all, or whether there are more."""

    data: list[Audience]
    has_more: Maybe[bool] = UNSET
    total_result_size: Maybe[int] = UNSET


class AnalyticsPage(Wire, kw_only=True):
    """How many members audiences have."""

    has_more: bool
    data: list[AudienceAnalytics]


class MemberPage(Wire, kw_only=True):
    """A page of members, and whether there are more."""

    has_more: bool
    data: list[CustomerProfile]


class MemberLine(Struct, kw_only=True):
    """A member in a file."""

    profileintegrationid: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]


@get("/v1/audiences", tags=[TAG], may="read audiences")
async def list_audiences(
    db: Db, caller: Caller, page: PageQuery, with_total_result_size: bool = False
) -> AudiencePage:
    """List the audiences of the account, live and sandbox."""
    found, more, total = await audiences.page(
        db, caller.account_id, page, with_total=with_total_result_size
    )
    if total is None:
        return AudiencePage(data=found, has_more=more)
    return AudiencePage(data=found, total_result_size=total)


@get("/v1/audiences/analytics", tags=[TAG], may="read audiences")
async def get_audience_analytics(
    db: Db,
    caller: Caller,
    audience_ids: Annotated[str, Meta(max_length=TEXT_MAX)],
    sort: Annotated[str, Meta(max_length=100)] = "",
) -> AnalyticsPage:
    """How many members each of up to 1000 audiences has. Audiences that do not exist are left
    out.
    """
    found = await audiences.count_members(db, caller.account_id, ids_in(audience_ids))
    if sort:
        member = ANALYTICS_SORTS.get(sort.removeprefix("-"))
        if member is None:
            raise Invalid(f"Results cannot be sorted by {sort}", "parameter:sort", title="sort")
        found.sort(key=lambda one: getattr(one, member), reverse=sort.startswith("-"))
    return AnalyticsPage(has_more=False, data=found)


@get(MEMBERSHIPS, tags=[TAG], may="read audiences")
async def list_memberships(
    db: Db, caller: Caller, audience_id: int, page: PageQuery, profile_query: str = ""
) -> MemberPage:
    """List the members of an audience whose ids hold the text of `profileQuery`."""
    zone = (await found_audience(db, caller, audience_id)).zone
    data, more = await audiences.members(db, zone, audience_id, profile_query, page)
    return MemberPage(has_more=more, data=data)


@get(MEMBERSHIPS + "/export", tags=[TAG], may="read audiences")
async def export_memberships(
    db: Db, pool: Pool, caller: Caller, audience_id: int
) -> Csv[MemberLine]:
    """Download the ids of the members of an audience."""
    zone = (await found_audience(db, caller, audience_id)).zone

    async def lines() -> AsyncIterator[MemberLine]:
        async for key in audiences.member_keys(pool, zone, audience_id):
            yield MemberLine(profileintegrationid=key)

    return Csv(MemberLine, lines(), name=f"audience-{audience_id}.csv")


@post(MEMBERSHIPS + "/import", tags=[TAG], may="edit audiences", status=200)
async def import_memberships(
    db: Db, caller: Caller, audience_id: int, file: Upload[MemberLine], now: datetime
) -> Import:
    """Upload the ids of all members of an audience. Who is not in the file leaves it."""
    audience = await found_audience(db, caller, audience_id)
    keys = [line.profileintegrationid for _, line in file.lines]
    amount = await change_audience.replace_members(db, audience, keys, now=now)
    (import_id,) = await take_ids(db, 1)
    return Import(
        id=import_id,
        created=now,
        account_id=caller.account_id,
        user_id=caller.person_id,
        entity="AudienceMembership",
        amount=amount,
    )


async def found_audience(db: Db, caller: Caller, audience_id: int) -> Audience:
    """An audience of the caller's account, or `NotFound`."""
    found = await audiences.find(db, caller.account_id, audience_id)
    return must(found, "audience", audience_id)


def ids_in(text: str) -> set[int]:
    """The ids of a text that parts them by commas. Raises `Invalid`."""
    parts = [part for part in text.split(",") if part.strip()]
    ids = [integer(part) for part in parts]
    if not parts or None in ids:
        raise Invalid("Ids are whole numbers, parted by commas", "parameter:audienceIds")
    if len(parts) > AUDIENCES_MAX:
        details = f"At most {AUDIENCES_MAX} audiences at once"
        raise Invalid(details, "parameter:audienceIds", title="maxItems")
    return {one for one in ids if one is not None}
