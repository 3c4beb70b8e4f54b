"""A server with the operations of this folder only."""

import pytest

from tests import kit
from tests.http.operations import OPERATIONS


@pytest.fixture(scope="session")
def echo_server(database_url, tmp_path_factory):
    """A server that echoes, raises, and writes."""
    with kit.serving(database_url, tmp_path_factory.mktemp("echo"), OPERATIONS) as running:
        yield running


@pytest.fixture
def call(echo_server):
    """A client of it, of an account that no other test has."""
    with kit.an_account(echo_server) as client:
        yield client
