"""No expression takes long or takes much: hostile ones are refused or stopped."""

import time
from decimal import Decimal
from typing import Any

import pytest

from largesse.engine.expr.check import inspect
from largesse.engine.expr.compile import compile_node
from largesse.engine.expr.read import read
from largesse.engine.expr.scope import Scope
from largesse.engine.expr.types import ANY
from largesse.engine.expr.values import OverBudget, RuleError
from largesse.kit.caps import (
    BINDINGS_DEPTH_MAX,
    RULE_DEPTH_MAX,
    RULE_FAULTS_MAX,
    RULE_NODES_MAX,
    RULE_OUTPUT_MAX,
)
from largesse.kit.problems import Invalid
from tests.engine.expr.scenes import TABLE, WAYS, node_of, run_compiled, scope_of

SECONDS_MAX = 10  # generous: the machine may be busy


def nested(levels: int, inner: Any = True) -> Any:
    """`["not", ["not", …]]`."""
    expression = inner
    for _ in range(levels):
        expression = ["not", expression]
    return expression


def list_of(size: int) -> list[Decimal]:
    return [Decimal(one) for one in range(size)]


def over_budget(expression: Any, names: dict[str, Any] | None = None) -> None:
    """Both ways stop, in time."""
    node = node_of(expression)
    for way in WAYS:
        if way is not run_compiled and names is not None:
            continue
        began = time.perf_counter()
        with pytest.raises(OverBudget) as stopped:
            way(node, scope_of(names))
        assert stopped.value.place is not None
        assert time.perf_counter() - began < SECONDS_MAX


@pytest.mark.parametrize("levels", [RULE_DEPTH_MAX, 1_000, 10_000])
def test_deep_nesting_is_refused(levels):
    with pytest.raises(Invalid) as refused:
        read(nested(levels), TABLE)
    assert refused.value.faults[0].title == "Too deep"


def test_the_deepest_expression_runs_both_ways():
    node = node_of(nested(RULE_DEPTH_MAX - 1))
    assert [way(node, scope_of()) for way in WAYS] == [False, False]


