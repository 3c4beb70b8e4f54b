"""One coupon for each identifier and customer, however often and however many ask at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

ASKED = 50


def same(first, second):
    """Whether two answers are one coupon, to the byte."""
    assert first.status_code == second.status_code == 200, f"{first.text} {second.text}"
    return first.content == second.content


def test_asking_again_gets_the_stored_coupon_whatever_else_is_asked(fresh):
    first = fresh.braze(
        identifier="a",
        integrationId="ada",
        usageLimit=2,
        startDate="2031-01-01T00:00:00+05:00",
        discountLimit="20",
        attributes={"zip": "1", "channel": "mail", "seats": [1.5]},
    )
    again = {"identifier": "a", "integrationId": "ada", "usageLimit": 9}
    assert same(first, fresh.braze(**again))
    assert same(first, fresh.braze(**again, couponPattern="OTHER###", attributes={"nosuch": 1}))
    assert len(fresh.coupons()) == 1


def patiently(market, **asked):
    """Ask for a coupon, and again as long as the server says that it is busy."""
    answer = market.braze(**asked)
    while answer.status_code == 503:
        answer = market.braze(**asked)
    return answer


# fmt: off
OTHERS = [
    {"integrationId": "bo"},
    {"integrationId": "Ada"},
    {"integrationId": "ada "},
    {"integrationId": None},
    {"identifier": "A"},
    {"identifier": "a "},
    {"identifier": "\u0061\u0301"},
    {"identifier": "\u00e1"},
]
# fmt: on


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_another_identifier_or_customer_gets_another_coupon(market, other):
    first = market.braze(identifier="a", integrationId="ada").json()
    second = market.braze(**{"identifier": "a", "integrationId": "ada", **other}).json()
    assert second["Value"] != first["Value"]


def test_another_campaign_gives_another_coupon(market):
    first = market.braze(identifier="c").json()
    second = market.braze(identifier="c", campaignId=market.other_campaign).json()
    assert first["Value"] != second["Value"]


def test_fifty_who_ask_at_once_get_one_coupon(fresh):
    """The first calls under an identifier race; whoever comes too late gets what is there."""
    with ThreadPoolExecutor(ASKED) as pool:
        asked = {"identifier": "race"}
        answers = list(pool.map(lambda _: patiently(fresh, **asked), range(ASKED)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(fresh.coupons()) == 1


def test_fifty_who_ask_at_once_for_a_fixed_code_get_it(fresh):
    with ThreadPoolExecutor(ASKED) as pool:
        asked = {"identifier": "fixed", "couponPattern": "ONLY-ONE"}
        answers = list(pool.map(lambda _: patiently(fresh, **asked), range(ASKED)))
    assert {answer.json().get("Value") for answer in answers} == {"ONLY-ONE"}


def test_twenty_who_share_a_small_pattern_get_all_of_its_codes(fresh):
    asked = {"couponPattern": "CODE#", "validCharacters": list("ABCDEFGHIJKLMNOPQRST")}
    with ThreadPoolExecutor(20) as pool:
        names = map(str, range(20))
        answers = list(pool.map(lambda name: patiently(fresh, identifier=name, **asked), names))
    assert len({answer.json().get("Value") for answer in answers}) == 20
    assert fresh.braze(identifier="one too many", **asked).status_code == 400


def test_platforms_share_the_identifiers_of_a_campaign(market):
    first = market.braze(identifier="shared", integrationId="ada").json()
    second = market.flow(identifier="shared", recipientIntegrationId="ada").json()
    assert first["ID"] == second["ID"]


def test_without_an_identifier_every_call_creates(fresh):
    answers = [fresh.flow(), fresh.flow(), fresh.iterable(), fresh.iterable()]
    assert len({answer.json()["Value"] for answer in answers}) == 4
    assert len(fresh.coupons()) == 4


def test_deleting_the_coupon_frees_its_identifier(market):
    first = market.braze(identifier="freed").json()
    path = f"/v1/applications/{market.shop.id}/campaigns/{market.campaign}/coupons/{first['ID']}"
    market.call("DELETE", path, status=204)
    second = market.braze(identifier="freed").json()
    assert second["ID"] != first["ID"]
    assert second["Value"] != first["Value"]


def test_the_longest_identifiers_and_customers_are_told_apart(market):
    """An index has no room for them as they are."""
    letters = random.Random(1)
    customer = "".join(chr(letters.randrange(33, 126)) for _ in range(1000))
    name = "".join(chr(letters.randrange(0x1F300, 0x1F5FF)) for _ in range(999))
    first = market.braze(identifier=name + "a", integrationId=customer)
    assert same(first, market.braze(identifier=name + "a", integrationId=customer))
    assert first.json()["RecipientIntegrationID"] == customer
    others = [{"identifier": name + "b"}, {"integrationId": customer[:-1]}]
    for other in others:
        asked = {"identifier": name + "a", "integrationId": customer, **other}
        assert market.braze(**asked).json()["ID"] != first.json()["ID"]


def test_a_customer_whose_name_has_too_many_bytes_is_refused(market):
    """What an index has no room for is told, and not our bug."""
    letters = random.Random(2)
    customer = "".join(chr(letters.randrange(0x1F300, 0x1F5FF)) for _ in range(1000))
    assert market.braze(identifier="bytes", integrationId=customer).status_code == 400
