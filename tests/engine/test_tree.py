"""Evaluation groups: which of the campaigns that compete apply, and what the others are told."""

import pytest

from largesse.model.evaluation import EvaluationGroup
from tests.engine.building import (
    HELLO,
    ITEMS,
    VALID,
    a_campaign,
    a_coupon,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_attribute,
    an_item,
    evaluate,
    kinds,
    spent,
    told,
    verdicts,
)
from tests.engine.shopping import noticed


def a_group(mode, *members, scope="session", number=1):
    """A group of campaigns and of groups within it."""
    return EvaluationGroup(
        id=number,
        evaluation_mode=mode,
        evaluation_scope=scope,
        campaign_ids=[one for one in members if isinstance(one, int)],
        groups=[one for one in members if isinstance(one, EvaluationGroup)],
    )


def off(amount, when=("and",)):
    """A rule that takes an amount off, called by its amount."""
    return a_rule(["setDiscount", f"off {amount}", amount], when=[*when])


def applied(tree, *rules, session=None, **source):
    """Which discounts apply; the first rule is that of campaign 1, and so on."""
    sets = [a_ruleset(rule, campaign=at) for at, rule in enumerate(rules, 1)]
    outcome = evaluate(a_rulebook(*sets, tree=tree, **source), a_situation(session))
    return [int(props["value"]) for props in told(outcome, "setDiscount")]


NEVER = ["=", 1, 2]
# fmt: off
#    mode               amounts of campaigns; 0 is never triggered    those that apply
MODES = [
    ("stackable",       [5, 9, 7],                                    [5, 9, 7]),
    ("stackable",       [5, 0, 7],                                    [5, 7]),
    ("listOrder",       [5, 9, 7],                                    [5]),
    ("listOrder",       [0, 9, 7],                                    [9]),
    ("listOrder",       [0, 0],                                       []),
    ("highestDiscount", [5, 9, 7],                                    [9]),
    ("highestDiscount", [5, 9, 9],                                    [9]),
    ("highestDiscount", [0, 0, 7],                                    [7]),
    ("lowestDiscount",  [5, 9, 7],                                    [5]),
    ("lowestDiscount",  [0, 9, 7],                                    [7]),
]
# fmt: on


@pytest.mark.parametrize("mode, amounts, those", MODES)
def test_the_mode_of_a_group_says_which_campaigns_apply(mode, amounts, those):
    rules = [off(amount) if amount else off(1, NEVER) for amount in amounts]
    tree = a_group(mode, *range(1, len(amounts) + 1))
    assert applied(tree, *rules) == those


@pytest.mark.parametrize("mode, winner", [("highestDiscount", [1]), ("lowestDiscount", [1])])
def test_of_equals_the_earlier_one_wins(mode, winner):
    book = a_rulebook(a_ruleset(off(5)), a_ruleset(off(5), campaign=2), tree=a_group(mode, 1, 2))
    assert [one.campaign_id for one in evaluate(book, a_situation()).effects] == winner


@pytest.mark.parametrize("mode", ["highestDiscount", "lowestDiscount"])
def test_a_campaign_without_a_discount_wins_only_when_no_other_is_triggered(mode):
    both = a_rulebook(
        a_ruleset(a_rule(HELLO)), a_ruleset(off(5), campaign=2), tree=a_group(mode, 1, 2)
    )
    assert kinds(evaluate(both, a_situation())) == ["setDiscount"]
    alone = a_rulebook(
        a_ruleset(a_rule(HELLO)), a_ruleset(off(5, NEVER), campaign=2), tree=a_group(mode, 1, 2)
    )
    assert kinds(evaluate(alone, a_situation())) == ["showNotification"]


def test_campaigns_come_in_the_order_of_the_tree_and_those_that_it_does_not_name_after_them():
    assert applied(a_group("stackable", 3, 1), off(1), off(2), off(3), off(4)) == [3, 1, 2, 4]


# fmt: off
#    tree                                                                  those that apply
NESTED = [
    (a_group("stackable", 1, a_group("highestDiscount", 2, 3, number=2)),   [1, 3]),
    (a_group("highestDiscount", a_group("stackable", 1, 2, number=2), 4),   [4]),
    (a_group("highestDiscount", a_group("stackable", 2, 3, number=2), 4),   [2, 3]),
    (a_group("lowestDiscount", a_group("stackable", 1, 2, number=2), 4),    [1, 2]),
    (a_group("listOrder", 2, a_group("stackable", 1, 3, number=2)),         [2]),
    (a_group("stackable", 4, a_group("listOrder", 3, 2, number=2),
             a_group("lowestDiscount", 1, number=3)),                       [4, 3, 1]),
]
# fmt: on


@pytest.mark.parametrize("tree, those", NESTED)
def test_a_group_within_a_group_counts_as_one_member(tree, those):
    named = {*tree.campaign_ids, *(one for inner in tree.groups for one in inner.campaign_ids)}
    rules = [off(at) if at in named else a_rule() for at in range(1, 5)]
    assert applied(tree, *rules) == those


