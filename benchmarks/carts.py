"""The carts that are sent: ten lines, attributes, a customer and a coupon code."""

import random
from typing import Any, Final

import msgspec

CHANNEL: Final = "app"
COUNTRY: Final = "DE"
CUSTOMERS: Final = 10_000
CODES: Final = 10_000  # of each Application, spread over its coupon campaigns
LINES: Final = 10
STEPS: Final = 4  # updates of a session; the last closes it
COLORS: Final = ("red", "green", "blue", "black", "white")
CONTENT: Final = ["customerSession"]
SEED: Final = 20_240_229


def customer(number: int | str) -> str:
    """The integration id of a customer."""
    return f"customer-{number}"


def code(number: int | str) -> str:
    """A coupon code."""
    return f"CODE-{number}"


def items(chance: random.Random, lines: int = LINES) -> list[dict[str, Any]]:
    """The lines of a cart, one to three units of each. Together they cost 100 to 18,000."""
    return [
        {
            "name": f"Article {number}",
            "sku": f"sku-{number}",
            "quantity": chance.randint(1, 3),
            "price": chance.randint(1_000, 60_000) / 100,
            "category": f"Department {number % 40}",
            "attributes": {"color": chance.choice(COLORS)},
        }
        for number in (chance.randrange(5_000) for _ in range(lines))
    ]


def update(lines: list[dict[str, Any]], *, profile: str, coupon: str, state: str) -> dict[str, Any]:
    """The body of a session update."""
    session = {
        "profileId": profile,
        "state": state,
        "couponCodes": [coupon],
        "attributes": {"channel": CHANNEL, "country": COUNTRY},
        "cartItems": lines,
    }
    return {"customerSession": session, "responseContent": CONTENT}


def states() -> list[str]:
    """The states that the updates of a session ask for."""
    return ["open"] * (STEPS - 1) + ["closed"]


def pieces(carts: int) -> dict[str, list[list[str]]]:
    """Bodies by their state, each cut where the customer and the code stand."""
    chance = random.Random(SEED)
    found: dict[str, list[list[str]]] = {"open": [], "closed": []}
    for _ in range(carts):
        lines = items(chance)
        for state, bodies in found.items():
            body = update(lines, profile="<customer>", coupon="<code>", state=state)
            before, rest = msgspec.json.encode(body).decode().split("<customer>")
            bodies.append([before, *rest.split("<code>")])
    return found
