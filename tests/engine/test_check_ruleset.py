"""What is wrong with a ruleset is told with its place, before the ruleset is stored."""

from decimal import Decimal

import pytest
from hypothesis import given

from largesse.engine.check_ruleset import check_ruleset, sentences
from largesse.engine.vocabulary import names_of
from largesse.model.campaigns import NewRuleset
from tests.engine.building import (
    ALWAYS,
    HELLO,
    ITEMS,
    TOTAL,
    VALID,
    a_binding,
    a_rule,
    a_rulebook,
    a_ruleset,
    an_attribute,
)
from tests.engine.drawing import quickly
from tests.engine.drawing_rules import ATTRIBUTES, rules
from tests.engine.test_rulebook import lists_of_scraps

NAMES = names_of([an_attribute("CustomerSession", "tier"), an_attribute("CartItem", "size")], 1)


def faults_of(*these, bindings=(), strikethrough=(), **more):
    """What is wrong with rules: titles and places."""
    ruleset = NewRuleset(rules=[*these], bindings=[*bindings], strikethrough_rules=[*strikethrough])
    return [(fault.title, fault.at) for fault in check_ruleset(NAMES, ruleset, **more)]


FINE = [
    a_rule(
        ["setDiscount", "10%", ["*", TOTAL, Decimal("0.1")]], when=["and", VALID, [">", TOTAL, 5]]
    ),
    a_rule(["catch", ["noop"], ["setDiscount", "off", 1]]),
    a_rule(HELLO, when=["=", [".", "Session", "Attributes", "tier"], "gold"]),
    a_rule(HELLO, when=["onFailure", ["=", 1, 2], HELLO]),
    a_rule(["setDiscountPerItem", "off", ITEMS, [["Item"], [".", "Item", "Price"]], "price", True]),
    a_rule(["setDiscount", "off", 1, "cartItems", None]),
    a_rule(["createCoupon", 1, "", {"usageLimit": 5}]),
    a_rule(HELLO, when=[">", [".", "Many"], 1], bindings=[a_binding("Many", ["count", ITEMS])]),
    a_rule(["set", "Half", ["/", TOTAL, 2]], ["setDiscount", "off", [".", "Half"]]),
    a_rule(),
]


@pytest.mark.parametrize("rule", FINE, ids=range(len(FINE)))
def test_a_ruleset_that_is_fine_has_no_faults_and_runs(rule):
    assert faults_of(rule) == []
    assert a_rulebook(a_ruleset(rule)).campaigns[0].broken == ""


TIER = [".", "Session", "Attributes", "tire"]
# fmt: off
#    condition                                effect                            faults
FAULTY = [
    (ALWAYS,       ["setDiscount", "off"],         [("Wrong number of arguments", "/effects/0")]),
    (ALWAYS,       ["noSuch", 1],                  [("Unknown function", "/effects/0")]),
    (ALWAYS,       ["setDiscount", "off", "x"],    [("Invalid type", "/effects/0/2")]),
    (ALWAYS,       ["setDiscount", 1, ["+", 1, ["*", 2, "a"]]],
        [("Invalid type", "/effects/0/1"), ("Invalid type", "/effects/0/2/2/2")]),
    (ALWAYS,       ["showNotification", "Inform", "", ""], [("Invalid value", "/effects/0/1")]),
    (ALWAYS,       ["addFreeItem", "a", "b", Decimal("1.5")], [("Invalid value", "/effects/0/3")]),
    (ALWAYS,       ["+", 1, 2],                    [("Invalid type", "/effects/0")]),
    (ALWAYS,       [],                             [("Invalid type", "/effects/0")]),
    (ALWAYS,       [["setDiscount", "off", 1]],
        [("Invalid type", "/effects/0/0"), ("Invalid type", "/effects/0")]),
    (["+", 1, 2],  HELLO,                          [("Invalid type", "/condition")]),
    ([ALWAYS],     HELLO,                          [("Invalid type", "/condition")]),
    (["=", TIER, "gold"],                   HELLO, [("Unknown attribute", "/condition/1")]),
    ([">", [".", "Session", "Totall"], 1],  HELLO, [("Unknown attribute", "/condition/1")]),
    (["and", ["=", 1, 1], ["not", 5]],      HELLO, [("Invalid type", "/condition/2/1")]),
    (["onFailure", ALWAYS, ["setDiscount", "off", 1]], HELLO, [("Invalid effect", "/condition/2")]),
]
# fmt: on


@pytest.mark.parametrize("condition, effect, faults", FAULTY)
def test_each_fault_is_told_with_its_place(condition, effect, faults):
    rule = a_rule(effect, when=condition)
    assert faults_of(rule) == [(title, f"/rules/0{at}") for title, at in faults]
    assert faults_of(FINE[0], strikethrough=[rule]) == [
        (title, f"/strikethroughRules/0{at}") for title, at in faults
    ]


