"""Free items."""

from decimal import Decimal

import pytest

from largesse.kit.caps import QUANTITY_MAX
from tests.engine.building import (
    a_campaign,
    a_limit,
    a_session,
    a_situation,
    an_application,
    an_item,
    failed,
    happens,
    kinds,
    spent,
    told,
)


def free(*more):
    """So many free mugs."""
    return ["addFreeItem", "a present", "MUG", *more]


@pytest.mark.parametrize("quantity", [1, 2, 40])
def test_there_is_one_effect_for_each_unit(quantity):
    outcome = happens(free(quantity))
    assert told(outcome, "addFreeItem") == [{"sku": "MUG", "name": "a present"}] * quantity


def test_without_a_quantity_it_is_one_unit():
    assert kinds(happens(free())) == ["addFreeItem"]


def test_the_cart_stays_as_it_is():
    cart = a_session(an_item("MUG", 8))
    assert happens(free(2), given=a_situation(cart)).session == cart


@pytest.mark.parametrize(
    "quantity",
    [
        "0",
        "-1",
        "0.5",
        "1.5",
        str(QUANTITY_MAX + 1),
    ],
)
def test_what_is_no_number_of_units_fails(quantity):
    assert failed(happens(free(Decimal(quantity)))) == [(None, 0)]


def test_as_many_units_as_a_line_may_have_are_given():
    assert len(happens(free(QUANTITY_MAX)).effects) == QUANTITY_MAX


# fmt: off
#    wished  left  Application  effect        given
BUDGETS = [
    (3,      3,    False,       [],           3),
    (3,      2,    False,       [],           0),    # all or nothing
    (3,      2,    False,       [True],       2),
    (3,      2,    True,        [],           2),
    (3,      2,    True,        [False],      0),
    (3,      0,    True,        [],           0),
    (3,      9,    True,        [],           3),
]
# fmt: on


@pytest.mark.parametrize("wished, left, application, effect, given", BUDGETS)
def test_free_units_are_counted_one_by_one(wished, left, application, effect, given):
    outcome = happens(
        free(wished, *effect),
        application=an_application(enable_partial_discounts=application),
        campaigns=[a_campaign(1, a_limit("addFreeItemEffect", left))],
    )
    assert len(outcome.effects) == given


def test_where_parts_are_given_each_unit_tells_how_many_were_wished():
    limit = a_campaign(1, a_limit("addFreeItemEffect", 2))
    outcome = happens(free(3, True), campaigns=[limit])
    props = {"sku": "MUG", "name": "a present", "desiredQuantity": 3}
    assert told(outcome) == [props, props]


@pytest.mark.parametrize("state, paid", [("open", []), ("closed", ["3"])])
def test_free_units_are_spent_when_the_session_closes(state, paid):
    limit = a_campaign(1, a_limit("addFreeItemEffect", 5))
    outcome = happens(free(3), given=a_situation(state=state), campaigns=[limit])
    assert [*spent(outcome).values()] == paid


def test_free_items_spend_no_budget_of_discounts():
    limit = a_campaign(1, a_limit("setDiscount", 0), a_limit("setDiscountEffect", 0))
    assert kinds(happens(free(), campaigns=[limit])) == ["addFreeItem"]
