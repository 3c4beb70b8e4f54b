"""Referrals: make codes that advocates hand to their friends."""

from datetime import datetime
from typing import Final, Literal

from largesse.actions import create_referrals as making
from largesse.actions.create_referrals import NewReferral, NewReferralsForMultipleAdvocates
from largesse.http.operation import Reply, post
from largesse.kit.paging import Total
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.model.referrals import Referral
from largesse.storage.db import Db

TAG: Final = "Referrals"


@post("/v1/referrals", tags=[TAG], may="create referrals")
async def create_referral(
    db: Db,
    application: Application,
    data: NewReferral,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
) -> Referral:
    """Create a referral code of an advocate, whatever the budgets of the campaign say.

    An advocate who is not known yet comes into being.
    """
    (made,) = await making.create_referrals(
        db, application, data, seed=seed, now=now, dry=caller.is_test
    )
    return made


@post(
    "/v1/referrals_for_multiple_advocates",
    tags=[TAG],
    may="create referrals",
    answer=Total[Referral],
)
async def create_referrals(
    db: Db,
    application: Application,
    data: NewReferralsForMultipleAdvocates,
    *,
    caller: Caller,
    seed: bytes,
    now: datetime,
    silent: Literal["yes", "no"] = "yes",
) -> Reply:
    """Create one referral code for each of up to 1000 advocates. With `silent=no` the answer
    lists them.
    """
    made = await making.create_referrals(
        db, application, data, seed=seed, now=now, dry=caller.is_test
    )
    if silent == "yes":
        return Reply(status=204)
    return Reply(Total(total_result_size=len(made), data=made))
