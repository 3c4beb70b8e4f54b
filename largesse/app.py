"""The only place where parts are put together: settings → pool → memory → operations."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from largesse import jobs, partners
from largesse.api import integration, management
from largesse.config import Settings
from largesse.deciding.load import load
from largesse.http import errors, probes
from largesse.http.description import Api
from largesse.http.encoding import Request
from largesse.http.front import App
from largesse.http.scopes import Server
from largesse.jobs import Job, keep_running
from largesse.kit import discover
from largesse.kit.caps import BODY_BYTES_MAX
from largesse.kit.clock import Clock
from largesse.live import Live
from largesse.storage import db

FACES: Final[dict[Api, ModuleType]] = {
    "integration": integration,
    "management": management,
    "gateway": partners,
}
SEED_BYTES: Final = 32


def new_seed() -> bytes:
    """Randomness for whatever must not be guessed."""
    return secrets.token_bytes(SEED_BYTES)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    seed: Callable[[], bytes] = new_seed,
    found: Sequence[HTTPRouteHandler] | None = None,
) -> App:
    """A server that is complete but for its database, which it opens when it starts.

    It serves every operation there is, or those that were `found`.
    """
    served = handlers() if found is None else found

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        assert settings.database_url, "a server has a database"
        pool = await db.connect(settings.database_url)
        live = Live(pool, load, deployments=settings.deployments)
        time = clock or Clock(settings.clock_offset)
        app.state.server = Server(settings, pool, live, time, seed)
        working = asyncio.create_task(keep_running(discover.members(jobs, Job), pool, time))
        try:
            await live.start()
            yield
        finally:
            working.cancel()
            await live.stop()
            await pool.close()

    app = App(
        served,
        lifespan=[running],
        exception_handlers={Exception: errors.answer},
        request_class=Request,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
        logging_config=None,
    )
    app.state.operations = [handler.opt["operation"] for handler in served]
    return app


def handlers() -> list[HTTPRouteHandler]:
    """Every operation of every face, each told which API it belongs to."""
    found = [member for member in vars(probes).values() if isinstance(member, HTTPRouteHandler)]
    for api, package in FACES.items():
        for handler in discover.members(package, HTTPRouteHandler):
            handler.opt["operation"].api = api
            found.append(handler)
    return found
