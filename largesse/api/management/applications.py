"""Applications: shops with their currency, their time zone and the switches of their decisions."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from msgspec import UNSET, Meta

from largesse.http.operation import delete, get, post, put
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Conflict, Fault, Forbidden, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.attributes import merged, value_faults
from largesse.model.campaigns import (
    Application,
    AttributesSettings,
    CaseSensitivity,
    DiscountScope,
    ItemScope,
    Limits,
    Text,
)
from largesse.model.limits import limit_faults
from largesse.model.people import Caller
from largesse.storage import applications, attributes
from largesse.storage.db import Db

TAG: Final = "Applications"
APPLICATIONS: Final = "/v1/applications"
APPLICATION: Final = APPLICATIONS + "/{application_id:int}"


class BestPriorPriceSettings(Wire, kw_only=True):
    """Whether the history of prices is kept."""

    enable_best_prior_price: bool = False


class UpdateApplication(Wire, kw_only=True):
    """An Application as it shall be. What is not named stays."""

    name: Text
    timezone: Annotated[str, Meta(min_length=1, max_length=100)]
    currency: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Maybe[str] = UNSET
    case_sensitivity: Maybe[CaseSensitivity] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    limits: Maybe[Limits] = UNSET
    default_discount_scope: Maybe[DiscountScope] = UNSET
    default_discount_additional_cost_per_item_scope: Maybe[ItemScope] = UNSET
    enable_cascading_discounts: Maybe[bool] = UNSET
    enable_flattened_cart_items: Maybe[bool] = UNSET
    enable_partial_discounts: Maybe[bool] = UNSET
    enable_campaign_state_management: Maybe[bool] = UNSET
    attributes_settings: Maybe[AttributesSettings] = UNSET
    best_prior_price_settings: Maybe[BestPriorPriceSettings] = UNSET
    sandbox: Maybe[bool] = UNSET


class NewApplication(UpdateApplication, kw_only=True):
    """An Application that is to be."""


@get(APPLICATIONS, tags=[TAG], may="read applications")
async def list_applications(db: Db, caller: Caller, page: PageQuery) -> Total[Application]:
    """List the Applications of the account."""
    return await applications.page(db, caller.account_id, caller.application_ids, page)


@get(APPLICATION, tags=[TAG], may="read applications")
async def get_application(application: Application) -> Application:
    """Get an Application."""
    return application


@post(APPLICATIONS, tags=[TAG], may="edit applications", own=True)
async def create_application(
    db: Db, caller: Caller, data: NewApplication, now: datetime
) -> Application:
    """Create an Application. Whether it is a sandbox cannot be changed later."""
    if caller.application_ids is not None:
        raise Forbidden("This key is for some Applications only")
    values = await checked(db, caller.account_id, None, data)
    return await applications.insert(
        db, caller.account_id, {"created": now, "modified": now, **values}
    )


@put(APPLICATION, tags=[TAG], may="edit applications", own=True)
async def update_application(
    db: Db, caller: Caller, application: Application, data: UpdateApplication, now: datetime
) -> Application:
    """Change an Application. What is not named stays as it is."""
    values = await checked(db, caller.account_id, application, data)
    changed = await applications.update(db, caller.account_id, application.id, values, now)
    return must(changed, "application", application.id)


@delete(APPLICATION, tags=[TAG], may="edit applications", own=True)
async def delete_application(
    db: Db, caller: Caller, application: Application, now: datetime
) -> None:
    """Delete an Application with its campaigns, keys and sessions, unless campaigns run."""
    running = await applications.running_campaigns(db, application.id, now)
    if running:
        raise Conflict(f"{running} campaigns of this Application are running; disable them first")
    await applications.delete(db, caller.account_id, application.id)


async def checked(
    db: Db, account_id: int, application: Application | None, data: UpdateApplication
) -> dict[str, Any]:
    """What is stored of what was sent. Raises `Invalid` with everything that is wrong."""
    known = await attributes.of_account(db, account_id)
    values = given(data)
    names = {
        entity: {one.name for one in known if one.entity == entity}
        for entity in ("Campaign", "Coupon")
    }
    application_id = application.id if application else 0
    faults = [
        *value_faults(known, values.get("attributes", {}), "Application", application_id),
        *limit_faults(values.get("limits", [])),
        *mandatory_faults(names, values),
        *switch_faults(application, values),
    ]
    if data.timezone not in time_zones():
        faults.append(Fault("Invalid", f"{data.timezone} is no IANA time zone", "/timezone"))
    if faults:
        raise Invalid.of(faults)
    if "attributes" in values:
        values["attributes"] = merged({}, values["attributes"])
    return values


def mandatory_faults(names: Mapping[str, set[str]], values: Mapping[str, Any]) -> Iterator[Fault]:
    """Attributes that must be given have to exist."""
    settings = values.get("attributes_settings")
    if settings is None:
        return
    wanted = {"Campaign": settings.mandatory.campaigns, "Coupon": settings.mandatory.coupons}
    for entity, listed in wanted.items():
        for at, name in enumerate(listed):
            if name not in names[entity]:
                place = f"/attributesSettings/mandatory/{entity.lower()}s/{at}"
                yield Fault("Unknown", f'There is no {entity} attribute "{name}"', place)


def switch_faults(application: Application | None, values: Mapping[str, Any]) -> Iterator[Fault]:
    """What cannot be changed, or not back."""
    if application is None:
        return
    if values.get("sandbox", application.sandbox) != application.sandbox:
        yield Fault("Invalid", "Whether it is a sandbox cannot be changed", "/sandbox")
    managed = application.enable_campaign_state_management
    if managed and values.get("enable_campaign_state_management") is False:
        details = "Campaign state management cannot be turned off again"
        yield Fault("Invalid", details, "/enableCampaignStateManagement")


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())
