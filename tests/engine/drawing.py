"""Random promotions, carts and situations, for laws that must hold for all of them."""

import os
from decimal import Decimal
from itertools import count
from typing import Any, Final

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from largesse.engine.outcome import Outcome
from largesse.engine.rulebook import Rulebook
from largesse.engine.situation import Happening, Situation
from largesse.kit.wire import to_json
from largesse.model.campaigns import Campaign, Rule
from largesse.model.evaluation import EvaluationGroup
from largesse.model.limits import LimitConfig
from tests.engine.building import (
    NOW,
    a_campaign,
    a_cost,
    a_coupon,
    a_custom_effect,
    a_profile,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_application,
    an_item,
)
from tests.engine.drawing_rules import ATTRIBUTES, effects, limits, numbers, rules_with, texts

# As many examples as fit into a minute for all laws together.
EXAMPLES: Final = int(os.environ.get("LARGESSE_EXAMPLES", "50"))
quickly = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

CODES: Final = ("ONE", "TWO", "CARD")
prices = st.decimals(0, 200, places=2) | st.sampled_from([Decimal(0), Decimal("0.000000000001")])


def distinct(found: list[LimitConfig]) -> list[LimitConfig]:
    """Limits of which no two are alike but for their amounts."""
    return [*{(one.action, frozenset(one.entities)): one for one in found}.values()]


def book_of(
    campaigns: list[tuple[list[Rule], list[LimitConfig]]],
    tree: EvaluationGroup | None,
    *,
    cascading: bool,
    partial: bool,
) -> Rulebook:
    """A rulebook of campaigns with these rules and limits."""
    numbered = [*enumerate(campaigns, 1)]
    known: list[Campaign] = [a_campaign(at, *distinct(own)) for at, (_, own) in numbered]
    return a_rulebook(
        *(a_ruleset(*own, campaign=at) for at, (own, _) in numbered),
        campaigns=known,
        application=an_application(
            enable_cascading_discounts=cascading, enable_partial_discounts=partial
        ),
        attributes=ATTRIBUTES,
        additional_costs=[a_cost("shipping"), a_cost("wrapping", 2)],
        custom_effects=[a_custom_effect("{}")],
        tree=tree,
    )


modes = st.sampled_from(["stackable", "listOrder", "highestDiscount", "lowestDiscount"])
orders = st.permutations([1, 2, 3, 4])


def tree_of(order: list[int], cut: int, *modes: Any, scope: Any) -> EvaluationGroup:
    """Some campaigns in the base group, the others in a group within it."""
    inner = EvaluationGroup(id=2, evaluation_mode=modes[1], campaign_ids=order[cut:])
    base = EvaluationGroup(id=1, evaluation_mode=modes[0], campaign_ids=order[:cut])
    base.groups, inner.evaluation_scope = [inner], scope
    return base


trees = st.none() | st.builds(
    tree_of,
    orders,
    st.integers(0, 4),
    modes,
    modes,
    scope=st.sampled_from(["session", "session", "cartItem"]),
)


def rulebooks_with(made: Any, trees: Any = trees) -> st.SearchStrategy[Rulebook]:
    """Rulebooks of a few campaigns whose rules have such effects."""
    own = st.lists(rules_with(made), min_size=1, max_size=3)
    return st.builds(
        book_of,
        st.lists(st.tuples(own, st.lists(limits, max_size=2)), min_size=1, max_size=4),
        trees,
        cascading=st.booleans(),
        partial=st.booleans(),
    )


rulebooks = rulebooks_with(effects)
known_values = st.fixed_dictionaries(
    {},
    optional={
        "tier": texts,
        "level": numbers.map(Decimal).filter(lambda one: one >= 0),
        "tags": st.lists(texts, max_size=2),
    },
)
items = st.builds(
    lambda price, quantity, cost, values: an_item(
        price=price, quantity=quantity, costs={"wrapping": cost} if cost else {}, attributes=values
    ),
    prices,
    st.integers(1, 3),
    st.sampled_from([None, 0, 2, Decimal("1.5")]),
    known_values,
)
carts = st.builds(
    lambda lines, shipping, **more: a_session(*lines, costs=shipping, **more),
    st.lists(items, max_size=4),
    st.sampled_from([{}, {"shipping": 5}]),
    attributes=known_values,
    codes=st.lists(st.sampled_from([*CODES, "NOPE"]), max_size=3),
    identifiers=st.lists(st.sampled_from(["phone", "laptop"]), max_size=2),
)


def situation_of(
    cart: Any, values: Any, *, customer: bool, closes: bool, visits: bool
) -> Situation:
    """A situation with codes of the first two campaigns."""
    coupons = [
        a_coupon("ONE", 1, usage_limit=0),
        a_coupon("TWO", 2, attributes=dict(values)),
        a_coupon("CARD", 1, discount_limit="30.5", usage_limit=0),
    ]
    given = a_situation(cart, *coupons, customer="ada" if customer else "", now=NOW)
    given.coupons = {one.value: one for one in coupons}
    given.session.coupon_codes = list(cart.coupon_codes)
    given.profile = a_profile(attributes=dict(values)) if customer else None
    given.state = "closed" if closes else "open"
    if visits:
        given.happening = Happening("visit", {}, is_custom=True)
    return given


situations = st.builds(
    situation_of,
    carts,
    known_values,
    customer=st.booleans(),
    closes=st.booleans(),
    visits=st.booleans(),
)


def again(situation: Situation, **more: Any) -> Situation:
    """The same situation for another evaluation, with a fresh supply of numbers."""
    return msgspec.structs.replace(situation, ids=count(1000), **more)


def everything(outcome: Outcome) -> dict[str, Any]:
    """All that an outcome says and wants written, but why rules failed, as JSON."""
    said = {name: getattr(outcome, name) for name in outcome.__struct_fields__}
    del said["failures"]
    return msgspec.json.decode(to_json(said))
