"""Where is measured: a database, the Applications in it, and one server process."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from msgspec import Struct

from benchmarks import seed
from benchmarks.seed import Shop
from largesse.storage import embedded
from largesse.storage.db import connect

HOST: Final = "127.0.0.1"
READY: Final = re.compile(r"running at http")
START_SECONDS_MAX: Final = 60
STOP_SECONDS_MAX: Final = 20
PROFILE: Final = "LARGESSE_BENCH_PROFILE"  # a file for the profile of the server


class Stand(Struct, frozen=True):
    """What runs, and how to reach it."""

    url: str
    port: int
    shops: dict[int, Shop]
    server: psutil.Process
    database: psutil.Process
    file_system: str
    database_version: str


@contextmanager
def standing(sizes: Sequence[int]) -> Iterator[Stand]:
    """Run everything in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="largesse-bench-") as folder:
        data_dir = Path(folder, "data")
        with embedded.running(data_dir) as url:
            shops = asyncio.run(seed.furnish(url, sizes))
            version = asyncio.run(check(url))
            postmaster = int(embedded.read_state(data_dir / "postgres")[0])
            with serving(url, data_dir) as (server, port):
                yield Stand(
                    url=url,
                    port=port,
                    shops=shops,
                    server=psutil.Process(server),
                    database=psutil.Process(postmaster),
                    file_system=file_system_of(data_dir),
                    database_version=version,
                )


async def check(url: str) -> str:
    """The version of the database, whose commits are durable."""
    pool = await connect(url, most=1)
    try:
        async with pool.plain() as db:
            for setting in ("synchronous_commit", "fsync", "full_page_writes"):
                assert await db.value(f"show {setting}") == "on", f"{setting} is off"
            return str(await db.value("show server_version"))
    finally:
        await pool.close()


@contextmanager
def serving(url: str, data_dir: Path) -> Iterator[tuple[int, int]]:
    """Run `largesse serve` on a free port; gives its process and the port."""
    port, log = free_port(), data_dir / "server.log"
    with log.open("wb") as file:
        started = subprocess.Popen(
            [sys.executable, *profiler(), "-m", "largesse", "serve", f"--port={port}"],
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "LARGESSE_DATABASE_URL": url,
                "LARGESSE_DATA_DIR": str(data_dir),
            },
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(started, log)
        yield started.pid, port
    finally:
        started.terminate()
        try:
            started.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            started.kill()


def wait_until_ready(started: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server says that it runs. Raises with what it said instead."""
    ends_at = time.monotonic() + START_SECONDS_MAX
    while not READY.search(said := log.read_text(encoding="utf-8")):
        if started.poll() is not None or time.monotonic() > ends_at:
            raise RuntimeError(f"the server did not start: {said.strip()[-2_000:]}")
        time.sleep(0.05)


def profiler() -> list[str]:
    """What runs the server under cProfile, where that was asked for."""
    file = os.environ.get(PROFILE)
    return ["-m", "cProfile", "-o", file] if file else []


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def file_system_of(folder: Path) -> str:
    """On what kind of file system a folder lies. In memory, durable commits cost nothing."""
    mounts = [
        (len(part.mountpoint), part.fstype)
        for part in psutil.disk_partitions(all=True)
        if folder.is_relative_to(part.mountpoint)
    ]
    return max(mounts, default=(0, "unknown"))[1]
