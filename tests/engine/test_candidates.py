"""Rules that cannot fire are left out; that never changes what happens."""

import pytest
from hypothesis import given

from largesse.engine.evaluate import evaluate
from tests.engine.building import (
    HELLO,
    ITEMS,
    TOTAL,
    VALID,
    a_binding,
    a_coupon,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_application,
    an_attribute,
    an_item,
    kinds,
    told,
)
from tests.engine.drawing import again, everything, quickly, rulebooks, situations

LEVELS = [
    an_attribute(entity, name, kind)
    for entity in ("CustomerSession", "CustomerProfile", "CartItem")
    for name, kind in (
        ("level", "number"),
        ("home", "location"),
        ("tier", "string"),
        ("tags", "(list string)"),
    )
]


@quickly
@given(rulebooks, situations)
def test_leaving_out_rules_changes_nothing(rulebook, situation):
    some = evaluate(rulebook, again(situation))
    every = evaluate(rulebook, again(situation, complete=True))
    assert everything(some) == everything(every)


@quickly
@given(rulebooks, situations)
def test_what_is_left_out_would_have_failed(rulebook, situation):
    def failed_of(outcome):
        return [
            (one.campaign.place, one.rule.index, one.coupon.value if one.coupon else "")
            for one in outcome.failures
        ]

    some = failed_of(evaluate(rulebook, again(situation)))
    every = failed_of(evaluate(rulebook, again(situation, complete=True)))
    assert [one for one in every if one in set(some)] == some


def tried(*conditions, given=None, **source):
    """Which of some conditions are looked at, by their place."""
    unlikely = [a_rule(HELLO, when=["and", condition, ["=", 1, 2]]) for condition in conditions]
    sets = [a_ruleset(rule, campaign=at) for at, rule in enumerate(unlikely, 1)]
    book = a_rulebook(*sets, attributes=LEVELS, **source)
    outcome = evaluate(book, given or a_situation(customer="ada"))
    return [one.campaign.place for one in outcome.failures]


def test_only_rules_that_can_fire_are_looked_at():
    assert tried(
        [">", TOTAL, 50],
        [">", TOTAL, 500],
        ["eventType", "talon_session_updated"],
        ["eventType", "visit"],
        VALID,
        ["=", [".", "Profile", "Attributes", "tier"], "gold"],
    ) == [0, 2]


def test_a_campaign_whose_code_is_sent_looks_at_all_its_rules():
    rules = [a_rule(HELLO, when=[">", TOTAL, 500]), a_rule(HELLO, when=["and", VALID, ["=", 1, 2]])]
    outcome = evaluate(a_rulebook(a_ruleset(*rules)), a_situation(None, a_coupon()))
    assert [failure.rule.index for failure in outcome.failures] == [0, 1]


def sets(path, value):
    """An effect that sets an attribute."""
    return ["updateAttribute", path, value]


def reads(function, path, value):
    """A condition that compares what a path leads to."""
    return [function, [".", *path.split(".")], value]


BERLIN = ["kv", "latitude", 52, "longitude", 13]
EACH_60 = ["setDiscountPerItem", "off", ITEMS, [["Item"], 60]]
# fmt: off
#    an effect of the first campaign               a condition of the second
CHANGED = [
    (sets("Session.Attributes.level", 5),          reads("=", "Session.Attributes.level", 5)),
    (sets("Session.Attributes.level", 5),
        reads(">", "CustomerSession.Attributes.level", 4)),
    (sets("CustomerSession.Attributes.level", 5),  reads("<", "Session.Attributes.level", 6)),
    (sets("Profile.Attributes.tier", "gold"),
        reads("=", "CustomerProfile.Attributes.tier", "gold")),
    (sets("CustomerProfile.Attributes.tier", "x"), reads("=", "Profile.Attributes.tier", "x")),
    (sets("Profile.Attributes.home", BERLIN), reads("=", "Profile.Attributes.home.latitude", 52)),
    (sets(["concat", "Session.", "Attributes.tier"], "gold"),
        reads("=", "Session.Attributes.tier", "gold")),
    (["catch", ["noop"], sets("Session.Attributes.tier", "a")],
        reads("oneOf", "Session.Attributes.tier", ["list", "a", "b"])),
    (["setDiscount", "off", 60],  reads("<", "Session.DiscountedTotal", 50)),
    (["setDiscount", "off", 60],  reads("<=", "CustomerSession.DiscountedTotal", 40)),
    (EACH_60,                     reads("=", "CustomerSession.DiscountedCartItemTotal", 40)),
    (EACH_60, ["exists", ITEMS, [["One"], reads("=", "One.DiscountedPrice", 40)]]),
    (sets("Session.CartItems[0].Attributes.tier", "x"),
        ["exists", ITEMS, [["One"], reads("=", "One.Attributes.tier", "x")]]),
    (sets("Session.Attributes.tags", ["list", "x"]),
        ["exists", [".", "Session", "Attributes", "tags"], [["One"], ["=", [".", "One"], "x"]]]),
]
# fmt: on


