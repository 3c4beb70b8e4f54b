"""The great races: forty customers close at once on what is enough for fewer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.races.rush import Answer, rush
from tests.races.selling import Stall, campaigns, closing, codes, limit

SHOPPERS = 40
FAILED = "EffectCouldNotBeApplied"
TRIAL = [".", "Session", "Attributes", "trial"]
Bodies = Callable[[], dict[str, Any]]  # makes the session of one more customer


@dataclass(frozen=True)
class Race:
    """What runs out, how many get it, and what the others are told."""

    name: str
    winners: int
    told: str  # the reason of the rejection; empty: nothing, the discount is just not there
    limits: list[dict[str, Any]] = field(default_factory=list)
    terms: dict[str, Any] = field(default_factory=dict)
    share: int = 1  # one in so many trials is of this race


# fmt: off
CODE = Race("uses of a code", 7, "CouponLimitReached", terms={"usageLimit": 7})
BUDGET = Race("budget of a campaign", 30, "", [limit("setDiscount", 300)])
RACES = [
    CODE,
    BUDGET,
    Race("budget behind a code", 30, FAILED, [limit("setDiscount", 300)], share=5),
    Race("budget by code", 7, FAILED, [limit("setDiscount", 70, "Coupon")], share=5),
    Race("redemptions", 30, "CampaignLimitReached", [limit("redeemCoupon", 30)], share=5),
    Race("amount of a gift card", 7, "CouponLimitReached", terms={"discountLimit": 70}, share=5),
    Race("effects of a campaign", 30, "", [limit("setDiscountEffect", 30)], share=5),
]
# fmt: on


def laps(stall: Stall, race: Race, trials: int) -> list[Bodies]:
    """For each trial a code or a campaign that has not sold anything yet."""
    count = max(trials // race.share, 1)
    if not race.told:
        marks = marked(stall, race, count)
        return [lambda mark=mark: closing(attributes={"trial": mark}) for mark in marks]
    shared = not race.limits or bool(race.limits[0]["entities"])
    made = campaigns(stall, 1 if shared else count, lambda _: [["couponValid"]], limits=race.limits)
    each = count if shared else 1
    found = [code for one in made for code in codes(stall, one, each, **race.terms)]
    return [lambda code=code: closing(code) for code in found]


def marked(stall: Stall, race: Race, count: int) -> list[str]:
    """Campaigns that run for sessions with their mark; the marks."""
    marks = [f"t{stall.shop.id}-{at}" for at in range(count)]
    campaigns(stall, count, lambda at: [["=", TRIAL, marks[at]]], limits=race.limits)
    return marks


def pools(stall: Stall, count: int, gifts: int) -> list[int]:
    """As many pools, each with some codes to give away; their ids."""
    sql = (
        "with made as (insert into giveaway_pool (account_id, name, created_by)"
        " select $1, 'P' || $2 || '-' || at, 0 from generate_series(1, $3::int) at returning id),"
        " filled as (insert into giveaway (pool_id, id, code)"
        " select id, gift, 'gift' || gift from made, generate_series(1, $4::int) gift)"
        " select id from made"
    )
    own = (stall.cluster.call.account_id, str(stall.shop.id), count, gifts)
    return [row["id"] for row in stall.cluster.sql(sql, *own)]


def referrals(stall: Stall, campaign_id: int, count: int, usage_limit: int) -> list[str]:
    """Codes of an advocate."""
    sql = (
        "insert into referral (application_id, id, campaign_id, code, usage_limit,"
        " advocate_profile_integration_id, created)"
        " select $1, at, $2, 'FRIEND' || at, $3, 'ada', now() from generate_series(1, $4::int) at"
        " returning code"
    )
    stall.update("advocate", closing(profileId="ada"))
    own = (stall.shop.id, campaign_id, usage_limit, count)
    return [row["code"] for row in stall.cluster.sql(sql, *own)]


def lap(stall: Stall, name: str, bodies: Bodies) -> list[Answer]:
    """Forty customers close at once, half of them at each process."""
    return rush([stall.sent(at, f"{name}-{at}", bodies()) for at in range(SHOPPERS)])


def won(answers: list[Answer]) -> list[Answer]:
    """The answers that gave a discount."""
    return [answer for answer in answers if answer.effects("setDiscount")]


def reasons(answers: list[Answer]) -> set[str]:
    """What those were told who got nothing."""
    lost = [answer for answer in answers if not answer.effects("setDiscount")]
    told = ([*one.effects("rejectCoupon"), *one.effects("rejectReferral")] for one in lost)
    return {one[0]["rejectionReason"] if one else "" for one in told}
