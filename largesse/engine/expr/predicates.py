"""What must be true for a condition to be true, told without evaluating it.

Only what is certain is told: where a predicate does not hold, the condition is false or raises.
What follows an `onFailure` is never told, because that has an effect when the condition is false.
"""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from largesse.engine.expr.functions import functions
from largesse.engine.expr.nodes import Assign, Call, Constant, Items, Lambda, Node, Read, walk_nodes
from largesse.engine.expr.values import textual

Path = tuple[str, ...]
ANY_ITEM: Final = "*"  # in a path: some element of the list

# Roots that can be read before a campaign is looked at. `Coupon` and `Campaign` cannot.
ROOTS: Final = frozenset(
    {"Session", "CustomerSession", "Profile", "CustomerProfile", "Event", "Store", "Application"}
)


class Equals(Struct, frozen=True):
    """What a path leads to looks like one of these texts."""

    path: Path
    texts: frozenset[str]


class AtLeast(Struct, frozen=True):
    """A path leads to a number that is not less; if strict, to one that is greater."""

    path: Path
    number: Decimal
    strict: bool


class AtMost(Struct, frozen=True):
    """A path leads to a number that is not greater; if strict, to one that is less."""

    path: Path
    number: Decimal
    strict: bool


class HasAttribute(Struct, frozen=True):
    """A path leads to something."""

    path: Path


class EventIs(Struct, frozen=True):
    """The event is of one of these types."""

    names: frozenset[str]


class NeedsCoupon(Struct, frozen=True):
    """There is a coupon code of the campaign."""


class NeedsReferral(Struct, frozen=True):
    """There is a referral code of the campaign."""


Predicate = Equals | AtLeast | AtMost | HasAttribute | EventIs | NeedsCoupon | NeedsReferral

_CODES: Final[dict[str, Predicate]] = {
    "couponValid": NeedsCoupon(),
    "couponValidWithoutRedemption": NeedsCoupon(),
    "referralValid": NeedsReferral(),
    "referralValidWithoutRedemption": NeedsReferral(),
}
# Function: whether the first is the lesser, and whether it may not be equal.
_ORDERS: Final = {"<": (True, True), "<=": (True, False), ">": (False, True), ">=": (False, False)}


def predicates_of(condition: Node, roots: Collection[str] = ROOTS) -> list[Predicate]:
    """What is necessary for a condition, as far as it can be read from the roots."""
    assigned = {one.path[0] for one in walk_nodes(condition) if isinstance(one, Assign)}
    needs = _Needs(frozenset(roots) - assigned)
    return list(dict.fromkeys(needs.to_hold(condition)))


