"""The files of this repository, as the rules of the house look at them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_FOLDERS = ("largesse/", "tests/", "benchmarks/")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What it parses to."""
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return self.text.splitlines()

    def within(self, *places: str) -> bool:
        """Whether it is one of these files, or lies in one of these folders."""
        return any(self.path == place or self.path.startswith(place + "/") for place in places)


@dataclass(frozen=True)
class Finding:
    """A line that breaks a rule, and what to do instead."""

    path: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.says}"


def files() -> list[str]:
    """Every file that is part of the repository, or will be: what Git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def sources() -> list[Source]:
    """Every Python file of the package, the tests and the benchmarks."""
    return [
        Source(name, (ROOT / name).read_text(encoding="utf-8"))
        for name in files()
        if name.endswith(".py") and name.startswith(PYTHON_FOLDERS)
    ]
