"""Two real server processes on one database, so that nothing in one process can pass for a guard.

Each process is what `python -m largesse serve` starts. Setting up goes through the first one.
"""

import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from largesse.config import Settings
from largesse.start import prepare
from largesse.storage import migrate
from largesse.storage.db import Pool, connect
from tests import kit
from tests.cli.running import PROGRAM, READY_SECONDS_MAX, environment, free_port


@dataclass
class Node:
    """One server process, which may be killed and started again at the same address."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: Any = None

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self) -> None:
        """Begin to start. What the process says goes to a file."""
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--data-dir", self.folder, "--port", str(self.port)],
                env=environment(LARGESSE_DATABASE_URL=self.database_url),
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Wait for the first good answer."""
        until = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.http.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"not ready: {self.said()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process, and wait until it is gone."""
        self.process.send_signal(how)
        self.process.wait(READY_SECONDS_MAX)

    def said(self) -> str:
        """What the process wrote."""
        return (self.folder / f"{self.port}.log").read_text(encoding="utf-8")


@dataclass
class Cluster:
    """The processes, their database, and a client of the first with a management key."""

    database_url: str
    nodes: Sequence[Node]
    call: kit.Call

    def via(self, at: int) -> kit.Call:
        """The client of one of the processes."""
        return kit.Call(self.nodes[at], self.call.account_id, self.call.key, self.call.names)

    def revive(self) -> None:
        """Start again what a test has killed and left."""
        for node in self.nodes:
            if node.process.poll() is not None:
                node.start()
                node.wait_until_ready()

    def sql(self, text: str, *values: Any) -> list[Any]:
        """Run a statement, for what no operation shows."""
        return kit.run(rows(self.database_url, text, *values))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Pool]:
    """A connection of its own to a database."""
    pool = await connect(url, most=1)
    try:
        yield pool
    finally:
        await pool.close()


async def rows(url: str, text: str, *values: Any) -> list[Any]:
    """The rows of a statement."""
    async with connected(url) as pool, pool.plain() as db:
        return await db.rows(text, *values)


@contextmanager
def a_database(beside: str, name: str) -> Iterator[str]:
    """A migrated database of its own on the same PostgreSQL."""
    own = f"{kit.name_of(beside)}_{name}"
    kit.run(kit.create_database(beside, own))
    url = kit.with_name(beside, own)
    kit.run(migrate.migrate(url))
    yield url
    kit.run(kit.drop_database(beside, own))


@contextmanager
def running(database_url: str, folder: Path, count: int = 2) -> Iterator[Cluster]:
    """Processes that serve a database, until the block ends."""
    settings = Settings(database_url=database_url, data_dir=folder)
    key = kit.run(prepare.new_key(settings, None, "none", "Races"))
    nodes = [Node(database_url, folder) for _ in range(count)]
    with ExitStack() as stack:
        for node in nodes:
            stack.enter_context(node.http)
            node.start()
            stack.callback(node.stop)
        for node in nodes:
            node.wait_until_ready()
        call = kit.Call(nodes[0], key.account_id, f"ManagementKey-v1 {key.key}")
        yield Cluster(database_url, nodes, call)
