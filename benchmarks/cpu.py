"""CPU seconds of processes, read from outside."""

import os
from contextlib import suppress

import psutil


def used(root: psutil.Process) -> float:
    """What a process and all that it ever started have used, those that have ended included."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # It ends while we look; its parent inherits it.
            total += sum(process.cpu_times()[:4])
    return total


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
