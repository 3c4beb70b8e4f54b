"""Which block is which array. Both directions read this table, each row from the other side.

Of the rows that fit an array the first that says all of it is taken; of the rows that fit a
block, the first.
"""

from typing import Any, Final

from largesse.engine.blocks import effects_table
from largesse.engine.blocks.mapping import Mapping
from largesse.engine.blocks.slots import (
    amount,
    anything,
    blocks,
    choice,
    flag,
    literal,
    number,
    reference,
    steps,
)
from largesse.kit.wire import Json

_A, _V, _BLOCKS = anything("attribute"), anything("value"), blocks("blocks")
_MIN, _MAX, _START, _END = (anything(name) for name in ("min", "max", "start", "end"))
_VALUES, _COUNT = anything("values"), amount("count")
_PATH, _EVENT = steps("attribute"), literal("eventType")
_AUDIENCE: Final = reference("audience", "audience", name="")
_PROGRAM: Final = reference("program", "program", name="", title="")
_ACHIEVEMENT: Final = reference("achievement", "achievement", name="", title="", target=0)
_FLAGS: Final = ("startInclusive", "endInclusive", "timezoneInsensitive")
_ACTION: Final = choice("action", (
    "redeemCoupon", "redeemReferral", "setDiscount", "createCoupon", "createReferral",
    "setDiscountEffect", "createLoyaltyPoints", "createLoyaltyPointsEffect",
    "redeemLoyaltyPoints", "redeemLoyaltyPointsEffect", "awardGiveaway", "addFreeItemEffect",
    "customEffect", "callApi",
))  # fmt: skip
_COMPARED: Final = {
    "equals": "=",
    "not(equals)": "!=",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}


def _checks(operator: str, array: list[Json], **more: Json) -> Mapping:
    return Mapping("checkAttribute", {"operator": operator, "attribute": _A, **more}, array)


def _with_flags(operator: str, many: int, *, negated: bool) -> Mapping:
    flags = {name: flag(name) for name in _FLAGS[:many]}
    array: list[Json] = ["within", _A, _START, _END, *flags.values()]
    return _checks(operator, ["not", array] if negated else array, start=_START, end=_END, **flags)


_GROUPS: Final = (
    Mapping("group", {"operator": "all", "blocks": _BLOCKS}, ["and", _BLOCKS], whole=False),
    Mapping("group", {"operator": "atLeastOne", "blocks": _BLOCKS}, ["or", _BLOCKS], whole=False),
    Mapping(
        "group", {"operator": "none", "blocks": _BLOCKS}, ["not", ["or", _BLOCKS]], whole=False
    ),
)


def _of(kind: str, array: list[Json], **block: Any) -> Mapping:
    return Mapping(kind, block, array)


_BALANCES: Final = tuple(
    _of(
        "checkLoyaltyBalance",
        [
            function,
            [
                "loyaltyBalance",
                _PROGRAM,
                literal("subledger"),
                choice("balance", ("current", "pending", "negative", "tentativeCurrent")),
            ],
            number("value"),
        ],
        operator=operator,
        program=_PROGRAM,
        subledger=literal("subledger"),
        balance=literal("balance"),
        value=number("value"),
    )
    for operator, function in _COMPARED.items()
)

_STATES: Final = tuple(
    _of("checkAchievement", array, operator=operator, achievement=_ACHIEVEMENT)
    for state in ("justCompleted", "started", "inProgress", "completed")
    for call in [[f"achievement{state[:1].upper()}{state[1:]}", _ACHIEVEMENT]]
    for operator, array in ((state, call), (f"not({state})", ["not", call]))
    if operator != "not(justCompleted)"
)

