"""Whether blocks fit the contract, each the schema of its own type.

The schema of a list of blocks has one member that anything fits, so it is not enough to ask that.
"""

from typing import Any

from largesse.kit.wire import Json
from tests import contracts

PATH = "/v2/applications/1/campaigns/1/rulesets/1"


def misfits(body: Json) -> list[str]:
    """What is wrong with a ruleset in blocks."""
    found = contracts._contract("management").check_response("GET", PATH, 200, body)
    for name, family in (("promotionRules", "Promotion"), ("strikethroughRules", "Strikethrough")):
        for rule in body[name]:
            found += of_blocks(rule["blocks"], f"{family}Block")
    for selector in body.get("selectors", []):
        tests = [step["predicate"] for step in selector["steps"] if "predicate" in step]
        found += of_blocks(tests, "SelectorBlock")
    return found


def of_blocks(blocks: list[dict[str, Any]], family: str) -> list[str]:
    """What is wrong with blocks and those in them."""
    contract = contracts._contract("management")
    schemas = contract.document["components"]["schemas"][family]["discriminator"]["mapping"]
    found = []
    for block in blocks:
        if block["type"] not in schemas:
            found.append(f"no {family} is a {block['type']}")
            continue
        errors = contract.validator({"$ref": schemas[block["type"]]}).iter_errors(block)
        found += [f"{block['type']}: {error.message}" for error in errors]
        for name in ("blocks", "onFailure", "matchers"):
            found += of_blocks(block.get(name, []), family)
    return found
