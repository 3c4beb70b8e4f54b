"""The state table of sessions, and what an update makes of what is stored."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from msgspec import UNSET

from largesse.engine.sessions import (
    Totals,
    Via,
    check_cart,
    check_move,
    check_prices,
    merge,
    remaining,
    session_row,
    totals,
    trigger,
)
from largesse.kit.caps import CART_LINES_MAX, CART_UNITS_MAX
from largesse.kit.problems import Invalid
from largesse.model.sessions import (
    CartItem,
    SessionDocument,
    SessionUpdate,
    State,
    StoredSession,
)
from tests.engine.building import NOW, a_session, an_item, some_costs

STATES: tuple[Any, ...] = get_args(State)
WAYS: tuple[Any, ...] = get_args(Via)
# fmt: off
#         to:       open      closed    partially_returned  cancelled
TABLE = {
    None:                 ("update",  "update", None,     None),
    "open":               ("update",  "update", None,     "update"),
    "closed":             ("reopen",  None,     "return", "update"),
    "partially_returned": (None,      None,     "return", "update"),
    "cancelled":          (None,      None,     None,     None),
}
# fmt: on
MOVES = [
    (was, to, via, allowed == via)
    for was, row in TABLE.items()
    for to, allowed in zip(STATES, row, strict=True)
    for via in WAYS
]


def test_the_table_has_every_state():
    assert set(TABLE) == {None, *STATES}
    assert len(MOVES) == 60


@pytest.mark.parametrize("was, to, via, is_allowed", MOVES)
def test_a_session_moves_only_as_the_table_says(was, to, via, is_allowed):
    if is_allowed:
        check_move(was, to, via)
        return
    with pytest.raises(Invalid) as refused:
        check_move(was, to, via)
    (fault,) = refused.value.faults
    assert (fault.title, fault.at) == ("Invalid state", "/customerSession/state")
    assert (was or "nothing") in fault.details
    assert to in fault.details


# fmt: off
#    from                  to           event
EVENTS = [
    (None,                 "open",      "talon_session_created"),
    (None,                 "closed",    "talon_session_closed"),
    ("open",               "open",      "talon_session_updated"),
    ("open",               "closed",    "talon_session_closed"),
    ("open",               "cancelled", "talon_session_cancelled"),
    ("closed",             "cancelled", "talon_session_revoked"),
    ("partially_returned", "cancelled", "talon_session_revoked"),
]
# fmt: on


@pytest.mark.parametrize("was, to, event", EVENTS)
def test_each_move_by_an_update_fires_its_event(was, to, event):
    assert trigger(was, to) == event


FULL: dict[str, Any] = {
    "profile_id": "ada",
    "store_integration_id": "berlin",
    "coupon_codes": ["ONE"],
    "referral_code": "FRIEND",
    "loyalty_cards": ["card"],
    "cart_items": [an_item("A", position=0)],
    "additional_costs": some_costs({"shipping": 5}),
    "identifiers": ["device"],
    "attributes": {"a": 1},
}
OTHER: dict[str, Any] = {
    "profile_id": "bob",
    "store_integration_id": "paris",
    "coupon_codes": ["TWO", "THREE"],
    "referral_code": "OTHER",
    "loyalty_cards": ["other"],
    "cart_items": [an_item("B", position=0), an_item("C", position=1)],
    "additional_costs": some_costs({"wrapping": 1}),
    "identifiers": [],
    "attributes": {"a": 2},
}
EMPTY: dict[str, Any] = {
    "profile_id": "",
    "coupon_codes": [],
    "referral_code": "",
    "loyalty_cards": [],
    "cart_items": [],
    "additional_costs": {},
    "identifiers": [],
}


def test_the_first_update_is_the_session():
    assert merge(None, SessionUpdate(**FULL)) == SessionDocument(**FULL)


def test_an_update_that_says_nothing_changes_nothing():
    assert merge(SessionDocument(**FULL), SessionUpdate()) == SessionDocument(**FULL)


@pytest.mark.parametrize("name", OTHER)
def test_what_an_update_names_replaces_what_was_there(name):
    merged = merge(SessionDocument(**FULL), SessionUpdate(**{name: OTHER[name]}))
    assert merged == SessionDocument(**{**FULL, name: OTHER[name]})


@pytest.mark.parametrize("name", EMPTY)
def test_what_an_update_empties_is_gone(name):
    merged = merge(SessionDocument(**FULL), SessionUpdate(**{name: EMPTY[name]}))
    assert merged == SessionDocument(**{**FULL, name: EMPTY[name]})


# fmt: off
#    stored             update                  becomes
ATTRIBUTES = [
    ({"a": 1},          {"b": 2},               {"a": 1, "b": 2}),
    ({"a": 1, "b": 2},  {"a": 3},               {"a": 3, "b": 2}),
    ({"a": 1, "b": 2},  {"a": None},            {"b": 2}),
    ({"a": 1},          {},                     {"a": 1}),
    ({},                {"a": None},            {}),
    ({"a": [1, 2]},     {"a": [3]},             {"a": [3]}),
]
# fmt: on


@pytest.mark.parametrize("old, new, becomes", ATTRIBUTES)
def test_attributes_merge_by_name_and_null_clears_one(old, new, becomes):
    merged = merge(SessionDocument(attributes=old), SessionUpdate(attributes=new))
    assert merged.attributes == becomes


def test_lines_get_their_place_whatever_was_sent():
    sent = [
        an_item("A", position=7, returned_quantity=1, remaining_quantity=1),
        an_item("B", quantity=2, position=0),
    ]
    first, second = merge(None, SessionUpdate(cart_items=sent)).cart_items
    assert (first.position, first.returned_quantity, first.remaining_quantity) == (0, UNSET, UNSET)
    assert second.position == 1
    assert sent[0].position == 7, "what was sent stays as it was sent"


KEPT = set(SessionDocument.__struct_fields__) - set(SessionUpdate.__struct_fields__)


@pytest.mark.parametrize("name", sorted(KEPT))
def test_what_the_server_keeps_of_a_session_cannot_be_sent(name):
    mark: Any = object()
    merged = merge(SessionDocument(**{name: mark}), SessionUpdate(**OTHER))
    assert getattr(merged, name) is mark


WRAPPED = {"wrapping": "0.5", "customs": "0.25"}
TINY = "0.000000000001"
# fmt: off
#    items                                            costs            items, costs, item costs, all
TOTALS = [
    ([],                                              {},              "0 0 0 0"),
    ([an_item(price="99.99")],                        {"ship": 20},    "99.99 20 0 119.99"),
    ([an_item(price="99.99", costs={"wrap": 15})],    {"ship": 20},    "99.99 20 15 134.99"),
    ([an_item(price="0.1"), an_item(price="0.2")],    {},              "0.3 0 0 0.3"),
    ([an_item(price=2, quantity=3, costs=WRAPPED)],   {},              "6 0 2.25 8.25"),
    ([an_item(price=TINY, quantity=9)],               {"ship": TINY},
        "0.000000000009 0.000000000001 0 0.00000000001"),
    ([CartItem(sku="A", quantity=2)],                 {"a": 1, "b": 2}, "0 3 0 3"),
    # Units that were returned are no longer there.
    ([an_item(price=2, quantity=3, returned_quantity=2, costs=WRAPPED)], {}, "2 0 0.75 2.75"),
    ([an_item(price=2, quantity=3, returned_quantity=3)], {"ship": 1},       "0 1 0 1"),
]
# fmt: on


@pytest.mark.parametrize("items, costs, sums", TOTALS)
def test_a_session_comes_to_its_items_and_all_its_costs(items, costs, sums):
    found = totals(a_session(*items, costs=costs))
    parts = [found.cart_items, found.additional_costs, found.cart_item_additional_costs]
    assert " ".join(format(part, "f") for part in [*parts, found.total]) == sums


def test_totals_are_exact_up_to_the_largest_amounts():
    price = Decimal("123456789012345678.123456789012")
    assert totals(a_session(an_item(price=price))).cart_items == price


def test_totals_add_up():
    parts = Totals(Decimal("1.10"), Decimal("2.20"), Decimal("3.30"))
    assert format(parts.total, "f") == "6.6"


# fmt: off
#    lines                                units of each  is allowed
CARTS = [
    (0,                                   1,             True),
    (CART_LINES_MAX,                      1,             True),
    (CART_LINES_MAX + 1,                  1,             False),
    (CART_LINES_MAX, CART_UNITS_MAX // CART_LINES_MAX,     True),
    (CART_LINES_MAX, CART_UNITS_MAX // CART_LINES_MAX + 1, False),
    (1,                                   CART_UNITS_MAX, True),
    (1,                                   CART_UNITS_MAX + 1, False),
]
# fmt: on


@pytest.mark.parametrize("lines, units, is_allowed", CARTS)
def test_a_cart_has_its_bounds(lines, units, is_allowed):
    items = [an_item(quantity=units)] * lines
    if is_allowed:
        check_cart(items)
        return
    with pytest.raises(Invalid) as refused:
        check_cart(items)
    assert [fault.at for fault in refused.value.faults] == ["/customerSession/cartItems"]


def test_every_line_without_a_price_is_told():
    items = [CartItem(sku="A", quantity=1), an_item("B"), CartItem(sku="C", quantity=1)]
    with pytest.raises(Invalid) as refused:
        check_prices(items)
    places = [fault.at for fault in refused.value.faults]
    assert places == ["/customerSession/cartItems/0/price", "/customerSession/cartItems/2/price"]


@pytest.mark.parametrize("returned, left", [(UNSET, 3), (0, 3), (2, 1), (3, 0)])
def test_what_was_returned_no_longer_remains(returned, left):
    assert remaining(an_item(quantity=3, returned_quantity=returned)) == left


def test_callers_see_the_session_with_its_totals():
    document = SessionDocument(**FULL)
    document.cart_items = [an_item(price=7, quantity=3, position=0, returned_quantity=1)]
    was = StoredSession(
        id=5, revision=4, state="closed", created=NOW, updated=NOW, document=document, effects=[]
    )
    row = session_row(1, "order-1", was, document)
    assert (row.id, row.integration_id, row.update_count, row.state) == (5, "order-1", 4, "closed")
    assert (row.total, row.cart_item_total, row.additional_cost_total) == (19, 14, 5)
    assert (row.cart_items[0].returned_quantity, row.cart_items[0].remaining_quantity) == (1, 2)
    assert document.cart_items[0].remaining_quantity is UNSET
    empty = session_row(1, "order-1", was, SessionDocument())
    assert (empty.store_integration_id, empty.coupon_codes, empty.total) == (UNSET, [], 0)
