"""Membership: one of, in a collection, how much of a list is in another."""

from decimal import Decimal
from typing import Any

from largesse.engine.expr.functions import Atom, Scene, function
from largesse.engine.expr.values import textual


@function("oneOf", says="{value} is one of {values}")
def one_of(value: Atom, values: list[Any]) -> bool:
    """Whether a value looks like one of a list."""
    look = textual(value)
    return look in [textual(one) for one in values]


@function("inCollection", says="{value} is in the collection {collection}")
def in_collection(scene: Scene, value: Atom, collection: str) -> bool:
    """Whether a value is in a collection, letter case included."""
    return textual(value) in scene.collection(collection)


def _shared(values: list[Any], wanted: list[Any]) -> tuple[int, int, int]:
    """How many different values there are, how many are wanted, and how many are both."""
    held, sought = {textual(one) for one in values}, {textual(one) for one in wanted}
    return len(held), len(sought), len(held & sought)


@function("containsAtLeast", says="{values} contains at least {least} of {wanted}")
def contains_at_least(values: list[Any], wanted: list[Any], least: Decimal) -> bool:
    """Whether a list contains at least so many different ones of the wanted values."""
    return _shared(values, wanted)[2] >= least


@function("containsExactly", says="{values} contains exactly {wanted}")
def contains_exactly(values: list[Any], wanted: list[Any]) -> bool:
    """Whether a list contains all wanted values and no others, in any order."""
    held, sought, both = _shared(values, wanted)
    return held == sought == both


@function("containsOneOf", says="{values} contains one of {wanted}")
def contains_one_of(values: list[Any], wanted: list[Any]) -> bool:
    """Whether a list contains at least one of the wanted values."""
    return _shared(values, wanted)[2] > 0


@function("containsAllOf", says="{values} contains all of {wanted}")
def contains_all_of(values: list[Any], wanted: list[Any]) -> bool:
    """Whether a list contains all wanted values."""
    _, sought, both = _shared(values, wanted)
    return sought == both


@function("containsNoneOf", says="{values} contains none of {wanted}")
def contains_none_of(values: list[Any], wanted: list[Any]) -> bool:
    """Whether a list contains none of the wanted values."""
    return _shared(values, wanted)[2] == 0
