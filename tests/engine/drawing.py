"""Random promotions, carts and situations, for laws that must hold for all of them.

Conditions look at what effects change, at what is missing, at codes and at both names of a root;
effects discount, spend, set, make and fail.
"""

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
from largesse.model.limits import LimitConfig
from tests.engine.building import (
    ITEMS,
    NOW,
    PRICE,
    TOTAL,
    VALID,
    a_campaign,
    a_cost,
    a_coupon,
    a_custom_effect,
    a_limit,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_application,
    an_attribute,
    an_item,
)

# As many examples as fit into a minute for all laws together.
EXAMPLES: Final = int(os.environ.get("LARGESSE_EXAMPLES", "50"))
quickly = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

CODES: Final = ("ONE", "TWO", "CARD")
TEXTS: Final = ("gold", "silver", "")
NUMBERS: Final = (0, 1, 5, 20, Decimal("0.1"), Decimal("33.33"), 100)
ROOTS: Final = ("Session", "CustomerSession", "Profile", "CustomerProfile")
ATTRIBUTES = [
    an_attribute(entity, name, kind)
    for entity in ("CustomerSession", "CustomerProfile", "CartItem", "Coupon")
    for name, kind in (("tier", "string"), ("level", "number"))
]

texts = st.sampled_from(TEXTS)
numbers = st.sampled_from(NUMBERS)
prices = st.decimals(0, 200, places=2) | st.sampled_from([Decimal(0), Decimal("0.000000000001")])
amounts: Any = st.one_of(
    numbers,
    numbers.map(lambda share: ["*", TOTAL, ["/", share, 100]]),
    st.just([".", "Session", "DiscountedTotal"]),
    st.just([".", "Session", "Attributes", "level"]),
    st.just([".", "Coupon", "DiscountRemainder"]),
    st.just(-1),
)
paths = st.sampled_from(ROOTS).flatmap(
    lambda root: st.sampled_from([[root, "Attributes", "tier"], [root, "Attributes", "level"]])
)
measures = st.sampled_from(
    [
        ["Session", "Total"],
        ["CustomerSession", "CartItemTotal"],
        ["Session", "DiscountedTotal"],
        ["CustomerSession", "DiscountedTotal"],
        ["Session", "DiscountedCartItemTotal"],
        ["Profile", "ClosedSessions"],
        ["CustomerProfile", "Attributes", "level"],
        ["Session", "Attributes", "level"],
        ["Coupon", "UsageCounter"],
        ["Session", "Missing"],
    ]
)
ORDERS = st.sampled_from(["<", "<=", ">", ">="])
comparisons: Any = st.one_of(
    st.tuples(ORDERS, measures.map(lambda path: [".", *path]), numbers),
    st.tuples(ORDERS, numbers, measures.map(lambda path: [".", *path])),
    st.tuples(st.sampled_from(["=", "!="]), paths.map(lambda path: [".", *path]), texts),
    st.tuples(st.just("="), paths.map(lambda path: [".|", "gold", *path]), texts),
    st.tuples(st.just("eventType"), st.sampled_from(["talon_session_updated", "visit"])),
    st.tuples(st.just("oneOf"), paths.map(lambda path: [".", *path]), st.just(["list", "gold", 5])),
    st.tuples(st.just("between"), measures.map(lambda path: [".", *path]), numbers, numbers),
).map(list)
leaves: Any = st.one_of(
    comparisons,
    st.sampled_from([VALID, ["couponValidWithoutRedemption"], ["and"], ["couponCanBeCreated"]]),
    st.sampled_from([["budgetAvailable", "setDiscount"], ["isEmpty", ITEMS], ["=", 1, 2]]),
)
SORRY: Final = ["showNotification", "Error", "sorry", ""]
conditions: Any = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda them: ["and", *them]),
        st.lists(inner, max_size=3).map(lambda them: ["or", *them]),
        inner.map(lambda one: ["not", one]),
        inner.map(lambda one: ["catch", False, one]),
        inner.map(lambda one: ["onFailure", one, SORRY]),
    ),
    max_leaves=6,
)


