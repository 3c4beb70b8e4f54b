"""Finds what one machine would leave in the repository: its paths, and the hosts of registries."""

import re
from collections.abc import Iterator

from tests.house.repository import ROOT, Finding

# Put together from pieces, so that this file does not find itself.
FOLDERS = ("work", "root", "home/[a-z]", "Users/[A-Za-z]")
HOSTS = (
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
)
PATH = re.compile(r"(?<![\w.}/*-])/(" + "|".join(FOLDERS) + r")(?=/|\b)")
HOST = re.compile("|".join(re.escape(".".join(parts)) for parts in HOSTS))


def traces(names: list[str]) -> Iterator[Finding]:
    """Lines of text files that name a folder of a machine or the host of a registry."""
    for name in names:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from traces_in(name, text)


def traces_in(name: str, text: str) -> Iterator[Finding]:
    """The same for the text of one file."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := PATH.search(line):
            says = f"{found[0]} is a folder of one machine: write a path from the repository's root"
            yield Finding(name, number, says)
        if found := HOST.search(line):
            says = f"{found[0]} is a registry: lock versions and hashes, not addresses"
            yield Finding(name, number, says)