def test_all_faults_are_told_at_once():
    bad = a_rule(["noSuch"], ["noSuch"], when=["noSuch"], bindings=[a_binding("B", ["noSuch"])])
    places = [at for _, at in faults_of(bad, FINE[0], bad, bindings=[a_binding("A", ["noSuch"])])]
    parts = ("bindings/0/expression", "condition", "effects/0", "effects/1")
    expected = [f"/rules/{number}/{part}" for number in (0, 2) for part in parts]
    assert places == ["/bindings/0/expression", *expected]


# fmt: off
#    names of bindings    those that cannot be
BINDINGS = [
    (["Shoes", "Hats"],   []),
    (["my shoes-2"],      []),
    (["Session"],         [0]),
    (["Now"],             [0]),
    (["A", "A"],          [1]),
    (["1st"],             [0]),
    (["a.b", "ok"],       [0]),
    ([" x"],              [0]),
]
# fmt: on


@pytest.mark.parametrize("names, wrong", BINDINGS)
def test_a_binding_needs_a_name_of_its_own(names, wrong):
    bindings = [a_binding(name, ["count", ["list"]]) for name in names]
    found = faults_of(a_rule(HELLO), bindings=bindings)
    assert found == [("Invalid name", f"/bindings/{at}/name") for at in wrong]


def test_bindings_know_those_before_them_and_their_types():
    one, two = a_binding("One", ["count", ITEMS]), a_binding("Two", ["*", [".", "One"], 2])
    rule = a_rule(HELLO, when=[">", [".", "Two"], 1])
    assert faults_of(rule, bindings=[one, two]) == []
    late = [("Unknown attribute", "/bindings/0/expression/1")]
    assert faults_of(rule, bindings=[two, one]) == late
    text = a_binding("Two", ["concat", "a", "b"])
    assert faults_of(a_rule(HELLO, when=["not", [".", "Two"]]), bindings=[text]) == [
        ("Invalid type", "/rules/0/condition/1")
    ]


# fmt: off
OF_ITEMS = [                                                # may be in a campaign of items
    (["setDiscountPerItem", "off", ITEMS, [["Item"], 1]],   True),
    (["setDiscountPerItemProRata", "off", ITEMS, 1],        True),
    (["showNotification", "Info", "", ""],                  True),
    (["setDiscount", "off", 1],                             False),
    (["setDiscountPerAdditionalCost", "off", "ship", 1],    False),
    (["catch", ["noop"], ["setDiscount", "off", 1]],        False),
]
# fmt: on


@pytest.mark.parametrize("effect, may", OF_ITEMS)
def test_a_campaign_of_items_discounts_no_sessions(effect, may):
    found = faults_of(a_rule(HELLO, effect), campaign_type="cartItem")
    node = "/2" if effect[0] == "catch" else ""
    assert found == ([] if may else [("Invalid effect", f"/rules/0/effects/1{node}")])


@quickly
@given(rules)
def test_whatever_has_no_faults_can_be_compiled(rule):
    names = names_of(ATTRIBUTES, 1)
    faults = check_ruleset(names, NewRuleset(rules=[rule], bindings=[]))
    broken = a_rulebook(a_ruleset(rule), attributes=ATTRIBUTES).campaigns[0].broken
    assert faults or not broken


@quickly
@given(lists_of_scraps, lists_of_scraps, lists_of_scraps)
def test_every_ruleset_gets_an_answer(condition, effect, bound):
    rule = a_rule(effect, when=condition, bindings=[a_binding("Bound", bound)])
    ruleset = NewRuleset(rules=[rule], bindings=[a_binding("Bound", bound)])
    for campaign_type in ("advanced", "cartItem"):
        faults = check_ruleset(NAMES, ruleset, campaign_type=campaign_type)
        assert all(fault.at.startswith(("/bindings/0", "/rules/0/")) for fault in faults)
    assert len(sentences(ruleset)) == 1


def test_every_rule_has_a_sentence():
    said = sentences(
        NewRuleset(
            rules=[
                a_rule(
                    ["setDiscount", "10%", ["*", TOTAL, Decimal("0.1")]],
                    HELLO,
                    when=["and", VALID, [">=", TOTAL, 50]],
                ),
                a_rule(),
            ],
            bindings=[],
        )
    )
    assert said[0].startswith(
        "When the coupon code is valid and Session.Total is at least 50, take (Session.Total times"
        ' 0.1) off the session, called "10%", and show'
    )
    assert said[1] == "When always, do nothing."
