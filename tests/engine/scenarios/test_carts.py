"""Promotions of single items: the cheapest for nothing, every third, the second at half price."""

from decimal import Decimal

import pytest

from tests.engine.building import (
    ITEMS,
    PRICE,
    TOTAL,
    a_binding,
    a_campaign,
    a_cost,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    an_application,
    an_attribute,
    an_item,
)
from tests.engine.shopping import Shop, noticed

CHEAPEST_FIRST = ["sortByNumber", ITEMS, PRICE]
DEAREST_FIRST = ["sortByNumber", ITEMS, PRICE, True]
WHOLE_PRICE = [["Item"], [".", "Item", "Price"]]


def those(condition, items=ITEMS):
    """The items of which something is true; where it cannot be told it is not."""
    return ["filter", items, [["Item"], ["catch", False, condition]]]


def in_category(name):
    """Whether an item is of a category."""
    return ["=", [".", "Item", "Category"], name]


def shop_of(*rules, bindings=(), limits=(), **source):
    """A shop with one campaign."""
    ruleset = a_ruleset(*rules, bindings=[a_binding(*one) for one in bindings])
    return Shop(a_rulebook(ruleset, campaigns=[a_campaign(1, *limits)], **source))


def bought(shop, *items, **more):
    """What a customer notices of buying some items."""
    return noticed(shop.close(a_session(*items), **more))


# Three for two: the cheapest of three is free.
THREE_FOR_TWO = a_rule(
    ["setDiscountPerItem", "3 for 2", ["list", ["head", CHEAPEST_FIRST]], WHOLE_PRICE],
    when=["and", [">=", ["count", ITEMS], 3]],
)
# fmt: off
CHEAPEST = [
    ([an_item("A", 10, 2)],                                    []),
    ([an_item("A", 10, 3)],                                    ["3 for 2#0 10"]),
    ([an_item("A", 30), an_item("B", 10), an_item("C", 20)],   ["3 for 2#1 10"]),
    ([an_item("A", 30), an_item("B", 10, 2)],                  ["3 for 2#1 10"]),
    ([an_item("A", 30, 2), an_item("B", 10, 2)],               ["3 for 2#1 10"]),
]
# fmt: on


@pytest.mark.parametrize("items, notices", CHEAPEST)
def test_the_cheapest_of_three_is_free(items, notices):
    assert bought(shop_of(THREE_FOR_TWO), *items) == notices


# Buy two mugs, get one more, as long as there are any.
MUGS = those(["=", [".", "Item", "Sku"], "MUG"])
ONE_MORE = a_rule(
    ["addFreeItem", "one more", "MUG", ["floor", ["/", ["count", [".", "Mugs"]], 2]]],
    when=["and", [">=", ["count", [".", "Mugs"]], 2]],
)
# fmt: off
EVERY_THIRD = [
    (1, []),
    (2, ["free MUG"]),
    (3, ["free MUG"]),
    (4, ["free MUG"] * 2),
    (9, ["free MUG"] * 4),
]
# fmt: on


@pytest.mark.parametrize("quantity, notices", EVERY_THIRD)
def test_buy_two_get_one(quantity, notices):
    shop = shop_of(ONE_MORE, bindings=[("Mugs", MUGS)])
    assert bought(shop, an_item("CUP", 9, 5), an_item("MUG", 8, quantity)) == notices


def test_buy_two_get_one_while_stocks_last():
    shop = shop_of(
        ONE_MORE,
        bindings=[("Mugs", MUGS)],
        limits=[a_limit("addFreeItemEffect", 3)],
        application=an_application(enable_partial_discounts=True),
    )
    gifts = [len(bought(shop, an_item("MUG", 8, 4), key=str(order))) for order in range(3)]
    assert gifts == [2, 1, 0]


# The second item at half price: the second dearest of the cart.
SECOND_AT_HALF = a_rule(
    [
        "setDiscountPerItem",
        "second",
        ["list", ["item", DEAREST_FIRST, 1]],
        [["Item"], ["/", [".", "Item", "Price"], 2]],
    ],
)
# fmt: off
SECONDS = [
    ([an_item("A", 40)],                                       []),
    ([an_item("A", 40, 2)],                                    ["second#0 20"]),
    ([an_item("A", 10), an_item("B", 40), an_item("C", "9.99")], ["second#0 5"]),
]
# fmt: on


@pytest.mark.parametrize("items, notices", SECONDS)
def test_the_second_at_half_price(items, notices):
    assert bought(shop_of(SECOND_AT_HALF), *items) == notices


