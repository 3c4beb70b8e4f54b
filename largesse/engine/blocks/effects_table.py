"""Which block is which effect."""

from typing import Final

from largesse.engine.blocks.mapping import Mapping
from largesse.engine.blocks.slots import (
    Slot,
    amount,
    anything,
    attribute,
    choice,
    flag,
    literal,
    path,
    quantity,
    reference,
    text,
    whole,
)
from largesse.engine.blocks.tails import call_of, options
from largesse.kit.wire import Json

_NAME, _BODY, _TITLE, _SKU = text("name"), text("body"), text("title"), text("sku")
_VALUE, _ANY, _QUANTITY = amount("value"), anything("value"), quantity("quantity")
_PROFILE, _LIST, _SCOPE = choice("profile", ("Current", "Advocate")), path("list"), literal("scope")
_KIND: Final = choice("notificationType", ("Info", "Offer", "Error", "Misc"))
_COST: Final = reference("additionalCost", "additionalCost", key="name", id=0, title="")
_POOL: Final = reference("giveawayPool", "giveawayPool", name="")
_AUDIENCE: Final = reference("audience", "audience", name="")
_CART_ITEMS: Final = [".", "Session", "CartItems"]
_SELECTED: Final = [".", literal("selector")]
_EACH: Final = [["Item"], _VALUE]
_LIMITS: Final = ("usageLimit", "discountLimit", "startDate", "expiryDate", "attributes")


def _discounts(target: dict[str, Json], array: list[Json], *, scoped: bool = True) -> list[Mapping]:
    """Rows of one target: with and without a scope of its own, and what it may do in part."""
    plain = {"name": _NAME, "value": _VALUE, "target": target}
    unscoped: list[Json] = [None] if scoped else []
    rows = [
        Mapping("awardDiscount", {**plain, "partial": True}, [*array, *unscoped, True]),
        Mapping("awardDiscount", {**plain, "partial": False}, array),
    ]
    if not scoped:
        return rows
    own = {**plain, "scope": _SCOPE}
    return [
        Mapping("awardDiscount", {**own, "partial": True}, [*array, _SCOPE, True]),
        Mapping("awardDiscount", {**own, "partial": False}, [*array, _SCOPE]),
        *rows,
    ]


def _on_items(target: dict[str, Json], items: list[Json]) -> list[Mapping]:
    """A discount on items: on each, or spread over all of them."""
    each: list[Json] = ["setDiscountPerItem", _NAME, items, _EACH]
    spread: list[Json] = ["setDiscountPerItemProRata", _NAME, items, _VALUE]
    cost: list[Json] = ["setDiscountPerAdditionalCostPerItem", _NAME, _COST, items, _EACH]
    on_cost = {"type": "additionalCost", "additionalCost": _COST, "target": target}
    return [
        *_discounts({**target, "prorated": True}, spread),
        *_discounts({**target, "prorated": False}, each),
        *_discounts(on_cost, cost, scoped=False),
    ]


_SELECTOR: Final[dict[str, Json]] = {"type": "selector", "name": literal("selector")}
_ON_CART_COST: Final = {
    "type": "additionalCost",
    "additionalCost": _COST,
    "target": {"type": "cart"},
}
_DISCOUNTS: Final = (
    *_discounts({"type": "cart"}, ["setDiscount", _NAME, _VALUE]),
    *_on_items({"type": "allItems"}, _CART_ITEMS),
    *_on_items(_SELECTOR, _SELECTED),
    *_discounts(
        _ON_CART_COST, ["setDiscountPerAdditionalCost", _NAME, _COST, _VALUE], scoped=False
    ),
    *_discounts(
        {"type": "bundle", "name": literal("selector"), "prorated": True},
        ["setDiscountPerBundleProRata", _NAME, _SELECTED, _VALUE],
        scoped=False,
    ),
)

_ITEM: Final = {"sku": _SKU, "name": _NAME, "quantity": _QUANTITY}
_GIFTS: Final = (
    Mapping(
        "awardItem",
        {**_ITEM, "partial": flag("partial")},
        ["addFreeItem", _NAME, _SKU, _QUANTITY, flag("partial")],
    ),
    Mapping("awardItem", _ITEM, ["addFreeItem", _NAME, _SKU, _QUANTITY]),
    Mapping(
        "awardGiveaway", {"giveawayPool": _POOL, "profile": "Current"}, ["awardGiveaway", _POOL]
    ),
    Mapping(
        "awardGiveaway",
        {"giveawayPool": _POOL, "profile": _PROFILE},
        ["awardGiveaway", _POOL, _PROFILE],
    ),
)  # fmt: skip


def _code(kind: str, whose: str, limits: tuple[str, ...]) -> Mapping:
    """A new code. None is put into the session."""
    campaign, recipient = whole("campaignId"), text(whose)
    block = {"campaignId": campaign, whose: recipient, "storeInSession": False}
    return Mapping(kind, block, [kind, campaign, recipient], tail=options(limits))


_CODES: Final = (
    _code("createCoupon", "recipientId", _LIMITS),
    _code("createReferral", "friendId", tuple(one for one in _LIMITS if one != "discountLimit")),
    Mapping("reserveCoupon", {}, ["reserveCoupon"]),
)


def _updates(target: str, root: str, entity: str) -> list[Mapping]:
    """Ways to change an attribute; all but one look at what it was."""
    written, was = (
        attribute("attribute", root, entity),
        attribute("attribute", root, entity, reading=True),
    )
    ways: list[tuple[str, Slot | list[Json]]] = [
        ("increaseBy", ["+", was, _ANY]),
        ("decreaseBy", ["-", was, _ANY]),
        ("multiplyBy", ["*", was, _ANY]),
        ("divideBy", ["/", was, _ANY]),
        ("toggle", ["not", was]),
        ("setTo", _ANY),
    ]
    return [
        Mapping(
            "updateAttributeValue",
            {
                "operator": operator,
                "attribute": written,
                **({} if operator == "toggle" else {"value": _ANY}),
                "target": {"type": target},
            },
            ["updateAttribute", written, value],
        )
        for operator, value in ways
    ]


_CHANGES: Final = (
    *_updates("session", "Session", "CustomerSession"),
    *_updates("profile", "Profile", "CustomerProfile"),
    *_updates("coupon", "Coupon", "Coupon"),
    *(
        Mapping(
            "updateAudienceMembership",
            {"operator": operator, "profile": profile, "audience": _AUDIENCE},
            [name, _AUDIENCE, *more],
        )
        for operator, name in (("add", "addToAudience"), ("remove", "removeFromAudience"))
        for profile, more in (("Current", []), ("Advocate", ["Advocate"]))
    ),
)

_MESSAGES: Final = (
    Mapping(
        "showNotification",
        {"notificationType": _KIND, "title": _TITLE, "body": _BODY},
        ["showNotification", _KIND, _TITLE, _BODY],
    ),
    Mapping("triggerWebhook", {}, ["triggerWebhook"], tail=call_of("webhook", title="")),
    Mapping(
        "triggerCustomEffect",
        {"target": {"type": "cart"}},
        ["customEffect"],
        tail=call_of("customEffect", name="", title=""),
    ),
)

EFFECTS: Final = (*_DISCOUNTS, *_GIFTS, *_CODES, *_CHANGES, *_MESSAGES)
