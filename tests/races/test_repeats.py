"""The same Idempotency-Key means the same request: one effect, one answer, whatever happens."""

import signal

from tests.races.rush import rush, statuses
from tests.races.selling import a_campaign, a_stall, closing, codes, limit
from tests.races.verify import deviations

CALLS = 20


def an_offer(stall, **terms):
    """A campaign with a budget, and a code of it."""
    campaign = a_campaign(stall, ["couponValid"], limits=[limit("setDiscount", 1000)])
    (code,) = codes(stall, campaign, 1, **terms)
    return campaign, code


def test_one_key_twenty_times_at_once_is_one_effect_and_one_answer(stall, trials):
    for at in range(max(trials // 10, 1)):
        campaign, code = an_offer(stall)
        body = closing(code)
        answers = rush(
            [stall.sent(n, f"s{at}", body, Idempotency_Key=f"k{at}") for n in range(CALLS)]
        )
        assert statuses(answers) == [200] * CALLS
        assert len({answer.content for answer in answers}) == 1
        assert stall.session(f"s{at}")["updateCount"] == 1
        assert stall.coupon(code)["usage_counter"] == 1
        assert stall.spent(campaign) == {"setDiscount": 10}
    assert deviations(stall.cluster, stall.shop.id) == []


def test_one_key_for_two_sessions_at_once_is_taken_by_one_of_them(stall):
    _, code = an_offer(stall)
    body = closing(code)
    answers = rush([stall.sent(n, f"s{n}", body, Idempotency_Key="k") for n in range(CALLS)])
    assert statuses(answers) == [200] + [409] * (CALLS - 1)
    assert stall.coupon(code)["usage_counter"] == 1
    assert deviations(stall.cluster, stall.shop.id) == []


def test_a_key_with_another_body_is_refused_and_changes_nothing(stall):
    _, code = an_offer(stall)
    first = stall.sent(0, "s", closing(code), Idempotency_Key="k")
    other = stall.sent(1, "s", closing(code), Idempotency_Key="k")
    assert statuses([*rush([first]), *rush([other]), *rush([other])]) == [200, 409, 409]
    assert stall.coupon(code)["usage_counter"] == 1
    assert deviations(stall.cluster, stall.shop.id) == []


def test_a_request_that_was_refused_may_come_again_corrected_under_its_key(stall):
    _, code = an_offer(stall)
    wrong = stall.sent(0, "s", closing(code, state="cancelled"), Idempotency_Key="k")
    right = stall.sent(1, "s", closing(code), Idempotency_Key="k")
    assert statuses([*rush([wrong]), *rush([right])]) == [200, 400]
    assert stall.coupon(code)["usage_counter"] == 1


def test_a_key_of_one_shop_means_nothing_in_another(stall, cluster):
    sent = stall.sent(0, "s", closing(), Idempotency_Key="k")
    assert statuses(rush([sent])) == [200]
    other = a_stall(cluster)
    answers = rush([other.sent(0, "s", closing(), Idempotency_Key="k")])
    assert statuses(answers) == [200]
    assert other.session("s")["updateCount"] == 1


def test_the_answer_to_a_key_survives_the_process_that_gave_it(stall):
    _, code = an_offer(stall)
    first = stall.cluster.nodes[0]
    body = closing(code)
    sent = [stall.sent(at, "s", body, Idempotency_Key="k") for at in (0, 1)]
    (before,) = rush(sent[:1])
    first.stop(signal.SIGKILL)
    first.start()
    first.wait_until_ready()
    after = rush(sent)
    assert statuses(after) == [200, 200]
    assert {answer.content for answer in after} == {before.content}
    assert stall.session("s")["updateCount"] == 1
    assert stall.coupon(code)["usage_counter"] == 1
