"""The public contracts, when their folder stands beside this checkout: every answer must fit."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "shared"
GATEWAY = (
    "braze", "iterable", "segment", "cdp", "customer_engagement", "mparticle", "emarsys",
)  # fmt: skip
CONTRACTS = (
    ("integration", "management", "third-party") if (FOLDER / "contracts").is_dir() else None
)


def check(response: httpx.Response) -> None:
    """Fail when an answer does not fit the contract. What no contract has is not looked at."""
    if CONTRACTS is None or "json" not in response.headers.get("content-type", ""):
        return
    request = response.request
    method, path = request.method, request.url.raw_path.decode().partition("?")[0]
    for name in _candidates(path):
        contract = _contract(name)
        if contract.find(method, path) is None:
            continue
        body = as_described(response.json())
        problems = contract.check_response(method, path, response.status_code, body)
        assert not problems, "\n".join(problems)
        return


def as_described(body: Any) -> Any:
    """The body without `loyaltyMemberships: null`.

    The contract declares a list there and says beside it that it is always null; the case files
    want the null.
    """
    if isinstance(body, list):
        return [as_described(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        name: as_described(value)
        for name, value in body.items()
        if not (name == "loyaltyMemberships" and value is None)
    }


def _candidates(path: str) -> tuple[str, ...]:
    return ("third-party",) if path.split("/")[1] in GATEWAY else ("integration", "management")


@cache
def _contract(name: str) -> Any:
    text = (FOLDER / "contracts" / f"{name}.yml").read_text(encoding="utf-8")
    return _checker().Contract(yaml.CSafeLoader(text).get_single_data())


@cache
def _checker() -> Any:
    path = FOLDER / "conformance" / "contract.py"
    spec = importlib.util.spec_from_file_location("contract", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Dataclasses look their module up.
    spec.loader.exec_module(module)
    return module
