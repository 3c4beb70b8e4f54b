"""One row of a table that both directions read: a block and an array with the same open places."""

from typing import Final

from msgspec import Struct

from largesse.engine.blocks.slots import Slot, Turning
from largesse.engine.blocks.tails import Members, Tail
from largesse.engine.blocks.texts import Unfit, same
from largesse.kit.wire import Json

Found = dict[str, tuple[Json, str]]  # what stands in the slots of a block, and where
_COMMON: Final = ("id", "type", "tags", "onFailure", "onError")
_MAY_LACK: Final[tuple[Json, ...]] = (
    (),
    None,
    False,
    [],
)  # members that say nothing need not be written


class Mapping(Struct, frozen=True):
    """A kind of block with some members fixed, and the array that means it."""

    kind: str
    block: dict[str, Json]  # texts, lists and slots
    array: list[Json]
    tail: Tail | None = None
    shown: bool = True  # False: is understood, but another form is shown
    whole: bool = True  # False: what is in its slots has been looked at already

    def show(self, turning: Turning, array: Json, at: str) -> dict[str, Json]:
        """The members of the block for an array. Raises `Unfit` for an array of another form."""
        found: dict[str, Json] = {}
        left = _match(turning, self.array, array, found, at=at, open_end=self.tail is not None)
        more = self.tail.show(turning, left) if self.tail else {}
        shown = _fill(self.block, found)
        assert isinstance(shown, dict)
        return {"type": self.kind, **shown, **more}

    def fits(self, block: Members) -> bool:
        """Whether what is fixed in this kind of block is so in a block."""
        return block.get("type") == self.kind and _fixed(self.block, block)

    def lacks(self, block: Members) -> Unfit | None:
        """What a block that fits does not say, or says without any effect."""
        more = self.tail.names if self.tail else ()
        return _lacks(self.block, block, "", (*_COMMON, *more))

    def read(self, turning: Turning, block: Members) -> list[Json]:
        """The array of a block that fits. Raises `Unfit` with the place of what is wrong."""
        found: Found = {}
        _collect(self.block, block, "", found)
        array = _build(turning, self.array, found)
        return [*array, *self.tail.read(turning, block)] if self.tail else list(array)


def _match(
    turning: Turning,
    pattern: list[Json],
    array: Json,
    found: dict[str, Json],
    *,
    at: str,
    open_end: bool = False,
) -> list[Json]:
    """Note what stands in the slots of an array; what is behind the pattern is given back."""
    if not isinstance(array, list):
        raise Unfit("an array is needed")
    for index, part in enumerate(pattern):
        if isinstance(part, Slot) and part.rest:
            _note(found, part, part.show(turning, array[index:], at))
            return []
        if index >= len(array):
            raise Unfit("the array is too short")
        if isinstance(part, Slot):
            _note(found, part, part.show(turning, array[index], at))
        elif isinstance(part, list):
            _match(turning, part, array[index], found, at=at)
        elif not same(part, array[index]):
            raise Unfit("another form")
    left = array[len(pattern) :]
    if left and not open_end:
        raise Unfit("the array is too long")
    return left


def _note(found: dict[str, Json], slot: Slot, shown: Json) -> None:
    if slot.name in found and not same(found[slot.name], shown):
        raise Unfit("two places that have to be alike differ")
    found[slot.name] = shown


def _fill(template: Json, found: dict[str, Json]) -> Json:
    """A block with its slots filled."""
    if isinstance(template, Slot):
        return found[template.name]
    if isinstance(template, dict):
        return {name: _fill(one, found) for name, one in template.items()}
    return template


def _fixed(template: dict[str, Json], block: Members) -> bool:
    for name, wanted in template.items():
        given = block.get(name)
        if isinstance(wanted, dict):
            if not isinstance(given, dict) or not _fixed(wanted, given):
                return False
        elif isinstance(wanted, Slot):
            continue
        elif not same(given, wanted) and not (given is None and wanted in _MAY_LACK):
            return False
    return True


def _lacks(
    template: dict[str, Json], block: Members, at: str, more: tuple[str, ...]
) -> Unfit | None:
    for name, wanted in template.items():
        if isinstance(wanted, Slot) and name not in block:
            return Unfit(f"{name} is missing", f"{at}/{name}")
        found = (
            _lacks(wanted, block[name], f"{at}/{name}", ()) if isinstance(wanted, dict) else None
        )
        if found is not None:
            return found
    for name, value in block.items():
        if name not in template and name not in more and value is not None:
            return Unfit(f"{name} means nothing here", f"{at}/{name}")
    return None


def _collect(template: dict[str, Json], block: Members, at: str, found: Found) -> None:
    for name, wanted in template.items():
        place = f"{at}/{name}"
        if isinstance(wanted, dict):
            _collect(wanted, block[name], place, found)
        elif isinstance(wanted, Slot):
            found[wanted.name] = (block[name], place)


def _build(turning: Turning, pattern: list[Json], found: Found) -> list[Json]:
    """An array with its slots filled."""
    array: list[Json] = []
    for part in pattern:
        if isinstance(part, list):
            array.append(_build(turning, part, found))
        elif not isinstance(part, Slot):
            array.append(part)
        else:
            read = _read(turning, part, *found[part.name])
            array += read if part.rest else [read]
    return array


def _read(turning: Turning, slot: Slot, value: Json, place: str) -> Json:
    try:
        return slot.read(turning, value, place)
    except Unfit as error:
        raise Unfit(error.details, error.at or place) from error
