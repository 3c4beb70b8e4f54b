"""Bundles: units that belong together, and what is taken off them."""

from time import perf_counter

import pytest

from tests.engine.building import (
    ITEMS,
    a_binding,
    a_campaign,
    a_limit,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_application,
    an_attribute,
    an_item,
    evaluate,
    failed,
    told,
    values,
)

ATTRIBUTES = [an_attribute("CartItem", name) for name in ("brand", "serial")]


def of_sku(sku):
    """The units of a SKU."""
    return ["filter", ITEMS, [["Item"], ["=", [".", "Item", "Sku"], sku]]]


def a_bundle(*parts, alike=()):
    """A bundle of so many units of some SKUs."""
    names = [["list", *alike]] if alike else []
    return ["bundle", *(["list", of_sku(sku), number] for sku, number in parts), *names]


def formed(bundle, *items, then=(), **source):
    """What a rule does with the bundles of a cart, which are called Set."""
    binding = a_binding("Set", bundle)
    binding.type = "bundle"
    book = a_rulebook(a_ruleset(a_rule(*then), bindings=[binding]), attributes=ATTRIBUTES, **source)
    return evaluate(book, a_situation(a_session(*items)))


COUNT = ["setDiscount", "sets", [".", "Count", "Set"]]
BIKE = {"attributes": {"brand": "a"}}
OTHER = {"attributes": {"brand": "b"}}
SET = [("BIKE", 1), ("HELMET", 2)]
# fmt: off
#    items                                                                       bundles
FORMED = [
    ([],                                                                         "0"),
    ([an_item("BIKE"), an_item("HELMET", quantity=2)],                           "1"),
    ([an_item("BIKE"), an_item("HELMET", quantity=1)],                           "0"),
    ([an_item("BIKE", quantity=3), an_item("HELMET", quantity=5)],               "2"),
    ([an_item("HELMET"), an_item("X"), an_item("BIKE"), an_item("HELMET")],      "1"),
]
# fmt: on


@pytest.mark.parametrize("items, number", FORMED)
def test_as_many_bundles_are_formed_as_there_are_units_for(items, number):
    cart = [an_item("PAYS", 100), *items]
    assert values(formed(a_bundle(*SET), *cart, then=[COUNT])) == [number]


# fmt: off
#    bikes and helmets                                                          bundles
ALIKE = [
    ([an_item("BIKE", **BIKE), an_item("HELMET", quantity=2, **BIKE)],          "1"),
    ([an_item("BIKE", **BIKE), an_item("HELMET", quantity=2, **OTHER)],         "0"),
    ([an_item("BIKE", **BIKE), an_item("HELMET", **BIKE), an_item("HELMET", **OTHER)], "0"),
    ([an_item("BIKE"), an_item("HELMET", quantity=2)],                          "0"),
    ([an_item("BIKE", **OTHER), an_item("BIKE", **BIKE), an_item("HELMET", quantity=4, **BIKE)],
                                                                                "1"),
]
# fmt: on


@pytest.mark.parametrize("items, number", ALIKE)
def test_units_of_a_bundle_are_alike_where_that_is_asked(items, number):
    bundle = a_bundle(*SET, alike=["brand"])
    assert values(formed(bundle, an_item("PAYS", 100), *items, then=[COUNT])) == [number]


def test_a_unit_is_used_once_in_a_definition():
    twice = ["bundle", ["list", of_sku("SOCK"), 1], ["list", of_sku("SOCK"), 1]]
    assert values(formed(twice, an_item("SOCK", quantity=5), then=[COUNT])) == ["2"]


OFF = ["setDiscountPerBundleProRata", "set", [".", "Set"], 10]


def test_an_amount_is_taken_off_each_bundle_in_proportion_to_its_prices():
    items = [an_item("BIKE", 30, 2), an_item("HELMET", 10, 4)]
    outcome = formed(a_bundle(*SET), *items, then=[OFF])
    first, second, third, *_ = told(outcome)
    assert values(outcome) == ["6", "2", "2", "6", "2", "2"]
    assert first == {
        "name": "set#0",
        "value": "6",
        "position": 0,
        "subPosition": 0,
        "scope": "price",
        "totalDiscount": "10",
        "desiredTotalDiscount": "10",
        "bundleIndex": 0,
        "bundleName": "Set",
    }
    assert [(one["position"], one["subPosition"]) for one in (second, third)] == [(1, 0), (1, 1)]
    assert [one["bundleIndex"] for one in told(outcome)] == [0, 0, 0, 1, 1, 1]


def test_the_amount_may_be_decided_by_one_unit_of_the_bundle():
    price = [["Item"], [".", "Item", "Price"]]
    cheapest = [["Units"], ["head", ["sortByNumber", [".", "Units"], price]]]
    effect = ["setDiscountPerBundleItemProRata", "set", [".", "Set"], cheapest, price]
    items = [an_item("BIKE", 30), an_item("HELMET", 10, 2)]
    outcome = formed(a_bundle(*SET), *items, then=[effect])
    assert values(outcome) == ["6", "2", "2"]
    targets = {
        (one["targetedItemPosition"], one["targetedItemSubPosition"]) for one in told(outcome)
    }
    assert targets == {(1, 0)}


# fmt: off
#    limit  partial  off two bundles of three units
BUDGETS = [
    ("20",   False,  ["6", "2", "2", "6", "2", "2"]),
    ("19",   False,  []),
    ("0",    True,   []),
]
# fmt: on


@pytest.mark.parametrize("limit, partial, granted", BUDGETS)
def test_bundles_spend_the_budget_of_discounts(limit, partial, granted):
    outcome = formed(
        a_bundle(*SET),
        an_item("BIKE", 30, 2),
        an_item("HELMET", 10, 4),
        then=[OFF],
        campaigns=[a_campaign(1, a_limit("setDiscount", limit))],
        application=an_application(enable_partial_discounts=partial),
    )
    assert values(outcome) == granted


def test_what_is_no_bundle_is_not_discounted_as_one():
    effect = ["setDiscountPerBundleProRata", "set", ITEMS, 10]
    assert failed(formed(a_bundle(*SET), an_item(), then=[effect])) == [(None, 0)]


@pytest.mark.parametrize("alike", [(), ("serial",)])
def test_the_largest_cart_is_bundled_quickly(alike):
    items = [
        an_item("SOCK", quantity=10, attributes={"serial": str(line)}) for line in range(1_000)
    ]
    began = perf_counter()
    outcome = formed(a_bundle(("SOCK", 1), alike=alike), *items, then=[COUNT])
    assert values(outcome) == ["10000"]
    assert perf_counter() - began < 10, "generous: the machine may be busy"
