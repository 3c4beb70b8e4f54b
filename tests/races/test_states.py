"""Moves of one session that happen at once: each counts once, and undoing gives back once."""

from dataclasses import dataclass

import pytest

from tests.races.rush import Answer, Sent, rush, statuses
from tests.races.selling import (
    Stall,
    a_campaign,
    closing,
    codes,
    limit,
    to_state,
)
from tests.races.verify import deviations

LIMITS = [limit("setDiscount", 1000), limit("redeemCoupon", 100), limit("setDiscountEffect", 100)]


@dataclass(frozen=True)
class Counted:
    """A shop with one campaign, whose code one other session has redeemed already.

    So a second undo of the same session would be seen: it would take what is the other's.
    """

    stall: Stall
    campaign: int
    code: str

    def uses(self) -> int:
        """Redemptions beside that of the other session; all counters must agree on them."""
        coupon = self.stall.coupon(self.code)
        spent = self.stall.spent(self.campaign)
        uses = coupon["usage_counter"]
        assert coupon["discount_counter"] == 10 * uses
        assert spent == {
            "setDiscount": 10 * uses,
            "redeemCoupon": uses,
            "setDiscountEffect": uses,
        }
        return int(uses) - 1

    def race(self, key: str, *moves: str) -> list[Answer]:
        """Moves of one session at once, in turn at both processes."""
        return rush([self.move(at, key, move) for at, move in enumerate(moves)])

    def move(self, at: int, key: str, move: str) -> Sent:
        """A request that moves a session."""
        if move == "reopen":
            return self.stall.reopening(at, key)
        return self.stall.sent(at, key, to_state(move))

    def state(self, key: str) -> str:
        """The state that a session is in."""
        return self.stall.session(key)["state"]


@pytest.fixture
def counted(stall):
    """A campaign whose code is in use."""
    campaign = a_campaign(stall, ["couponValid"], limits=LIMITS)
    (code,) = codes(stall, campaign, 1)
    found = Counted(stall, campaign, code)
    stall.update("other", closing(code))
    assert found.uses() == 0
    yield found
    assert deviations(stall.cluster, stall.shop.id) == []


@pytest.fixture
def rounds(trials):
    """How often a race of two is run."""
    return max(trials // 10, 1)


def test_a_close_beside_a_cancel_leaves_the_session_cancelled_and_nothing_spent(counted, rounds):
    for at in range(rounds):
        key = f"s{at}"
        counted.stall.update(key, closing(counted.code, state="open"))
        closed, cancelled = counted.race(key, "closed", "cancelled")
        assert (closed.status, cancelled.status) in {(200, 200), (400, 200)}
        assert counted.state(key) == "cancelled"
        assert counted.uses() == 0
        assert bool(cancelled.effects("rollbackCoupon")) == (closed.status == 200)


def test_a_session_that_is_closed_many_times_at_once_counts_once(counted, rounds):
    for at in range(rounds):
        key = f"s{at}"
        counted.stall.update(key, closing(counted.code, state="open"))
        answers = counted.race(key, *["closed"] * 6)
        assert statuses(answers)[0] == 200
        assert set(statuses(answers)[1:]) <= {400, 409}
        assert counted.state(key) == "closed"
        assert counted.uses() == at + 1


def test_new_sessions_of_one_name_that_close_at_once_are_one_session(counted, rounds):
    for at in range(rounds):
        body = closing(counted.code)
        answers = rush([counted.stall.sent(n, f"s{at}", body) for n in range(6)])
        assert statuses(answers)[0] == 200
        assert set(statuses(answers)[1:]) <= {400, 409}
        assert counted.uses() == at + 1


def test_a_session_that_is_cancelled_many_times_at_once_gives_back_once(counted, rounds):
    for at in range(rounds):
        key = f"s{at}"
        counted.stall.update(key, closing(counted.code))
        answers = counted.race(key, *["cancelled"] * 6)
        assert statuses(answers) == [200] + [400] * 5
        assert counted.state(key) == "cancelled"
        assert counted.uses() == 0


def test_a_reopen_beside_a_cancel_gives_back_once(counted, rounds):
    for at in range(rounds):
        key = f"s{at}"
        counted.stall.update(key, closing(counted.code))
        reopened, cancelled = counted.race(key, "reopen", "cancelled")
        assert (reopened.status, cancelled.status) in {(200, 200), (400, 200)}
        assert counted.state(key) == "cancelled"
        assert counted.uses() == 0
        told = [*reopened_effects(reopened), *cancelled.effects("rollbackCoupon")]
        assert len(told) == 1


def reopened_effects(answer: Answer) -> list[object]:
    """The redemptions that a reopen gave back, if it was not refused."""
    return list(answer.effects("rollbackCoupon")) if answer.status == 200 else []


def test_a_reopen_beside_a_close_of_the_same_session_ends_in_one_of_two_orders(counted, rounds):
    for at in range(rounds):
        key = f"s{at}"
        counted.stall.update(key, closing(counted.code))
        reopened, closed = counted.race(key, "reopen", "closed")
        assert (reopened.status, closed.status) in {(200, 200), (200, 400)}
        is_closed = closed.status == 200
        assert counted.state(key) == ("closed" if is_closed else "open")
        assert counted.uses() == int(is_closed)
        counted.stall.update(key, to_state("cancelled"))
        assert counted.uses() == 0


def test_customers_of_one_name_that_come_at_once_are_one_customer(counted, rounds):
    for at in range(rounds):
        bodies = [closing(counted.code, profileId=f"twin-{counted.stall.shop.id}-{at}")] * 8
        answers = rush([counted.stall.sent(n, f"s{at}-{n}", one) for n, one in enumerate(bodies)])
        assert set(statuses(answers)) <= {200, 409}
        accepted = [answer for answer in answers if answer.status == 200]
        first = [one for one in accepted if one.body["customerSession"]["firstSession"]]
        assert len(first) == 1


def test_undoing_never_takes_a_counter_below_nothing(counted):
    counted.stall.update("s", closing(counted.code))
    path = f"{counted.stall.path}/campaigns/{counted.campaign}"
    call = counted.stall.cluster.call
    named = {"name": "Race", "tags": [], "features": ["coupons"]}
    call("PUT", path, {**named, "limits": []}, status=200)
    call("PUT", path, {**named, "limits": LIMITS}, status=200)
    counted.stall.update("s", to_state("cancelled"))
    counted.stall.update("other", to_state("cancelled"))
    assert set(counted.stall.spent(counted.campaign).values()) <= {0}
    assert counted.stall.coupon(counted.code)["usage_counter"] == 0


def test_every_update_that_was_answered_well_is_counted_and_the_others_may_try_again(stall, rounds):
    calls = 30
    for at in range(rounds):
        body = closing(state="open")
        stall.update(f"s{at}", body)
        answers = rush([stall.sent(n, f"s{at}", body) for n in range(calls)])
        assert set(statuses(answers)) <= {200, 409}
        good = [one for one in answers if one.status == 200]
        counts = sorted(one.body["customerSession"]["updateCount"] for one in good)
        assert counts == list(range(2, len(good) + 2))
        assert stall.session(f"s{at}")["updateCount"] == len(good) + 1
        for refused in (one for one in answers if one.status == 409):
            assert int(refused.headers["retry-after"]) >= 1
            assert "Too many requests are updating this session" in refused.body["message"]
    assert deviations(stall.cluster, stall.shop.id) == []