def test_deeply_nested_lambdas_and_catches_stay_within_the_stack():
    expression: Any = [".", "x"]
    for _ in range(RULE_DEPTH_MAX // 3):
        expression = ["catch", 0, ["do", 1, [["x"], expression]]]
    with pytest.raises(Invalid):
        read(["identity", ["identity", expression]], TABLE)
    inner = expression[2]
    assert [way(node_of(inner), scope_of()) for way in WAYS] == [Decimal(1), Decimal(1)]


def test_a_hundred_thousand_arguments_are_refused():
    with pytest.raises(Invalid) as refused:
        read(["+", *[1] * 100_000], TABLE)
    assert refused.value.faults[0].title == "Too large"


def test_as_many_arguments_run_as_there_may_be():
    size = RULE_NODES_MAX - 1
    node = node_of(["+", *[1] * size])
    assert run_compiled(node, scope_of()) == size
    conditions = node_of(["and", *[True] * size])
    assert run_compiled(conditions, scope_of()) is True


def test_faults_are_told_up_to_a_number():
    with pytest.raises(Invalid) as refused:
        read(["list", *[["zzz"]] * 10_000], TABLE)
    assert len(refused.value.faults) == RULE_FAULTS_MAX
    _, checked = inspect(["list", *[["not", 1]] * 9_000], TABLE, {})
    assert len(checked.faults) == RULE_FAULTS_MAX


@pytest.mark.parametrize(
    "doubled", [["+", [".", "x"], [".", "x"]], ["concat", [".", "x"], [".", "x"]]]
)
def test_doubling_a_text_forty_times_is_stopped(doubled):
    expression: Any = "0123456789"
    for _ in range(20):
        expression = ["do", expression, [["x"], doubled]]
    over_budget(expression)


def test_doubling_a_list_forty_times_is_stopped():
    twice = ["list", [".", "x"], [".", "x"]]
    joined = ["join", ["map", twice, [["y"], ["join", [".", "y"], ""]]], ""]
    expression: Any = ["list", "0123456789"]
    for _ in range(8):
        expression = ["do", expression, [["x"], ["list", joined, joined]]]
    over_budget(expression)


@pytest.mark.parametrize(
    "twice", [["list", [".", "x"], [".", "x"]], {"a": [".", "x"], "b": [".", "x"]}]
)
def test_what_is_doubled_forty_times_does_not_leave_the_language(twice):
    expression: Any = 1
    for _ in range(40):
        expression = ["do", expression, [["x"], twice]]
    over_budget(["show", expression])
    assert run_compiled(node_of(["show", ["list", 1, {"a": 2}]]), scope_of()).startswith("shown")


def test_joining_makes_no_text_before_it_is_measured():
    names = {"long": "x" * RULE_OUTPUT_MAX, "many": ["x" * RULE_OUTPUT_MAX] * 1_000}
    over_budget(["join", [".", "many"], [".", "long"]], names)


def test_many_long_texts_cost_steps():
    names = {"long": "x" * (RULE_OUTPUT_MAX - 1), "many": list_of(100_000)}
    over_budget(["map", [".", "many"], [["x"], ["+", [".", "long"], "y"]]], names)


def test_a_thousand_times_a_thousand_rounds_are_stopped():
    inner = ["map", [".", "many"], [["y"], ["*", [".", "x"], [".", "y"]]]]
    over_budget(["map", [".", "many"], [["x"], inner]], {"many": list_of(1_000)})


def test_looking_through_a_long_list_many_times_costs_steps():
    held = ["contains", [".", "many"], [".", "x"]]
    over_budget(["filter", [".", "many"], [["x"], held]], {"many": list_of(100_000)})


def test_a_filter_over_a_thousand_items_runs_a_hundred_times():
    condition = ["catch", False, ["=", [".", "Item", "Category"], "shoes"]]
    node = node_of(["count", ["filter", [".", "Items"], [["Item"], condition]]])
    rule = compile_node(node, TABLE)
    items = [
        {"Category": "shoes" if at % 2 else "bags", "Price": Decimal(at)} for at in range(1_000)
    ]
    began = time.perf_counter()
    for _ in range(100):
        assert rule(scope_of({"Items": items})) == 500
    assert time.perf_counter() - began < SECONDS_MAX


def test_a_list_that_is_too_long_is_stopped():
    over_budget(["append", [".", "many"], 1], {"many": list_of(RULE_OUTPUT_MAX)})
    over_budget(["split", [".", "long"], ""], {"long": "x" * (RULE_OUTPUT_MAX + 1)})


def test_what_is_over_budget_cannot_be_caught():
    inner = ["map", [".", "many"], [["y"], ["catch", 0, ["+", [".", "x"], [".", "y"]]]]]
    caught = ["catch", 0, ["map", [".", "many"], [["x"], ["catch", 0, inner]]]]
    over_budget(caught, {"many": list_of(1_000)})


BOMBS = [
    ("(a+)+$", "a" * 40 + "!"),
    ("(a|a)*$", "a" * 40 + "!"),
    ("(a|aa)+$", "a" * 40 + "!"),
    ("(.*a){20}$", "a" * 60 + "!"),
    ("([a-zA-Z]+)*$", "a" * 60 + "1"),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    ("(x+x+)+y", "x" * 60),
]


@pytest.mark.parametrize("pattern, text", BOMBS)
def test_patterns_take_linear_time(pattern, text):
    node = node_of(["~", pattern, [".", "text"]])
    for long in (text, text[0] * (RULE_OUTPUT_MAX - 1) + text[-1]):
        began = time.perf_counter()
        run_compiled(node, scope_of({"text": long}))
        assert time.perf_counter() - began < SECONDS_MAX / 4


@pytest.mark.parametrize("pattern", ["((a{100}){100}){100}", "(x{1000}){1000}", "a{100000}"])
def test_patterns_that_would_be_huge_are_refused(pattern, capfd):
    _, checked = inspect(["~", pattern, "a"], TABLE, {})
    assert [fault.title for fault in checked.faults] == ["Invalid value"]
    with pytest.raises(RuleError):
        run_compiled(node_of(["~", pattern, "a"]), scope_of())
    assert capfd.readouterr().err == ""


def test_numbers_have_bounds_whatever_is_calculated():
    expression: Any = 10
    for _ in range(10):
        expression = ["do", expression, [["x"], ["*", [".", "x"], [".", "x"]]]]
    for way in WAYS:
        with pytest.raises(RuleError, match="out of bounds"):
            way(node_of(expression), scope_of())


def test_a_binding_that_refers_to_itself_is_an_error():
    scope = Scope({})
    rule = compile_node(node_of(["+", [".", "a"], 1]), TABLE)
    scope.bind_lazily("a", lambda: rule(scope))
    with pytest.raises(RuleError, match="a: a refers to itself"):
        rule(scope)


def test_bindings_that_are_deep_stay_within_the_stack():
    scope = Scope({"b0": Decimal(1)})
    for at in range(1, BINDINGS_DEPTH_MAX + 1):
        expression: Any = [".", f"b{at - 1}"]
        for _ in range(15):
            expression = ["catch", ["/", 1, 0], ["do", 1, [["x"], expression]]]
        rule = compile_node(node_of(expression), TABLE)
        scope.bind_lazily(f"b{at}", lambda rule=rule: rule(scope))
    with pytest.raises(OverBudget, match="nested too deeply"):
        run_compiled(node_of([".", f"b{BINDINGS_DEPTH_MAX}"]), scope)


def test_bindings_that_refer_to_one_another_have_an_end():
    scope = Scope({"b0": Decimal(1)})
    for at in range(1, 500):
        rule = compile_node(node_of(["+", [".", f"b{at - 1}"], 1]), TABLE)
        scope.bind_lazily(f"b{at}", lambda rule=rule: rule(scope))
    read_it = compile_node(node_of([".", "b499"]), TABLE)
    with pytest.raises(OverBudget, match=str(BINDINGS_DEPTH_MAX)):
        read_it(scope)
    in_order = Scope({"b0": Decimal(1)})
    for at in range(1, 500):
        rule = compile_node(node_of(["+", [".", f"b{at - 1}"], 1]), TABLE)
        in_order.bind_lazily(f"b{at}", lambda rule=rule: rule(in_order))
        assert in_order.names[f"b{at}"] == at + 1


def test_a_binding_is_made_once_and_fails_each_time():
    made = []
    scope = Scope({})
    scope.bind_lazily("a", lambda: made.append(1) or Decimal(5))
    scope.bind_lazily("bad", lambda: made.append(2) or run_compiled(node_of(["/", 1, 0]), scope))
    five = compile_node(node_of(["+", [".", "a"], [".", "a"]]), TABLE)
    assert five(scope) == 10
    for _ in range(2):
        with pytest.raises(RuleError, match="bad: division by zero"):
            run_compiled(node_of([".", "bad"]), scope)
    assert made == [1, 2]


def test_the_code_of_a_rule_knows_no_builtins():
    rule: Any = compile_node(node_of(["+", [".", "a"], 1]), TABLE)
    assert rule.__globals__["__builtins__"] == {}
    for name in ("__import__", "open", "eval", "scope", "names", "located"):
        with pytest.raises(RuleError, match="is not set"):
            run_compiled(node_of([".", name]), scope_of())


def test_a_bug_in_a_function_is_not_taken_for_a_failure_of_the_rule():
    class Broken(dict):
        def __getitem__(self, name):
            raise TypeError("a bug")

    node = node_of(["catch", 1, [".", "root", "member"]])
    with pytest.raises(TypeError, match="a bug"):
        run_compiled(node, scope_of({"root": Broken()}))
    assert inspect(["identity", 1], TABLE, {"x": ANY})[1].faults == []
