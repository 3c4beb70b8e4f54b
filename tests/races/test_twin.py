"""A race that cannot be lost proves nothing: with guards that read and then write, it is lost."""

from itertools import takewhile
from pathlib import Path

import pytest

from largesse.storage.db import Db
from tests import kit
from tests.api.management.making import an_attribute
from tests.races.cluster import a_database, connected, running
from tests.races.selling import a_stall
from tests.races.shoppers import BUDGET, CODE, lap, laps, won
from tests.races.verify import deviations

TRIALS_MAX = 40
GUARDS = Path(__file__).with_name("read_then_write.sql")


@pytest.fixture(scope="module")
def careless(database_url, tmp_path_factory):
    """Two processes on a database whose guards let go between reading and writing."""
    with a_database(database_url, "twin") as url:
        kit.run(loosen(url))
        with running(url, tmp_path_factory.mktemp("twin")) as started:
            an_attribute(started.call, "CustomerSession", "trial")
            yield started


async def loosen(url: str) -> None:
    """Put the careless guards in place of ours."""
    async with connected(url) as pool, pool.plain() as db:
        await Db.run(db, GUARDS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("race", [CODE, BUDGET], ids=lambda race: race.name)
def test_a_guard_that_reads_and_then_writes_is_caught_overselling(careless, race):
    stall = a_stall(careless)
    sold = (
        len(won(lap(stall, f"s{at}", one))) for at, one in enumerate(laps(stall, race, TRIALS_MAX))
    )
    fair = list(takewhile(lambda winners: winners <= race.winners, sold))
    assert len(fair) < TRIALS_MAX, "no trial oversold, so the race finds nothing"
    assert deviations(careless, stall.shop.id), "the books say that nothing was oversold"
