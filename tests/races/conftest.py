"""Two server processes that all races of a worker share."""

import os

import pytest

from tests.api.management.making import an_attribute
from tests.races.cluster import a_database, running
from tests.races.selling import a_stall

TRIALS = int(os.environ.get("LARGESSE_TRIALS", "150"))


@pytest.fixture(scope="session")
def cluster(database_url, tmp_path_factory):
    """Two processes on a database that nobody else uses."""
    with (
        a_database(database_url, "races") as url,
        running(url, tmp_path_factory.mktemp("races")) as started,
    ):
        an_attribute(started.call, "CustomerSession", "trial")
        yield started


@pytest.fixture
def stall(cluster):
    """A shop that no other test sells for."""
    cluster.revive()
    return a_stall(cluster)


@pytest.fixture(scope="session")
def trials():
    """How often the great races are run; LARGESSE_TRIALS says otherwise."""
    return TRIALS
