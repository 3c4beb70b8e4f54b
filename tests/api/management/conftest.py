"""A shop and a campaign of it, for tests that only look at something within."""

import pytest

from tests import kit


@pytest.fixture
def shop(call):
    """An Application of the caller."""
    return kit.an_application(call)


@pytest.fixture
def within(shop):
    """The path of the Application."""
    return f"/v1/applications/{shop.id}"


@pytest.fixture
def campaign(call, shop):
    """A running campaign without rules or limits."""
    return kit.a_campaign(call, shop)


@pytest.fixture
def path(within, campaign):
    """The path of the campaign."""
    return f"{within}/campaigns/{campaign['id']}"


@pytest.fixture
def stranger(server):
    """A client of another account."""
    with kit.an_account(server) as client:
        yield client
