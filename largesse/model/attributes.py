"""Custom attributes and additional costs: what they are, and whether a value fits.

Source: NewAttribute, Attribute, AdditionalCost of the Management contract.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.kit.problems import Fault
from largesse.kit.wire import Maybe, Wire

Entity = Literal[
    "Application",
    "Campaign",
    "CustomerProfile",
    "CustomerSession",
    "CartItem",
    "Coupon",
    "Event",
    "Giveaway",
    "LoyaltyCard",
    "Referral",
    "Store",
]
ValueType = Literal[
    "string",
    "number",
    "boolean",
    "time",
    "(list string)",
    "(list number)",
    "(list time)",
    "location",
    "(list location)",
]
Attributes = dict[str, Any]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z]\w*$", max_length=200)]
Title = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.!~*'() -]*$", max_length=500)]


class NewAttribute(Wire, kw_only=True):
    """What a caller says of an attribute that is to be."""

    entity: Entity
    name: Name
    title: Title
    type: ValueType
    description: str
    suggestions: Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(max_length=50)]
    editable: bool
    event_type: Maybe[str] = UNSET
    has_allowed_list: bool = False
    restricted_by_suggestions: bool = False
    subscribed_applications_ids: list[int] = []
    subscribed_catalogs_ids: list[int] = []
    allowed_subscriptions: Maybe[list[Literal["application", "catalog"]]] = UNSET


class Attribute(NewAttribute, kw_only=True):
    """A custom attribute of the account. Type and name never change."""

    id: int
    created: datetime
    account_id: int
    event_type_id: Maybe[int] = UNSET


class NewAdditionalCost(Wire, kw_only=True):
    """What a caller says of an additional cost that is to be."""

    name: Name
    title: Title
    description: str
    type: Literal["session", "item", "both"] = "session"
    subscribed_applications_ids: list[int] = []


class AdditionalCost(NewAdditionalCost, kw_only=True):
    """A kind of cost beside the items: shipping, wrapping."""

    id: int
    created: datetime
    account_id: int


def read_time(text: Any) -> datetime | None:
    """The instant of an RFC 3339 text with an offset, in UTC; None if it is not one."""
    if not isinstance(text, str) or len(text) > 40 or "T" not in text.upper():
        return None
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    try:
        return instant.astimezone(UTC) if instant.tzinfo else None
    except OverflowError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_location(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"latitude", "longitude"}:
        return False
    latitude, longitude = value["latitude"], value["longitude"]
    if not (_is_number(latitude) and _is_number(longitude)):
        return False
    return bool(-90 <= latitude <= 90 and -180 <= longitude <= 180)


FITS = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: read_time(value) is not None,
    "location": _is_location,
}


def fits(value: Any, type_name: str) -> bool:
    """Whether a JSON value may stand for an attribute of a type."""
    if type_name.startswith("(list "):
        element = FITS[type_name[6:-1]]
        return isinstance(value, list) and all(element(one) for one in value)
    return bool(FITS[type_name](value))


def faults_of(
    values: Mapping[str, Any],
    types: Mapping[str, str],
    entity: str,
    at: str,
    *,
    may_clear: bool = True,
) -> Iterator[Fault]:
    """What is wrong with the values that a caller sent for an entity: unknown names, wrong types.

    `types` maps the known names to their types; `at` points to the object in the body. A null
    clears a value.
    """
    for name, value in values.items():
        place = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in types:
            yield Fault(
                "Unknown", f'The attribute "{name}" is not defined on {entity} entities.', place
            )
        elif not (value is None and may_clear) and not fits(value, types[name]):
            yield Fault(
                "Invalid type",
                f'Value of "{name}" attribute ({value}) is not a {types[name]}',
                place,
            )


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> Attributes:
    """Old values with new ones over them; null removes one."""
    return {name: value for name, value in {**old, **new}.items() if value is not None}


def types_of(attributes: Iterable[Attribute], entity: str, application_id: int) -> dict[str, str]:
    """Names and types of an entity's attributes that an Application knows; no subscription means
    all know it.
    """
    return {
        attribute.name: attribute.type
        for attribute in attributes
        if attribute.entity == entity
        and (
            not attribute.subscribed_applications_ids
            or application_id in attribute.subscribed_applications_ids
        )
    }


def value_faults(
    attributes: Iterable[Attribute],
    values: Mapping[str, Any],
    entity: Entity,
    application_id: int,
    *,
    at: str = "/attributes",
) -> Iterator[Fault]:
    """What is wrong with the values of an object that is written by hand.

    Unknown names, wrong types, and values outside of a restriction.
    """
    known = [one for one in attributes if one.entity == entity]
    types = types_of(known, entity, application_id)
    yield from faults_of(values, types, entity, at)
    for one in known:
        if one.restricted_by_suggestions and not one.has_allowed_list and one.name in types:
            value = values.get(one.name)
            chosen = value if isinstance(value, list) else [] if value is None else [value]
            for wrong in (each for each in chosen if str(each) not in one.suggestions):
                details = f'"{wrong}" is none of the values that "{one.name}" may have'
                yield Fault("Not allowed", details, f"{at}/{one.name}")


def missing_faults(values: Mapping[str, Any], mandatory: Iterable[str]) -> Iterator[Fault]:
    """The attributes that an Application demands and that an object lacks."""
    for name in mandatory:
        if values.get(name) is None:
            yield Fault("Missing", f'The attribute "{name}" is mandatory', f"/attributes/{name}")
