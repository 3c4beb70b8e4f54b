"""Custom attributes of the account, and the types of events that they make known."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from msgspec import UNSET

from largesse.http.operation import get, post, put
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe
from largesse.model.attributes import Attribute, NewAttribute
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage import applications, attributes
from largesse.storage.attributes import AttributeQuery, EventType
from largesse.storage.db import Db

TAG: Final = "Attributes"
ATTRIBUTES: Final = "/v1/attributes"
ATTRIBUTE: Final = ATTRIBUTES + "/{attribute_id:int}"
RESERVED: Final = "talon_"  # begins the names of events that the server makes itself
FIXED: Final = ("entity", "name", "title", "type")


@get(ATTRIBUTES, tags=[TAG], may="read attributes")
async def list_attributes(
    db: Db, caller: Caller, query: AttributeQuery, page: PageQuery
) -> Total[Attribute]:
    """List the custom attributes of the account. None is built in."""
    if query.kind is not UNSET and query.kind == "builtin":
        return Total(total_result_size=0, data=[])
    texts = [] if query.application_ids is UNSET else query.application_ids.split(",")
    ids = [text.strip() for text in texts if text.strip()]
    if not all(text.isascii() and text.isdecimal() and len(text) <= 18 for text in ids):
        raise Invalid("Ids of Applications are expected", "parameter:applicationIds")
    return await attributes.page(db, caller.account_id, query, [int(text) for text in ids], page)


@post(ATTRIBUTES, tags=[TAG], may="edit attributes")
async def create_attribute(db: Db, caller: Caller, data: NewAttribute, now: datetime) -> Attribute:
    """Create an attribute. One of events makes the type of its event known."""
    await check(db, caller.account_id, data, [])
    made = await attributes.insert(db, caller.account_id, data, now)
    await applications.touch_all(db, caller.account_id, made.subscribed_applications_ids)
    return made


@get(ATTRIBUTE, tags=[TAG], may="read attributes")
async def get_attribute(db: Db, caller: Caller, attribute_id: int) -> Attribute:
    """Get an attribute."""
    found = await attributes.find(db, caller.account_id, attribute_id)
    return must(found, "attribute", attribute_id)


@put(ATTRIBUTE, tags=[TAG], may="edit attributes")
async def update_attribute(
    db: Db, caller: Caller, attribute_id: int, data: NewAttribute
) -> Attribute:
    """Change the description, suggestions and subscriptions. Name, title and type are fixed."""
    found = await attributes.find(db, caller.account_id, attribute_id)
    old = must(found, "attribute", attribute_id)
    await check(db, caller.account_id, data, list(fixed_faults(old, data)))
    changed = await attributes.update(db, caller.account_id, attribute_id, data)
    subscriptions = [old.subscribed_applications_ids, data.subscribed_applications_ids]
    concerned = {one for ids in subscriptions for one in ids} if all(subscriptions) else set()
    await applications.touch_all(db, caller.account_id, concerned)
    return must(changed, "attribute", attribute_id)


@get("/v1/event_types", tags=["Events"], may="read attributes")
async def list_event_types(
    db: Db,
    caller: Caller,
    page: PageQuery,
    name: Maybe[str] = UNSET,
    include_old_versions: bool = False,
) -> Total[EventType]:
    """List the types of events that attributes have made known. There is one version of each."""
    wanted = None if name is UNSET else name
    return await attributes.event_types(db, caller.account_id, wanted, page)


@get(
    "/v1/applications/{application_id:int}/event_types",
    tags=["Customer data"],
    may="read applications",
)
async def list_recorded_event_types(
    db: Db, application: Application, page: PageQuery
) -> Total[str]:
    """List the types of the events that an Application has recorded."""
    if page.sort not in ("", "type", "-type"):
        raise Invalid(f"Results cannot be sorted by {page.sort}", "parameter:sort", title="sort")
    found, total = await attributes.recorded_event_types(db, application.id, page)
    return Total(total_result_size=total, data=found)


async def check(db: Db, account_id: int, data: NewAttribute, faults: list[Fault]) -> None:
    """Raise `Invalid` with these faults and what else is wrong with an attribute."""
    faults += event_faults(data)
    if data.allowed_subscriptions is not UNSET and data.entity != "CartItem":
        details = "Only attributes of cart items choose what may subscribe them"
        faults.append(Fault("Invalid", details, "/allowedSubscriptions"))
    known = await applications.known(db, account_id, data.subscribed_applications_ids)
    faults += subscription_faults(data.subscribed_applications_ids, known)
    if faults:
        raise Invalid.of(faults)


def event_faults(data: NewAttribute) -> Iterator[Fault]:
    """An attribute of events belongs to one type of them; any other to none."""
    if data.entity != "Event":
        if data.event_type:
            yield Fault("Invalid", "Only attributes of events have an event type", "/eventType")
    elif not data.event_type:
        yield Fault("required", "An attribute of events needs an eventType", "/eventType")
    elif data.event_type.startswith(RESERVED):
        yield Fault("Reserved", f"Names that begin with {RESERVED} are reserved", "/eventType")


def subscription_faults(ids: list[int], known: Collection[int]) -> Iterator[Fault]:
    """Applications of another account."""
    for at, one in enumerate(ids):
        if one not in known:
            place = f"/subscribedApplicationsIds/{at}"
            yield Fault("Not found", f"There is no Application {one}", place)


def fixed_faults(old: Attribute, data: NewAttribute) -> Iterator[Fault]:
    """What can never change."""
    for name in FIXED:
        if getattr(old, name) != getattr(data, name):
            yield Fault("Fixed", f"The {name} of an attribute cannot be changed", f"/{name}")
    if (old.event_type or "") != (data.event_type or ""):
        yield Fault("Fixed", "The eventType of an attribute cannot be changed", "/eventType")
