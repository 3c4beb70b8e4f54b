"""Every ruleset has both spellings, and loses nothing on the way from one to the other."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from largesse.engine.blocks.rulesets import read_ruleset, show_ruleset
from largesse.engine.blocks.turn import Turn
from largesse.engine.effects import table
from largesse.engine.expr.functions import Function
from largesse.engine.expr.types import LambdaOf
from largesse.kit.problems import Invalid
from largesse.model.blocks import NewRulesetV2, RulesetV2
from largesse.model.campaigns import Binding, NewRuleset, Rule, Ruleset
from tests import contracts
from tests.engine.blocks.cases import (
    CONDITIONS,
    EFFECTS,
    ITEMS,
    KNOWN,
    NOTIFY,
    ONLY_READ,
    PASSED_THROUGH,
    TOTAL,
)
from tests.engine.blocks.fitting import misfits
from tests.engine.drawing import quickly

WRITTEN = ("promotion_rules", "strikethrough_rules", "selectors", "bundles", "parameters")
SKU = ["=", [".", "Item", "Sku"], "s"]


def shown(new: NewRuleset) -> RulesetV2:
    """A ruleset in blocks."""
    stored = Ruleset(
        id=1, created=datetime(2026, 1, 1, tzinfo=UTC), user_id=1, campaign_id=1,
        rules=new.rules, bindings=new.bindings, strikethrough_rules=new.strikethrough_rules,
    )  # fmt: skip
    return show_ruleset(stored, KNOWN)


def there_and_back(new: NewRuleset) -> NewRuleset:
    """A ruleset in arrays, made of the blocks that it was shown in."""
    blocks = shown(new)
    written = NewRulesetV2(**{name: getattr(blocks, name) for name in WRITTEN})
    return read_ruleset(written, KNOWN).ruleset


def a_ruleset(*rules: Rule, bindings: Any = (), strikes: Any = ()) -> NewRuleset:
    """A ruleset as a caller writes it."""
    return NewRuleset(rules=list(rules), bindings=list(bindings), strikethrough_rules=list(strikes))


def a_rule(condition: Any = ("and",), effects: Any = (), **more: Any) -> Rule:
    """A rule."""
    return Rule(title="t", condition=list(condition), effects=list(effects), **more)


def call_of(function: Function, expressions: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Calls of a function, with lambdas where it takes them."""

    def argument(at: int) -> st.SearchStrategy[Any]:
        if isinstance(function.parameter(at).type, LambdaOf):
            return expressions.map(lambda body: [["Item"], body])
        return expressions

    most = min(function.most, function.least + 2)
    return st.integers(function.least, most).flatmap(
        lambda many: st.tuples(*(argument(at) for at in range(many))).map(
            lambda given: [function.name, *given]
        )
    )


texts = st.sampled_from(
    ["a", "$Session.Total", "{{", "{{1}}", "Hi {{x}}", '"', "Session", "strict"]
)
numbers = st.integers(-9, 9) | st.sampled_from([Decimal("0.1"), Decimal("1.0"), Decimal("-2.50")])
paths = st.sampled_from([TOTAL, ITEMS, [".", "Item", "Sku"], [".", "odd name", "x"], [".", "Set"]])
atoms = texts | numbers | st.booleans() | st.none() | paths
known_arrays = st.sampled_from([array for _, array in CONDITIONS + EFFECTS + ONLY_READ])
expressions = st.recursive(
    atoms | known_arrays | st.sampled_from(PASSED_THROUGH),
    lambda inner: st.one_of(
        st.sampled_from(sorted(table())).flatmap(lambda name: call_of(table()[name], inner)),
        st.sampled_from(["and", "or", "not", "onFailure", "catch", "="]).flatmap(
            lambda name: st.lists(inner, max_size=3).map(lambda given: [name, *given])
        ),
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["a", "expression"]), inner, max_size=2),
    ),
    max_leaves=8,
)
arrays = expressions.filter(lambda one: isinstance(one, list) and one != [])
bindings = st.lists(
    st.builds(
        Binding,
        name=st.sampled_from(["A", "B", "C"]),
        expression=arrays | st.just(["filter", ITEMS, [["Item"], ["catch", False, SKU]]]),
        type=st.sampled_from(["cartItemFilter", "bundle", "templateParameter", msgspec.UNSET]),
        description=st.sampled_from(["d", msgspec.UNSET]),
    ),
    max_size=3,
)
rules = st.builds(
    Rule,
    title=st.just("t"),
    condition=arrays,
    effects=st.lists(arrays, max_size=3),
    id=st.sampled_from(["x", msgspec.UNSET]),
    bindings=bindings,
)
rulesets = st.builds(
    NewRuleset,
    rules=st.lists(rules, max_size=2),
    bindings=bindings,
    strikethrough_rules=st.lists(rules, max_size=1),
)


@quickly
@given(rulesets)
def test_no_ruleset_loses_anything_in_blocks(new):
    assert repr(there_and_back(new)) == repr(new)


@pytest.mark.skipif(contracts.CONTRACTS is None, reason="the contracts are not here")
@quickly
@given(rulesets)
def test_every_ruleset_in_blocks_fits_the_contract(new):
    body = json.loads(msgspec.json.encode(shown(new)))
    assert not misfits(body)


