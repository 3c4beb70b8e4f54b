"""Ends of arrays that become several members of a block at once."""

from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from largesse.engine.blocks.slots import Turning, anything, reference
from largesse.engine.blocks.texts import Unfit
from largesse.kit.wire import Json

Members = Mapping[str, Json]


class Tail(Struct, frozen=True):
    """What is left of an array, and the members of the block that say the same."""

    show: Callable[[Turning, list[Json]], dict[str, Json]]
    read: Callable[[Turning, Members], list[Json]]
    names: Collection[str]  # of those members


def options(names: Collection[str]) -> Tail:
    """Named options, `["kv", name, value, …]`, left out where there is none."""
    value = anything("")

    def show(turning: Turning, left: list[Json]) -> dict[str, Json]:
        match left:
            case []:
                return {}
            case [["kv", *pairs]] if (
                pairs and len(pairs) % 2 == 0 and all(one in names for one in pairs[::2])
            ):
                found = zip(pairs[::2], pairs[1::2], strict=True)
                return {key: value.show(turning, one, "") for key, one in found}
        raise Unfit("a map of options is needed")

    def read(turning: Turning, block: Members) -> list[Json]:
        pairs: list[Json] = []
        for name in names:
            if name in block:
                pairs += [name, value.read(turning, block[name], f"/{name}")]
        return [["kv", *pairs]] if pairs else []

    return Tail(show, read, names)


def call_of(name: str, /, **blank: Json) -> Tail:
    """The ID of something with parameters, then their values in the order of the parameters."""
    what, value = reference(name, name, **blank), anything("")

    def names(turning: Turning, key: Json, many: int) -> list[str]:
        declared = turning.known.get(name, {}).get(key, {}).get("params", [])
        if len(declared) == many:
            return list(declared)
        return [str(index + 1) for index in range(many)]

    def show(turning: Turning, left: list[Json]) -> dict[str, Json]:
        if not left:
            raise Unfit("an ID is needed")
        shown = {name: what.show(turning, left[0], "")}
        if len(left) > 1:
            called = names(turning, left[0], len(left) - 1)
            values = [value.show(turning, one, "") for one in left[1:]]
            shown["params"] = dict(zip(called, values, strict=True))
        return shown

    def read(turning: Turning, block: Members) -> list[Json]:
        key = what.read(turning, block.get(name), f"/{name}")
        given = block.get("params", {})
        wanted = names(turning, key, len(given)) if isinstance(given, dict) else []
        if not isinstance(given, dict) or set(wanted) != set(given):
            raise Unfit(f"the parameters are {', '.join(wanted) or 'an object'}", "/params")
        return [key, *(value.read(turning, given[one], f"/params/{one}") for one in wanted)]

    return Tail(show, read, (name, "params"))
