"""The fixtures of all tests: a real PostgreSQL, a real server on it, and a client of it.

The database is that of LARGESSE_TEST_DATABASE_URL, or an embedded one. It is migrated once; each
worker works on a copy.
"""

import os
import tempfile
import uuid
from contextlib import ExitStack
from pathlib import Path

import pytest

from largesse.storage import embedded, migrate
from tests import kit
from tests.contracts import CONTRACTS

GIVEN = "LARGESSE_TEST_DATABASE_URL"
TEMPLATE = "LARGESSE_TEST_TEMPLATE"  # the migrated database, told to workers
_open = ExitStack()


def pytest_report_header() -> str:
    """Say once whether answers are compared with the contracts."""
    if CONTRACTS is None:
        return "contracts: not beside this checkout, answers are not compared with them"
    return f"contracts: answers are compared with {', '.join(CONTRACTS)}"


def pytest_configure(config: pytest.Config) -> None:
    """With several workers, start the database before them, so that they share it."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and getattr(config.option, "dist", "no") != "no":
        os.environ[TEMPLATE] = migrated_template()


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    _open.close()


def migrated_template() -> str:
    """The address of a database with all tables and no rows."""
    url = os.environ.get(GIVEN)
    if not url:
        folder = Path(_open.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o711)
        url = _open.enter_context(embedded.running(folder))
    template = f"largesse_{uuid.uuid4().hex[:12]}"
    kit.run(kit.create_database(url, template))
    _open.callback(lambda: kit.run(kit.drop_database(url, template)))
    made = kit.with_name(url, template)
    kit.run(migrate.migrate(made))
    return made


@pytest.fixture(scope="session")
def database_url():
    """The address of this worker's own database."""
    template = os.environ.get(TEMPLATE) or migrated_template()
    name = f"{kit.name_of(template)}_{uuid.uuid4().hex[:6]}"
    kit.run(kit.create_database(template, name, like=kit.name_of(template)))
    yield kit.with_name(template, name)
    kit.run(kit.drop_database(template, name))


@pytest.fixture(scope="session")
def server(database_url, tmp_path_factory):
    """A server on a free port, with a clock that tests may move."""
    with kit.serving(database_url, tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def call(server):
    """A client with a management key of an account that no other test has."""
    with kit.an_account(server) as client:
        yield client