@pytest.mark.skipif(contracts.CONTRACTS is None, reason="the contracts are not here")
def test_no_recorded_ruleset_loses_anything_in_blocks():
    text = (contracts.FOLDER / "contracts" / "engine-cases.json").read_text(encoding="utf-8")
    plain = re.sub(r'"\$\{[\w.]+\.id\}"', "7", text)
    fixtures = json.loads(plain, parse_float=Decimal)["fixtures"].values()
    found = [one["ruleset"] for one in fixtures if "ruleset" in one]
    assert len(found) > 100
    for ruleset in found:
        new = msgspec.convert(ruleset, NewRuleset)
        back = there_and_back(new)
        assert repr([back.rules, back.bindings]) == repr([new.rules, new.bindings])


def test_conditions_stand_before_effects():
    condition = ["and", ["couponValid"], [">", TOTAL, 5]]
    rule = shown(a_ruleset(a_rule(condition, [NOTIFY, ["noop"]]))).promotion_rules[0]
    kinds = [block["type"] for block in rule.blocks]
    assert kinds == ["checkCoupon", "checkAttribute", "showNotification", "passthrough"]


# fmt: off
STEPS = [
    ([".", "Other"],                                        []),
    (["filter", ITEMS, [["Item"], ["catch", False, SKU]]],  ["filter"]),
    (["filter", ITEMS, [["Item"], SKU]],                    ["filter"]),
    (["reverse", ["sortByNumber", ITEMS, [["Item"], [".", "Item", "Price"]]]], ["sort", "reverse"]),
    (["item", ["sortByNumber", ITEMS, [["Item"], [".", "Item", "Price"]], True], 0],
                                                            ["sort", "select"]),
    (["max", ["map", ITEMS, [["Item"], [".", "Item", "Price"]]]], ["map", "reduce"]),
    (["isEmpty", ITEMS],                                    ["reduce"]),
    (["sum", ITEMS, [["Item"], [".", "Item"]]],             ["reduce"]),
    (["filterAndMapValues", ITEMS, "prices"],               ["filterAndMapValues"]),
    (["filterAndMapValues", ITEMS, "unknown"],              None),
    (["filter", ITEMS, [["x"], True]],                      None),
    (["tail", ITEMS],                                       None),
]
# fmt: on


@pytest.mark.parametrize("expression, steps", STEPS)
def test_a_filter_is_a_selector_with_steps(expression, steps):
    binding = Binding(name="Shoes", type="cartItemFilter", expression=expression)
    new = a_ruleset(bindings=[binding])
    blocks = shown(new)
    if steps is None:
        assert [one["name"] for one in blocks.parameters] == ["Shoes"]
    else:
        assert [step["type"] for step in blocks.selectors[0]["steps"]] == steps
    assert there_and_back(new).bindings == [binding]


def test_bindings_keep_their_order():
    kinds = ("templateParameter", "bundle", "cartItemFilter", "bundle")
    made = [Binding(name=f"B{at}", type=kind, expression=ITEMS) for at, kind in enumerate(kinds)]
    new = a_ruleset(a_rule(bindings=made), bindings=made)
    assert there_and_back(new) == new


def test_strikethrough_rules_have_the_blocks_that_may_stand_there():
    strike = a_rule(["and", ["couponValid"], SKU], [["setDiscount", "n", 1], NOTIFY])
    (rule,) = shown(a_ruleset(strikes=[strike])).strikethrough_rules
    kinds = [block["type"] for block in rule.blocks]
    assert kinds == ["passthrough", "checkAttribute", "awardDiscount", "passthrough"]


def test_all_that_is_wrong_is_told_at_once():
    wrong = {"title": "t", "blocks": [{"id": "0", "type": "shout"}]}
    body = {"promotionRules": [wrong, wrong], "bundles": [{"name": "B"}]}
    with pytest.raises(Invalid) as refused:
        read_ruleset(msgspec.convert(body, NewRulesetV2), {})
    places = [fault.at for fault in refused.value.faults]
    assert places == [
        "/bundles/0",
        "/promotionRules/0/blocks/0/type",
        "/promotionRules/1/blocks/0/type",
    ]


def test_a_place_in_the_arrays_is_a_place_in_the_blocks():
    new = a_ruleset(a_rule(["and", SKU, SKU], [NOTIFY]), a_rule(SKU), bindings=[
        Binding(name="B", type="bundle", expression=ITEMS)])  # fmt: skip
    blocks = shown(new)
    reading = read_ruleset(NewRulesetV2(**{name: getattr(blocks, name) for name in WRITTEN}), KNOWN)
    assert reading.place("/rules/0/condition/2/1") == "/promotionRules/0/blocks/1"
    assert reading.place("/rules/0/effects/0/3") == "/promotionRules/0/blocks/2"
    assert reading.place("/rules/1/condition/1") == "/promotionRules/1/blocks/0"
    assert reading.place("/bindings/0/name") == "/bundles/0"


def test_only_known_kinds_are_shown_inside_others():
    turn = Turn(KNOWN, ("checkAttribute", "group"), failing=False)
    assert turn.show(["and", ["couponValid"]], "0")["blocks"][0]["type"] == "passthrough"
