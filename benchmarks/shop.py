"""The campaigns that are measured with: a mix as shops have it, and the attributes that it reads.

Of every ten campaigns two ask for session attributes, one for a category, one for a SKU, three for
a cart total, two for a coupon, and one has a budget. However many there are, those of `FIRING` and
one coupon campaign fire for the carts of `carts.py`, and one campaign that is always true.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from benchmarks.carts import CHANNEL, COUNTRY
from largesse.model.attributes import NewAttribute
from largesse.model.campaigns import NewCampaign, NewRuleset, Rule
from largesse.model.limits import LimitConfig

KINDS: Final = 10  # places in the mix
TOTAL_MIN: Final = 100  # every cart comes to more
TOTAL_MAX: Final = 20_000  # and to less than this
FIRING: Final = (0, 4, 9)  # an attribute, a total, a budget
EFFECTS: Final = 6  # one of each firing campaign, two of the coupon's, one of the one always true
ATTRIBUTES: Final = (
    ("CustomerSession", "channel"),
    ("CustomerSession", "country"),
    ("CustomerProfile", "segment"),
    ("CartItem", "color"),
)


class Planned(Struct, frozen=True):
    """A campaign that is to be, its rules, and whether it has coupons."""

    campaign: NewCampaign
    ruleset: NewRuleset
    has_coupons: bool = False


def attributes() -> list[NewAttribute]:
    """The custom attributes that carts and rules speak of."""
    return [
        NewAttribute(
            entity=entity,  # type: ignore[arg-type]
            name=name,
            title=f"{entity} {name}",
            type="string",
            description="",
            suggestions=[],
            editable=True,
        )
        for entity, name in ATTRIBUTES
    ]


def campaigns(count: int) -> Iterator[Planned]:
    """So many campaigns of the mix, and one that is always true."""
    yield planned("Always", ["and"], off("Always", "0.01"))
    for at in range(count):
        yield one(at)


def one(at: int) -> Planned:
    """The campaign at a place of the mix."""
    name = f"Campaign {at}"
    effect = off(name, "0.05")
    match at % KINDS:
        case 0:
            return planned(name, ["and", attribute("channel", at)], effect)
        case 1:
            known = ["=", [".", "Profile", "Attributes", "segment"], f"segment {at}"]
            here = ["=", [".", "Session", "Attributes", "country"], COUNTRY]
            return planned(name, ["and", here, known], effect)
        case 2:
            return planned(name, ["and", in_cart("Category", f"Category {at}")], effect)
        case 3:
            return planned(name, ["and", in_cart("Sku", f"special-{at}")], effect)
        case 4 | 5 | 6:
            least = TOTAL_MIN if at in FIRING else TOTAL_MAX + 10 * at
            return planned(name, ["and", [">=", [".", "Session", "Total"], least]], effect)
        case 7 | 8:
            return planned(name, ["and", ["couponValid"]], effect, has_coupons=True)
        case _:
            condition = ["and", attribute("channel", at)]
            return planned(name, condition, off(name, "0.02"), limits=budget())


def planned(name: str, condition: list[Any], effect: list[Any], **more: Any) -> Planned:
    """An enabled campaign with one rule."""
    has_coupons = more.pop("has_coupons", False)
    rule = Rule(title=name, condition=condition, effects=[effect])
    return Planned(
        NewCampaign(
            name=name, state="enabled", features=["coupons"] if has_coupons else [], **more
        ),
        NewRuleset(rules=[rule], bindings=[], activate=True),
        has_coupons,
    )


def attribute(name: str, at: int) -> list[Any]:
    """A session attribute that only carts of firing campaigns have."""
    wanted = CHANNEL if at in FIRING else f"{CHANNEL} {at}"
    return ["=", [".", "Session", "Attributes", name], wanted]


def in_cart(member: str, value: str) -> list[Any]:
    """Something that is in no cart, so that every item is looked at."""
    same = ["=", [".", "Item", member], value]
    return ["exists", [".", "Session", "CartItems"], [["Item"], same]]


def off(name: str, share: str) -> list[Any]:
    """A share of the session's total."""
    return ["setDiscount", name, ["*", [".", "Session", "Total"], Decimal(share)]]


def budget() -> list[LimitConfig]:
    """What each customer may save in a month; nobody reaches it."""
    return [
        LimitConfig(
            action="setDiscount", limit=Decimal(10**12), entities=["Profile"], period="monthly"
        )
    ]
