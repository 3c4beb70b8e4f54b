"""Syncing a catalog: one to a thousand actions of one type, all of them or none.

An item is added, replaced or patched by its SKU; many are patched or removed by filters on
attributes that are connected to the catalog.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType, structs

from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.money import OutOfBounds
from largesse.kit.problems import Fault, Invalid
from largesse.kit.texts import number
from largesse.kit.wire import Json, Maybe, Wire, not_negative, or_else
from largesse.model.attributes import Attribute, fits, merged, value_faults
from largesse.model.catalogs import Catalog
from largesse.storage import attributes, catalogs
from largesse.storage.catalogs import ItemFilter, StoredItem
from largesse.storage.db import Db

ACTIONS_MAX: Final = 1_000
FILTERS_MAX: Final = 50  # of one action
NEEDS_SKU: Final = frozenset({"ADD", "PATCH", "REMOVE"})
COMPARES: Final = frozenset({"LT", "LE", "GT", "GE"})

Text = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
ActionType = Literal["ADD", "PATCH", "PATCH_MANY", "REMOVE", "REMOVE_MANY", "ADD_PRICE_ADJUSTMENT"]


class Product(Wire, kw_only=True):
    """What several items are variants of."""

    name: Text


class CatalogActionPayload(Wire, kw_only=True):
    """What an action says; each type of action reads its own members."""

    sku: Maybe[Text] = UNSET
    price: Maybe[Decimal | None] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    product: Maybe[Product | None] = UNSET
    replace_if_exists: bool = False
    create_if_not_exists: bool = False
    filters: Annotated[list[ItemFilter], Meta(max_length=FILTERS_MAX)] = []

    def __post_init__(self) -> None:
        not_negative(self, "price")


class CatalogAction(Wire, kw_only=True):
    """One step of a sync."""

    type: ActionType
    payload: CatalogActionPayload


class CatalogSyncRequest(Wire, kw_only=True):
    """What shall change in a catalog, and which version the caller believes it to have."""

    actions: Annotated[list[CatalogAction], Meta(min_length=1, max_length=ACTIONS_MAX)]
    version: Maybe[Annotated[int, Meta(ge=1)]] = UNSET


async def sync_catalog(
    db: Db, catalog: Catalog, request: CatalogSyncRequest, *, now: datetime, dry: bool
) -> Catalog:
    """Do all actions on a catalog that is held; it has the next version then.

    Raises `Invalid` with everything that is wrong with the actions, and changes nothing.
    """
    if request.version is not UNSET and request.version != catalog.version:
        details = f"The catalog has version {catalog.version}, not {request.version}"
        raise Invalid(details, "/version", title="Version")
    known = connected(await attributes.of_account(db, catalog.account_id), catalog.id)
    payloads = checked(request.actions, known)
    kind = request.actions[0].type
    moved = structs.replace(catalog, version=catalog.version + 1, modified=now)
    old: dict[str, StoredItem] = {}
    if kind in NEEDS_SKU:
        old = await catalogs.of_skus(db, catalog.id, [or_else(one.sku, "") for one in payloads])
        refuse(list(missing_faults(kind, payloads, old)))
    if not dry:
        await write(db, moved, kind, payloads, old=old, now=now)
        values = {"version": moved.version, "modified": now}
        await catalogs.update(db, catalog.account_id, catalog.id, values)
    return moved


async def write(
    db: Db,
    catalog: Catalog,
    kind: ActionType,
    payloads: Sequence[CatalogActionPayload],
    *,
    old: dict[str, StoredItem],
    now: datetime,
) -> None:
    """Store what actions of a kind make of the items that were there."""
    if kind in ("ADD", "PATCH"):
        merging = kind == "PATCH"
        items = [item_of(one, old.get(or_else(one.sku, "")), now, merging) for one in payloads]
        await catalogs.save(db, catalog, items, now)
    elif kind == "REMOVE":
        await catalogs.remove(db, catalog.id, list(old))
    for one in payloads:
        if kind == "PATCH_MANY":
            await catalogs.patch_many(
                db,
                catalog,
                one.filters,
                price=or_else(one.price, None),
                attributes=or_else(one.attributes, {}),
            )
        elif kind == "REMOVE_MANY":
            await catalogs.remove_many(db, catalog.id, one.filters)


def item_of(
    payload: CatalogActionPayload, old: StoredItem | None, now: datetime, merging: bool
) -> StoredItem:
    """The item that an action makes.

    A price that is not named stays as it is, a product that is not named is none.
    """
    kept = old.attributes if old and merging else {}
    price: Decimal | UnsetType = old.price if old else UNSET
    if isinstance(payload.price, Decimal):
        price = payload.price
    return StoredItem(
        id=0,
        created=now,
        version=0,
        sku=or_else(payload.sku, ""),
        price=price,
        product_name=payload.product.name if isinstance(payload.product, Product) else UNSET,
        attributes=merged(kept, or_else(payload.attributes, {})),
    )


def connected(known: Sequence[Attribute], catalog_id: int) -> list[Attribute]:
    """The attributes of items that a catalog may have, whichever Applications know them."""
    return [
        structs.replace(one, subscribed_applications_ids=[])
        for one in known
        if one.entity == "CartItem" and catalog_id in one.subscribed_catalogs_ids
    ]


def checked(
    actions: Sequence[CatalogAction], known: Sequence[Attribute]
) -> list[CatalogActionPayload]:
    """What the actions say, the values of their filters as they are stored. Raises `Invalid`."""
    kind = actions[0].type
    if kind == "ADD_PRICE_ADJUSTMENT":
        raise Invalid("Price adjustments are not supported by this server", "/actions/0/type")
    types = {one.name: one.type for one in known}
    faults = list(action_faults(kind, actions))
    payloads = []
    for at, action in enumerate(actions):
        place, payload = f"/actions/{at}/payload", action.payload
        values = or_else(payload.attributes, {})
        faults += value_faults(known, values, "CartItem", 0, at=f"{place}/attributes")
        filters = []
        for index, one in enumerate(payload.filters):
            wanted, wrong = wanted_by(one, types, f"{place}/filters/{index}")
            faults += wrong
            filters.append(structs.replace(one, value=wanted))
        payloads.append(structs.replace(payload, filters=filters))
    refuse(faults)
    return payloads


def refuse(faults: list[Fault]) -> None:
    """Raise `Invalid` with these faults, if there are any."""
    if faults:
        raise Invalid.of(faults)


def action_faults(kind: ActionType, actions: Sequence[CatalogAction]) -> Iterator[Fault]:
    """Actions of one request have one type, and each its own SKU."""
    seen: set[str] = set()
    for at, action in enumerate(actions):
        if action.type != kind:
            details = f"All actions of a request have the same type, here {kind}"
            yield Fault("Mixed types", details, f"/actions/{at}/type")
        if action.type not in NEEDS_SKU:
            continue
        sku = or_else(action.payload.sku, "")
        if not sku:
            yield Fault("required", f"{action.type} needs a sku", f"/actions/{at}/payload/sku")
        elif sku in seen:
            details = f"The SKU {sku} stands in this request twice"
            yield Fault("Duplicate", details, f"/actions/{at}/payload/sku")
        seen.add(sku)


def missing_faults(
    kind: ActionType, payloads: Sequence[CatalogActionPayload], old: dict[str, StoredItem]
) -> Iterator[Fault]:
    """Items that are added twice, and items that are patched before they are there."""
    for at, payload in enumerate(payloads):
        place = f"/actions/{at}/payload/sku"
        if kind == "ADD" and payload.sku in old and not payload.replace_if_exists:
            details = f"There is an item {payload.sku} already; see replaceIfExists"
            yield Fault("Duplicate", details, place)
        if kind == "PATCH" and payload.sku not in old and not payload.create_if_not_exists:
            details = f"There is no item {payload.sku}; see createIfNotExists"
            yield Fault("Not found", details, place)


def wanted_by(one: ItemFilter, types: Mapping[str, str], at: str) -> tuple[Json, list[Fault]]:
    """What a filter compares with: a value of its attribute's type, or for `IN` a list of them."""
    kind = types.get(one.attr)
    if kind is None:
        details = f"No attribute {one.attr[:100]} is connected to the catalog"
        return None, [Fault("Unknown", details, f"{at}/attr")]
    if one.op in COMPARES and kind != "number":
        details = f"Only numbers are compared by {one.op}, and {one.attr} is a {kind}"
        return None, [Fault("Invalid type", details, f"{at}/op")]
    if one.op != "IN":
        wrong = [] if fits(one.value, kind) else [_wrong(one.attr, kind, f"{at}/value")]
        return one.value, wrong
    members = one.value.split(",") if isinstance(one.value, str) else one.value
    if not isinstance(members, list):
        return None, [_wrong(one.attr, f"list of {kind}", f"{at}/value")]
    values = [read(member, kind) for member in members]
    if all(fits(value, kind) for value in values):
        return values, []
    return None, [_wrong(one.attr, f"list of {kind}", f"{at}/value")]


def read(member: Json, kind: str) -> Json:
    """A member of a list, which may be written as a text."""
    if not isinstance(member, str):
        return member
    text = member.strip()
    try:
        if kind == "number":
            return number(text)
    except OutOfBounds:
        return None
    return {"true": True, "false": False}.get(text) if kind == "boolean" else text


def _wrong(name: str, kind: str, at: str) -> Fault:
    return Fault("Invalid type", f"{name} is compared with a {kind}", at)
