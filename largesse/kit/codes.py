"""Coupon patterns, alphabets and codes that cannot be guessed.

Randomness comes from outside as a seed, so the same seed draws the same codes.
"""

import hashlib
import re
import string
import struct
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from largesse.kit.caps import PATTERN_CHARACTERS_MAX
from largesse.kit.problems import Invalid

ALPHABET: Final = tuple(string.ascii_uppercase + string.digits)
PATTERN: Final = "####-####-####"
NUMBERS_PER_BLOCK: Final = 128
BLOCK: Final = struct.Struct(f">{NUMBERS_PER_BLOCK}I")
_ALLOWED: Final = re.compile(r"[A-Za-z0-9._%+@#-]+")


def check_pattern(pattern: str, at: str = "/couponPattern") -> str:
    """The pattern, or `Invalid`: 3 to 100 characters out of letters, digits and `._%+@#-`."""
    if not 3 <= len(pattern) <= PATTERN_CHARACTERS_MAX or not _ALLOWED.fullmatch(pattern):
        raise Invalid(
            f"A pattern has 3 to {PATTERN_CHARACTERS_MAX} letters, digits or characters of ._%+@#-",
            at,
            title="pattern",
        )
    return pattern


def check_alphabet(characters: Sequence[str], at: str = "/validCharacters") -> tuple[str, ...]:
    """The characters that may replace a `#`, each once, or `Invalid`."""
    if any(len(character) != 1 for character in characters):
        raise Invalid(
            "Each valid character is a text of one character", at, title="validCharacters"
        )
    return tuple(dict.fromkeys(characters)) or ALPHABET


def capacity(pattern: str, alphabet: Sequence[str]) -> int:
    """How many different codes a pattern has."""
    return int(len(alphabet) ** pattern.count("#"))


def draws(seed: bytes, size: int) -> Iterator[int]:
    """An endless row of numbers from 0 to size - 1, all equally likely, made from a secret seed."""
    ceiling = 2**32 - 2**32 % size
    for counter in count():
        block = hashlib.shake_256(seed + counter.to_bytes(8, "big")).digest(4 * NUMBERS_PER_BLOCK)
        for drawn in BLOCK.unpack(block):
            if drawn < ceiling:  # The rest would make the first numbers likelier.
                yield drawn % size


def codes(pattern: str, alphabet: Sequence[str], seed: bytes) -> Iterator[str]:
    """An endless row of codes, each `#` replaced; the same code may come twice."""
    numbers = draws(seed, len(alphabet))
    parts = pattern.split("#")
    while True:
        yield parts[0] + "".join(alphabet[next(numbers)] + part for part in parts[1:])


def folded(code: str, case_sensitivity: str) -> str:
    """A code as an Application with this setting stores and compares it."""
    match case_sensitivity:
        case "insensitive-uppercase":
            return code.upper()
        case "insensitive-lowercase":
            return code.lower()
    return code
