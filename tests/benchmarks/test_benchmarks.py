"""What is measured is what it says: the same effects at every size, the calls of the product."""

import msgspec
import pytest

from benchmarks import __main__ as program
from benchmarks import carts, engine, load, pgbench, results, shop
from benchmarks.measuring import Figure, Side
from benchmarks.recorded import Step, marked
from largesse.engine.evaluate import evaluate


@pytest.mark.parametrize("size", [10, 50, 110])
def test_as_many_effects_come_from_few_campaigns_as_from_many(size):
    rulebook = engine.rulebook_of(list(shop.campaigns(size)))
    assert len(rulebook.campaigns) == size + 1
    situation = engine.situation_of(rulebook, engine.body().customer_session)
    assert len(evaluate(rulebook, situation).effects) == shop.EFFECTS


def test_every_cart_is_within_the_totals_that_thresholds_are_set_by():
    for before, between, after in carts.pieces(load.CARTS)["open"]:
        body = msgspec.json.decode(before + between + after)["customerSession"]
        total = sum(line["price"] * line["quantity"] for line in body["cartItems"])
        assert len(body["cartItems"]) == carts.LINES
        assert shop.TOTAL_MIN <= total < shop.TOTAL_MAX


def test_whatever_belongs_to_a_session_becomes_a_mark():
    item = {"session": {"integrationId": "recorded-session", "id": "$row"}, "codes": ["CODE-0"]}
    assert marked([item]) == (
        '[{"session": {"integrationId": "$session", "id": $row}, "codes": ["CODE-$code"]}]'
    )


def test_a_call_is_put_together_from_constants_and_variables():
    step = Step(ask='["$session"]', write="", document="", effects="", event="")
    assert pgbench.constants([step]) == ['["', '"]']
    assert pgbench.read(step, {'["': "p0", '"]': "p1"}) == (
        "select item, facts from read_situations(cast(cast(:p0 as text) ||"
        " cast(:session as text) || cast(:p1 as text) as jsonb));\n"
    )


def test_the_length_of_an_answer_is_found_in_any_letter_case():
    assert load.length_of(b"HTTP/1.1 200 OK\r\nContent-LENGTH: 17\r\nx: y") == 17


def test_a_page_is_made_of_results():
    side = Side(100, 1, 2, 0.5, 0.1, 1.0)
    cells = [
        Figure(size, 32, side, msgspec.structs.replace(side, per_second=200), 0.5, 0.4)
        for size in (10, 50, 1_000)
    ]
    result = results.Result(
        date="2024-02-29T12:00:00Z",
        seconds=4,
        machine=results.Machine("x", 2, 8, "Linux"),
        versions={"Python": "3"},
        updates=cells,
        goals=program.MODULES["session_update"].goals(cells),
    )
    page = results.page([msgspec.convert(msgspec.to_builtins(result), results.Result)])
    assert "| 0.50 |" in page
    assert "pass" in page
    assert "kept 0.5 of 2 processors busy" in page
