"""How the command line speaks: progress on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console

_progress: Final = Console(stderr=True, highlight=False)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being done while the block runs."""
    if _progress.is_terminal:
        with _progress.status(text):
            yield
    else:
        note(text)
        yield


def say(text: str = "") -> None:
    """A line of the answer, on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line beside the answer, on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
