"""The functions of the language, one case a line: expression ; input ; result.

A result is JSON, `time: …`, or `error: …` when the expression cannot be evaluated or read.
"""

import json
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from largesse.engine.expr.functions import functions
from largesse.engine.expr.nodes import Assign, Call, Read, walk_nodes
from largesse.engine.expr.values import RuleError
from largesse.kit.problems import Invalid
from tests.engine.expr.scenes import WAYS, alike, node_of, numbered, scope_of, timed

FOLDER = Path(__file__).parent / "cases"
DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)


def parts(line: str) -> tuple[Any, dict[str, Any], str]:
    """The three cells of a line; texts may hold semicolons."""
    expression, end = DECODER.raw_decode(line)
    rest = line[end:].lstrip().removeprefix(";").lstrip()
    names: dict[str, Any] = {}
    if not rest.startswith(";"):
        names, end = DECODER.raw_decode(rest)
        rest = rest[end:].lstrip()
    assert rest.startswith(";"), f"a case has three cells: {line}"
    return expression, names, rest.removeprefix(";").strip()


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.csv")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                found.append(pytest.param(line, id=f"{file.stem}:{number}"))
    return found


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("line", cases())
def test_what_an_expression_gives(line, way):
    expression, names, result = parts(line)
    found, error = happening(way, expression, names)
    if error:
        assert result == f"error: {error}"
    else:
        assert not result.startswith("error:"), found
        assert alike(found, expected(result)), found


def happening(way: Any, expression: Any, names: dict[str, Any]) -> tuple[Any, str]:
    """What an expression gives, or why it cannot be evaluated or read."""
    try:
        return way(node_of(expression), scope_of(timed(names))), ""
    except RuleError as error:
        return None, error.message if error.place is not None else "the error has no place"
    except Invalid as invalid:
        return None, invalid.faults[0].details


def expected(result: str) -> Any:
    if result.startswith("time: "):
        return datetime.fromisoformat(result.removeprefix("time: "))
    return timed(numbered(result))


def test_every_function_has_three_cases_at_least():
    seen: Counter[str] = Counter()
    for case in cases():
        expression = parts(case.values[0])[0]
        try:
            seen.update(named(expression))
        except Invalid:
            seen.update([str(expression[0])] if isinstance(expression, list) else [])
    few = [name for name in functions() if seen[name] < 3]
    assert not few
    assert len(cases()) >= 400


def named(expression: Any) -> set[str]:
    """The functions that an expression calls."""
    forms = {Assign: "set", Read: "."}
    found = set()
    for node in walk_nodes(node_of(expression)):
        if isinstance(node, Call):
            found.add(node.function)
        elif isinstance(node, Read) and node.default is not None:
            found.add(".|")
        elif type(node) in forms:
            found.add(forms[type(node)])
    return found
