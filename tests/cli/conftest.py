"""An embedded database that the tests of this folder share."""

import pytest

from largesse.storage import embedded
from largesse.storage.db import connect


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    """The address of an empty database server."""
    with embedded.running(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
async def empty_url(server_url, request):
    """The address of a database of its own, with nothing in it."""
    name = f"t{abs(hash(request.node.nodeid))}"
    pool = await connect(server_url, most=1)
    async with pool.plain() as db:
        await db.run(f"create database {name}")
    yield server_url.replace("/postgres?", f"/{name}?")
    async with pool.plain() as db:
        await db.run(f"drop database {name} with (force)")
    await pool.close()