@pytest.mark.parametrize("effect, condition", CHANGED)
def test_a_rule_that_reads_what_an_effect_changes_is_never_left_out(effect, condition):
    book = a_rulebook(
        a_ruleset(a_rule(effect)),
        a_ruleset(a_rule(HELLO, when=["and", condition]), campaign=2),
        application=an_application(enable_cascading_discounts=True),
        attributes=LEVELS,
    )
    assert kinds(evaluate(book, a_situation(customer="ada")))[-1:] == ["showNotification"]


def some(path, condition, name="One"):
    """A condition that holds for some element of a list."""
    return ["exists", [".", *path.split(".")], [[name], condition]]


def is_one(value):
    """Whether the element is a value."""
    return ["=", [".", "One"], value]


ITEM_IS = "Session.CartItems"
# fmt: off
#    a condition about some element of a list                                      holds
SOME = [
    (some(ITEM_IS, reads("=", "One.Sku", "A")),                                    True),
    (some(ITEM_IS, reads("=", "One.Sku", "C")),                                    False),
    (some(ITEM_IS, reads("=", "One.Price", 7)),                                    True),
    (some(ITEM_IS, reads("=", "One.DiscountedPrice", 7)),                          True),
    (some(ITEM_IS, reads("=", "One.Attributes.size", "L")),                        True),
    (some(ITEM_IS, reads("=", "One.Attributes.size.deep", "L")),                   False),
    (some(ITEM_IS, reads("=", "One.Missing", "L")),                                False),
    (some(ITEM_IS, some("Two.Attributes.tags", is_one("new")), "Two"),             True),
    (some(ITEM_IS, some("Two.Attributes.tags", is_one("old")), "Two"),             False),
    (some(ITEM_IS, ["and", reads("=", "One.Sku", "A"), reads("=", "One.Price", 5)]), True),
    (some(ITEM_IS, ["or", reads("=", "One.Sku", "C"), reads("=", "One.Price", 5)]), True),
    (some("CustomerSession.CartItems", reads("=", "Session.Sku", "B"), "Session"), True),
    (some("Session.Identifiers", is_one("phone")),                                 True),
    (some("Session.Identifiers", is_one("laptop")),                                False),
    (some("Session.Identifiers", reads("=", "One.h", "phone")),                    False),
    (some("Session.CouponCodes", is_one("NOPE")),                                  True),
    (some("Session.Total", is_one(1)),                                             False),
]
# fmt: on


@pytest.mark.parametrize("condition, holds", SOME)
def test_a_condition_about_some_element_is_looked_at_where_one_fits(condition, holds):
    sizes = {"attributes": {"size": "L", "tags": ["new", "red"]}}
    cart = a_session(an_item("A", 5, **sizes), an_item("B", 7), codes=["NOPE"])
    cart.identifiers = ["phone"]
    attributes = [
        an_attribute("CartItem", "size"),
        an_attribute("CartItem", "tags", "(list string)"),
    ]
    book = a_rulebook(
        a_ruleset(a_rule(HELLO, when=["and", condition])),
        a_ruleset(a_rule(HELLO), campaign=2),
        attributes=attributes,
    )
    for complete in (False, True):
        outcome = evaluate(book, a_situation(cart, complete=complete))
        told_by = {one.campaign_id for one in outcome.effects} - {-1}
        assert told_by == ({1, 2} if holds else {2})


def test_an_attribute_that_nothing_changes_may_leave_rules_out():
    is_gold = reads("=", "Profile.Attributes.tier", "gold")
    gold = a_situation(customer="ada", profile=a_profile(attributes={"tier": "gold"}))
    assert tried(is_gold) == []
    assert tried(is_gold, given=gold) == [0]


IS_500 = [">", TOTAL, 500]
# All of them false.
ON_FAILURE = [
    ["onFailure", IS_500, HELLO],
    ["and", ["onFailure", IS_500, HELLO]],
    ["and", ["onFailure", [".", "Session", "Attributes", "tier"], HELLO], IS_500],
    ["or", ["onFailure", ["eventType", "visit"], HELLO], ["=", 1, 2]],
    ["and", ["not", ["not", ["onFailure", IS_500, HELLO]]]],
]


@pytest.mark.parametrize("condition", ON_FAILURE)
def test_a_rule_that_tells_when_it_fails_is_never_left_out(condition):
    outcome = evaluate(a_rulebook(a_ruleset(a_rule(when=condition))), a_situation())
    assert kinds(outcome) == ["showNotification"]


def test_what_comes_before_the_telling_part_may_leave_it_out():
    first = ["and", [">", TOTAL, 500], ["onFailure", ["=", 1, 2], HELLO]]
    book = a_rulebook(a_ruleset(a_rule(when=first)))
    for complete in (False, True):
        assert evaluate(book, a_situation(complete=complete)).effects == []


def test_bindings_are_read_before_they_decide():
    rule = a_rule(["showNotification", "Info", "big", ""], when=[">", [".", "Double"], 150])
    ruleset = a_ruleset(rule, bindings=[a_binding("Double", ["*", TOTAL, 2])])
    assert told(evaluate(a_rulebook(ruleset), a_situation()))[0]["title"] == "big"
