"""Codes that nobody has: what all that make coupons share."""

import hmac
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any, Final

from msgspec import UNSET, Struct

from largesse.kit.caps import CODE_TRIES_MAX
from largesse.kit.codes import (
    ALPHABET,
    PATTERN,
    capacity,
    check_alphabet,
    check_pattern,
    codes,
    folded,
)
from largesse.kit.problems import Invalid
from largesse.model.campaigns import Application, Campaign
from largesse.storage import coupons
from largesse.storage.db import Db

CODE_CHARACTERS_MIN: Final = 4
SPACE_SMALL: Final = 20_000  # codes of a pattern that are listed rather than drawn


class Look(Struct, frozen=True):
    """What codes are made of, as the Application stores them."""

    pattern: str
    alphabet: tuple[str, ...]


def look_of(
    application: Application,
    campaign: Campaign,
    *,
    pattern: str | None,
    characters: Sequence[str] | None,
    prefix: str = "",
) -> Look:
    """The pattern and the characters: those of the call, of the campaign, or the usual ones."""
    settings = campaign.coupon_settings
    if pattern is None:
        pattern = PATTERN if settings is UNSET else settings.coupon_pattern
    if characters is None:
        characters = ALPHABET if settings is UNSET else settings.valid_characters
    pattern = check_pattern(prefix + pattern)
    if len(pattern) < CODE_CHARACTERS_MIN:
        details = f"A code has at least {CODE_CHARACTERS_MIN} characters"
        raise Invalid(details, "/couponPattern", title="minLength")
    case = application.case_sensitivity
    alphabet = dict.fromkeys(folded(one, case) for one in check_alphabet(characters))
    if any(len(one) != 1 or not one.isprintable() or one.isspace() for one in alphabet):
        raise Invalid("A valid character is one that can be seen", "/validCharacters")
    return Look(folded(pattern, case), tuple(alphabet))


async def make(
    db: Db,
    owner: tuple[int, int],
    look: Look,
    recipients: Sequence[str],
    terms: dict[str, Any],
    *,
    seed: bytes,
) -> list[int]:
    """New coupons of an Application and a campaign, one for each recipient; gives their ids.

    A code that somebody else took meanwhile is drawn again. Raises `Invalid` when none is left.
    """
    if len(recipients) > 1:  # Who holds one code and waits for another must be alone in it.
        await coupons.wait_for_turn(db, owner[0])
    made: list[int] = []
    waiting = recipients
    for turn in range(CODE_TRIES_MAX):
        drawn = await draw(db, owner[0], look, len(waiting), turned(seed, turn))
        ids = await coupons.take_ids(db, len(waiting))
        wanted = list(zip(ids, drawn, waiting, strict=True))
        new = await coupons.insert(db, owner, wanted, terms)
        made += [coupon_id for coupon_id, code, _ in wanted if code in new]
        waiting = [recipient for _, code, recipient in wanted if code not in new]
        if not waiting:
            return made
    raise full(look)


async def draw(db: Db, application_id: int, look: Look, count: int, seed: bytes) -> list[str]:
    """As many different codes; of a pattern that has few, only ones that are free."""
    space = capacity(look.pattern, look.alphabet)
    if space < count:
        raise full(look)
    if space > SPACE_SMALL:
        row = codes(look.pattern, look.alphabet, seed)
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn.update(dict.fromkeys(islice(row, count - len(drawn))))
        return list(drawn)
    every = list(all_codes(look))
    free = set(every) - await coupons.taken(db, application_id, every)
    if len(free) < count:
        raise full(look)
    return sorted(free, key=lambda code: hmac.digest(seed, code.encode(), "sha256"))[:count]


def all_codes(look: Look) -> Iterator[str]:
    """Every code of a pattern."""
    first, *rest = look.pattern.split("#")
    for characters in product(look.alphabet, repeat=len(rest)):
        yield first + "".join(one + part for one, part in zip(characters, rest, strict=True))


def turned(seed: bytes, turn: int) -> bytes:
    """Another seed for each turn, so that no code is drawn again that was taken."""
    return hmac.digest(seed, b"turn %d" % turn, "sha256")


def full(look: Look) -> Invalid:
    """No code is left."""
    if "#" not in look.pattern:
        details = f"There is a coupon {look.pattern} in this Application already"
        return Invalid(details, "/couponPattern", title="Duplicate")
    details = "The pattern has too few codes that are not taken"
    return Invalid(details, "/couponPattern", title="coupon pattern full")
