"""Secrets: how keys and tokens look, their hashes, and passwords.

A key names its kind, so that a leak is found by searching, and ends with a checksum, so that a
typing error costs no look at the database. Only its SHA-256 is stored: 200 random bits need no slow
hash.
"""

import base64
import hashlib
import re
import zlib
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PREFIXES: Final = {
    "integration": "lgs_int_",
    "third-party": "lgs_3p_",
    "management": "lgs_mgt_",
    "login": "lgs_ses_",
}
RANDOM_BYTES: Final = 25
PASSWORD_CHARACTERS_MAX: Final = 1_000
_SHAPE: Final = re.compile(r"lgs_(?:int|3p|mgt|ses)_[a-z2-7]{40}_[a-z2-7]{7}")
_hasher: Final = PasswordHasher()


def make(kind: str, seed: bytes) -> str:
    """A new key or token, made from at least 25 random bytes."""
    assert len(seed) >= RANDOM_BYTES, "too little randomness for a secret"
    body = PREFIXES[kind] + _letters(seed[:RANDOM_BYTES])
    return f"{body}_{_checksum(body)}"


def digest(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def is_well_formed(secret: str) -> bool:
    """Whether we could have made it."""
    if not _SHAPE.fullmatch(secret):
        return False
    body, _, checksum = secret.rpartition("_")
    return _checksum(body) == checksum


def hash_password(password: str) -> str:
    """What is stored of a password. Takes tens of milliseconds by intent."""
    return _hasher.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password is the one. Takes as long when there is nobody to have one."""
    if len(password) > PASSWORD_CHARACTERS_MAX:
        return False
    try:
        _hasher.verify(hashed or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@cache
def _nobody() -> str:
    """The hash of a password that nobody has; made when it is first needed, for it takes long."""
    return _hasher.hash("the password of nobody")


def _checksum(body: str) -> str:
    return _letters(zlib.crc32(body.encode()).to_bytes(4, "big"))


def _letters(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
