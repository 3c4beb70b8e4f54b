"""A process that is killed in the middle of its work loses nothing that it has answered."""

import random
import signal
import threading

from tests.races.rush import Answer, Sent, rush
from tests.races.selling import Stall, a_campaign, closing, codes, limit
from tests.races.verify import deviations, unkept

KILLS = 4
WAVE = 16
WAVES_MAX = 400


def test_what_was_answered_survives_a_kill_and_what_was_not_can_be_repeated(stall):
    seed = 20
    chance = random.Random(seed)
    campaign = a_campaign(stall, ["couponValid"], limits=[limit("setDiscount", 1_000_000)])
    (code,) = codes(stall, campaign, 1)
    told: dict[str, Answer] = {}
    for at in range(KILLS):
        node = stall.cluster.nodes[at % 2]
        killer = threading.Timer(
            chance.uniform(0.1, 0.6), node.process.send_signal, [signal.SIGKILL]
        )
        killer.start()
        answers = waves(stall, code, at)
        killer.join()
        node.process.wait()
        node.start()
        node.wait_until_ready()
        assert deviations(stall.cluster, stall.shop.id) == [], f"seed {seed}"
        told |= {path_of(one): one for one in answers if one.status}
        assert unkept(stall.cluster, stall.shop.id, told.values()) == []
        repeat_unanswered(answers, told)
    assert all(answer.status == 200 for answer in told.values())
    assert stall.coupon(code)["usage_counter"] == len(told)
    assert stall.spent(campaign) == {"setDiscount": 10 * len(told)}
    assert deviations(stall.cluster, stall.shop.id) == []


def waves(stall: Stall, code: str, at: int) -> list[Answer]:
    """Sessions that close at both processes, until one of those dies."""
    answers: list[Answer] = []
    for wave in range(WAVES_MAX):
        keys = [f"k{at}-{wave}-{n}" for n in range(WAVE)]
        sent = [
            stall.sent(n, key, closing(code), Idempotency_Key=key) for n, key in enumerate(keys)
        ]
        answers += rush(sent)
        if not all(answer.status for answer in answers):
            return answers
    raise AssertionError("nobody was killed")


def path_of(answer: Answer) -> str:
    """Which session an answer is about."""
    return answer.sent.path


def repeat_unanswered(answers: list[Answer], told: dict[str, Answer]) -> None:
    """Send again what was not answered, under the same keys."""
    missing: list[Sent] = [answer.sent for answer in answers if not answer.status]
    told |= {path_of(one): one for one in rush(missing)}
