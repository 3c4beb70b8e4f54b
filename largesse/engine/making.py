"""What effects that make something have in common: terms, codes, values as JSON."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.kit.codes import ALPHABET, PATTERN, codes
from largesse.kit.money import rounded
from largesse.kit.wire import Json, Wire
from largesse.model.coupons import CodeGeneratorSettings, UsageLimit, check_discount_limit

Instant = Annotated[datetime, Meta(tz=True)]


class CodeTerms(Wire, kw_only=True):
    """What a rule may say of a code that it makes."""

    usage_limit: UsageLimit = 1
    discount_limit: Decimal | None = None
    start_date: Instant | None = None
    expiry_date: Instant | None = None
    attributes: dict[str, Any] = {}

    def __post_init__(self) -> None:
        check_discount_limit(self.discount_limit)


NO_OPTIONS: Final[Mapping[str, Any]] = MappingProxyType({})


def new_code(scene: Scene, settings: CodeGeneratorSettings | None, place: str) -> str:
    """A code that nobody can guess, as the Application stores it; the same place draws the same."""
    pattern = settings.coupon_pattern if settings else PATTERN
    alphabet = (tuple(settings.valid_characters) if settings else ()) or ALPHABET
    drawn = next(codes(pattern, alphabet, scene.situation.seed + place.encode()))
    return scene.rulebook.fold(drawn)


def terms_of(options: Mapping[str, Any]) -> CodeTerms:
    """The options of a rule as terms. Raises `EffectFailed` for what no code can have."""
    plain = dict(options)
    times = plain.get("usageLimit")
    if isinstance(times, Decimal) and times == int(times):
        plain["usageLimit"] = int(times)
    try:
        return msgspec.convert(plain, CodeTerms)
    except msgspec.ValidationError as error:
        raise EffectFailed(f"the options of the code do not fit: {error}") from error


def as_json_value(value: Any) -> Json:
    """A value of the rule language as JSON has it: instants as RFC 3339 texts."""
    if isinstance(value, Decimal):
        return rounded(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return [as_json_value(one) for one in value]
    return value
