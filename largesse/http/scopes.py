"""What an operation may ask for by a type: the server's parts, and what its path names.

`within` makes one more type known, for the face whose noun it is:

    within(LoyaltyProgram, "loyalty_program_id", loyalty.find)
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Final, TypeVar

from msgspec import Struct

from largesse.config import Settings
from largesse.http.encoding import Request
from largesse.kit.clock import Clock
from largesse.kit.problems import must
from largesse.live import Live
from largesse.model.campaigns import Application, Campaign
from largesse.model.people import Caller
from largesse.storage import applications, campaigns
from largesse.storage.db import Db, Pool

T = TypeVar("T")
Find = Callable[[Db, int, Any], Awaitable[Any]]  # (db, id of the owner, id) → the object or None


class Server(Struct):
    """The parts of a running server; tests exchange the clock and the seeds."""

    settings: Settings
    pool: Pool
    live: Live
    clock: Clock
    seed: Callable[[], bytes]


class Named(Struct, frozen=True):
    """How to load what a path names, and within what."""

    member: str
    find: Find
    owner: type | None  # None: the account


class Scope:
    """One request: its transaction, opened when something first needs it, and what was loaded."""

    def __init__(self, server: Server, request: Request, caller: Caller | None) -> None:
        self.server = server
        self.request = request
        self.caller = caller
        self._stack = AsyncExitStack()
        self._db: Db | None = None
        self._found: dict[type, Any] = {}

    async def __aenter__(self) -> "Scope":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def take(self, name: str, kind: Any) -> Any:
        """The value of an argument."""
        if kind is Db:
            return await self.db()
        if kind in _NAMED:
            return await self.load(kind)
        part = _PARTS.get(kind) or _VALUES[name, kind]
        return part(self)

    async def db(self) -> Db:
        """The transaction of this request."""
        if self._db is None:
            self._db = await self._stack.enter_async_context(self.server.pool.transaction())
        return self._db

    async def load(self, kind: type) -> Any:
        """What the path names, if it exists and the caller may see it; else `NotFound`."""
        if kind not in self._found:
            named = _NAMED[kind]
            db = await self.db()
            owner = (await self.load(named.owner)).id if named.owner else self._caller().account_id
            key = self._key(named.member)
            allowed = kind is not Application or self._may_see(key)
            found = await named.find(db, owner, key) if allowed else None
            self._found[kind] = must(found, kind.__name__, key)
        return self._found[kind]

    def _key(self, member: str) -> Any:
        path = self.request.route_handler.opt["operation"].parameters
        if member in path.path:
            return path.in_path(self.request, member)
        assert member == "application_id", f"the path has no {member}"
        return self._caller().application_id

    def _may_see(self, application_id: int) -> bool:
        allowed = self._caller().application_ids
        return allowed is None or application_id in allowed

    def _caller(self) -> Caller:
        assert self.caller is not None, "an open operation asks for nothing that is owned"
        return self.caller


_PARTS: Final[dict[type, Callable[["Scope"], Any]]] = {
    Pool: lambda scope: scope.server.pool,
    Live: lambda scope: scope.server.live,
    Clock: lambda scope: scope.server.clock,
    Settings: lambda scope: scope.server.settings,
    Caller: lambda scope: scope.caller,
    Request: lambda scope: scope.request,
}
_VALUES: Final[dict[tuple[str, type], Callable[["Scope"], Any]]] = {
    ("now", datetime): lambda scope: scope.server.clock.now(),
    ("seed", bytes): lambda scope: scope.server.seed(),
}
_NAMED: Final[dict[type, Named]] = {}


def within(kind: type, member: str, find: Find, owner: type | None = None) -> None:
    """Let operations ask for a `kind`.

    `find` takes the transaction, the id of the owner, and what stands at `{member}` of the path.
    """
    _NAMED[kind] = Named(member, find, owner)


within(Application, "application_id", applications.find)
within(Campaign, "campaign_id", campaigns.find, Application)


def gives(name: str, kind: Any) -> bool:
    """Whether an argument comes from here."""
    if not isinstance(kind, type):
        return False
    return kind is Db or kind in _PARTS or kind in _NAMED or (name, kind) in _VALUES
