"""Which of many conditions can be true, without looking at each of them.

The time of a lookup grows with the paths that conditions look at and with the candidates it finds,
not with the number of conditions that cannot be true.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from largesse.engine.expr.predicates import (
    AtLeast,
    AtMost,
    Equals,
    EventIs,
    HasAttribute,
    NeedsCoupon,
    NeedsReferral,
    Path,
    Predicate,
)
from largesse.engine.expr.values import RuleError, Value, textual

EVENT_TYPE: Final[Path] = ("Event", "Type")

_LAST: Final = 1 << 62  # a position behind all others

Bound = tuple[Decimal, bool]


class PredicateIndex:
    """An index of items, each with a key and what is necessary for it.

    Items keep the order in which they are given; a position counts from 0.
    """

    def __init__(self, items: Iterable[tuple[Hashable, Sequence[Predicate]]]) -> None:
        self._always: list[int] = []
        self._equals: dict[Path, dict[str, list[int]]] = {}
        self._present: dict[Path, list[int]] = {}
        self._coupons: dict[Hashable, list[int]] = {}
        self._referrals: dict[Hashable, list[int]] = {}
        self._least: dict[Path, list[tuple[Bound, int]]] = {}
        self._most: dict[Path, list[tuple[Bound, int]]] = {}
        kept = list(items)
        crowds = _crowds(needs for _, needs in kept)
        for position, (key, needs) in enumerate(kept):
            self._place(position, key, min(needs, key=lambda it: _cost(it, crowds), default=None))
        for by_path in (self._least, self._most):
            for entries in by_path.values():
                entries.sort()

    def candidates(
        self,
        read: Callable[[Path], Value | None],
        *,
        coupon_owners: Collection[Hashable] = (),
        referral_owners: Collection[Hashable] = (),
    ) -> list[int]:
        """The positions of the items that can be true, in order.

        `read` gives what a path leads to, or nothing. The owners are the keys of the items that the
        coupon and referral codes at hand belong to.
        """
        found = self._always.copy()
        for path, by_text in self._equals.items():
            value = read(path)
            if isinstance(value, frozenset):  # How some elements of a list look.
                for text in value & by_text.keys():
                    found += by_text[text]
            else:
                found += by_text.get(_look(value), ())
        for path, positions in self._present.items():
            if read(path) is not None:
                found += positions
        for path, entries in self._least.items():
            found += _below(entries, read(path))
        for path, entries in self._most.items():
            found += _above(entries, read(path))
        for owners, by_key in (
            (coupon_owners, self._coupons),
            (referral_owners, self._referrals),
        ):
            for owner in owners:
                found += by_key.get(owner, ())
        return sorted(set(found))

    def _place(self, position: int, key: Hashable, need: Predicate | None) -> None:
        match need:
            case None:
                self._always.append(position)
            case Equals(path, texts):
                self._place_texts(position, path, texts)
            case EventIs(names):
                self._place_texts(position, EVENT_TYPE, names)
            case AtLeast(path, number, strict):
                self._least.setdefault(path, []).append(((number, strict), position))
            case AtMost(path, number, strict):
                self._most.setdefault(path, []).append(((number, not strict), position))
            case HasAttribute(path):
                self._present.setdefault(path, []).append(position)
            case NeedsCoupon():
                self._coupons.setdefault(key, []).append(position)
            case NeedsReferral():
                self._referrals.setdefault(key, []).append(position)

    def _place_texts(self, position: int, path: Path, texts: frozenset[str]) -> None:
        by_text = self._equals.setdefault(path, {})
        for text in texts:
            by_text.setdefault(text, []).append(position)


def _crowds(needs: Iterable[Sequence[Predicate]]) -> Counter[Hashable]:
    """How many items share what they need."""
    crowds: Counter[Hashable] = Counter()
    for one in (need for some in needs for need in some):
        crowds.update(_shares(one))
    return crowds


def _shares(need: Predicate) -> list[Hashable]:
    match need:
        case Equals(path, texts):
            return [(path, text) for text in texts]
        case EventIs(names):
            return [(EVENT_TYPE, name) for name in names]
        case AtLeast(path, _, _) | AtMost(path, _, _) | HasAttribute(path):
            return [(path, type(need))]
    return []


def _cost(need: Predicate, crowds: Counter[Hashable]) -> int:
    """How many candidates a lookup finds beside this one, roughly. A code has one owner."""
    shares = _shares(need)
    return max((crowds[one] for one in shares), default=0) * 2 + isinstance(need, HasAttribute)


def _look(value: Value | None) -> str:
    """How a value looks; a list or map looks like nothing."""
    try:
        return textual(value)
    except RuleError:
        return textual(None)


def _below(entries: list[tuple[Bound, int]], value: Value | None) -> list[int]:
    """The positions whose least number a value reaches."""
    if value.__class__ is not Decimal:
        return []
    end = bisect_right(entries, ((value, False), _LAST))
    return [position for _, position in entries[:end]]


def _above(entries: list[tuple[Bound, int]], value: Value | None) -> list[int]:
    """The positions whose greatest number a value does not pass."""
    if value.__class__ is not Decimal:
        return []
    start = bisect_left(entries, ((value, True), -1))
    return [position for _, position in entries[start:]]
