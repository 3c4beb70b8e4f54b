"""A server to test, clients of it, and builders with defaults: an_application(), a_campaign()."""

import asyncio
import secrets
import threading
import time
import uuid
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import uvicorn
from litestar.handlers import HTTPRouteHandler

from largesse.app import create_app
from largesse.config import Settings
from largesse.http import credentials, scopes
from largesse.kit.clock import Clock
from largesse.storage.db import Db, connect
from tests import contracts

T = TypeVar("T")

DEPLOYMENT = "shop.promo.test"
ABSENT: Any = object()
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class MovedClock(Clock):
    """A clock that a test moves, and that is put right after it."""

    def move(self, **by: float) -> None:
        """Go forward by `timedelta(**by)`."""
        self.offset += timedelta(**by)


@dataclass
class Running:
    """A server in a thread of this process."""

    url: str
    app: Any
    loop: asyncio.AbstractEventLoop
    clock: MovedClock
    http: httpx.Client  # one for all tests, because making one takes longer than most of them

    @property
    def parts(self) -> scopes.Server:
        """Its pool, what it remembers, its clock."""
        return self.app.state.server

    def run(self, work: Awaitable[T]) -> T:
        """Wait for something that has to run in the server's loop."""

        async def waited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(waited(), self.loop).result(30)

    def sql(self, text: str, *values: Any) -> list[Any]:
        """Run a statement, for what no operation shows."""

        async def rows() -> list[Any]:
            async with self.parts.pool.plain() as db:
                return await db.rows(text, *values)

        return self.run(rows())


@contextmanager
def serving(
    database_url: str, folder: Path, found: Sequence[HTTPRouteHandler] | None = None
) -> Iterator[Running]:
    """Run a server on a free port, with all operations or with those that are given."""
    settings = Settings(
        database_url=database_url,
        data_dir=folder,
        deployments=(DEPLOYMENT,),
        outgoing_allow=("127.0.0.1/32",),
    )
    clock = MovedClock()
    app = create_app(settings, clock=clock, found=found)
    loops: list[asyncio.AbstractEventLoop] = []
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none")
    )

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=30) as http:
        yield Running(url, app, loops[0], clock, http)
    server.should_exit = True
    thread.join(10)


@dataclass
class Call:
    """A client of one account: `call("GET", "/v1/applications", status=200)`."""

    server: Running
    account_id: int
    key: str  # what goes into the Authorization header unless told otherwise
    names: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def __call__(
        self,
        method: str,
        path: str,
        json: Any = ABSENT,
        *,
        key: str | bytes | None = None,
        status: int | None = None,
        **rest: Any,
    ) -> httpx.Response:
        """Send a request. The answer must fit its contract and, when given, have this status."""
        headers = dict(rest.pop("headers", {}))
        authorization = self.key if key is None else key
        if authorization:
            headers.setdefault("Authorization", authorization)
        if json is not ABSENT:
            rest["content"] = msgspec.json.encode(json)
            headers.setdefault("Content-Type", "application/json")
        response = self.server.http.request(method, path, headers=headers, **rest)
        if status is not None:
            assert response.status_code == status, f"{response.status_code}: {response.text}"
        contracts.check(response)
        return response


@contextmanager
def an_account(server: Running) -> Iterator[Call]:
    """An account with an administrator, and a client with a management key of it."""
    email = f"{uuid.uuid4().hex}@example.test"
    secret = credentials.make("management", secrets.token_bytes(32))
    account = server.sql("insert into account (name) values ('Test') returning id")[0]["id"]
    person = server.sql(
        "insert into person (account_id, email, name, password_hash, is_admin)"
        " values ($1, $2, 'Test', '', true) returning id",
        account,
        email,
    )[0]["id"]
    server.sql(
        "insert into management_key (account_id, name, hash, created_by, expiry_date)"
        " values ($1, 'Test', $2, $3, $4)",
        account,
        credentials.digest(secret),
        person,
        NEVER,
    )
    yield Call(server, account, f"ManagementKey-v1 {secret}")
    server.clock.offset = timedelta()


@dataclass
class Shop:
    """An Application and a key for it."""

    id: int
    key: str  # an Authorization header
    body: dict[str, Any]


def an_application(call: Call, **values: Any) -> Shop:
    """An Application with a key of its own."""
    body = {
        "name": f"Shop {next(call.names)}",
        "currency": "EUR",
        "timezone": "UTC",
        "description": "",
        **values,
    }
    made = call("POST", "/v1/applications", body, status=201).json()
    return Shop(made["id"], an_api_key(call, made["id"]), made)


def an_api_key(call: Call, application_id: int, **values: Any) -> str:
    """A new key of an Application, as it stands in the Authorization header."""
    path = f"/v1/applications/{application_id}/api_keys"
    body = {"title": "Test", "expires": NEVER, **values}
    return f"ApiKey-v1 {call('POST', path, body, status=201).json()['key']}"


def a_campaign(call: Call, shop: Shop, **values: Any) -> dict[str, Any]:
    """A running campaign without rules."""
    body = {"name": f"Campaign {next(call.names)}", "tags": [], "features": [], "limits": []}
    path = f"/v1/applications/{shop.id}/campaigns"
    return call("POST", path, {**body, **values}, status=201).json()


def exact(response: httpx.Response) -> Any:
    """The JSON of an answer with every digit."""
    return msgspec.json.Decoder(float_hook=Decimal).decode(response.content)


def run(work: Awaitable[T]) -> T:
    """Wait for something, in a loop of its own."""

    async def waited() -> T:
        return await work

    with asyncio.Runner() as runner:
        return runner.run(waited())


async def create_database(url: str, name: str, *, like: str = "template0") -> None:
    """A new database on a server."""
    await _alone(with_name(url, "postgres"), f'create database "{name}" template "{like}"')


async def drop_database(url: str, name: str) -> None:
    """Remove a database, whoever is connected."""
    await _alone(with_name(url, "postgres"), f'drop database "{name}" with (force)')


async def _alone(url: str, statement: str) -> None:
    pool = await connect(url, most=1)
    async with pool.plain() as db:
        await Db.run(db, statement)
    await pool.close()


def with_name(url: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def name_of(url: str) -> str:
    """The name of the database at an address."""
    return urlsplit(url).path.lstrip("/")
