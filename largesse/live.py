"""The only state that a process keeps: callers, rulebooks, settings, ids, with their versions.

Many processes serve one database, so nothing remembered is the truth: a task looks at the versions
every second and forgets what has changed. Should it fall behind, the next request looks itself
before it trusts what is remembered.
"""

import asyncio
import math
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

from largesse.config import Rate
from largesse.engine.rulebook import Rulebook
from largesse.kit.caps import TURN_SECONDS_MAX
from largesse.kit.log import log
from largesse.storage import keys, server_settings
from largesse.storage.db import Db, Pool
from largesse.storage.keys import Known

POLL_SECONDS: Final = 1
STALE_SECONDS: Final = 2
KEYS_MAX: Final = 10_000  # remembered callers; what is forgotten is read again
IDS_IN_BLOCK: Final = 10_000  # the increment of the sequence
IDS_LOW: Final = 2_500  # ids left when the next block is fetched

Load = Callable[[Db, int, Rulebook | None], Awaitable[Rulebook]]


class Crowded(Exception):
    """Too many requests wait for the same session or customer."""


class Line:
    """Requests that wait for one session or customer."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0

    async def enter(self) -> None:
        """Wait for one's turn. Raises `Crowded` when that takes too long."""
        try:
            async with asyncio.timeout(TURN_SECONDS_MAX):
                await self.lock.acquire()
        except TimeoutError:
            raise Crowded from None


class Live:
    """What this process remembers."""

    def __init__(self, pool: Pool, load: Load, *, deployments: Iterable[str] = ()) -> None:
        self._pool = pool
        self._load = load
        self._own_deployments = frozenset(deployments)
        self._deployments = self._own_deployments
        self._callers: dict[bytes, Known] = {}
        self._settings: dict[int, dict[str, Any]] = {}
        self._keys_versions: dict[int, int] = {}
        self._rulebooks: dict[int, Rulebook] = {}
        self._stale: dict[int, Rulebook] = {}  # newer ones take over what they have compiled
        self._loading: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()
        self._lines: dict[tuple[int, str, str], Line] = {}
        self._poller: asyncio.Task[None] | None = None
        self._ids = Ids(pool)
        self._rates: defaultdict[int, Recent] = defaultdict(Recent)

    async def start(self) -> None:
        """Read what must be there for the first request, and look again every second."""
        await self.look()
        self._keep_looking()

    async def stop(self) -> None:
        """Stop looking."""
        if self._poller is not None:
            self._poller.remove_done_callback(self._keep_looking)
            self._poller.cancel()
            await asyncio.wait([self._poller])

    def _keep_looking(self, ended: asyncio.Task[None] | None = None) -> None:
        """Begin to look, and begin again when that ended because the database did not answer.

        Until it answers, requests look for themselves and fail with the database.
        """
        if ended is not None:
            if ended.cancelled():
                return
            log.warning("versions cannot be read", problem=repr(ended.exception()))
        self._poller = asyncio.create_task(self._poll())
        self._poller.add_done_callback(self._keep_looking)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.look()

    async def caller(self, kind: str, digest: bytes) -> Known | None:
        """Who has the secret with this hash. Strangers are never remembered."""
        await self._be_fresh()
        known = self._callers.get(digest)
        if known is None:
            known = await self._read_caller(kind, digest)
        return known if known is not None and known.kind == kind else None

    async def _read_caller(self, kind: str, digest: bytes) -> Known | None:
        async with self._pool.plain() as db:
            before = dict(self._keys_versions)
            known = await keys.find(db, kind, digest)
        if known is None:
            return None
        account = known.caller.account_id
        # A right that was taken away while we read must not be remembered.
        if before.get(account) == self._keys_versions.get(account):
            if len(self._callers) >= KEYS_MAX:
                self._callers.clear()
            self._callers[digest] = known
        return known

    async def rulebook(self, pool: Pool, application_id: int, at_least: int = 0) -> Rulebook:
        """The rulebook of an Application, at this version or a newer one."""
        found = self._rulebooks.get(application_id)
        if found is not None and found.version >= at_least:
            return found
        async with self._loading[application_id]:
            found = self._rulebooks.get(application_id)
            if found is None or found.version < at_least:
                async with pool.plain() as db:
                    before = found or self._stale.get(application_id)
                    found = await self._load(db, application_id, before)
                self._stale.pop(application_id, None)
                self._rulebooks[application_id] = found
        return found

    async def settings(self, account_id: int) -> dict[str, Any]:
        """What the administrator of an account has set."""
        await self._be_fresh()
        found = self._settings.get(account_id)
        if found is None:
            async with self._pool.plain() as db:
                found = await server_settings.read(db, account_id)
            self._settings[account_id] = found
        return found

    def wait(self, key_id: int, rate: Rate) -> int:
        """Count a call with a key. How many seconds it comes too early; 0 when it may be served."""
        return self._rates[key_id].wait(rate, time.monotonic())

    async def is_deployment(self, host: str) -> bool:
        """Whether the gateway knows this server under a name."""
        await self._be_fresh()
        return host in self._deployments

    @asynccontextmanager
    async def turn(self, key: tuple[int, str, str]) -> AsyncIterator[None]:
        """Wait in line for a session or customer; requests of this process come one after another.

        Raises `Crowded` when the wait is too long. Other processes are held off by revisions.
        """
        line = self._lines.setdefault(key, Line())
        line.waiting += 1
        try:
            await line.enter()
            try:
                yield
            finally:
                line.lock.release()
        finally:
            line.waiting -= 1
            if not line.waiting:
                self._lines.pop(key, None)

    async def ids(self, count: int) -> None:
        """See to it that `next_id` has this many ids."""
        await self._ids.have(count)

    def next_id(self) -> int:
        """An id that no other object has. Ask for it with `ids` first."""
        return self._ids.take()

    async def look(self) -> None:
        """Compare versions and forget what has changed."""
        async with self._pool.plain() as db:
            began = time.monotonic()
            asked = dict(self._rulebooks)  # What is read meanwhile is not asked about.
            now = await keys.versions(db, asked)
        for account, version in now.keys.items():
            if self._keys_versions.get(account) != version:
                self._forget_account(account)
        for application_id in asked.keys() & self._rulebooks.keys():
            if now.rulebooks.get(application_id) != self._rulebooks[application_id].version:
                self._forget_rulebook(application_id, now.rulebooks.get(application_id))
        self._keys_versions = now.keys
        self._deployments = self._own_deployments | now.deployments
        self._looked_at = began

    def _forget_account(self, account_id: int) -> None:
        self._settings.pop(account_id, None)
        self._callers = {
            digest: known
            for digest, known in self._callers.items()
            if known.caller.account_id != account_id
        }

    def _forget_rulebook(self, application_id: int, version: int | None) -> None:
        remembered = self._rulebooks[application_id].version
        if version is None or remembered < version:
            self._stale[application_id] = self._rulebooks.pop(application_id)
        if version is None:
            self._loading.pop(application_id, None)
            self._stale.pop(application_id, None)

    async def _be_fresh(self) -> None:
        if time.monotonic() - self._looked_at < STALE_SECONDS:
            return
        async with self._looking:
            if time.monotonic() - self._looked_at >= STALE_SECONDS:
                await self.look()


