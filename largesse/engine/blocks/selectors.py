"""Bindings as selectors, bundles and parameters.

A filter of cart items that is a pipeline of steps becomes a selector. Any other binding keeps its
expression: a bundle among the bundles, all else among the parameters.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from largesse.engine.blocks.mapping import Mapping
from largesse.engine.blocks.slots import Known, Slot, Turning, path, text, whole
from largesse.engine.blocks.texts import Unfit, same
from largesse.engine.blocks.turn import Turn, has_tag
from largesse.kit.wire import Json, given
from largesse.model.campaigns import Binding

LISTS: Final = ("selectors", "bundles", "parameters")
_KINDS: Final = ("checkAttribute", "group")
_SOURCE: Final = path("source")
_ITEM: Final = [".", "Item"]
_POSITION: Final = "position"  # where the three lists do not say the order


def _raw(_turning: Turning, part: Json, _at: str) -> Json:
    return part


def _predicate(turning: Turning, body: Json, at: str) -> Json:
    """What items are tested with. Without `catch`, a missing member is an error: `strict`."""
    caught = body[2] if isinstance(body, list) and body[:2] == ["catch", False] else None
    block = turning.show(body if caught is None else caught, f"{at}.predicate")
    if block["type"] == "passthrough":
        return {**block, "expression": body}
    return block if caught is not None else {**block, "tags": ["strict"]}


def _predicate_back(turning: Turning, block: Json, at: str) -> Json:
    array = turning.read(block, at)
    is_plain = block["type"] == "passthrough" or has_tag(block, "strict")
    return array if is_plain else ["catch", False, array]


_BY: Final = text("expression")


def _fields(turning: Turning, parts: Json, at: str) -> Json:
    match parts:
        case [[["Item"], by]]:
            return [{"expression": _BY.show(turning, by, at), "direction": "asc"}]
        case [[["Item"], by], True]:
            return [{"expression": _BY.show(turning, by, at), "direction": "desc"}]
    raise Unfit("another form")


def _fields_back(turning: Turning, value: Json, at: str) -> Json:
    match value:
        case [{"expression": by, "direction": "asc" | "desc" as direction}]:
            found = [["Item"], _BY.read(turning, by, at)]
            return [found, True] if direction == "desc" else [found]
    raise Unfit("one field with an expression and a direction, asc or desc, is needed")


def _value_map(turning: Turning, part: Json, _at: str) -> Json:
    for key, known in turning.known.get("valueMap", {}).items():
        if known["name"] == part:
            return {"id": key}
    raise Unfit("there is no such value map")


def _value_map_back(turning: Turning, value: Json, _at: str) -> Json:
    key = value.get("id") if isinstance(value, dict) else None
    known = turning.known.get("valueMap", {}).get(key) if isinstance(key, int) else None
    if known is None:
        raise Unfit("there is no such value map", "/valueMap/id")
    return known["name"]


_INNER: Final = Slot("inner", _raw, _raw)
_PREDICATE: Final = Slot("predicate", _predicate, _predicate_back)
_FIELDS: Final = Slot("fields", _fields, _fields_back, rest=True)
_VALUE_MAP: Final = Slot("valueMap", _value_map, _value_map_back)


def _step(kind: str, array: list[Json], **block: Any) -> Mapping:
    return Mapping(kind, {"inner": _INNER, **block}, array)


STEPS: Final = (
    _step("filter", ["filter", _INNER, [["Item"], _PREDICATE]], predicate=_PREDICATE),
    _step("sort", ["sortByNumber", _INNER, _FIELDS], fields=_FIELDS),
    _step("select", ["item", _INNER, whole("index")], operator="one", index=whole("index")),
    _step("map", ["map", _INNER, [["Item"], _BY]], expression=_BY),
    _step("reduce", ["max", _INNER], operator="max"),
    _step("reduce", ["min", _INNER], operator="min"),
    _step("reduce", ["sum", _INNER, [["Item"], _ITEM]], operator="sum"),
    _step("reduce", ["count", _INNER], operator="count"),
    _step("reduce", ["isEmpty", _INNER], operator="empty"),
    _step("reverse", ["reverse", _INNER]),
    _step("filterAndMapValues", ["filterAndMapValues", _INNER, _VALUE_MAP], valueMap=_VALUE_MAP),
)


def show_bindings(bindings: Sequence[Binding], known: Known) -> dict[str, list[dict[str, Json]]]:
    """Bindings in three lists."""
    found: dict[str, list[dict[str, Json]]] = {name: [] for name in LISTS}
    order = []
    for index, binding in enumerate(bindings):
        name, shown = _show(binding, known)
        found[name].append(shown)
        order.append((LISTS.index(name), index))
    if order != sorted(order):
        for at, index in order:
            left = next(one for one in found[LISTS[at]] if _POSITION not in one)
            left[_POSITION] = index
    return found


def _show(binding: Binding, known: Known) -> tuple[str, dict[str, Json]]:
    if binding.type == "cartItemFilter" and set(given(binding)) == {"name", "type", "expression"}:
        try:
            shown = _pipeline(binding.expression, Turn(known, _KINDS, failing=False))
            selector = {"name": binding.name, "type": "selector", **shown}
            if same(read_binding(selector, known), binding):
                return "selectors", selector
        except Unfit:
            pass
    name = "bundles" if binding.type == "bundle" else "parameters"
    return name, msgspec.to_builtins(binding, builtin_types=(Decimal,))


def _pipeline(expression: Json, turn: Turn) -> dict[str, Json]:
    """The source of a pipeline and its steps, the first step first."""
    steps: list[Json] = []
    while not (isinstance(expression, list) and expression[:1] == ["."]):
        step = _step_of(expression, turn, f"{len(steps)}")
        expression = step.pop("inner")
        steps.insert(0, step)
    return {"source": _SOURCE.show(turn, expression, ""), "steps": steps}


def _step_of(expression: Json, turn: Turn, at: str) -> dict[str, Json]:
    for row in STEPS:
        try:
            return row.show(turn, expression, at)
        except Unfit:
            continue
    raise Unfit("no step of a pipeline")


def read_binding(selector: dict[str, Json], known: Known) -> Binding:
    """The binding of a selector. Raises `Unfit` with a pointer into it."""
    turn = Turn(known, _KINDS, failing=False)
    name, steps = selector.get("name"), selector.get("steps")
    if not isinstance(name, str) or not isinstance(steps, list):
        raise Unfit("a selector has a name, a source and steps")
    try:
        expression = _SOURCE.read(turn, selector.get("source"), "")
    except Unfit as error:
        raise Unfit(error.details, "/source") from error
    for index, step in enumerate(steps):
        expression = _read_step(turn, step, expression, f"/steps/{index}")
    return read_written({"name": name, "type": "cartItemFilter", "expression": expression})


def _read_step(turn: Turn, step: Json, inner: Json, at: str) -> list[Json]:
    if not isinstance(step, dict):
        raise Unfit("a step is an object", at)
    whole_step = {**step, "inner": inner}
    fitting = [row for row in STEPS if row.fits(whole_step)]
    if not fitting:
        raise Unfit("no rule has a step like this", at)
    problem = fitting[0].lacks(whole_step)
    try:
        if problem is not None:
            raise problem
        return fitting[0].read(turn, whole_step)
    except Unfit as error:
        raise Unfit(error.details, at + error.at) from error


def read_written(written: dict[str, Json]) -> Binding:
    """The binding of a bundle or parameter, which is written as it is."""
    try:
        plain = {name: one for name, one in written.items() if name != _POSITION}
        return msgspec.convert(plain, Binding)
    except msgspec.ValidationError as error:
        raise Unfit(str(error)) from error


def position(written: dict[str, Json]) -> int:
    """Where a binding stands among all, if that is said."""
    found = written.get(_POSITION, 0)
    return found if isinstance(found, int) else 0
