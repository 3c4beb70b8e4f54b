"""One block is one array: shown with the table and read with it again.

What the table shows has to come back as it was, or the array is shown as it is.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from largesse.engine.blocks.mapping import Mapping as Row
from largesse.engine.blocks.slots import Known, Slot
from largesse.engine.blocks.table import CONDITIONS, TABLE
from largesse.engine.blocks.tails import Members
from largesse.engine.blocks.texts import Unfit, same
from largesse.kit.wire import Json

CHECKS: Final = frozenset(row.kind for row in CONDITIONS)
_OPTIONAL: Final = frozenset(
    {"showNotification", "awardItem", "awardGiveaway", "triggerWebhook", "triggerCustomEffect"}
)
_ANY_ERROR: Final[Json] = {"default": []}  # the rule goes on without this effect
_NOT_YET: Final = frozenset(
    {
        "awardLoyaltyPoints",
        "redeemLoyaltyPoints",
        "updateLoyaltyPointsExpiry",
        "updateAchievementProgress",
    }
)


def _by(names: Iterator[tuple[str, Row]]) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for name, row in names:
        found[name] = (*found.get(name, ()), row)
    return found


_BY_KIND: Final = _by((row.kind, row) for row in TABLE)
_BY_FUNCTION: Final = _by((row.array[0], row) for row in TABLE if row.shown)


class Turn(Struct, frozen=True):
    """The conversion in one place: which kinds of blocks may stand there, and what is known."""

    known: Known = {}
    kinds: Collection[str] | None = None  # all, unless named
    failing: bool = True  # whether conditions may have effects for the case that they fail

    def show(self, expression: Json, at: str) -> dict[str, Json]:
        """The block of an array. `at` becomes its ID."""
        if not isinstance(expression, list):
            raise Unfit("only arrays have blocks")
        shown = self._failing(expression, at) or self._optional(expression, at)
        for row in () if shown else _BY_FUNCTION.get(str(next(iter(expression), "")), ()):
            shown = shown or self._shown(row, expression, at)
        return {"id": at, **(shown or {"type": "passthrough", "expression": expression})}

    def _shown(self, row: Row, expression: Json, at: str) -> dict[str, Json] | None:
        """The block of an array by one row, if it says all of it."""
        if self.kinds is not None and row.kind not in self.kinds:
            return None
        try:
            block = row.show(self, expression, at)
            return block if not row.whole or same(self.read(block, ""), expression) else None
        except Unfit:
            return None

    def _failing(self, expression: list[Json], at: str) -> dict[str, Json] | None:
        match expression:
            case ["onFailure", list() as condition, *effects] if self.failing and all(
                isinstance(one, list) for one in effects
            ):
                block = self.show(condition, at)
                if block["type"] in CHECKS and "onFailure" not in block:
                    told = [self.show(one, f"{at}.f{index}") for index, one in enumerate(effects)]
                    return {**block, "onFailure": told}
        return None

    def _optional(self, expression: list[Json], at: str) -> dict[str, Json] | None:
        match expression:
            case ["catch", ["noop"], list() as effect]:
                block = self.show(effect, at)
                if block["type"] in _OPTIONAL and "onError" not in block:
                    return {**block, "onError": _ANY_ERROR}
        return None

    def read(self, block: Json, at: str) -> list[Json]:
        """The array of a block. Raises `Unfit` with a pointer below `at`."""
        try:
            return self._read(block)
        except Unfit as error:
            raise Unfit(error.details, at + error.at) from error

    def _read(self, block: Json) -> list[Json]:
        kind = kind_of(block)
        if kind == "passthrough":
            if not isinstance(block.get("expression"), list):
                raise Unfit("a passthrough block has an array", "/expression")
            return list(block["expression"])
        array = _row(kind, block, self.kinds).read(self, block)
        told, errors = block.get("onFailure"), block.get("onError")
        if told is not None:
            if kind not in CHECKS or not self.failing or not isinstance(told, list):
                raise Unfit("only conditions of rules have blocks for when they fail", "/onFailure")
            more = (self.read(one, f"/onFailure/{index}") for index, one in enumerate(told))
            array = ["onFailure", array, *more]
        if errors is not None:
            if kind not in _OPTIONAL or errors != _ANY_ERROR:
                details = 'of errors, effects know {"default": []}: go on without the effect'
                raise Unfit(details, "/onError")
            array = ["catch", ["noop"], array]
        return array


def kind_of(block: Json) -> str:
    """The kind of a block."""
    if not isinstance(block, dict):
        raise Unfit("a block is an object")
    kind = block.get("type")
    if not isinstance(kind, str):
        raise Unfit("a block has a type", "/type")
    return kind


def has_tag(block: Members, tag: str) -> bool:
    """Whether a block bears a tag."""
    tags = block.get("tags")
    return isinstance(tags, list) and tag in tags


def _row(kind: str, block: Members, kinds: Collection[str] | None) -> Row:
    """The row that reads a block. Raises `Unfit` where none does."""
    if kind in _NOT_YET:
        raise Unfit(f"this server has no effect for blocks of the type {kind}", "/type")
    rows = _BY_KIND.get(kind, ())
    if not rows or (kinds is not None and kind not in kinds):
        raise Unfit(f"blocks of the type {kind[:60]} cannot stand here", "/type")
    fitting = [row for row in rows if row.fits(block)]
    if not fitting:
        raise Unfit(f"this block of the type {kind} says what no rule can", _where(rows, block))
    lacking = [(row, row.lacks(block)) for row in fitting]
    for row, problem in lacking:
        if problem is None:
            return row
    raise lacking[-1][1] or Unfit("")


def _where(rows: tuple[Row, ...], block: Members) -> str:
    """The member that keeps a block from fitting any row, as far as that can be said."""
    for name in ("operator", "target", "profile", "redeem"):
        wanted = [row.block[name] for row in rows if name in row.block]
        is_fixed = wanted and not any(isinstance(one, Slot) for one in wanted)
        if is_fixed and not any(same(one, block.get(name)) for one in wanted):
            return f"/{name}"
    return ""