def off_each(amount: Any, scope: Any) -> list[Any]:
    """An amount off each unit."""
    return ["setDiscountPerItem", "each", ITEMS, [["Item"], amount], scope]


SCOPES = st.sampled_from(["sessionTotal", "cartItems", "additionalCosts", None])
ITEM_SCOPES = st.sampled_from(["price", "itemTotal", "additionalCosts", None])
discounts: Any = st.one_of(
    st.builds(lambda amount, scope: ["setDiscount", "off", amount, scope], amounts, SCOPES),
    st.builds(off_each, numbers, ITEM_SCOPES),
    st.builds(
        lambda amount, scope: ["setDiscountPerItemProRata", "spread", ITEMS, amount, scope],
        amounts,
        ITEM_SCOPES,
    ),
    amounts.map(lambda amount: ["setDiscountPerAdditionalCost", "ship", "shipping", amount]),
    st.just(["setDiscountPerAdditionalCostPerItem", "wrap", "wrapping", ITEMS, PRICE]),
)


def sets(name: str, values: Any) -> Any:
    """Effects that set an attribute of the session or of the customer."""
    return st.builds(
        lambda root, value: ["updateAttribute", f"{root}.Attributes.{name}", value],
        st.sampled_from(ROOTS),
        values,
    )


effects: Any = st.one_of(
    discounts,
    st.sampled_from([["createCoupon", 1], ["reserveCoupon"], ["addFreeItem", "free", "MUG", 2]]),
    st.sampled_from([["customEffect", 1], ["catch", ["noop"], ["setDiscount", "a", -1]], SORRY]),
    sets("tier", texts),
    sets("level", numbers),
)


def rules_with(made: Any) -> st.SearchStrategy[Rule]:
    """Rules with such effects."""
    return st.builds(
        lambda condition, chosen: a_rule(*chosen, when=condition),
        conditions.map(lambda one: one if isinstance(one[0], str) else ["and", one]),
        st.lists(made, max_size=3),
    )


rules = rules_with(effects)
COUNTED_FOR: Final = ("Profile", "Coupon", "Session", "Identifier")
limits = st.builds(
    lambda action, limit, entities: a_limit(action, limit, *entities),
    st.sampled_from(
        ["setDiscount", "setDiscountEffect", "redeemCoupon", "createCoupon", "addFreeItemEffect"]
    ),
    st.sampled_from([0, 1, 2, 50]),
    st.lists(
        st.sampled_from(["Profile", "Coupon", "Session", "Identifier"]), unique=True, max_size=2
    ),
)


def distinct(found: list[LimitConfig]) -> list[LimitConfig]:
    """Limits of which no two are alike but for their amounts."""
    return [*{(one.action, frozenset(one.entities)): one for one in found}.values()]


def books(
    rules_of_each: st.SearchStrategy[list[Rule]], *, most: int
) -> st.SearchStrategy[Rulebook]:
    """Rulebooks of some campaigns."""
    return st.builds(
        book_of,
        st.lists(st.tuples(rules_of_each, st.lists(limits, max_size=2)), min_size=1, max_size=most),
        cascading=st.booleans(),
        partial=st.booleans(),
    )


def book_of(
    campaigns: list[tuple[list[Rule], list[LimitConfig]]], *, cascading: bool, partial: bool
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
    )


def rulebooks_with(made: Any) -> st.SearchStrategy[Rulebook]:
    """Rulebooks of a few campaigns whose rules have such effects."""
    own = st.lists(rules_with(made), min_size=1, max_size=3)
    return st.builds(
        book_of,
        st.lists(st.tuples(own, st.lists(limits, max_size=2)), min_size=1, max_size=4),
        cascading=st.booleans(),
        partial=st.booleans(),
    )


rulebooks = rulebooks_with(effects)
known_values = st.fixed_dictionaries(
    {}, optional={"tier": texts, "level": numbers.map(Decimal).filter(lambda one: one >= 0)}
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
