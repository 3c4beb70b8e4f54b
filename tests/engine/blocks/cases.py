"""Blocks and the arrays that they are: a line for each kind and operator."""

from decimal import Decimal
from typing import Any, Final

TOTAL = [".", "Session", "Total"]
ITEMS = [".", "Session", "CartItems"]
TOTAL_OR_NONE = [".|", None, "Session", "Total"]
VIP = {"id": 7, "name": "VIP"}
POOL = {"id": 3, "name": "Films"}
PROGRAM = {"id": 4, "name": "", "title": ""}
GOAL = {"id": 5, "name": "", "title": "", "target": 0}
SHIPPING = {"id": 9, "name": "shipping", "title": "Shipping"}
LEVEL = {"id": 8, "entity": "CustomerProfile", "name": "Level", "title": "Level", "type": "number"}
COLOR = {"id": 0, "entity": "CustomerSession", "name": "Color", "title": "Color", "type": "string"}
HOOK = {"id": 11, "title": "Hook"}
MAIL = {"id": 12, "name": "mail", "title": "Mail"}

KNOWN: Final[dict[str, dict[Any, dict[str, Any]]]] = {
    "audience": {7: {"name": "VIP"}},
    "giveawayPool": {3: {"name": "Films"}},
    "additionalCost": {"shipping": {"id": 9, "title": "Shipping"}},
    "attribute": {"CustomerProfile.Level": {"id": 8, "title": "Level", "type": "number"}},
    "webhook": {11: {"title": "Hook", "params": ["to", "text"]}},
    "customEffect": {12: {"name": "mail", "title": "Mail", "params": []}},
    "valueMap": {6: {"name": "prices"}},
}


def check(operator: str, **members: Any) -> dict[str, Any]:
    """A block that looks at the total."""
    return {
        "type": "checkAttribute", "operator": operator, "attribute": "$Session.Total", **members
    }  # fmt: skip


