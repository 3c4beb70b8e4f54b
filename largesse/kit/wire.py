"""Wire, the base of every struct that crosses the network.

Members are `snake_case` inside and `camelCase` outside. `Maybe[T] = UNSET` is a member that may be
absent; absent members are not written.
"""

from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import UNSET, Struct, UnsetType, json, structs

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType
Json: TypeAlias = Any  # lists, dicts, texts, exact numbers, booleans and None


class Wire(Struct, rename="camel"):
    """A value with the contract's names."""


def not_negative(struct: Struct, *names: str) -> None:
    """Refuse negative amounts, from `__post_init__`: the decoder knows no bounds for exact
    decimals.
    """
    for name in names:
        value = getattr(struct, name)
        if value.__class__ is Decimal and value < 0:
            raise ValueError(f"`{name}` must be at least 0")


def given(struct: Struct) -> dict[str, Any]:
    """The members that the caller sent, by their inner names."""
    return {name: value for name, value in structs.asdict(struct).items() if value is not UNSET}


def or_else(value: T | UnsetType, default: T) -> T:
    """The value, or the default where the caller sent none."""
    return default if isinstance(value, UnsetType) else value


_encoder: Final = json.Encoder(decimal_format="number")


def to_json(value: Any) -> bytes:
    """The JSON of a value: exact decimals as numbers, instants in UTC with a Z."""
    return _encoder.encode(value)
