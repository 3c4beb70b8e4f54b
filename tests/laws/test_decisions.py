"""A decision is a value: the same input gives the same output, and is left as it was."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import UNSET

from largesse.engine.evaluate import evaluate
from largesse.engine.needs import guess, needed
from largesse.engine.sessions import merge
from largesse.kit.wire import or_else, to_json
from largesse.model.limits import CounterKey
from largesse.model.sessions import SessionUpdate
from tests.engine.building import an_item, some_costs
from tests.engine.drawing import again, everything, known_values, quickly, rulebooks, situations


@quickly
@given(rulebooks, situations)
def test_the_same_situation_gives_the_same_outcome(rulebook, situation):
    once = evaluate(rulebook, again(situation))
    twice = evaluate(rulebook, again(situation))
    assert everything(once) == everything(twice)


@quickly
@given(rulebooks, situations)
def test_a_decision_leaves_what_it_was_given_as_it_was(rulebook, situation):
    facts = ("session", "profile", "coupons", "counters", "stored", "state", "now")
    before = {name: deepcopy(getattr(situation, name)) for name in facts}
    rules = to_json([rulebook.application, [one.campaign for one in rulebook.campaigns]])
    evaluate(rulebook, again(situation))
    assert {name: getattr(situation, name) for name in facts} == before
    assert to_json([rulebook.application, [one.campaign for one in rulebook.campaigns]]) == rules


@quickly
@given(rulebooks, situations, situations)
def test_a_decision_remembers_nothing_of_the_one_before(rulebook, first, second):
    alone = evaluate(rulebook, again(second))
    evaluate(rulebook, again(first))
    assert everything(evaluate(rulebook, again(second))) == everything(alone)


@quickly
@given(rulebooks, situations)
def test_a_second_update_with_the_same_content_says_the_same_and_makes_nothing(rulebook, situation):
    """Unless a rule asks whether one more code can be made: that may have been the last."""
    assume("couponCanBeCreated" not in repr(rulebook.campaigns))
    first = evaluate(rulebook, again(situation, state="open"))
    session = msgspec.structs.replace(situation.session, codes=first.session.codes)
    spent = {moved.key: moved.amount for moved in first.counters}
    after = again(situation, state="open", session=session, counters=spent, seed=b"another")
    second = evaluate(rulebook, after)
    assert to_json(second.effects) == to_json(first.effects)
    assert (second.codes, second.counters) == ([], [])


class Noticed(Mapping[CounterKey, Decimal]):
    """Counters that are all zero, and know which of them were looked at."""

    def __init__(self) -> None:
        self.seen: set[CounterKey] = set()

    def __getitem__(self, key: CounterKey) -> Decimal:
        self.seen.add(key)
        return Decimal(0)

    def get(self, key: CounterKey, default: Any = None) -> Any:
        self.seen.add(key)
        return default

    def __iter__(self) -> Iterator[CounterKey]:
        return iter(())

    def __len__(self) -> int:
        return 0


@quickly
@given(rulebooks, situations, st.booleans())
def test_every_counter_that_is_looked_at_was_asked_for(rulebook, situation, complete):
    noticed: Any = Noticed()
    given_ = again(situation, complete=complete, counters=noticed)
    asked = needed(rulebook, given_)
    evaluate(rulebook, given_)
    assert noticed.seen <= asked


@quickly
@given(rulebooks, situations)
def test_a_guess_asks_for_counters_that_there_are(rulebook, situation):
    guessed = guess(rulebook, situation)
    limits = [limit for one in rulebook.limited for limit in one.campaign.limits]
    assert set(guessed.campaigns) <= {one.campaign.id for one in rulebook.limited}
    assert set(guessed.actions) <= {limit.action for limit in limits}
    assert set(guessed.entities) <= {",".join(sorted(limit.entities)) for limit in limits}


lines = st.builds(an_item, st.sampled_from("ABC"), st.integers(0, 9), st.integers(1, 3))
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "profile_id": st.sampled_from(["", "ada", "bob"]),
    "store_integration_id": st.sampled_from(["berlin", "paris"]),
    "coupon_codes": st.lists(st.sampled_from(["ONE", "TWO"]), max_size=2),
    "referral_code": st.sampled_from(["", "FRIEND"]),
    "loyalty_cards": st.lists(st.just("card"), max_size=1),
    "cart_items": st.lists(lines, max_size=3),
    "additional_costs": st.sampled_from([{}, {"shipping": 5}, {"wrapping": 1}]).map(some_costs),
    "identifiers": st.lists(st.sampled_from(["phone", "laptop"]), max_size=2),
    "attributes": st.dictionaries(
        st.sampled_from(["tier", "level"]), st.sampled_from(["gold", None, 5]), max_size=2
    ),
}
updates = st.fixed_dictionaries({}, optional=PARTS).map(lambda parts: SessionUpdate(**parts))
stored_sessions = st.builds(merge, st.none(), updates)


def both(first: SessionUpdate, second: SessionUpdate) -> SessionUpdate:
    """One update that says what two said one after the other."""
    names = SessionUpdate.__struct_fields__
    said = {name: or_else(getattr(second, name), getattr(first, name)) for name in names}
    if first.attributes is not UNSET and second.attributes is not UNSET:
        said["attributes"] = {**first.attributes, **second.attributes}
    return SessionUpdate(**said)


@quickly
@given(st.none() | stored_sessions, updates, updates)
def test_two_updates_make_what_one_with_all_of_it_makes(old, first, second):
    assert merge(merge(old, first), second) == merge(old, both(first, second))


@quickly
@given(st.none() | stored_sessions, updates, updates)
def test_updates_of_different_parts_may_come_in_any_order(old, first, second):
    for name in SessionUpdate.__struct_fields__:
        if getattr(first, name) is not UNSET:
            setattr(second, name, UNSET)
    assert merge(merge(old, first), second) == merge(merge(old, second), first)


@quickly
@given(stored_sessions, updates)
def test_the_same_update_twice_is_the_update_once(old, update):
    once = merge(old, update)
    assert merge(once, update) == once


@quickly
@given(rulebooks, situations, known_values)
def test_a_session_built_in_two_steps_is_decided_like_one_built_at_once(
    rulebook, situation, values
):
    session = situation.session
    whole = SessionUpdate(
        cart_items=session.cart_items, attributes={**session.attributes, **values}
    )
    first = SessionUpdate(attributes=session.attributes)
    second = SessionUpdate(cart_items=session.cart_items, attributes=values)
    at_once = merge(None, whole)
    in_steps = merge(merge(None, first), second)
    outcomes = [
        everything(evaluate(rulebook, again(situation, session=one))) for one in (at_once, in_steps)
    ]
    assert outcomes[0] == outcomes[1]