_PEOPLE: Final = (
    *(
        _of("checkAudience", array, operator=operator, profile=profile, audience=_AUDIENCE)
        for profile, call in (
            ("Current", ["isAudienceMember", _AUDIENCE]),
            ("Advocate", ["isAudienceMember", _AUDIENCE, "Advocate"]),
        )
        for operator, array in (("member", call), ("not(member)", ["not", call]))
    ),
    *(
        _of(
            "checkAudience", [call, _AUDIENCE],
            operator=operator, profile="Current", audience=_AUDIENCE,
        )
        for operator, call in (("justJoined", "joinedAudience"), ("justLeft", "leftAudience"))
    ),
    _of("checkEvent", ["eventType", _EVENT], eventType=_EVENT, matchers=[]),
    Mapping(
        "checkEvent",
        {"eventType": _EVENT, "matchers": _BLOCKS},
        ["and", ["eventType", _EVENT], _BLOCKS],
        shown=False,
    ),
    *_BALANCES,
    *_STATES,
    Mapping(
        "checkTier",
        {"program": _PROGRAM, "subledger": literal("subledger"), "tier": literal("tier")},
        ["tierIs", _PROGRAM, literal("subledger"), literal("tier")],
        shown=False,
    ),
    Mapping("checkLoyaltyCard", {"operator": "valid"}, ["loyaltyCardValid"], shown=False),
    Mapping("checkLoyaltyCard", {"operator": "registered"}, ["loyaltyCardRegistered"], shown=False),
)  # fmt: skip

_CODES: Final = (
    *(
        _of(f"check{noun}", [f"{noun.lower()}Valid{ending}"], redeem=redeem)
        for noun in ("Coupon", "Referral")
        for redeem, ending in ((True, ""), (False, "WithoutRedemption"))
    ),
    _of("checkBudget", ["couponCanBeCreated"], operator="available", action="createCoupon"),
    _of("checkBudget", ["referralCanBeCreated"], operator="available", action="createReferral"),
    _of("checkBudget", ["budgetAvailable", _ACTION], operator="available", action=_ACTION),
    _of(
        "checkBudget", ["budgetEnoughFor", _ACTION, number("value")],
        operator="enoughFor", action=_ACTION, value=number("value"),
    ),
)  # fmt: skip

_ATTRIBUTES: Final = (
    _of(
        "checkAttribute", ["!=", [".|", None, _PATH], None],
        operator="exists", attribute=_PATH,
    ),
    _of(
        "checkAttribute", ["=", [".|", None, _PATH], None],
        operator="not(exists)", attribute=_PATH,
    ),
    _checks("isTrue", ["=", _A, True]),
    _checks("isFalse", ["=", _A, False]),
    *(_checks(operator, [name, _A, _V], value=_V) for operator, name in _COMPARED.items()),
    _checks("between", ["between", _A, _MIN, _MAX], min=_MIN, max=_MAX),
    _checks("contains", ["contains", _A, _V], value=_V),
    _checks("not(contains)", ["notContains", _A, _V], value=_V),
    _checks("matchesRegexp", ["~", _V, _A], value=_V),
    _checks("startsWith", ["startsWith", _V, _A], value=_V),
    _checks("endsWith", ["endsWith", _V, _A], value=_V),
    _checks("oneOf", ["oneOf", _A, _V], value=_V),
    _checks("not(oneOf)", ["not", ["oneOf", _A, _V]], value=_V),
    _checks("inCollection", ["inCollection", _A, _V], value=_V),
    _checks("not(inCollection)", ["not", ["inCollection", _A, _V]], value=_V),
    _checks("empty", ["isEmpty", _A]),
    _checks("not(empty)", ["not", ["isEmpty", _A]]),
    _checks(
        "containsAtLeast", ["containsAtLeast", _A, _VALUES, _COUNT], values=_VALUES, count=_COUNT
    ),
    _checks("containsExactly", ["containsExactly", _A, _VALUES], values=_VALUES, count=None),
    _checks("containsOneOf", ["containsOneOf", _A, _VALUES], values=_VALUES),
    _checks("containsNoneOf", ["containsNoneOf", _A, _VALUES], values=_VALUES),
    _checks("containsAllOf", ["containsAllOf", _A, _VALUES], values=_VALUES),
    _checks("after", ["after", _A, _V], value=_V),
    _checks("before", ["before", _A, _V], value=_V),
    *(
        _with_flags(operator, many, negated=operator != "within")
        for operator in ("within", "not(within)")
        for many in (3, 2, 1, 0)
    ),
)  # fmt: skip

CONDITIONS: Final = (*_GROUPS, *_PEOPLE, *_CODES, *_ATTRIBUTES)
TABLE: Final = (*CONDITIONS, *effects_table.EFFECTS)
