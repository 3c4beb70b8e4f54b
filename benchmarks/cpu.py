"""CPU seconds of processes, read from outside."""

import os
import time
from contextlib import suppress

import psutil
from msgspec import Struct


def used(root: psutil.Process) -> float:
    """What a process and all that it ever started have used, those that have ended included."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # It ends while we look; its parent inherits it.
            total += sum(process.cpu_times()[:4])
    return total


class Used(Struct):
    """What was used in some seconds: by the server, by the database, by everyone."""

    seconds: float
    server: float
    database: float
    machine: float


class Meter:
    """Reads what is used from a moment on, which may be put off until everything is warm."""

    def __init__(self, server: psutil.Process, database: psutil.Process) -> None:
        self.server, self.database = server, database
        self.start()

    def start(self) -> float:
        """Count from now on; gives the time in seconds since 1970."""
        self.began = self._read()
        return time.time()

    def stop(self) -> Used:
        """What was used."""
        now = self._read()
        return Used(*(end - start for end, start in zip(now, self.began, strict=True)))

    def _read(self) -> tuple[float, ...]:
        return time.perf_counter(), used(self.server), used(self.database), machine()


def machine() -> float:
    """What all processes of this machine have used."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def model() -> str:
    """What the processor calls itself."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return os.uname().machine
