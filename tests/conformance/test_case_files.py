"""The case files that stand beside this checkout, run by their own runner against a real server.

Cases that need a loyalty program or an achievement are left out, as those are not here yet; they
are counted, so that nobody takes them for done.
"""

import json
import re
import subprocess
import sys

import pytest

from tests import contracts

RUNNER = contracts.FOLDER / "conformance" / "run_cases.py"
NOT_HERE = {"loyalty_program", "achievement"}
GATEWAY = ("braze/coupon", "braze/coupon_reservation", "cep/coupon", "authping", "routing")

pytestmark = pytest.mark.skipif(not RUNNER.exists(), reason="there is no ../shared here")


def book(name):
    """A case file."""
    return json.loads((contracts.FOLDER / "contracts" / f"{name}-cases.json").read_text("utf-8"))


def kinds(names, fixtures):
    """The kinds of fixtures and of what they refer to."""
    found, waiting = set(), list(names)
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in fixtures:
            continue
        seen.add(name)
        found.add(fixtures[name]["kind"])
        text = json.dumps(fixtures[name])
        waiting += re.findall(r"\$\{(?:\w+:)?([\w.]+)\.\w+\}", text)
        waiting += [fixtures[name].get("application", ""), fixtures[name].get("campaign", "")]
    return found


def run(call, folder, cases):
    """Run cases with the runner; its last line, and all that it printed."""
    file = folder / "cases.json"
    file.write_text(json.dumps(cases), "utf-8")
    key = call.key.removeprefix("ManagementKey-v1 ")
    command = [sys.executable, str(RUNNER), str(file), "--url", call.server.url]
    done = subprocess.run(
        [*command, "--management-key", key, "--jobs", "2"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        cwd=RUNNER.parent,
    )
    return done.stdout.strip().splitlines()[-1], done.stdout + done.stderr


def test_the_engine_passes_every_case_that_needs_no_loyalty(call, tmp_path):
    whole = book("engine")
    cases = [
        case
        for case in whole["cases"]
        if not kinds(case.get("needs", ()), whole["fixtures"]) & NOT_HERE
    ]
    last, said = run(call, tmp_path, {**whole, "cases": cases})
    assert last == f"{len(cases)} passed, 0 failed", said
    assert len(cases) >= 187, "cases that ran once are left out now"


def test_the_gateway_passes_every_case_about_coupons(call, tmp_path):
    whole = book("third-party")
    cases = [case for case in whole["cases"] if case["group"] in GATEWAY]
    last, said = run(call, tmp_path, {**whole, "cases": cases})
    assert last == f"{len(cases)} passed, 0 failed", said
    assert len(cases) >= 64
