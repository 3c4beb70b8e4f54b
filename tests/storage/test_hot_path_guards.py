"""The guards of the hot path: a decision that loses a race changes nothing, however late it loses.

The decision that loses writes one of everything, so that a guard is tested with all that was
written before it, and with all that would have been written after it.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from largesse.model.changes import CounterMoved, CouponReserved, GiveawayAwarded, ReferralUsed
from largesse.model.coupons import NewCode
from largesse.model.referrals import NewReferralCode
from largesse.model.sessions import Used
from largesse.storage import changes
from largesse.storage.changes import Write
from tests.storage.test_hot_path import (
    CAMPAIGN,
    CARD,
    CODE,
    GIFT,
    REFERRAL,
    WALLET,
    Place,
    a_place,
    undone,
)


@pytest.fixture
async def place(database_url):
    """A place that no other test sees."""
    async with undone(database_url) as db:
        yield await a_place(db)


Spoil = Callable[[Place, Write], Write]


def profile(**members: Any) -> Spoil:
    """The same decision with another customer."""
    return lambda place, write: replace(write, profile=replace(write.profile, **members))


def session(**members: Any) -> Spoil:
    """The same decision with another session."""
    return lambda place, write: replace(write, session=replace(write.session, **members))


def spends(amount: int, limit: int, subject: str = "") -> Spoil:
    """The same decision with another amount of a budget."""
    return lambda place, write: replace(
        write, counters=[CounterMoved(place.key(subject), Decimal(amount), Decimal(limit))]
    )


def uses(coupon_id: int, times: int = 1, paid: int = 0) -> Spoil:
    """The same decision with another coupon."""
    return lambda place, write: replace(write, coupons=[Used(coupon_id, times, Decimal(paid))])


def other(**members: Any) -> Spoil:
    """The same decision with other members."""
    return lambda place, write: replace(write, **members)


def known_profile(**members: Any) -> Spoil:
    """The same decision of the customer who is there already."""
    return profile(integration_id="c1", is_new=False, **members)


def other_reply(**members: Any) -> Spoil:
    """The same decision with another reply."""
    return lambda place, write: replace(write, reply=replace(write.reply, **members))


def makes(*values: str) -> Spoil:
    """The same decision with other new codes."""
    codes = [NewCode(id=7000 + at, campaign=CAMPAIGN, value=one) for at, one in enumerate(values)]
    return other(codes=codes)


def reserves(coupon_id: int, *customers: str) -> Spoil:
    """The same decision with other reservations."""
    return other(reservations=[CouponReserved(coupon_id, one) for one in customers])


def refers(referral_id: int, times: int, friend: str) -> Spoil:
    """The same decision with another referral."""
    return other(referral=ReferralUsed(referral_id, times, friend))


def awards(at: int) -> Spoil:
    """The same decision with another code of the pool."""
    return lambda place, write: replace(
        write, giveaways=[GiveawayAwarded(place.pool, GIFT + at, "c2")]
    )


def happens(event: str) -> Spoil:
    """The same decision with another event."""
    return lambda place, write: replace(write, event=replace(write.event, integration_id=event))


TAKEN = NewReferralCode(id=9, campaign=CAMPAIGN, code="REF", advocate="ada")

# Beside the first decision of the place, which is written before the second loses.
# fmt: off
#    guard                                what the second wants                      lost to
GUARDS = [
    ("the key has an answer",             other_reply(key="c1"),                     "reply"),
    ("the rules have changed",            other(version=2),                          "rulebook"),
    ("the Application is gone",           other(application_id=0),                   "rulebook"),
    ("the new customer is there already", profile(integration_id="c1"),              "profile"),
    ("the customer has changed",          known_profile(revision=9),                 "profile"),
    ("the customer has a first session",  known_profile(revision=1, is_first=True),  "profile"),
    ("the known customer is gone",        profile(is_new=False, revision=1),         "profile"),
    ("the new session is there already",  session(integration_id="s1"),              "session"),
    ("the session has changed",           session(integration_id="s1", revision=2),  "session"),
    ("the known session is gone",         session(revision=1),                       "session"),
    ("the budget has less left",          spends(91, 100),                           "limit"),
    ("the budget was lowered",            spends(1, 10),                             "limit"),
    ("a budget never had that much",      spends(11, 10, "new"),                     "limit"),
    ("the code has fewer uses left",      uses(CODE, 5),                             "coupon"),
    ("the gift card has less left",       uses(CARD, 1, 41),                         "coupon"),
    ("the coupon is gone",                uses(99),                                  "coupon"),
    ("the new code is taken",             makes("NEW-1"),                            "code"),
    ("the second new code is taken",      makes("FRESH", "CODE"),                    "code"),
    ("the coupon is reserved already",    reserves(WALLET, "c1"),                    "reservation"),
    ("the coupon to reserve is gone",     reserves(99, "c2"),                        "reservation"),
    ("fewer reservations are left",       reserves(WALLET, *"vwxyz"),                "reservation"),
    ("the friend was referred already",   refers(REFERRAL, 1, "c1"),                 "referral"),
    ("the referral has fewer uses left",  refers(REFERRAL, 5, "c2"),                 "referral"),
    ("the referral is gone",              refers(99, 1, "c2"),                       "referral"),
    ("the new referral code is taken",    other(referral_codes=[TAKEN]),             "code"),
    ("the gift was given already",        awards(1),                                 "giveaway"),
    ("the gift is gone",                  awards(50),                                "giveaway"),
    ("the event happened already",        happens("e1"),                             "event"),
]
# fmt: on


@pytest.mark.parametrize("spoil, reason", [one[1:] for one in GUARDS], ids=[g[0] for g in GUARDS])
async def test_a_decision_that_loses_changes_nothing(place, spoil, reason):
    assert await changes.write(place.db, [place.whole(1)]) == [None]
    before = await place.tables()
    loser = spoil(place, place.whole(2))
    assert await changes.write(place.db, [loser]) == [reason]
    assert await place.tables() == before


@pytest.mark.parametrize("spoil, reason", [one[1:] for one in GUARDS], ids=[g[0] for g in GUARDS])
async def test_beside_a_decision_that_loses_the_others_are_as_if_it_had_not_been(
    place, spoil, reason
):
    first, loser, third = place.whole(1), spoil(place, place.whole(2)), place.whole(3)
    await place.db.run("savepoint before")
    assert await changes.write(place.db, [first, third]) == [None, None]
    without = await place.tables()
    await place.db.run("rollback to before")
    assert await changes.write(place.db, [first, loser, third]) == [None, reason, None]
    assert await place.tables() == without
