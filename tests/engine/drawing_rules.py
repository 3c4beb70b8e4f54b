"""Random rules: what they ask and what they do.

Conditions look at what effects change, at what is missing, at codes and at both names of a root;
effects discount, spend, set, make and fail.
"""

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from largesse.model.campaigns import Rule
from tests.engine.building import (
    ITEMS,
    PRICE,
    TOTAL,
    VALID,
    a_limit,
    a_rule,
    an_attribute,
)

TEXTS: Final = ("gold", "silver", "")
NUMBERS: Final = (0, 1, 5, 20, Decimal("0.1"), Decimal("33.33"), 100)
ROOTS: Final = ("Session", "CustomerSession", "Profile", "CustomerProfile")
ATTRIBUTES = [
    an_attribute(entity, name, kind)
    for entity in ("CustomerSession", "CustomerProfile", "CartItem", "Coupon")
    for name, kind in (("tier", "string"), ("level", "number"), ("tags", "(list string)"))
]

texts = st.sampled_from(TEXTS)
numbers = st.sampled_from(NUMBERS)
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


def some_item(condition: Any) -> list[Any]:
    """A condition that holds for some item."""
    return ["exists", ITEMS, [["Item"], condition]]


def in_list(path: list[str], value: Any) -> list[Any]:
    """A condition that holds for some element of a list."""
    return ["exists", [".", *path], [["One"], ["=", [".", "One"], value]]]


item_values = st.sampled_from(
    [
        ["Sku"],
        ["Price"],
        ["DiscountedPrice"],
        ["Attributes", "tier"],
        ["AdditionalCosts", "wrapping"],
    ]
)
lists: Any = st.one_of(
    st.builds(
        lambda path, value: some_item(["=", [".", "Item", *path], value]),
        item_values,
        texts | numbers | st.just("A"),
    ),
    st.builds(lambda value: some_item(in_list(["Item", "Attributes", "tags"], value)), texts),
    st.builds(
        in_list,
        st.sampled_from(
            [
                ["Session", "Identifiers"],
                ["CustomerSession", "CouponCodes"],
                ["Session", "Attributes", "tags"],
            ]
        ),
        st.sampled_from(["phone", "ONE", "gold"]),
    ),
    texts.map(lambda value: ["every", ITEMS, [["Item"], ["=", [".", "Item", "Sku"], value]]]),
)
leaves: Any = st.one_of(
    comparisons,
    lists,
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
    sets("tags", texts.map(lambda text: ["list", text])),
    texts.map(lambda text: ["updateAttribute", "Session.CartItems[0].Attributes.tier", text]),
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
