"""What a rule function is: a typed Python function with a name, a sentence and a docstring.

Its signature is the checker's type and the rule builder's form. Annotations say more than types
where needed: `Lambda[T, bool]` is a small function over a list, `Lazily[T]` an argument that is
evaluated when it is called, `Step` a step of a path. A first parameter `scene` or `scope` is
supplied by the run. `says` is the sentence: `{name}` stands for an argument, `{names: and }` for
any number of them with a word between, `{names[1:]: and }` for all but the first of them.
"""

import sys
from collections.abc import Callable, Container, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from largesse.engine.expr.signatures import Effect, Form, Parameter, read_signature
from largesse.engine.expr.types import Type, is_open
from largesse.engine.expr.values import RuleError, Value
from largesse.kit import discover

T = TypeVar("T")
U = TypeVar("U")
Outcome = TypeVar("Outcome")  # any value, or an effect
Atom = str | Decimal | bool | datetime | None

ENDLESS: Final = 1 << 30  # arguments, where any number is right


class Scene(Protocol):
    """What functions ask the evaluation for: the customer, the codes, the budgets, the time."""

    @property
    def now(self) -> datetime:
        """The time of this evaluation, in UTC."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the Application."""

    def coupon_valid(self, *, redeem: bool) -> bool:
        """Whether the current coupon code is valid; notes that it is to be redeemed."""

    def referral_valid(self, *, redeem: bool) -> bool:
        """Whether the referral code is valid; notes that it is to be redeemed."""

    def coupon_can_be_created(self) -> bool:
        """Whether the budget of the campaign allows another coupon."""

    def referral_can_be_created(self) -> bool:
        """Whether the budget of the campaign allows another referral."""

    def budget_left(self, action: str) -> Decimal | None:
        """What is left of the smallest budget of an action; nothing where there is no budget."""

    def audience_member(self, audience_id: int, whose: str) -> bool:
        """Whether the `Current` or the `Advocate` profile is in an audience."""

    def joined_audience(self, audience_id: int) -> bool:
        """Whether this update made the profile a member."""

    def left_audience(self, audience_id: int) -> bool:
        """Whether this update ended the membership of the profile."""

    def event_type(self, name: str) -> bool:
        """Whether the current event is of a type."""

    def loyalty_balance(self, program_id: int, subledger: str, kind: str) -> Decimal:
        """A balance of the customer: `current`, `pending`, `negative`, `tentativeCurrent`."""

    def tier_is(self, program_id: int, subledger: str, name: str) -> bool:
        """Whether the customer is on a tier."""

    def loyalty_card_valid(self) -> bool:
        """Whether the card of the session is valid."""

    def loyalty_card_registered(self) -> bool:
        """Whether the card of the session belongs to the customer."""

    def achievement(self, achievement_id: int, state: str) -> bool:
        """Whether an achievement is `started`, `inProgress`, `completed`, `justCompleted`."""

    def collection(self, name: str) -> Container[str]:
        """The entries of a collection. Raises `RuleError` for a name that there is not."""

    def value_map(self, name: str) -> Mapping[str, Value]:
        """A value map of the campaign. Raises `RuleError` for a name that there is not."""

    def bundles(self, parts: list[tuple[list[Value], int]], names: list[str]) -> list[Value]:
        """As many bundles as the parts allow, alike in the named attributes."""

    def tell_on_failure(self, effect: Effect) -> None:
        """Keep an effect for the case that the rule fails."""


class Function(Struct, frozen=True, eq=False):
    """A function or an effect of the rule language."""

    name: str
    call: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    result: Type
    says: str
    doc: str
    family: str
    kind: Literal["function", "effect"] = "function"
    least: int = 0  # arguments
    most: int = ENDLESS
    supplied: str = ""  # what the run gives it first: `scene`, `scope` or nothing
    on_failure: bool = False  # an effect that may also be told when a condition fails

    def parameter(self, at: int) -> Parameter:
        """The parameter that takes the argument at a position. Arity has been checked."""
        return self.parameters[min(at, len(self.parameters) - 1)]


def make(
    python: Callable[..., Any],
    name: str,
    says: str,
    *,
    least: int | None = None,
    most: int | None = None,
    **more: Any,
) -> Function:
    """A function of the language from a Python function and what its signature does not say."""
    signature = read_signature(python, more.pop("result", None))
    takes = signature.parameters
    if more.get("kind") == "effect":
        takes = tuple(replace(one, leaves=is_open(one.type)) for one in takes)
    assert python.__doc__, f"{name} needs a docstring: it is the reference text"
    return Function(
        name=name,
        call=python,
        parameters=takes,
        result=signature.result,
        says=says,
        doc=python.__doc__.strip(),
        family=python.__module__.rpartition(".")[2],
        least=sum(not (one.optional or one.variadic) for one in takes) if least is None else least,
        most=most or (ENDLESS if any(one.variadic for one in takes) else len(takes)),
        supplied=signature.supplied,
        **more,
    )


def function(
    name: str, *, says: str, least: int | None = None, most: int | None = None
) -> Callable[[Callable[..., Any]], Function]:
    """Make a Python function one of the rule language. `least` and `most` count arguments."""

    def wrap(python: Callable[..., Any]) -> Function:
        return make(python, name, says, least=least, most=most)

    return wrap


@cache
def functions() -> Mapping[str, Function]:
    """All functions of the rule language by their names."""
    found = discover.members(sys.modules[__name__], Function)
    table = {one.name: one for one in found}
    assert len(table) == len(found), "two functions have the same name"
    return MappingProxyType(table)


def whole(value: Decimal) -> int:
    """A number without a fraction as an integer; any other raises."""
    found = int(value)
    if found != value:
        raise RuleError(f"a whole number is needed, {value:f} is none")
    return found


def _not_whole(value: Decimal) -> str | None:
    return None if value == int(value) else f"{value:f} is no whole number"


Whole = Annotated[Decimal, Form("whole number", _not_whole)]
