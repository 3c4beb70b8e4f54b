"""Whole rulesets: from arrays to blocks, and back with the place of everything that is wrong.

The blocks of a rule are its conditions, then its effects. One condition stands for itself, any
other number for an `and` of them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import UNSET, Struct

from largesse.engine.blocks.selectors import (
    LISTS,
    position,
    read_binding,
    read_written,
    show_bindings,
)
from largesse.engine.blocks.slots import Known
from largesse.engine.blocks.texts import Unfit, same
from largesse.engine.blocks.turn import CHECKS, Turn, has_tag, kind_of
from largesse.engine.effects import effects
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Json, or_else
from largesse.model.blocks import NewRulesetV2, RulesetV2, RuleV2
from largesse.model.campaigns import Binding, NewRuleset, Rule, Ruleset

STRIKETHROUGH: Final = ("group", "awardDiscount", "checkAttribute")
_SAID: Final = ("id", "parent_id", "title", "description")  # alike in both spellings
_CONDITION, _EFFECTS = "condition", "effects"  # tags of groups that hold what would be mistaken


class Reading(Struct):
    """Arrays made of blocks, and where in the blocks each part of them comes from."""

    ruleset: NewRuleset
    places: Mapping[str, str]

    def place(self, at: str) -> str:
        """The place in the blocks for a place in the arrays."""
        while at and at not in self.places:
            at = at.rpartition("/")[0]
        return self.places.get(at, "")


def show_ruleset(stored: Ruleset, known: Known) -> RulesetV2:
    """A stored ruleset in blocks."""
    return RulesetV2(
        id=stored.id,
        created=stored.created,
        user_id=stored.user_id,
        campaign_id=stored.campaign_id,
        activated_at=stored.activated_at,
        promotion_rules=[show_rule(rule, known) for rule in stored.rules],
        strikethrough_rules=[
            show_rule(rule, known, STRIKETHROUGH) for rule in stored.strikethrough_rules
        ],
        **show_bindings(stored.bindings, known),
    )


def show_rule(rule: Rule, known: Known, kinds: Collection[str] | None = None) -> RuleV2:
    """A rule in blocks."""
    turn = Turn(known, kinds)
    parts = _operands(rule.condition)
    conditions = [turn.show(one, f"c{at}") for at, one in enumerate(parts)]
    happens = [turn.show(one, f"e{at}") for at, one in enumerate(rule.effects)]
    blocks = [*conditions, *happens]
    try:
        condition, read, _ = _read_blocks(turn, blocks)
        is_plain = same([condition, read], [rule.condition, rule.effects])
    except Unfit:
        is_plain = False
    if not is_plain:
        blocks = [
            _tagged(_CONDITION, [turn.show(rule.condition, "c")]),
            _tagged(_EFFECTS, happens),
        ]
    shown = RuleV2(blocks=blocks, **{name: getattr(rule, name) for name in _SAID})
    for name, written in show_bindings(rule.bindings, known).items():
        setattr(shown, name, written or UNSET)
    return shown


def _operands(condition: list[Json]) -> list[Json]:
    operands = condition[1:]
    is_list = condition[0] == "and" and all(isinstance(one, list) for one in operands)
    return operands if is_list and len(operands) != 1 else [condition]


def _tagged(tag: str, blocks: list[dict[str, Json]]) -> dict[str, Json]:
    return {"id": tag, "type": "group", "tags": [tag], "operator": "all", "blocks": blocks}


def read_ruleset(written: NewRulesetV2, known: Known) -> Reading:
    """The arrays of a ruleset in blocks. Raises `Invalid` with everything that has none."""
    reader = _Reader(known)
    lists = (written.selectors, written.bundles, written.parameters)
    bindings = reader.bindings(lists, "", "/bindings")
    rules = reader.rules(written.promotion_rules, "/promotionRules", "/rules")
    strikes = reader.rules(
        written.strikethrough_rules, "/strikethroughRules", "/strikethroughRules", STRIKETHROUGH
    )
    if reader.faults:
        raise Invalid.of(reader.faults)
    ruleset = NewRuleset(
        rules=rules, strikethrough_rules=strikes, bindings=bindings, activate=written.activate
    )
    return Reading(ruleset, reader.places)


class _Reader:
    """Reads on behind what is wrong, so that all of it is told at once."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.faults: list[Fault] = []
        self.places: dict[str, str] = {}

    def rules(
        self, written: list[RuleV2], at: str, to: str, kinds: Collection[str] | None = None
    ) -> list[Rule]:
        """The rules that could be read."""
        turn = Turn(self.known, kinds)
        found = (
            self.rule(turn, rule, f"{at}/{index}", f"{to}/{index}")
            for index, rule in enumerate(written)
        )
        return [rule for rule in found if rule is not None]

    def rule(self, turn: Turn, written: RuleV2, at: str, to: str) -> Rule | None:
        """A rule, or nothing where something in it is wrong."""
        lists = tuple(or_else(getattr(written, name), []) for name in LISTS)
        bindings = self.bindings(lists, at, f"{to}/bindings")
        try:
            condition, happens, places = _read_blocks(turn, written.blocks)
        except Unfit as error:
            self.wrong(error, at)
            return None
        self.places[to] = at
        self.places |= {f"{to}{one}": f"{at}{place}" for one, place in places.items()}
        said = {name: getattr(written, name) for name in _SAID}
        return Rule(condition=condition, effects=happens, bindings=bindings, **said)

    def bindings(self, lists: Sequence[list[dict[str, Json]]], at: str, to: str) -> list[Binding]:
        """The bindings in three lists, in their order."""
        every = [
            (position(one), f"{at}/{name}/{index}", name == "selectors", one)
            for name, written in zip(LISTS, lists, strict=True)
            for index, one in enumerate(written)
        ]
        found: list[Binding] = []
        for _, place, is_selector, one in sorted(every, key=lambda entry: entry[0]):
            self.places[f"{to}/{len(found)}"] = place
            try:
                found.append(read_binding(one, self.known) if is_selector else read_written(one))
            except Unfit as error:
                self.wrong(error, place)
        return found

    def wrong(self, error: Unfit, at: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault("Invalid block", error.details, at + error.at))