class Recent:
    """The calls with one key that still count."""

    def __init__(self) -> None:
        self._calls: deque[float] = deque()

    def wait(self, rate: Rate, now: float) -> int:
        """Count a call at an instant, unless it comes too early; by how many seconds it does."""
        while self._calls and self._calls[0] <= now - rate.seconds:
            self._calls.popleft()
        if len(self._calls) < rate.requests:
            self._calls.append(now)
            return 0
        return math.ceil(self._calls[-rate.requests] + rate.seconds - now)


class Ids:
    """Ids of objects, taken from the database in blocks and handed out without it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._blocks: deque[Iterator[int]] = deque()
        self._left = 0
        self._fetching = asyncio.Lock()
        self._ahead: asyncio.Task[None] | None = None

    async def have(self, count: int) -> None:
        """Fetch blocks until this many are left; begin to fetch the next before they run out."""
        if self._left < count:
            await self._fetch(count)
        if self._left < count + IDS_LOW and (self._ahead is None or self._ahead.done()):
            self._ahead = asyncio.create_task(self._fetch(count + IDS_LOW))

    def take(self) -> int:
        """The next one."""
        while True:
            found = next(self._blocks[0], None)
            if found is not None:
                self._left -= 1
                return found
            self._blocks.popleft()

    async def _fetch(self, count: int) -> None:
        async with self._fetching:
            while self._left < count:
                async with self._pool.plain() as db:
                    first = await keys.next_ids(db)
                self._blocks.append(iter(range(first, first + IDS_IN_BLOCK)))
                self._left += IDS_IN_BLOCK
