"""Everything that is wrong with a ruleset, found before it is stored."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from largesse.engine.effects import table
from largesse.engine.expr.check import check
from largesse.engine.expr.nodes import Call, Node, walk_nodes
from largesse.engine.expr.read import read_all
from largesse.engine.expr.say import say
from largesse.engine.expr.types import ANY, BOOLEAN, EFFECT, Type
from largesse.kit.problems import Fault
from largesse.kit.wire import Json
from largesse.model.campaigns import Binding, NewRuleset, Rule

SESSION_EFFECTS: Final = frozenset({"setDiscount", "setDiscountPerAdditionalCost"})
_NAME: Final = re.compile(r"[A-Za-z_][\w -]*")


def check_ruleset(
    names: Mapping[str, Type], ruleset: NewRuleset, *, campaign_type: str = "advanced"
) -> list[Fault]:
    """The faults of a ruleset, each with a JSON pointer to the node. Empty when there are none."""
    faults: list[Fault] = []
    known = dict(names)
    _bind(ruleset.bindings, known, "/bindings", faults)
    for at, rule in enumerate(ruleset.rules):
        faults += rule_faults(known, rule, f"/rules/{at}", campaign_type)
    for at, rule in enumerate(ruleset.strikethrough_rules):
        faults += rule_faults(known, rule, f"/strikethroughRules/{at}", campaign_type)
    return faults


def rule_faults(
    names: Mapping[str, Type], rule: Rule, at: str, campaign_type: str
) -> Iterator[Fault]:
    """The faults of one rule."""
    known = dict(names)
    faults: list[Fault] = []
    _bind(rule.bindings, known, f"{at}/bindings", faults)
    yield from faults
    yield from _faults(rule.condition, known, f"{at}/condition", BOOLEAN)
    for index, effect in enumerate(rule.effects):
        place = f"{at}/effects/{index}"
        yield from _faults(effect, known, place, EFFECT)
        if campaign_type == "cartItem":
            yield from _session_faults(effect, place)


def _session_faults(effect: Json, at: str) -> Iterator[Fault]:
    """Effects on the whole session, wherever they stand in an effect."""
    for node in walk_nodes(_node(effect)):
        if isinstance(node, Call) and node.function in SESSION_EFFECTS:
            details = f"A campaign of type cartItem cannot have the effect {node.function}."
            yield Fault("Invalid effect", details, at + node.place)


def _faults(json: Json, names: dict[str, Type], at: str, expected: Type) -> list[Fault]:
    """The faults of an expression; the names that it binds are known to those that follow."""
    node, faults = read_all(json, table())
    if faults:
        return [Fault(fault.title, fault.details, at + fault.at) for fault in faults]
    checked = check(node, table(), names, expected=expected, at=at)
    names.update(checked.sets)
    return checked.faults


def _bind(bindings: list[Binding], names: dict[str, Type], at: str, faults: list[Fault]) -> None:
    """Make bindings known, each to those after it."""
    for index, binding in enumerate(bindings):
        place = f"{at}/{index}"
        if not _NAME.fullmatch(binding.name) or binding.name in names:
            faults.append(
                Fault(
                    "Invalid name",
                    f"{binding.name} is taken, or no name for a binding.",
                    f"{place}/name",
                )
            )
        node, found = read_all(binding.expression, table())
        kind: Type = ANY
        if found:
            faults += [
                Fault(one.title, one.details, f"{place}/expression{one.at}") for one in found
            ]
        else:
            checked = check(node, table(), names, at=f"{place}/expression")
            faults += checked.faults
            kind = checked.type
        names[binding.name] = kind


def sentences(ruleset: NewRuleset) -> list[str]:
    """One sentence for each rule: when what holds, what happens."""
    return [sentence_of(rule) for rule in ruleset.rules]


def sentence_of(rule: Rule) -> str:
    """A rule in plain English."""
    effects = [_node(effect) for effect in rule.effects]
    told = ", and ".join(say(node, table()) for node in effects) or "do nothing"
    return f"When {say(_node(rule.condition), table())}, {told}."


def _node(json: Json) -> Node:
    return read_all(json, table())[0]