def _read_blocks(
    turn: Turn, blocks: list[dict[str, Json]]
) -> tuple[list[Json], list[list[Json]], dict[str, str]]:
    """The condition and the effects of blocks, and where in the blocks each of them stands."""
    conditions: list[list[Json]] = []
    happens: list[list[Json]] = []
    places: dict[str, str] = {}
    standing: list[str] = []
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        arrays, is_effect = _read_one(turn, block, at, behind=bool(happens))
        if not is_effect and happens:
            raise Unfit("conditions stand before effects", at)
        if is_effect:
            places |= {f"/effects/{len(happens) + one}": at for one in range(len(arrays))}
        else:
            standing.append(at)
        (happens if is_effect else conditions).extend(arrays)
    if len(conditions) == 1:
        return conditions[0], happens, {**places, "/condition": standing[0]}
    places |= {f"/condition/{one}": at for one, at in enumerate(standing, start=1)}
    return ["and", *conditions], happens, places


def _read_one(turn: Turn, block: Json, at: str, *, behind: bool) -> tuple[list[list[Json]], bool]:
    """The arrays of a block, and whether they are effects. `behind`: it stands behind one."""
    kind = _kind(block, at)
    is_condition, is_effects = has_tag(block, _CONDITION), has_tag(block, _EFFECTS)
    if kind == "group" and (is_condition or is_effects):
        inner = block.get("blocks")
        if not isinstance(inner, list) or (is_condition and len(inner) != 1):
            raise Unfit("a list of blocks is needed", f"{at}/blocks")
        arrays = [turn.read(one, f"{at}/blocks/{index}") for index, one in enumerate(inner)]
        return arrays, is_effects
    array = turn.read(block, at)
    if kind == "passthrough":
        return [array], behind or _is_effect(array)
    return [array], kind not in CHECKS


def _kind(block: Json, at: str) -> str:
    try:
        return kind_of(block)
    except Unfit as error:
        raise Unfit(error.details, at + error.at) from error


def _is_effect(expression: Json) -> bool:
    """Whether an expression is an effect, as far as its outer calls say."""
    match expression:
        case ["noop"]:
            return True
        case ["catch", default, value]:
            return _is_effect(value) or _is_effect(default)
        case ["identity", value]:
            return _is_effect(value)
        case ["do", _, [_, body]]:
            return _is_effect(body)
        case [str() as name, *_]:
            return name in effects()
    return False
