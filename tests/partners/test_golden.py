"""What partners send, and what they are answered: the files of `golden/<partner>/`.

`$name` stands for a value of the market; a text that begins with `~` is a pattern that must fit.
`query` is sent as it stands, `body` as JSON, `text` as it stands; members of the reply must be
these and no others.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit import DEPLOYMENT

FOLDER = Path(__file__).parent / "golden"
CASES = sorted(FOLDER.glob("*/*.json"))


@pytest.fixture(scope="module")
def names(market):
    """What a golden file may speak of."""
    market.create("WELCOME-ALL")
    market.create("ADA-ONLY-1", usageLimit=1, recipientIntegrationId="cust-ada")
    return {
        "deployment": DEPLOYMENT,
        "application": market.shop.id,
        "campaign": market.campaign,
    }


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_partner_is_answered_as_written(file, market, names):
    case = filled(json.loads(file.read_text(encoding="utf-8")), names)
    response = send(market, file.parent.name, case["request"])
    reply = case["reply"]
    assert response.status_code == reply["status"], response.text
    for name, value in reply.get("headers", {}).items():
        assert response.headers[name] == value
    assert fits(response.json(), reply["body"]), response.text


def test_there_are_cases():
    assert len(CASES) >= 40


def send(market: Any, partner: str, request: dict[str, Any]) -> httpx.Response:
    """Send a request with the key of its partner."""
    rest: dict[str, Any] = {}
    if "body" in request:
        rest["json"] = request["body"]
    if "text" in request:
        rest["content"] = request["text"]
    query = f"?{request['query']}" if "query" in request else ""
    return market.call(
        request["method"],
        request["path"] + query,
        key=request.get("key", market.keys[partner]),
        headers=request.get("headers", {}),
        **rest,
    )


def filled(value: Any, names: dict[str, Any]) -> Any:
    """A value with the names replaced; a text that is one name becomes what it stands for."""
    if isinstance(value, dict):
        return {filled(name, names): filled(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in names:
        return names[value[1:]]
    return re.sub(r"\$(\w+)", lambda found: str(names.get(found[1], found[0])), value)


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted, patterns fitting."""
    if isinstance(wanted, str) and wanted.startswith("~"):
        return re.fullmatch(wanted[1:], str(value)) is not None
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and value.keys() == wanted.keys()
            and all(fits(value[name], inner) for name, inner in wanted.items())
        )
    return bool(value == wanted)
