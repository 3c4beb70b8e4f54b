"""Each rule of the house finds a bad sample and leaves a good one alone."""

import pytest

from tests.house import sense, shape
from tests.house.repository import Source
from tests.house.traces import traces_in
from tests.house.unused import unused

HERE = "largesse/engine/x.py"
LONG = "def f():\n" + "    pass\n" * 40
NESTED = """def f(a):
    for b in a:
        if b:
            with b:
                if b.c:
                    pass
"""
CHAIN = """def f(a):
    if a:
        pass
    elif a > 1:
        pass
    elif a > 2:
        for b in a:
            with b:
                pass
"""


def name(value):
    return getattr(value, "__name__", "")


# Rule, bad sample, good sample.
SAMPLES = [
    (shape.files_are_short, "a = 1\n" * 301, "a = 1\n" * 300),
    (shape.functions_are_short, LONG, LONG[:-9]),
    (shape.lines_fit, "a" * 101, "a" * 100),
    (
        shape.parameters_are_few,
        "def f(a, b, c, d, e, g): pass",
        "def f(self, a, b, c, d, e, *, g): pass",
    ),
    (shape.nesting_is_shallow, NESTED, CHAIN),
    (shape.modules_say_what_they_are, "a = 1", '"""What it is."""'),
    (shape.imports_stand_at_the_top, "def f():\n    import os", "import os"),
    (shape.imports_stand_at_the_top, "from os import *", "from os import path"),
    (shape.names_say_something, "def handle_order(): pass", "def close_order(): pass"),
    (shape.names_say_something, "class CouponManager: pass", "class Coupon: pass"),
    (shape.names_say_something, "class EffectBase: pass", "class DatabaseUrl: pass"),
    (shape.names_say_something, "async def do_it(): pass", "async def done(): pass"),
    (shape.notes_name_an_issue, "a = 1  # TODO later", "a = 1  # TODO(#12) later"),
    (
        sense.only_two_places_catch_everything,
        "try: f()\nexcept Exception: pass",
        "try: f()\nexcept ValueError: pass",
    ),
    (sense.only_two_places_catch_everything, "try: f()\nexcept: pass", "try: f()\nfinally: g()"),
    (
        sense.only_two_places_catch_everything,
        "with suppress(Exception): f()",
        "with suppress(OSError): f()",
    ),
    (sense.sql_lives_in_storage, "a = 'select a from b where c'", "a = 'select a coupon'"),
    (
        sense.sql_lives_in_storage,
        "a = f'update {b} set c'\nd = 'delete from x'",
        "'''Delete from x.'''",
    ),
    (sense.only_storage_knows_the_driver, "from asyncpg import Connection", "import asyncio"),
    (sense.nothing_runs_text, "eval('1')", "import ast\nast.literal_eval('1')"),
    (sense.nothing_runs_text, "import pickle", "import json"),
    (sense.nothing_runs_text, "import yaml\nyaml.load(a)", "import yaml\nyaml.safe_load(a)"),
    (sense.nothing_runs_text, "run('ls', shell=True)", "run(['ls'], shell=False)"),
    (sense.nothing_runs_text, "compile('1', '', 'eval')", "import re\nre.compile('1')"),
    (sense.amounts_are_exact, "a = 0.5", "a = Decimal('0.5')"),
    (sense.amounts_are_exact, "a = float(b)", "a = isinstance(b, float)"),
]


@pytest.mark.parametrize(
    ("rule", "bad", "good"), SAMPLES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_rule_finds_the_bad_sample_only(rule, bad, good):
    assert list(rule(Source(HERE, bad)))
    assert not list(rule(Source(HERE, good)))


ALLOWED = [
    (
        sense.only_two_places_catch_everything,
        "largesse/http/errors.py",
        "try: f()\nexcept Exception: pass",
    ),
    (sense.sql_lives_in_storage, "largesse/storage/coupons.py", "a = 'delete from coupon'"),
    (sense.only_storage_knows_the_driver, "largesse/storage/db.py", "import asyncpg"),
    (
        sense.nothing_runs_text,
        "largesse/engine/expr/compile.py",
        "exec(compile(tree, '', 'exec'), {})",
    ),
    (sense.amounts_are_exact, "largesse/kit/clock.py", "a = 0.5"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), ALLOWED, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_place_that_may_is_left_alone(rule, path, text):
    assert not list(rule(Source(path, text)))
    assert list(rule(Source(HERE, text)))


def test_the_compiler_may_run_trees_but_no_texts():
    compiler = "largesse/engine/expr/compile.py"
    assert list(sense.nothing_runs_text(Source(compiler, "exec('1')")))
    assert list(sense.nothing_runs_text(Source(compiler, "compile(f'{a}', '', 'eval')")))
    assert list(sense.nothing_runs_text(Source(compiler, "eval(tree)")))


def test_a_module_may_not_be_named_so_that_it_fits_everything():
    assert list(shape.names_say_something(Source("largesse/kit/utils.py", "")))
    assert not list(shape.names_say_something(Source("largesse/kit/money.py", "")))


# fmt: off
DEFINITIONS = [
    # one module                                another                          what nothing uses
    ("def f(): pass",                           "",                              ["f"]),
    ("def f(): pass",                           "from x import f\nf()",          []),
    ("def f(): return f()",                     "",                              ["f"]),
    ("A = 1\nB = A",                            "",                              ["B"]),
    ("class C: pass",                           "def g(c: 'list[C]'): pass\ng",  []),
    ("@get('/x')\ndef f(): pass",               "",                              []),
    ("@cache\ndef f(): pass",                   "",                              ["f"]),
    ("import x\ndef f(): pass",                 "x.f()",                         []),
]
# fmt: on


@pytest.mark.parametrize("one, another, found", DEFINITIONS)
def test_what_nothing_uses_is_found(one, another, found):
    two = [Source("largesse/kit/x.py", one), Source("tests/test_x.py", another)]
    assert [finding.says.split()[0] for finding in unused(two)] == found


def test_members_that_discovery_finds_are_used():
    partner = Source("largesse/partners/x.py", "x = Partner('x')\ny = 1")
    assert [finding.line for finding in unused([partner])] == [2]


@pytest.mark.parametrize(
    "text", ["cd /" + "work/main", "'/" + "root/x'", "https://" + "pypi." + "org/simple"]
)
def test_a_trace_of_a_machine_is_found(text):
    assert list(traces_in("a.md", text))


@pytest.mark.parametrize("text", ["/v1/work", "see docs/work/x", "{root}/x", "example.test/home/a"])
def test_a_path_that_is_no_machine_s_is_left_alone(text):
    assert not list(traces_in("a.md", text))
