"""What operators ask a server: does it live, is it ready, what has it done, what can it do."""

import asyncio
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from largesse.config import CannotStart, Settings
from largesse.http import openapi
from largesse.http.errors import Busy
from largesse.http.operation import Reply, Request, get
from largesse.storage import migrate

READY_SECONDS_MAX: Final = 1


@get("/livez", open=True)
async def livez() -> dict[str, str]:
    """Whether the process answers. Looks at nothing else."""
    return {"status": "ok"}


@get("/readyz", open=True)
async def readyz(settings: Settings) -> dict[str, str]:
    """Whether requests can be served: the database answers and has the shape of this version."""
    assert settings.database_url, "a server has a database"
    try:
        async with asyncio.timeout(READY_SECONDS_MAX):
            await migrate.check(settings.database_url)
    except (CannotStart, TimeoutError):
        raise Busy from None
    return {"status": "ready"}


@get("/metrics", open=True)
async def metrics() -> Reply:
    """Counts and durations, as Prometheus reads them."""
    return Reply(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@get("/openapi.json", open=True)
async def document(request: Request) -> Reply:
    """Every operation of every API in one OpenAPI document."""
    return Reply(openapi.document(request.app.state.operations))


@get("/docs", open=True)
async def listing(request: Request) -> Reply:
    """Every operation on one page that needs no other host."""
    page = openapi.page(request.app.state.operations)
    return Reply(page, media_type="text/html; charset=utf-8", headers=openapi.PAGE_HEADERS)
