"""The write of the hot path where things are given back, come again, or are one of several."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from largesse.model.changes import AttributeSet, AudienceChanged, CounterMoved, ReferralUsed
from largesse.model.sessions import Used
from largesse.storage import changes
from largesse.storage.changes import ProfileWrite, Write
from tests.storage.test_hot_path import BUDGET, CARD, CODE, NOW, REFERRAL, Place, a_place, undone

TEN = Decimal(10)


@pytest.fixture
async def place(database_url):
    """A place where one decision has been written."""
    async with undone(database_url) as db:
        made = await a_place(db)
        assert await changes.write(db, [made.whole(1)]) == [None]
        yield made


def giving_back(place: Place) -> Write:
    """What cancelling that session writes of its spending."""
    return Write(
        application_id=place.application,
        instant=NOW,
        profile_key="c1",
        account=place.account,
        counters=[CounterMoved(place.key(), -TEN, BUDGET)],
        coupons=[Used(CODE, -1, Decimal(0)), Used(CARD, -1, -TEN)],
        referral=ReferralUsed(REFERRAL, -1, "c1"),
    )


async def counted(place: Place) -> dict[str, int]:
    """Everything that the decision has spent."""
    code, card = await place.coupon(CODE), await place.coupon(CARD)
    redeemed = await place.db.value(
        "select sum(times) from coupon_redemption where application_id = $1", place.application
    )
    friends = await place.db.value(
        "select count(*) from referral_friend where application_id = $1", place.application
    )
    sql = "select usage_counter from referral where application_id = $1 and id = $2"
    return {
        "budget": (await place.only("counter"))["amount"],
        "code": code["usage_counter"],
        "card": card["usage_counter"],
        "paid": card["discount_counter"],
        "redeemed": redeemed,
        "referral": await place.db.value(sql, place.application, REFERRAL),
        "friends": friends,
    }


async def test_what_was_taken_is_given_back_and_never_more(place):
    for _ in range(2):
        assert await changes.write(place.db, [giving_back(place)]) == [None]
        assert set((await counted(place)).values()) == {0}


@pytest.mark.parametrize("table", ["coupon", "referral", "counter"])
async def test_giving_back_to_what_is_gone_gives_back_the_rest(place, table):
    await place.db.run(f"delete from {table} where application_id = $1", place.application)
    before = await place.tables()
    assert await changes.write(place.db, [giving_back(place)]) == [None]
    after = await place.tables()
    touched = {name for name in after if after[name] != before[name]}
    lost = {"coupon": {"coupon_redemption"}, "referral": {"referral_friend"}, "counter": set()}
    whole = {"counter", "coupon", "coupon_redemption", "referral", "referral_friend"}
    assert touched == whole - {table} - lost[table]


async def test_what_was_given_back_can_be_taken_again(place):
    await changes.write(place.db, [giving_back(place)])
    again = replace(giving_back(place), referral=ReferralUsed(REFERRAL, 1, "c1"))
    again.counters = [CounterMoved(place.key(), BUDGET, BUDGET)]
    again.coupons = [Used(CODE, 5, Decimal(0)), Used(CARD, 1, Decimal(50))]
    assert await changes.write(place.db, [again]) == [None]
    assert await counted(place) == {
        "budget": 100, "code": 5, "card": 1, "paid": 50, "redeemed": 6, "referral": 1, "friends": 1,
    }  # fmt: skip


async def test_several_attributes_of_one_coupon_are_all_set(place):
    sets = [
        AttributeSet("Coupon", "colour", "blue", "blue", coupon_id=CODE),
        AttributeSet("Coupon", "colour", "green", "green", coupon_id=CARD),
        AttributeSet("Coupon", "size", 7, 7, coupon_id=CODE),
        AttributeSet("Coupon", "colour", "black", "black", coupon_id=CODE),
    ]
    write = Write(application_id=place.application, instant=NOW, attributes=sets)
    assert await changes.write(place.db, [write]) == [None]
    assert (await place.coupon(CODE))["attributes"] == {"colour": "black", "size": 7}
    assert (await place.coupon(CARD))["attributes"] == {"colour": "green"}


async def test_a_code_of_an_anonymous_session_is_redeemed_by_nobody(place):
    write = Write(application_id=place.application, instant=NOW, coupons=[Used(CODE, 1, TEN)])
    assert await changes.write(place.db, [write]) == [None]
    found = await counted(place)
    assert (found["code"], found["redeemed"]) == (2, 2)


async def test_an_answer_makes_room_for_another_when_it_is_old_enough(place):
    fresh = place.whole(2)
    fresh.reply.key = "c1"
    fresh.reply.replies_since = NOW - timedelta(seconds=1)
    assert await changes.write(place.db, [fresh]) == ["reply"]
    fresh.reply.replies_since = NOW
    fresh.reply.body = b"[]"
    assert await changes.write(place.db, [fresh]) == [None]
    assert (await place.only("reply"))["body"] == "[]"


async def test_a_session_moves_by_one_revision(place):
    moved = place.whole(1).session
    moved.revision, moved.state = 1, "cancelled"
    write = Write(application_id=place.application, instant=NOW, session=moved)
    assert await changes.write(place.db, [write, write]) == [None, "session"]
    session = await place.only("session")
    assert (session["revision"], session["state"]) == (2, "cancelled")


def customer(place: Place, **members: object) -> Write:
    """What moves of the customer who is there."""
    known = ProfileWrite(account=place.account, sandbox=False, integration_id="c1", id=1000)
    return Write(
        application_id=place.application,
        instant=NOW + timedelta(hours=1),
        profile=replace(known, **members),
    )


async def profile(place: Place) -> dict[str, object]:
    """The customer as stored."""
    sql = "select * from profile where account_id = $1 and integration_id = 'c1'"
    (row,) = await place.db.rows(sql, place.account)
    return dict(row)


async def test_only_new_attributes_move_the_revision_of_a_customer(place):
    sold = customer(place, closed=1, sales=TEN, sessions=1)
    named = customer(place, attributes='{"city": "Rome"}', revision=1)
    assert await changes.write(place.db, [sold, sold, named, named]) == [None] * 3 + ["profile"]
    found = await profile(place)
    assert (found["revision"], found["attributes"]) == (2, '{"city": "Rome"}')
    assert (found["closed_sessions"], found["sessions"], found["total_sales"]) == (3, 3, 110)


async def test_the_last_activity_of_a_customer_never_goes_back(place):
    quiet = customer(place, active=False)
    late, early = customer(place), replace(customer(place), instant=NOW - timedelta(hours=1))
    for write, hours in ((quiet, 0), (late, 1), (early, 1)):
        assert await changes.write(place.db, [write]) == [None]
        assert (await profile(place))["last_activity"] == NOW + timedelta(hours=hours)


async def test_who_is_in_an_audience_stays_in_it_once_and_who_is_out_stays_out(place):
    write = Write(application_id=place.application, instant=NOW, account=place.account)
    for adds, members in ((True, 1), (False, 0), (False, 0)):
        write.audiences = [AudienceChanged(place.audience, "c1", adds)]
        assert await changes.write(place.db, [write]) == [None]
        sql = "select count(*) from audience_member where audience_id = $1"
        assert await place.db.value(sql, place.audience) == members
