"""The embedded database starts, stops, and survives what may happen to it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from largesse.config import CannotStart
from largesse.storage import embedded
from largesse.storage.db import connect

HOLD = """
import sys, time
from pathlib import Path
from largesse.storage import embedded
with embedded.running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """One folder for all tests of this file: making a database takes a second."""
    return tmp_path_factory.mktemp("data")


async def ask(url, question):
    pool = await connect(url, most=1)
    try:
        async with pool.plain() as db:
            return await db.value(question)
    finally:
        await pool.close()


def postmaster(data_dir):
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


# fmt: off
SETTINGS = [
    ("fsync",               "on"),
    ("synchronous_commit",  "on"),
    ("full_page_writes",    "on"),
    ("max_connections",     "200"),
    ("shared_buffers",      "256MB"),
    ("timezone",            "UTC"),
    ("server_encoding",     "UTF8"),
    ("listen_addresses",    ""),
]
# fmt: on


async def test_it_is_durable_and_listens_on_no_network(data_dir):
    with embedded.running(data_dir) as url:
        found = [(name, await ask(url, f"show {name}")) for name, _ in SETTINGS]
    assert found == SETTINGS


async def test_what_was_written_is_there_after_a_restart(data_dir):
    with embedded.running(data_dir) as url:
        await ask(url, "create table kept as select 7 as value")
    with embedded.running(data_dir) as url:
        assert await ask(url, "select value from kept") == 7


def test_it_is_stopped_when_the_block_ends(data_dir):
    with embedded.running(data_dir):
        number = postmaster(data_dir)
        assert psutil.pid_exists(number)
    assert not psutil.pid_exists(number)


async def test_a_second_process_is_refused_but_may_share_the_address(data_dir):
    with embedded.running(data_dir) as url:
        says = rf"process {os.getpid()}\).*LARGESSE_DATABASE_URL"
        with pytest.raises(CannotStart, match=says), embedded.running(data_dir):
            pass
        with embedded.shared(data_dir) as same:
            assert same == url
        assert await ask(url, "select 1") == 1


async def test_a_server_that_a_crash_left_behind_is_taken_over(data_dir):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, data_dir], stdout=subprocess.PIPE, text=True
    )
    left = holder.stdout.readline().strip()
    number = postmaster(data_dir)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with embedded.running(data_dir) as url:
        assert (url, postmaster(data_dir)) == (left, number)
        assert await ask(url, "select 1") == 1
    assert not psutil.pid_exists(number)


async def test_a_server_that_was_killed_starts_again(data_dir):
    with embedded.running(data_dir):
        os.kill(postmaster(data_dir), signal.SIGKILL)
    with embedded.running(data_dir) as url:
        assert await ask(url, "select 1") == 1


async def test_a_stale_file_with_the_number_of_a_stranger_blocks_nothing(data_dir):
    lines = [os.getpid(), data_dir / "postgres", 1, 5432, data_dir / "postgres", "", "1 1", "ready"]
    text = "\n".join(str(line) for line in lines) + "\n"
    (data_dir / "postgres" / "postmaster.pid").write_text(text)
    with embedded.running(data_dir) as url:
        assert await ask(url, "select 1") == 1


def test_a_server_that_cannot_start_says_where_to_read_more(data_dir):
    settings = data_dir / "postgres" / "postgresql.conf"
    whole = settings.read_text()
    settings.write_text(whole + "\nmax_connections = many\n")
    try:
        says = r"max_connections.*postgres\.log"
        with pytest.raises(CannotStart, match=says), embedded.running(data_dir):
            pass
    finally:
        settings.write_text(whole)


async def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path):
    long = tmp_path / ("x" * 90)
    with embedded.running(long) as url:
        assert await ask(url, "select 1") == 1
        folder = (long / "postgres" / "postmaster.pid").read_text().split("\n")[4]
        assert os.path.exists(folder)
    assert not os.path.exists(folder)


def test_a_creation_that_was_interrupted_is_begun_anew(tmp_path):
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    began = time.monotonic()
    with embedded.running(tmp_path):
        assert not (tmp_path / "postgres.new").exists()
    assert time.monotonic() - began < 60
