"""The read of the hot path: everything that several requests have to know, in one call."""

from datetime import timedelta
from decimal import Decimal

import pytest

from largesse.model.limits import CounterKey
from largesse.storage import changes, situations
from largesse.storage.situations import Ask
from tests.storage.test_hot_path import CAMPAIGN, CARD, CODE, NOW, WALLET, a_place, undone

KEY = CounterKey(CAMPAIGN, "setDiscount", "", "", "")


@pytest.fixture
async def place(database_url):
    """A place where one decision has been written."""
    async with undone(database_url) as db:
        made = await a_place(db)
        assert await changes.write(db, [made.whole(1)]) == [None]
        yield made


def an_ask(place, **members):
    """What a request asks for that names nothing."""
    zone = {"application": place.application, "account": place.account, "sandbox": False}
    return Ask(**{**zone, **members})


def of_counter(**members):
    """The parts of an ask that name the budget."""
    asked = {"actions": ["setDiscount"], "entities": [""], "subjects": [""], "periods": [""]}
    return {**asked, **members}


async def read(place, **members):
    """What one request finds."""
    (found,) = await situations.read(place.db, [an_ask(place, **members)])
    return found


async def test_several_requests_are_answered_in_their_order(place):
    asks = [
        an_ask(place, session="s1"),
        an_ask(place, session="nobody"),
        an_ask(place, application=0),
        an_ask(place, profile="c1"),
        an_ask(place, codes=["WALLET", "CARD", "UNKNOWN"]),
    ]
    found = await situations.read(place.db, asks)
    assert [bool(one.session) for one in found] == [True, False, False, False, False]
    assert [bool(one.profile) for one in found] == [True, False, False, True, False]
    assert [one.rulebook_version for one in found] == [1, 1, None, 1, 1]
    assert sorted(one.value for one in found[4].coupons) == ["CARD", "WALLET"]


async def test_what_is_written_is_read_again(place):
    found = await read(place, session="s1")
    written = place.whole(1)
    assert found.session.document == written.session.document
    assert (found.session.id, found.session.revision, found.session.state) == (1001, 1, "closed")
    assert (found.session.created, found.session.updated) == (NOW, NOW)
    profile = found.profile
    assert (profile.integration_id, profile.closed_sessions, profile.sessions) == ("c1", 1, 1)
    assert (profile.total_sales, profile.revision, profile.attributes) == (90, 1, {})


async def test_customer_and_codes_that_are_not_named_are_those_of_the_session(place):
    found = await read(place, session="s1")
    assert found.profile.integration_id == "c1"
    assert [one.value for one in found.coupons] == ["CODE"]
    other = await read(place, session="s1", profile="nobody", codes=[])
    assert (other.profile, other.coupons) == (None, [])


async def test_a_coupon_says_what_the_customer_had_of_it(place):
    codes = ["CODE", "CARD", "WALLET"]
    mine = {one.id: one for one in (await read(place, profile="c1", codes=codes)).coupons}
    other = {one.id: one for one in (await read(place, profile="c2", codes=codes)).coupons}
    assert [mine[one].profile_redemption_count for one in (CODE, CARD, WALLET)] == [1, 1, 0]
    assert [mine[one].is_reserved for one in (CODE, CARD, WALLET)] == [False, False, True]
    assert (mine[CARD].discount_counter, mine[CARD].discount_limit) == (10, 50)
    assert [one.profile_redemption_count for one in other.values()] == [0, 0, 0]
    assert [one.is_reserved for one in other.values()] == [False, False, False]


async def test_counters_are_those_of_the_named_campaigns_and_of_the_owners_of_codes(place):
    named = await read(place, campaigns=[CAMPAIGN], **of_counter())
    owned = await read(place, codes=["CARD"], **of_counter())
    assert named.amounts() == owned.amounts() == {KEY: Decimal(10)}
    for other in ({"actions": ["redeemCoupon"]}, {"subjects": ["c1"]}, {"periods": ["Y2026"]}):
        found = await read(place, campaigns=[CAMPAIGN], **of_counter(**other))
        assert found.amounts() == {}
    assert (await read(place, campaigns=[1], **of_counter())).amounts() == {}


async def test_counters_are_read_by_their_keys(place):
    other = KEY._replace(subject="nobody")
    found = await situations.counters(place.db, place.application, [KEY, other])
    assert found == {KEY: Decimal(10)}


async def test_an_answer_to_a_key_is_found_as_long_as_it_is_kept(place):
    found = await read(place, reply_key="c1", replies_since=NOW - timedelta(seconds=1))
    assert (found.reply.body, found.reply.fingerprint, found.reply.status) == ("{}", "f", 200)
    assert (await read(place, reply_key="c1", replies_since=NOW)).reply is None
    assert (await read(place, reply_key="c2", replies_since=NOW - timedelta(1))).reply is None


async def test_what_belongs_to_another_application_or_account_is_not_there(place):
    theirs = await a_place(place.db)
    everything = {"session": "s1", "codes": ["CODE"], "reply_key": "c1"}
    everything |= {"replies_since": NOW - timedelta(days=1), "campaigns": [CAMPAIGN]}
    found = await read(theirs, profile="c1", **everything, **of_counter())
    assert (found.session, found.profile, found.reply) == (None, None, None)
    assert found.amounts() == {}
    assert [one.usage_counter for one in found.coupons] == [0]
    assert (await read(place, profile="c1", sandbox=True)).profile is None
