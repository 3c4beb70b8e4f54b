"""Nothing oversells: what is enough for seven, or for thirty, is had by seven, or by thirty."""

import pytest

from tests.races.rush import rush
from tests.races.selling import TEN_OFF, a_campaign, closing, codes
from tests.races.shoppers import (
    BUDGET,
    CODE,
    RACES,
    SHOPPERS,
    lap,
    laps,
    pools,
    reasons,
    referrals,
    won,
)
from tests.races.verify import deviations, unkept

INSISTING_MAX = 10


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_what_runs_out_is_had_by_as_many_as_it_is_enough_for(stall, trials, race):
    told = []
    for at, bodies in enumerate(laps(stall, race, trials)):
        answers = lap(stall, f"s{at}", bodies)
        assert {answer.status for answer in answers} == {200}
        assert len(won(answers)) == race.winners
        assert reasons(answers) == {race.told}
        told += answers
    assert unkept(stall.cluster, stall.shop.id, told) == []
    assert deviations(stall.cluster, stall.shop.id) == []


def test_a_code_and_a_budget_that_run_out_together_are_each_had_by_as_many(stall, trials):
    budgets = laps(stall, BUDGET, max(trials // 10, 1))
    coded = a_campaign(stall, ["couponValid"], effects=[["setDiscount", "code", 1]])
    entered = codes(stall, coded, len(budgets), **CODE.terms)
    for at, (code, bodies) in enumerate(zip(entered, budgets, strict=True)):
        marks = bodies()["customerSession"]["attributes"]
        answers = lap(stall, f"s{at}", lambda: closing(code, attributes=marks))  # noqa: B023
        given = [one["name"] for answer in answers for one in answer.effects("setDiscount")]
        assert sorted(given) == ["code"] * CODE.winners + ["ten"] * BUDGET.winners
        assert sum(len(one.effects("rejectCoupon")) for one in answers) == SHOPPERS - CODE.winners
    assert deviations(stall.cluster, stall.shop.id) == []


def test_a_referral_is_redeemed_by_as_many_friends_as_it_may(stall, trials):
    campaign = a_campaign(stall, ["referralValid"], features=["referrals"])
    entered = referrals(stall, campaign, max(trials // 10, 1), 7)
    for at, code in enumerate(entered):
        answers = lap(stall, f"s{at}", lambda: closing(referralCode=code))  # noqa: B023
        assert {answer.status for answer in answers} == {200}
        assert len(won(answers)) == 7
        assert reasons(answers) == {"ReferralLimitReached"}
    assert deviations(stall.cluster, stall.shop.id) == []
    sql = "select referral_id, count(*) as friends from referral_friend where application_id = $1"
    found = stall.cluster.sql(sql + " group by referral_id", stall.shop.id)
    assert [row["friends"] for row in found] == [7] * len(entered)


@pytest.mark.parametrize("gifts", [7, SHOPPERS, 100])
def test_each_code_of_a_pool_is_given_to_one_customer(stall, trials, gifts):
    for at, pool in enumerate(pools(stall, max(trials // 15, 1), gifts)):
        campaign = a_campaign(stall, effects=[["awardGiveaway", pool], TEN_OFF])
        answers = insisting(lap(stall, f"s{at}", closing))
        given = [one["code"] for answer in answers for one in answer.effects("awardGiveaway")]
        assert len(given) == len(set(given)) == len(won(answers)) == min(gifts, SHOPPERS)
        path = f"{stall.path}/campaigns/{campaign}"
        stall.cluster.call("DELETE", path, status=204)
    assert deviations(stall.cluster, stall.shop.id) == []


def insisting(answers):
    """Whoever lost too many races for one code of a pool sends the request again."""
    for _ in range(INSISTING_MAX):
        refused = [answer for answer in answers if answer.status == 409]
        if not refused:
            break
        assert all(answer.headers["retry-after"] for answer in refused)
        answers = [one for one in answers if one.status != 409]
        answers += rush([answer.sent for answer in refused])
    assert {answer.status for answer in answers} == {200}
    return answers