class _Needs:
    def __init__(self, roots: frozenset[str]) -> None:
        self.roots = roots

    def to_hold(self, node: Node) -> list[Predicate]:
        """What a node needs to be true."""
        if not isinstance(node, Call) or (_tells(node) and node.function != "and"):
            return []
        match node.function, node.arguments:
            case "and", operands:
                return self.all_hold(operands)
            case "or", operands:
                return self.one_holds(operands)
            case "catch", (Constant(value=False), value):
                return self.to_hold(value)
            case "identity", (value,):
                return self.to_hold(value)
        return self.own(node) + self.to_have(node)

    def all_hold(self, operands: tuple[Node, ...]) -> list[Predicate]:
        """What all operands need, up to the first that tells when it fails."""
        found: list[Predicate] = []
        for operand in operands:
            found += self.to_hold(operand)
            if _tells(operand):
                break
        return found

    def one_holds(self, operands: tuple[Node, ...]) -> list[Predicate]:
        """What every operand needs; at the top of a rule, one that raises leaves it to others."""
        return _shared([self.to_hold(one) for one in operands]) if operands else []

    def to_have(self, node: Node) -> list[Predicate]:
        """What a node needs to have a value, true or not."""
        match node:
            case Read(path=path, default=None):
                return [HasAttribute(path)] if self.reads(path) else []
            case Assign(value=value):
                return self.to_have(value)
            case Items(items=items):
                return [need for one in items for need in self.to_have(one)]
            case Call(function="and" | "or", arguments=(first, *_)):
                return self.to_have(first)
            case Call(function=name, arguments=arguments) if name in functions():
                return [
                    need
                    for at, one in enumerate(arguments)
                    if not (isinstance(one, Lambda) or functions()[name].parameter(at).lazy)
                    for need in self.to_have(one)
                ]
        return []

    def own(self, call: Call) -> list[Predicate]:
        """What a call needs beyond the values of its arguments."""
        name, arguments = call.function, call.arguments
        if name in _CODES:
            return [_CODES[name]]
        if name in _ORDERS:
            first, *others = arguments
            pairs = [(first, other) for other in others]
            return [need for one, other in pairs for need in self.order(name, one, other)]
        match name, arguments:
            case "eventType", (Constant(value=str() as event),):
                return [EventIs(frozenset({event}))]
            case "=", values:
                return self.alike(values)
            case "oneOf", (Read(path=path), Call(function="list", arguments=values)):
                return self.equals(path, values)
            case "exists", (Read(path=path, default=None), Lambda() as held):
                return self.any_item(path, held)
            case "between", (*inner, least, most):
                return [
                    need
                    for one in inner
                    for need in (*self.order(">", one, least), *self.order("<", one, most))
                ]
        return []

    def any_item(self, path: Path, held: Lambda) -> list[Predicate]:
        """What some element of a list needs, if a lambda shall hold for one."""
        if not self.reads(path):
            return []
        (name, *_) = held.parameters
        needs = _Needs(frozenset({name})).to_hold(held.body)
        return [
            Equals((*path, ANY_ITEM, *need.path[1:]), need.texts)
            for need in needs
            if isinstance(need, Equals)
        ]

    def order(self, name: str, one: Node, other: Node) -> list[Predicate]:
        """What an order of two values needs, if one is read and the other written there."""
        first_is_less, strict = _ORDERS[name]
        match one, other:
            case Read(path=path, default=None), Constant(value=Decimal() as number):
                kind = AtMost if first_is_less else AtLeast
            case Constant(value=Decimal() as number), Read(path=path, default=None):
                kind = AtLeast if first_is_less else AtMost
            case _:
                return []
        return [kind(path, number, strict)] if self.reads(path) else []

    def alike(self, values: tuple[Node, ...]) -> list[Predicate]:
        """All values look like a constant among them."""
        constants = tuple(one for one in values if isinstance(one, Constant))[:1]
        paths = [one.path for one in values if isinstance(one, Read) and one.default is None]
        return [need for path in paths if constants for need in self.equals(path, constants)]

    def equals(self, path: Path, values: tuple[Node, ...]) -> list[Predicate]:
        """A path leads to one of some constants."""
        constants = [one.value for one in values if isinstance(one, Constant)]
        if len(constants) < len(values) or not self.reads(path):
            return []
        return [Equals(path, frozenset(map(textual, constants)))]

    def reads(self, path: Path) -> bool:
        """Whether a path begins at a root that can be read beforehand."""
        return path[0] in self.roots


def _tells(node: Node) -> bool:
    return any(isinstance(one, Call) and one.function == "onFailure" for one in walk_nodes(node))


def _shared(branches: list[list[Predicate]]) -> list[Predicate]:
    """What is necessary whichever of the branches holds."""
    first, *others = branches
    return [need for one in first for need in _weakest(one, others)]


def _weakest(need: Predicate, branches: Iterable[list[Predicate]]) -> list[Predicate]:
    for branch in branches:
        match = next((one for one in branch if _alike(one, need)), None)
        if match is None:
            return []
        need = _either(need, match)
    return [need]


def _alike(one: Predicate, other: Predicate) -> bool:
    return type(one) is type(other) and getattr(one, "path", ()) == getattr(other, "path", ())


def _either(one: Predicate, other: Predicate) -> Predicate:
    match one, other:
        case Equals(path, texts), Equals(_, more):
            return Equals(path, texts | more)
        case EventIs(names), EventIs(more):
            return EventIs(names | more)
        case AtLeast(_, number, strict), AtLeast(_, least, least_strict):
            return one if (number, strict) <= (least, least_strict) else other
        case AtMost(_, number, strict), AtMost(_, most, most_strict):
            return one if (number, not strict) >= (most, not most_strict) else other
    return one