def group(operator: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    """A group."""
    return {"type": "group", "operator": operator, "blocks": list(blocks)}


def audience(operator: str, profile: str = "Current") -> dict[str, Any]:
    """A block that looks for a member."""
    return {
        "type": "checkAudience", "operator": operator, "profile": profile, "audience": VIP
    }  # fmt: skip


def balance(operator: str) -> dict[str, Any]:
    """A block that looks at points."""
    return {
        "type": "checkLoyaltyBalance", "operator": operator, "program": PROGRAM,
        "subledger": "", "balance": "current", "value": 5,
    }  # fmt: skip


def goal(operator: str) -> dict[str, Any]:
    """A block that looks at an achievement."""
    return {"type": "checkAchievement", "operator": operator, "achievement": GOAL}


def budget(operator: str, action: str, **members: Any) -> dict[str, Any]:
    """A block that looks at a budget."""
    return {"type": "checkBudget", "operator": operator, "action": action, **members}


def discount(target: dict[str, Any], *, partial: bool = False, **members: Any) -> dict[str, Any]:
    """A discount of one."""
    return {
        "type": "awardDiscount", "name": "n", "value": 1, "target": target, "partial": partial,
        **members,
    }  # fmt: skip


def cost(target: dict[str, Any]) -> dict[str, Any]:
    """An additional cost of a target."""
    return {"type": "additionalCost", "additionalCost": SHIPPING, "target": target}


def update(operator: str, attribute: dict[str, Any], target: str, **more: Any) -> dict[str, Any]:
    """A change of an attribute."""
    return {
        "type": "updateAttributeValue", "operator": operator, "attribute": attribute,
        "target": {"type": target}, **more,
    }  # fmt: skip


def member(operator: str, profile: str) -> dict[str, Any]:
    """A change of a membership."""
    return {
        "type": "updateAudienceMembership", "operator": operator, "profile": profile,
        "audience": VIP,
    }  # fmt: skip


COUPON, FRIEND = {"type": "checkCoupon"}, {"type": "checkReferral"}
NOTE = {"type": "showNotification", "notificationType": "Info", "title": "Hi", "body": "b"}
NOTIFY = ["showNotification", "Info", "Hi", "b"]
FLAGS = {"startInclusive": True, "endInclusive": False, "timezoneInsensitive": True}
CART, SELECTED = {"type": "cart"}, {"type": "selector", "name": "Shoes"}
SPREAD, EACH = {"type": "allItems", "prorated": True}, {"type": "allItems", "prorated": False}
BUNDLE = {"type": "bundle", "name": "Set", "prorated": True}
BALANCE = ["loyaltyBalance", 4, "", "current"]
READ = [".", "Profile", "Attributes", "Level"]
SET = "Profile.Attributes.Level"
CODE = {"campaignId": 2, "storeInSession": False}

# fmt: off
CONDITIONS: Final[list[tuple[dict[str, Any], list[Any]]]] = [
    (check("equals", value=5),                        ["=", TOTAL, 5]),
    (check("equals", value="$Profile.Name"),          ["=", TOTAL, [".", "Profile", "Name"]]),
    (check("equals", value='{{"$Five"}}'),            ["=", TOTAL, "$Five"]),
    (check("not(equals)", value="{{1 + 2}}"),         ["!=", TOTAL, ["+", 1, 2]]),
    (check("lessThan", value=Decimal("0.50")),        ["<", TOTAL, Decimal("0.50")]),
    (check("lessThanOrEqual", value=5),               ["<=", TOTAL, 5]),
    (check("greaterThan", value=5),                   [">", TOTAL, 5]),
    (check("greaterThanOrEqual", value=5),            [">=", TOTAL, 5]),
    (check("between", min=1, max=5),                  ["between", TOTAL, 1, 5]),
    (check("contains", value="a"),                    ["contains", TOTAL, "a"]),
    (check("not(contains)", value="a"),               ["notContains", TOTAL, "a"]),
    (check("matchesRegexp", value="a.*"),             ["~", "a.*", TOTAL]),
    (check("startsWith", value="a"),                  ["startsWith", "a", TOTAL]),
    (check("endsWith", value="a"),                    ["endsWith", "a", TOTAL]),
    (check("oneOf", value=["a", 1]),                  ["oneOf", TOTAL, ["list", "a", 1]]),
    (check("not(oneOf)", value="$List"),              ["not", ["oneOf", TOTAL, [".", "List"]]]),
    (check("inCollection", value="skus"),             ["inCollection", TOTAL, "skus"]),
    (check("not(inCollection)", value="skus"),        ["not", ["inCollection", TOTAL, "skus"]]),
    (check("empty"),                                  ["isEmpty", TOTAL]),
    (check("not(empty)"),                             ["not", ["isEmpty", TOTAL]]),
    (check("exists"),                                 ["!=", TOTAL_OR_NONE, None]),
    (check("not(exists)"),                            ["=", TOTAL_OR_NONE, None]),
    (check("isTrue"),                                 ["=", TOTAL, True]),
    (check("isFalse"),                                ["=", TOTAL, False]),
    (check("containsAtLeast", values=["a"], count=1), ["containsAtLeast", TOTAL, ["list", "a"], 1]),
    (check("containsExactly", values=[], count=None), ["containsExactly", TOTAL, ["list"]]),
    (check("containsOneOf", values=["a"]),            ["containsOneOf", TOTAL, ["list", "a"]]),
    (check("containsNoneOf", values=["a"]),           ["containsNoneOf", TOTAL, ["list", "a"]]),
    (check("containsAllOf", values=["a"]),            ["containsAllOf", TOTAL, ["list", "a"]]),
    (check("after", value="$Now"),                    ["after", TOTAL, [".", "Now"]]),
    (check("before", value="$Now"),                   ["before", TOTAL, [".", "Now"]]),
    (check("within", start="a", end="b"),             ["within", TOTAL, "a", "b"]),
    (check("within", start="a", end="b", **FLAGS),
                                            ["within", TOTAL, "a", "b", True, False, True]),
    (check("not(within)", start="a", end="b"),        ["not", ["within", TOTAL, "a", "b"]]),
    (audience("member"),                              ["isAudienceMember", 7]),
    (audience("member", "Advocate"),                  ["isAudienceMember", 7, "Advocate"]),
    (audience("not(member)"),                         ["not", ["isAudienceMember", 7]]),
    (audience("justJoined"),                          ["joinedAudience", 7]),
    (audience("justLeft"),                            ["leftAudience", 7]),
    (COUPON | {"redeem": True},                       ["couponValid"]),
    (COUPON | {"redeem": False},                      ["couponValidWithoutRedemption"]),
    (FRIEND | {"redeem": True},                       ["referralValid"]),
    (FRIEND | {"redeem": False},                      ["referralValidWithoutRedemption"]),
    (budget("available", "createCoupon"),             ["couponCanBeCreated"]),
    (budget("available", "setDiscount"),              ["budgetAvailable", "setDiscount"]),
    (budget("enoughFor", "callApi", value=2),         ["budgetEnoughFor", "callApi", 2]),
    ({"type": "checkEvent", "eventType": "e", "matchers": []}, ["eventType", "e"]),
    (balance("equals"),                               ["=", BALANCE, 5]),
    (balance("not(equals)"),                          ["!=", BALANCE, 5]),
    (balance("lessThan"),                             ["<", BALANCE, 5]),
    (balance("greaterThanOrEqual"),                   [">=", BALANCE, 5]),
    (goal("justCompleted"),                           ["achievementJustCompleted", 5]),
    (goal("not(started)"),                            ["not", ["achievementStarted", 5]]),
    (goal("inProgress"),                              ["achievementInProgress", 5]),
    (goal("completed"),                               ["achievementCompleted", 5]),
    (group("all"),                                    ["and"]),
    (group("atLeastOne", check("empty")),             ["or", ["isEmpty", TOTAL]]),
    (group("none", check("empty")),                   ["not", ["or", ["isEmpty", TOTAL]]]),
    (check("empty", onFailure=[NOTE]),                ["onFailure", ["isEmpty", TOTAL], NOTIFY]),
]

EFFECTS: Final[list[tuple[dict[str, Any], list[Any]]]] = [
    (discount(CART),                    ["setDiscount", "n", 1]),
    (discount(CART, partial=True),      ["setDiscount", "n", 1, None, True]),
    (discount(CART, scope="cartItems"), ["setDiscount", "n", 1, "cartItems"]),
    (discount(EACH),                    ["setDiscountPerItem", "n", ITEMS, [["Item"], 1]]),
    (discount(SPREAD),                  ["setDiscountPerItemProRata", "n", ITEMS, 1]),
    (discount(SELECTED | {"prorated": True}),
                                        ["setDiscountPerItemProRata", "n", [".", "Shoes"], 1]),
    (discount(cost(CART)),              ["setDiscountPerAdditionalCost", "n", "shipping", 1]),
    (discount(cost(SELECTED)),          ["setDiscountPerAdditionalCostPerItem", "n", "shipping",
                                         [".", "Shoes"], [["Item"], 1]]),
    (discount(BUNDLE),                  ["setDiscountPerBundleProRata", "n", [".", "Set"], 1]),
    (discount(CART) | {"value": "{{$Session.Total * 0.1}}"},
                                        ["setDiscount", "n", ["*", TOTAL, Decimal("0.1")]]),
    (NOTE,                              NOTIFY),
    (NOTE | {"body": "{{$Session.Total}} €"},
                                        [*NOTIFY[:3], ["concat", ["toString", TOTAL], " €"]]),
    (NOTE | {"onError": {"default": []}}, ["catch", ["noop"], NOTIFY]),
    ({"type": "awardItem", "sku": "s", "name": "n", "quantity": "2"}, ["addFreeItem", "n", "s", 2]),
    ({"type": "awardGiveaway", "giveawayPool": POOL, "profile": "Current"}, ["awardGiveaway", 3]),
    ({"type": "awardGiveaway", "giveawayPool": POOL, "profile": "Advocate"},
                                        ["awardGiveaway", 3, "Advocate"]),
    ({"type": "createCoupon", "recipientId": "", **CODE, "usageLimit": 2},
                                        ["createCoupon", 2, "", ["kv", "usageLimit", 2]]),
    ({"type": "createReferral", "friendId": "$Profile.Id", **CODE},
                                        ["createReferral", 2, [".", "Profile", "Id"]]),
    ({"type": "reserveCoupon"},         ["reserveCoupon"]),
    (update("setTo", LEVEL, "profile", value=1),      ["updateAttribute", SET, 1]),
    (update("increaseBy", LEVEL, "profile", value=1), ["updateAttribute", SET, ["+", READ, 1]]),
    (update("decreaseBy", LEVEL, "profile", value=1), ["updateAttribute", SET, ["-", READ, 1]]),
    (update("multiplyBy", LEVEL, "profile", value=2), ["updateAttribute", SET, ["*", READ, 2]]),
    (update("divideBy", LEVEL, "profile", value=2),   ["updateAttribute", SET, ["/", READ, 2]]),
    (update("toggle", LEVEL, "profile"),              ["updateAttribute", SET, ["not", READ]]),
    (update("setTo", COLOR, "session", value="red"),
                                        ["updateAttribute", "Session.Attributes.Color", "red"]),
    (member("add", "Current"),          ["addToAudience", 7]),
    (member("remove", "Advocate"),      ["removeFromAudience", 7, "Advocate"]),
    ({"type": "triggerWebhook", "webhook": HOOK, "params": {"to": "$Profile.Id", "text": "b"}},
                                        ["triggerWebhook", 11, [".", "Profile", "Id"], "b"]),
    ({"type": "triggerWebhook", "webhook": HOOK, "params": {"1": True}},
                                        ["triggerWebhook", 11, True]),
    ({"type": "triggerCustomEffect", "customEffect": MAIL, "target": CART}, ["customEffect", 12]),
]

# What blocks may say and arrays then say for them; shown it is something else.
ONLY_READ: Final[list[tuple[dict[str, Any], list[Any]]]] = [
    ({"type": "checkTier", "program": PROGRAM, "subledger": "", "tier": "Gold"},
                                                 ["tierIs", 4, "", "Gold"]),
    ({"type": "checkLoyaltyCard", "operator": "valid"},      ["loyaltyCardValid"]),
    ({"type": "checkLoyaltyCard", "operator": "registered"}, ["loyaltyCardRegistered"]),
    ({"type": "checkEvent", "eventType": "e", "matchers": [check("empty")]},
                                                 ["and", ["eventType", "e"], ["isEmpty", TOTAL]]),
    ({"type": "awardItem", "sku": "s", "name": "n", "quantity": "{{1}}"},
                                                 ["addFreeItem", "n", "s", 1]),
    (check("equals", value=True),                ["=", TOTAL, True]),
    (check("equals", value={"expression": ["count", ITEMS]}), ["=", TOTAL, ["count", ITEMS]]),
    (discount(CART) | {"value": "5.5"},          ["setDiscount", "n", Decimal("5.5")]),
    ({"type": "triggerWebhook", "webhook": {"id": 11}, "params": {"text": "b", "to": "a"}},
                                                 ["triggerWebhook", 11, "a", "b"]),
]

PASSED_THROUGH: Final[list[list[Any]]] = [
    ["anniversaryWithin", [".", "Now"], 3, 3],
    ["=", 1, 2, 3],
    ["every", ["list"], [["x"], True]],
    ["isAudienceMember", 7, "Current"],
    ["budgetAvailable", "createCoupon"],
    ["loyaltyCardValid"],
    ["onFailure", ["loyaltyCardValid"], NOTIFY],
    ["catch", False, ["=", TOTAL, 1]],
    ["setDiscount", "n", 1, None, False],
    ["setDiscountPerItem", "n", ["filter", ITEMS, [["x"], True]], [["Item"], 1]],
    ["setDiscountPerItem", "n", ITEMS, [["x"], 1]],
    ["updateAttribute", "Session.CartItems[0].Attributes.Color", "red"],
    ["and", True, ["couponValid"]],
]
# fmt: on
