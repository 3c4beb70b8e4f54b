"""A block and its array are two spellings of one thing."""

from typing import Any

import pytest

from largesse.engine.blocks.texts import Unfit, parsed, typed
from largesse.engine.blocks.turn import Turn
from tests import contracts
from tests.engine.blocks.cases import CONDITIONS, EFFECTS, KNOWN, ONLY_READ, PASSED_THROUGH
from tests.engine.blocks.fitting import misfits

TURN = Turn(KNOWN)


def bare(block: Any) -> Any:
    """A block without the IDs of it and of the blocks in it."""
    if isinstance(block, list):
        return [bare(one) for one in block]
    if not isinstance(block, dict):
        return block
    is_block = isinstance(block.get("id"), str)
    return {name: bare(one) for name, one in block.items() if not (is_block and name == "id")}


@pytest.mark.parametrize("block, array", CONDITIONS + EFFECTS)
def test_an_array_is_shown_as_its_block(block, array):
    assert bare(TURN.show(array, "0")) == block


@pytest.mark.parametrize("block, array", CONDITIONS + EFFECTS + ONLY_READ)
def test_a_block_is_read_as_its_array(block, array):
    assert repr(TURN.read(block, "")) == repr(array)


@pytest.mark.parametrize("array", PASSED_THROUGH)
def test_what_has_no_block_of_its_own_is_passed_through(array):
    shown = TURN.show(array, "0")
    assert shown == {"id": "0", "type": "passthrough", "expression": array}
    assert TURN.read(shown, "") == array


@pytest.mark.skipif(contracts.CONTRACTS is None, reason="the contracts are not here")
@pytest.mark.parametrize("block, array", CONDITIONS + EFFECTS)
def test_every_block_fits_the_contract(block, array):
    shown = TURN.show(array, "0")
    rule = {"title": "t", "blocks": [shown]}
    body = {
        "id": 1, "created": "2026-01-01T00:00:00Z", "userId": 1, "promotionRules": [rule],
        "strikethroughRules": [],
    }  # fmt: skip
    assert not misfits(body)


# fmt: off
TEXTS = [
    ("plain",                          "plain"),
    ("$Session.Total",                 [".", "Session", "Total"]),
    ("$5 off",                         "$5 off"),
    ("{{ 1+2*3 }}",                    ["+", 1, ["*", 2, 3]]),
    ("{{1 - 2 - 3}}",                  ["-", 1, 2, 3]),
    ("{{1 - (2 - 3)}}",                ["-", 1, ["-", 2, 3]]),
    ("{{(1 + 2) / -4}}",               ["/", ["+", 1, 2], -4]),
    ("{{count($Session.CartItems)}}",  ["count", [".", "Session", "CartItems"]]),
    ('{{"$Five"}}',                    "$Five"),
    ('{{concat("}}", $A.B)}}',         ["concat", "}}", [".", "A", "B"]]),
    ("Hi {{$A.B}}!",                   ["concat", "Hi ", ["toString", [".", "A", "B"]], "!"]),
]
MALFORMED = ["{{", "{{1", "{{1 +}}", "{{)}}", "{{1 2}}", "{{(1}}", "{{$}}", "{{a}}", '{{"\\x"}}',
             "{{" + "(" * 9999, "{{" + "9" * 9999 + "}}"]
# fmt: on


@pytest.mark.parametrize("text, expression", TEXTS)
def test_a_text_stands_for_an_expression(text, expression):
    assert repr(parsed(text)) == repr(expression)
    assert repr(parsed(typed(expression))) == repr(expression)


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_text_stands_for_nothing(text):
    with pytest.raises(Unfit):
        parsed(text)
    assert parsed(typed(text)) == text
