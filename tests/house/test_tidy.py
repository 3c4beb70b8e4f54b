"""Every file of the house keeps its rules; the messages say what to do instead."""

from collections.abc import Callable, Iterator

import pytest

from tests.house import sense, shape
from tests.house.repository import Finding, Source, files, sources
from tests.house.traces import traces
from tests.house.unused import unused

RULES: list[Callable[[Source], Iterator[Finding]]] = [
    shape.files_are_short,
    shape.functions_are_short,
    shape.lines_fit,
    shape.parameters_are_few,
    shape.nesting_is_shallow,
    shape.modules_say_what_they_are,
    shape.imports_stand_at_the_top,
    shape.names_say_something,
    shape.notes_name_an_issue,
    sense.only_two_places_catch_everything,
    sense.sql_lives_in_storage,
    sense.only_storage_knows_the_driver,
    sense.nothing_runs_text,
    sense.amounts_are_exact,
]


@pytest.fixture(scope="module")
def everything() -> list[Source]:
    return sources()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps(rule, everything):
    broken = [str(finding) for source in everything for finding in rule(source)]
    assert not broken, said(broken)


def test_every_definition_is_used(everything):
    broken = [str(finding) for finding in unused(everything)]
    assert not broken, said(broken)


def test_no_file_names_a_machine_or_a_registry():
    broken = [str(finding) for finding in traces(files())]
    assert not broken, said(broken)


def test_the_files_are_found(everything):
    """A rule that sees no files would be kept by any."""
    paths = {source.path for source in everything}
    assert {"largesse/config.py", "tests/house/test_tidy.py"} <= paths


def said(broken: list[str]) -> str:
    """The findings, one a line."""
    return "\n".join([f"{len(broken)} to mend:", *broken])
