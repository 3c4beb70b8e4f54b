"""Custom effects: payloads of a shop's own, with places that rules fill."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import Meta

from largesse.engine.effects.messages import filled
from largesse.engine.expr.values import EffectFailed
from largesse.http.operation import delete, get, post, put
from largesse.kit.caps import TEXT_MAX
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Wire, given
from largesse.model.attributes import Name
from largesse.model.campaigns import CustomEffect, EffectParameter, Text
from largesse.model.people import Caller
from largesse.storage import applications, custom_effects
from largesse.storage.db import Db

TAG: Final = "Custom effects"
EFFECTS: Final = "/v1/custom_effects"
EFFECT: Final = EFFECTS + "/{effect_id:int}"
PLACE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PARAMETERS_MAX: Final = 100

# A value of each type, to see whether the payload is JSON once it is filled.
SAMPLES: Final[dict[str, Any]] = {
    "string": "text",
    "number": Decimal(1),
    "boolean": True,
    "time": datetime(2000, 1, 1, tzinfo=UTC),
    "(list string)": ["text"],
    "(list number)": [Decimal(1)],
}


class WritableCustomEffect(Wire, kw_only=True):
    """A custom effect as it shall be. No Applications: all of them."""

    name: Name
    title: Text
    payload: Annotated[str, Meta(min_length=2, max_length=TEXT_MAX)]
    description: str = ""
    params: Annotated[list[EffectParameter], Meta(max_length=PARAMETERS_MAX)] = []
    per_item: bool = False
    application_ids: list[int] = []
    enabled: bool = True


@get(EFFECTS, tags=[TAG], may="read custom effects", own=True)
async def list_custom_effects(db: Db, caller: Caller, page: PageQuery) -> Total[CustomEffect]:
    """List the custom effects of the account."""
    return await custom_effects.page(db, caller.account_id, page)


@post(EFFECTS, tags=[TAG], may="edit custom effects", own=True)
async def create_custom_effect(
    db: Db, caller: Caller, data: WritableCustomEffect, now: datetime
) -> CustomEffect:
    """Create a custom effect."""
    await check(db, caller.account_id, data)
    values = {"created_by": caller.person_id, **given(data)}
    made = await custom_effects.insert(db, caller.account_id, values, now)
    await applications.touch_all(db, caller.account_id, made.application_ids)
    return made


@get(EFFECT, tags=[TAG], may="read custom effects", own=True)
async def get_custom_effect(db: Db, caller: Caller, effect_id: int) -> CustomEffect:
    """Get a custom effect."""
    found = await custom_effects.find(db, caller.account_id, effect_id)
    return must(found, "custom effect", effect_id)


@put(EFFECT, tags=[TAG], may="edit custom effects", own=True)
async def update_custom_effect(
    db: Db, caller: Caller, effect_id: int, data: WritableCustomEffect, now: datetime
) -> CustomEffect:
    """Change a custom effect."""
    must(await custom_effects.find(db, caller.account_id, effect_id), "custom effect", effect_id)
    await check(db, caller.account_id, data)
    values = {"modified": now, **given(data)}
    changed = await custom_effects.update(db, caller.account_id, effect_id, values)
    await applications.touch_all(db, caller.account_id)
    return must(changed, "custom effect", effect_id)


@delete(EFFECT, tags=[TAG], may="edit custom effects", own=True)
async def delete_custom_effect(db: Db, caller: Caller, effect_id: int) -> None:
    """Delete a custom effect. Rules that use it fail from now on."""
    gone = await custom_effects.delete(db, caller.account_id, effect_id)
    must(gone or None, "custom effect", effect_id)
    await applications.touch_all(db, caller.account_id)


async def check(db: Db, account_id: int, data: WritableCustomEffect) -> None:
    """Raise `Invalid` with everything that is wrong with a custom effect."""
    known = await applications.known(db, account_id, data.application_ids)
    faults = [
        Fault("Not found", f"There is no Application {one}", f"/applicationIds/{at}")
        for at, one in enumerate(data.application_ids)
        if one not in known
    ]
    faults += parameter_faults(data.params)
    faults = faults or list(payload_faults(data))
    if faults:
        raise Invalid.of(faults)


def parameter_faults(params: list[EffectParameter]) -> Iterator[Fault]:
    """Parameters are words, each of them once."""
    seen: set[str] = set()
    for at, parameter in enumerate(params):
        if not re.fullmatch(r"\w+", parameter.name):
            details = "A parameter is named with letters, digits and underscores"
            yield Fault("pattern", details, f"/params/{at}/name")
        if parameter.name in seen:
            yield Fault("Duplicate", "Two parameters have the same name", f"/params/{at}/name")
        seen.add(parameter.name)


def payload_faults(data: WritableCustomEffect) -> Iterator[Fault]:
    """Every place is that of a parameter, and with its places filled the payload is an object."""
    names = {parameter.name for parameter in data.params}
    unknown = dict.fromkeys(place.strip() for place in PLACE.findall(data.payload))
    for place in (one for one in unknown if one not in names):
        yield Fault("Unknown", f"There is no parameter {place[:100]}", "/payload")
    values = tuple(SAMPLES[parameter.type] for parameter in data.params)
    try:
        filled(as_if_stored(data), values)
    except EffectFailed as failure:
        yield Fault("Invalid JSON", str(failure), "/payload")


def as_if_stored(data: WritableCustomEffect) -> CustomEffect:
    """The effect that this would be."""
    now = SAMPLES["time"]
    return CustomEffect(id=0, created=now, modified=now, account_id=0, created_by=0, **given(data))
