"""CPU seconds of processes, read from outside."""

import os
import time
from contextlib import suppress
from statistics import median
from typing import Final

import psutil
from msgspec import Struct

PACE_TRIES: Final = 9
PACE_TURNS: Final = 50_000


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


def pace() -> float:
    """Nanoseconds of CPU that a turn of a plain loop takes now: the middle of several tries.

    Processors that share a core with others, here or in another guest, slow down when those work.
    """
    tries = []
    for _ in range(PACE_TRIES):
        began = time.process_time()
        total = 0
        for turn in range(PACE_TURNS):
            total += turn
        tries.append((time.process_time() - began) / PACE_TURNS * 1_000_000_000)
    return median(tries)


def model() -> str:
    """What the processor calls itself."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return os.uname().machine