def test_a_loser_leaves_nothing_behind():
    loses = a_rule(["setDiscount", "less", 1], ["createCoupon", 1], ["addFreeItem", "free", "MUG"])
    actions = ("createCoupon", "addFreeItemEffect", "setDiscount")
    limits = [a_limit(action, 5) for action in actions]
    book = a_rulebook(
        a_ruleset(loses),
        a_ruleset(off(9), campaign=2),
        campaigns=[a_campaign(1, *limits)],
        tree=a_group("highestDiscount", 1, 2),
    )
    outcome = evaluate(book, a_situation(state="closed"))
    assert (noticed(outcome), outcome.codes, spent(outcome)) == (["off 9 9"], [], {})


def test_a_member_is_judged_without_what_the_winner_changes():
    changes = ["updateAttribute", "Session.Attributes.x", "y"]
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscount", "a", 5], changes)),
        a_ruleset(off(1, ["=", [".", "Session", "Attributes", "x"], "y"]), campaign=2),
        attributes=[an_attribute("CustomerSession", "x")],
        tree=a_group("highestDiscount", 1, 2),
    )
    assert kinds(evaluate(book, a_situation())) == ["setDiscount", "updateAttribute"]


LOST = "CouponPartOfNotTriggeredCampaign"
# fmt: off
#    mode               verdicts of a code worth 5 and one worth 9   why the other lost
CODES = [
    ("highestDiscount", (LOST, "accepted"),                          "CampaignGaveLowerDiscount"),
    ("lowestDiscount",  ("accepted", LOST),                          "CampaignNotInEvaluationSet"),
    ("listOrder",       ("accepted", LOST),                          "CampaignIsNotFirst"),
    ("stackable",       ("accepted", "accepted"),                    None),
]
# fmt: on


@pytest.mark.parametrize("mode, told_of, why", CODES)
def test_codes_of_losers_are_told_why(mode, told_of, why):
    sets = [a_ruleset(off(amount, VALID), campaign=at) for at, amount in ((1, 5), (2, 9))]
    book = a_rulebook(*sets, tree=a_group(mode, 1, 2))
    outcome = evaluate(book, a_situation(None, a_coupon("ONE", 1), a_coupon("TWO", 2)))
    assert verdicts(outcome) == dict(zip(("ONE", "TWO"), told_of, strict=True))
    reasons = [one["campaignExclusionReason"] for one in told(outcome, "rejectCoupon")]
    assert reasons == ([why] if why else [])


@pytest.mark.parametrize("mode", ["highestDiscount", "lowestDiscount", "listOrder"])
def test_a_code_of_a_campaign_that_is_not_triggered_gets_its_own_reason(mode):
    book = a_rulebook(
        a_ruleset(off(5, ["and", VALID, NEVER])),
        a_ruleset(off(9), campaign=2),
        tree=a_group(mode, 1, 2),
    )
    outcome = evaluate(book, a_situation(None, a_coupon("ONE", 1)))
    assert verdicts(outcome) == {"ONE": "CouponRejectedByCondition"}


def test_effects_name_the_group_that_they_come_from():
    tree = a_group("stackable", 1, a_group("listOrder", 2, number=7))
    book = a_rulebook(a_ruleset(off(1)), a_ruleset(off(2), campaign=2), tree=tree)
    groups = [
        (one.evaluation_group_id, one.evaluation_group_mode)
        for one in evaluate(book, a_situation()).effects
    ]
    assert groups == [(1, "stackable"), (7, "listOrder")]


DEAR = ["filter", ITEMS, [["Item"], [">", [".", "Item", "Price"], 50]]]
# fmt: off
#    mode               discounts of units at 100 and 20: `a` of all of them, `b` of the dear
UNITS = [
    ("highestDiscount", ["b#0 10", "a#1 5"]),
    ("lowestDiscount",  ["a#0 5", "a#1 5"]),
    ("listOrder",       ["a#0 5", "a#1 5"]),
]
# fmt: on


@pytest.mark.parametrize("mode, notices", UNITS)
def test_where_campaigns_compete_for_units_each_unit_takes_its_own(mode, notices):
    book = a_rulebook(
        a_ruleset(a_rule(["setDiscountPerItem", "a", ITEMS, [["Item"], 5]])),
        a_ruleset(a_rule(["setDiscountPerItem", "b", DEAR, [["Item"], 10]], HELLO), campaign=2),
        tree=a_group(mode, 1, 2, scope="cartItem"),
    )
    cart = a_session(an_item("A", 100), an_item("B", 20))
    outcome = evaluate(book, a_situation(cart))
    assert sorted(one for one in noticed(outcome) if "#" in one) == sorted(notices)
    assert "says hello" in noticed(outcome), "what is no discount of a unit counts always"
