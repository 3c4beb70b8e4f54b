"""Whatever closing an order took, cancelling it gives back: exactly that, and from whom it came."""

from decimal import Decimal

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from largesse.engine.evaluate import evaluate
from largesse.engine.undo import kept, undo
from largesse.model.limits import GIVEN_BACK
from tests.engine.building import a_coupon, stored
from tests.engine.drawing import (
    again,
    carts,
    quickly,
    rulebooks,
    rulebooks_with,
    situations,
)
from tests.engine.drawing_rules import discounts
from tests.engine.shopping import Shop

orders = st.lists(st.tuples(carts, st.sampled_from(["", "ada", "bob"])), min_size=1, max_size=4)
TOLD_BACK = ("acceptCoupon", "setDiscount")


def a_shop(rulebook) -> Shop:
    """A shop with three codes of its first two campaigns."""
    return Shop(
        rulebook,
        a_coupon("ONE", 1, usage_limit=0),
        a_coupon("TWO", 2, usage_limit=1),
        a_coupon("CARD", 1, discount_limit="30.5", usage_limit=0),
    )


def state_of(shop: Shop) -> object:
    """What cancelling has to bring back: counters that are given back, codes, closed orders."""
    return (
        {key: n for key, n in shop.counters.items() if n and key.action in GIVEN_BACK},
        {code: (one.usage_counter, one.discount_counter) for code, one in shop.coupons.items()},
        {name: one.closed_sessions for name, one in shop.profiles.items() if one.closed_sessions},
    )


@quickly
@given(rulebooks, orders, st.randoms(use_true_random=False))
def test_when_all_orders_are_cancelled_nothing_is_spent(rulebook, orders, random):
    shop = a_shop(rulebook)
    for at, (cart, customer) in enumerate(orders):
        shop.close(cart, key=str(at), customer=customer)
    keys = [*shop.sessions]
    random.shuffle(keys)
    for key in keys:
        shop.cancel(key)
    counters, coupons, closed = state_of(shop)
    assert (counters, closed) == ({}, {})
    assert set(coupons.values()) <= {(0, Decimal(0))}


@quickly
@given(rulebooks, orders, carts)
def test_cancelling_the_last_order_brings_back_what_was_before_it(rulebook, orders, cart):
    shop = a_shop(rulebook)
    for at, (one, customer) in enumerate(orders):
        shop.close(one, key=str(at), customer=customer)
    before = state_of(shop)
    made = set(shop.coupons)
    shop.close(cart, key="last", customer="ada")
    shop.cancel("last")
    counters, coupons, closed = state_of(shop)
    unused = {code: used for code, used in coupons.items() if code in made}
    assert (counters, unused, closed) == before
    assert all(coupons[code] == (0, Decimal(0)) for code in set(coupons) - made)


@quickly
@given(rulebooks_with(discounts), orders)
def test_an_order_that_is_closed_again_takes_the_same_again(rulebook, orders):
    shop = a_shop(rulebook)
    for at, (cart, customer) in enumerate(orders):
        first = shop.close(cart, key=str(at), customer=customer)
    taken = state_of(shop)
    shop.reopen(str(at))
    second = shop.close(cart, key=str(at), customer=customer)
    assume("eventType" not in repr(rulebook.campaigns))
    assert state_of(shop) == taken
    assert second.effects == first.effects


@quickly
@given(rulebooks, situations)
def test_what_is_given_back_is_what_was_taken_with_the_sign_turned(rulebook, situation):
    closed = evaluate(rulebook, again(situation, state="closed"))
    session = stored(closed)
    back = undo(session, session.document)
    taken = [(one.key, -one.amount) for one in closed.counters if one.key.action in GIVEN_BACK]
    assert [(one.key, one.amount) for one in back.counters] == taken
    assert [(one.coupon_id, -one.times, -one.discount) for one in back.coupons] == [
        (one.coupon_id, one.times, one.discount) for one in closed.coupons
    ]


@quickly
@given(rulebooks, situations)
def test_each_effect_is_rolled_back_or_kept(rulebook, situation):
    closed = evaluate(rulebook, again(situation, state="closed"))
    session = stored(closed)
    back = undo(session, session.document)
    ends = [one for one in closed.effects if one.effect_type.startswith(TOLD_BACK)]
    assert len(back.effects) == len(ends)
    for given_, taken in zip(ends, back.effects, strict=True):
        assert taken.props.value == given_.props.value
        assert taken.triggered_by_coupon == given_.triggered_by_coupon
    assert len(kept(session.effects)) + len(back.effects) == len(closed.effects)


@quickly
@given(rulebooks, situations)
def test_what_was_undone_has_nothing_more_to_undo(rulebook, situation):
    session = stored(evaluate(rulebook, again(situation, state="closed")))
    once = undo(session, session.document)
    session = msgspec.structs.replace(
        session, document=once.session, effects=kept(session.effects), state="open"
    )
    twice = undo(session, session.document)
    assert (twice.effects, twice.counters, twice.coupons) == ([], [], [])
