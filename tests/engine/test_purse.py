"""What one effect may spend: piece by piece, in full or in part."""

from decimal import Decimal

import pytest

from largesse.engine.limits import Bound, Purse
from largesse.model.limits import CounterKey


def bound(left, subject=""):
    """A counter with so much left of a limit of 100."""
    return Bound(CounterKey(1, "setDiscount", "", subject, ""), Decimal(100), Decimal(left), ())


def a_purse(money=(), count=(), card=None, *, partial=False):
    """A purse of amounts, of numbers of pieces and of what a gift card has left."""
    return Purse(
        [bound(left, str(at)) for at, left in enumerate(money)],
        [bound(left, str(at)) for at, left in enumerate(count)],
        gift_card=None if card is None else Decimal(card),
        partial=partial,
    )


# fmt: off
#    money         count   card   partial  wishes                given
TAKEN = [
    ([],           [],     None,  False,   ["10", "20"],         ["10", "20"]),
    (["30"],       [],     None,  False,   ["10", "20"],         ["10", "20"]),
    (["30"],       [],     None,  False,   ["10", "20.01"],      ["10", None]),
    (["30"],       [],     None,  False,   ["10", "25", "20"],   ["10", None, "20"]),
    (["30"],       [],     None,  True,    ["10", "25", "1"],    ["10", "20", None]),
    (["30", "12"], [],     None,  True,    ["10", "25"],         ["10", "2"]),
    (["30"],       [],     "12",  True,    ["10", "25"],         ["10", "2"]),
    ([],           [],     "12",  False,   ["10", "2.5", "2"],   ["10", None, "2"]),
    (["0"],        [],     None,  True,    ["1", "0"],           [None, "0"]),
    (["-5"],       [],     None,  True,    ["1", "0"],           [None, "0"]),
    ([],           ["2"],  None,  True,    ["1", "0", "9", "1"], ["1", "0", "9", None]),
    ([],           ["2", "1"], None, True, ["1", "9"],           ["1", None]),
    ([],           ["0.5"], None, True,    ["1"],                [None]),
    (["5"],        ["1"],  None,  True,    ["9", "9"],           ["5", None]),
]
# fmt: on


@pytest.mark.parametrize("money, count, card, partial, wishes, given", TAKEN)
def test_a_purse_gives_no_more_than_it_has(money, count, *, card, partial, wishes, given):
    purse = a_purse(money, count, card, partial=partial)
    taken = [purse.take(Decimal(wish)) for wish in wishes]
    assert taken == [None if one is None else Decimal(one) for one in given]


def test_every_counter_is_told_what_all_pieces_cost():
    purse = a_purse(["30", "40"], ["5"])
    purse.take(Decimal(10))
    purse.take(Decimal(0))
    purse.take(Decimal(5))
    moved = [(one.key.subject, one.amount, one.limit) for one in purse.changes()]
    assert moved == [("0", 15, 100), ("1", 15, 100), ("0", 2, 100)]


def test_a_purse_that_gave_nothing_moves_nothing():
    purse = a_purse(["30"], ["5"])
    purse.take(Decimal(0))
    purse.take(Decimal(31))
    assert purse.changes() == ()