# A quarter off shoes, but not off those that are reduced already.
FULL_PRICE = ["not", [".|", False, "Item", "Attributes", "reduced"]]
SHOES = a_rule(
    [
        "setDiscountPerItem",
        "shoes",
        [".", "Shoes"],
        [["Item"], ["*", [".", "Item", "Price"], Decimal("0.25")]],
    ]
)
SHOE = {"category": "shoes"}


def test_a_quarter_off_shoes_that_are_not_reduced():
    shop = shop_of(
        SHOES,
        bindings=[("Shoes", those(["and", in_category("shoes"), FULL_PRICE]))],
        attributes=[an_attribute("CartItem", "reduced", "boolean")],
    )
    assert bought(
        shop,
        an_item("BOOT", 80, **SHOE),
        an_item("HAT", 20, category="hats"),
        an_item("SANDAL", 30, attributes={"reduced": True}, **SHOE),
        an_item("CLOG", "19.99", 2, attributes={"reduced": False}, **SHOE),
        an_item("BAG", 5),
    ) == ["shoes#0 20", "shoes#3 4.9975", "shoes#3 4.9975"]


# Ten or more of the same: half a euro off each.
BULK = a_rule(
    ["setDiscountPerItem", "bulk", ITEMS, [["Item"], Decimal("0.5")]],
    when=["and", [">=", ["count", ITEMS], 10]],
)


@pytest.mark.parametrize("quantity", [9, 10, 12])
def test_half_a_euro_off_each_of_ten(quantity):
    expected = ["bulk#0 0.5"] * quantity if quantity >= 10 else []
    assert bought(shop_of(BULK), an_item("PEN", 2, quantity)) == expected


# A set of three books costs 25, however they are priced: the rest is taken off in proportion.
BOOKS = those(in_category("books"))
SET_PRICE = a_rule(
    ["setDiscountPerItemProRata", "set", BOOKS, ["-", ["sum", BOOKS, WHOLE_PRICE], 25]],
    when=["and", ["=", ["count", BOOKS], 3], [">", ["sum", BOOKS, WHOLE_PRICE], 25]],
)
BOOK = {"category": "books"}
# fmt: off
SETS = [
    ([an_item("A", 20, **BOOK), an_item("B", 20, **BOOK), an_item("C", 10, **BOOK)],
     ["set#0 10", "set#1 10", "set#2 5"]),
    ([an_item("A", 10, 3, **BOOK)],
     ["set#0 1.666666666666", "set#0 1.666666666666", "set#0 1.666666666668"]),
    ([an_item("A", 8, 3, **BOOK)],                             []),
    ([an_item("A", 20, 2, **BOOK)],                            []),
]
# fmt: on


@pytest.mark.parametrize("items, notices", SETS)
def test_a_set_at_a_price(items, notices):
    outcome = shop_of(SET_PRICE).close(a_session(*items))
    assert noticed(outcome) == notices
    paid = sum(item.price * item.quantity for item in items)
    off = sum(effect.props.value for effect in outcome.effects)
    assert paid - off == (25 if notices else paid)


# Wrapping is free for everything above 20 that is wrapped.
WRAPPING = [".|", 0, "Item", "AdditionalCosts", "wrapping", "Price"]
DEAR = those(["and", [">", [".", "Item", "Price"], 20], [">", WRAPPING, 0]])
WRAPPED = a_rule(
    ["setDiscountPerAdditionalCostPerItem", "wrapped", "wrapping", DEAR, [["Item"], WRAPPING]]
)


def test_free_wrapping_for_what_is_dear():
    shop = shop_of(WRAPPED, additional_costs=[a_cost("wrapping")])
    wrapped = {"wrapping": 3}
    items = [an_item("A", 25, 2, costs=wrapped), an_item("B", 10, costs=wrapped), an_item("C", 30)]
    assert bought(shop, *items) == ["wrapped#0 3", "wrapped#0 3"]


# A present with every order over 80, but one only for each customer.
PRESENT = a_rule(["addFreeItem", "a present", "BALL"], when=["and", [">", TOTAL, 80]])
# fmt: off
PRESENTS = [                                  # three orders one after the other
    ("ada", "ada", "bob", [1, 0, 1]),
    ("ada", "bob", "ada", [1, 1, 0]),
    ("ada", "",    "bob", [1, 0, 1]),         # nobody gets nothing
]
# fmt: on


@pytest.mark.parametrize("first, second, third, given", PRESENTS)
def test_one_present_for_each_customer(first, second, third, given):
    shop = shop_of(PRESENT, limits=[a_limit("addFreeItemEffect", 1, "Profile")])
    gifts = [
        len(bought(shop, an_item(price=81), customer=customer, key=str(at)))
        for at, customer in enumerate((first, second, third))
    ]
    assert gifts == given
