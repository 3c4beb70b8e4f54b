"""Starts the program as its users do, and looks at what it leaves."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import msgspec
import psutil
from click.testing import Result
from typer.testing import CliRunner

from largesse.cli import app

READY_SECONDS_MAX = 120  # a machine may be busy; what is quick is asserted in CPU seconds
PROGRAM = (sys.executable, "-m", "largesse")


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process without settings of ours, and with these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LARGESSE_")}
    return own | {"PYTHONUNBUFFERED": "1"} | settings


def say(*arguments: str | Path, **settings: str) -> Result:
    """Run a command that ends by itself, in this process: a start of Python costs seconds."""
    foreign = {name: None for name in os.environ if name.startswith("LARGESSE_")}
    umask = os.umask(0o077)
    try:
        return CliRunner().invoke(app, [str(one) for one in arguments], env=foreign | settings)
    finally:
        os.umask(umask)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_in(data_dir: Path) -> list[int]:
    """The processes that work in a database's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == data_dir / "postgres":
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


class Started:
    """A command that serves until it is told to stop."""

    def __init__(self, command: str, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.url = f"http://127.0.0.1:{free_port()}"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*PROGRAM, command, "--data-dir", data_dir, "--port", self.url.rpartition(":")[2]],
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def wait_until_ready(self) -> "Started":
        """Wait for the first good answer."""
        while time.monotonic() < self.began + READY_SECONDS_MAX:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.stop()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Tell it to stop. Its exit status, and what it said."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        said, noted = self.process.communicate(timeout=READY_SECONDS_MAX)
        return self.process.returncode, said, noted

    def cpu_seconds(self) -> float:
        """How much work it was so far, however busy the machine is."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def demo(self) -> dict[str, object]:
        """What it wrote for scripts."""
        found = msgspec.json.decode((self.data_dir / "demo.json").read_bytes())
        assert isinstance(found, dict)
        return found


def request_in(text: str) -> httpx.Request:
    """The request that a printed `curl` sends, read as a shell reads it."""
    found = re.search(r"^curl .*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
    assert found, "no curl was printed"
    words = shlex.split(found[0])
    given = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    return httpx.Request(
        words[words.index("-X") + 1],
        next(word for word in words if word.startswith("http://")),
        headers=dict(line.split(": ", 1) for line in given),
        content=words[words.index("-d") + 1],
    )
