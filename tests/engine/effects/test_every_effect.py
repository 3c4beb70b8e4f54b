"""Laws of all effects: whatever they are given, they are told or they fail."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from largesse.engine.effects import effects
from largesse.engine.expr.functions import Function
from largesse.engine.expr.types import (
    BOOLEAN,
    NUMBER,
    TEXT,
    Formed,
    LambdaOf,
    ListOf,
    OneOf,
    Record,
    Type,
)
from tests.engine.building import (
    HELLO,
    ITEMS,
    a_cost,
    a_coupon,
    a_custom_effect,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_attribute,
    an_item,
    evaluate,
    kinds,
)
from tests.engine.drawing import quickly

ALL = sorted(effects().values(), key=lambda one: one.name)
WORDS = ["", "x", "shipping", "price", "sessionTotal", "Info", "Current", "ada", "\x7f", "é" * 1001]
PATHS = [
    "Session.Attributes.tier",
    "Session.CartItems[0].Attributes.tier",
    "Coupon.Attributes.tier",
]
texts = st.sampled_from([*WORDS, *PATHS])
numbers = st.sampled_from([0, 1, 2, -1, 10**17, 10**9, Decimal("0.5"), Decimal("0.000000000001")])
unset = st.just([".", "Session", "Missing"])
lists = st.sampled_from(
    [["list"], ["list", 1, "a"], ITEMS, ["tail", ITEMS], ["list", ITEMS], ["list", None]]
)
terms = st.dictionaries(
    st.sampled_from(["usageLimit", "discountLimit", "startDate", "expiryDate", "attributes", "x"]),
    st.one_of(texts, numbers, st.booleans(), st.none(), st.just({"a": 1})),
    max_size=3,
)
anything = st.one_of(texts, numbers, st.booleans(), st.none(), lists, terms, unset)


def arguments(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type, of its form or not; now and then of another type."""
    match kind:
        case Formed(kind=inner, options=options):
            return arguments(inner) | st.sampled_from(options or ("1",))
        case OneOf(members=members):
            return st.one_of(*map(arguments, members))
        case ListOf():
            return lists
        case LambdaOf(result=result):
            return arguments(result).map(lambda body: [["Item"], body])
        case Record():
            return terms
    return {TEXT: texts, NUMBER: numbers, BOOLEAN: st.booleans()}.get(kind, anything) | unset


def calls(called: Function) -> st.SearchStrategy[list[Any]]:
    """Calls of an effect with as many arguments as it takes."""
    most = min(called.most, called.least + 3)
    return (
        st.integers(called.least, most)
        .flatmap(
            lambda size: st.tuples(*(arguments(called.parameter(at).type) for at in range(size)))
        )
        .map(lambda given: [called.name, *given])
    )


@pytest.mark.parametrize("called", ALL, ids=lambda one: one.name)
@quickly
@given(st.data())
def test_no_call_of_an_effect_breaks_a_decision(called, data):
    book = a_rulebook(
        a_ruleset(a_rule(data.draw(calls(called))), a_rule(HELLO)),
        attributes=[an_attribute(one, "tier") for one in ("CustomerSession", "CartItem", "Coupon")],
        additional_costs=[a_cost()],
        custom_effects=[a_custom_effect("{}"), a_custom_effect('{"a": {{a}}}', "a", id=2)],
        audiences={1: "Friends"},
        pools={1: "Cinema"},
    )
    cart = a_session(an_item(costs={"shipping": 2}), an_item("B"), costs={"shipping": 5})
    given_ = a_situation(cart, a_coupon(), customer="ada", state="closed")
    assert "showNotification" in kinds(evaluate(book, given_))


@pytest.mark.parametrize("called", ALL, ids=lambda one: one.name)
def test_every_effect_says_what_it_does(called):
    assert called.kind == "effect"
    assert called.says
    assert called.doc.endswith(".")
    assert called.least <= called.most
