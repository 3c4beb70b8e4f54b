"""Audiences: groups of customers, made and filled by a shop or by a platform."""

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from largesse.actions import change_audience
from largesse.actions.change_audience import Move, NewAudience, UpdateAudience
from largesse.http.operation import delete, post, put
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage.audiences import Audience
from largesse.storage.db import Db

TAG: Final = "Audiences"
AUDIENCE: Final = "/v2/audiences/{audience_id:int}"
MOVES_MAX: Final = 1_000  # in one call


class CustomerAudiences(Wire, kw_only=True):
    """Customers who shall join audiences or leave them."""

    data: Annotated[list[Move], Meta(max_length=MOVES_MAX)] = []


@post("/v2/audiences", tags=[TAG], may="edit audiences")
async def create_audience(
    db: Db, application: Application, data: NewAudience, caller: Caller, now: datetime
) -> Audience:
    """Create an audience, of one's own or of another platform."""
    return await change_audience.create_audience(db, application, data, now=now, dry=caller.is_test)


@put(AUDIENCE, tags=[TAG], may="edit audiences")
async def update_audience(
    db: Db, application: Application, audience_id: int, data: UpdateAudience, caller: Caller
) -> Audience:
    """Rename an audience. Applications that are not named stay as they are."""
    return await change_audience.update_audience(
        db, application, audience_id, data, dry=caller.is_test
    )


@delete(AUDIENCE, tags=[TAG], may="edit audiences")
async def delete_audience(
    db: Db, application: Application, audience_id: int, caller: Caller
) -> None:
    """Delete an audience, whoever belongs to it."""
    await change_audience.delete_audience(db, application, audience_id, dry=caller.is_test)


@delete(AUDIENCE + "/memberships", tags=[TAG], may="edit audiences")
async def delete_memberships(
    db: Db, application: Application, audience_id: int, caller: Caller, now: datetime
) -> None:
    """Let all members leave an audience."""
    await change_audience.empty_audience(db, application, audience_id, now=now, dry=caller.is_test)


@post("/v2/customer_audiences", tags=[TAG], may="edit audiences")
async def update_customer_audiences(
    db: Db, application: Application, data: CustomerAudiences, caller: Caller, now: datetime
) -> None:
    """Let customers join and leave audiences, without running rules: all of it or nothing.

    Who joins and is not known yet comes into being.
    """
    await change_audience.move_customers(db, application, data.data, now=now, dry=caller.is_test)


@put("/v2/audience_customers/{audience_id:int}/attributes", tags=[TAG], may="update profiles")
async def update_audience_customers(
    db: Db, application: Application, audience_id: int, data: dict[str, Any], caller: Caller
) -> None:
    """Set attributes of every member of an audience, without running rules."""
    await change_audience.set_member_attributes(
        db, application, audience_id, data, dry=caller.is_test
    )
