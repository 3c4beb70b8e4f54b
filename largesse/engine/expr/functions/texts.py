"""Texts: parts of them, patterns, names of people."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final

import re2

from largesse.engine.expr.arguments import room
from largesse.engine.expr.functions import Atom, function
from largesse.engine.expr.signatures import Form
from largesse.engine.expr.values import RuleError, brief, mismatch, textual
from largesse.kit.caps import PATTERN_BYTES_MAX

_OPTIONS: Final = re2.Options()
_OPTIONS.max_mem = PATTERN_BYTES_MAX
_OPTIONS.log_errors = False
_OPTIONS.never_capture = True


@lru_cache(maxsize=128)
def _pattern(text: str) -> Any:
    try:
        return re2.compile(text, _OPTIONS)
    except re2.error as error:
        return RuleError(f"{brief(text)} is no pattern: {_explained(text, error)}")


def _explained(text: str, error: Exception) -> str:
    said = error.args[0] if error.args else b""
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    if any(look in text for look in ("(?=", "(?!", "(?<=", "(?<!")):
        return "looking ahead or behind is not supported"
    if "invalid escape sequence" in said and any(f"\\{digit}" in text for digit in range(1, 10)):
        return "references to earlier groups are not supported"
    if "too large" in said or "repetition" in said:
        return "it is too large, or repeats too often"
    return said


def _pattern_problem(text: Any) -> str | None:
    if not isinstance(text, str):
        return None
    found = _pattern(text)
    return found.message if isinstance(found, RuleError) else None


Pattern = Annotated[str, Form("regular expression", _pattern_problem)]


@function("~", says="{texts: and } matches the pattern {pattern}", least=2)
def matches(pattern: Pattern, *texts: str) -> bool:
    """Whether a regular expression (RE2) matches somewhere in every text."""
    found = _pattern(pattern)
    if isinstance(found, RuleError):
        raise RuleError(found.message)
    return all(found.search(text) is not None for text in texts)


@function("contains", says="{whole} contains {parts: and }", least=2)
def contains(whole: str | list[Any], *parts: Atom) -> bool:
    """Whether a text contains every other text, or a list every value. An empty text always is."""
    return all(_holds(whole, parts))


@function("notContains", says="{whole} does not contain {parts: and }", least=2)
def contains_not(whole: str | list[Any], *parts: Atom) -> bool:
    """Whether none of the parts is contained."""
    return not any(_holds(whole, parts))


def _holds(whole: str | list[Any], parts: tuple[Atom, ...]) -> list[bool]:
    if isinstance(whole, list):
        held = {textual(one) for one in whole}
        return [textual(part) in held for part in parts]
    found = []
    for part in parts:
        if not isinstance(part, str):
            raise mismatch("text", part)
        found.append(part in whole)
    return found


@function("startsWith", says="{texts: and } starts with {prefix}", least=2)
def starts_with(prefix: str, *texts: str) -> bool:
    """Whether every text begins with another, letter case included."""
    return all(text.startswith(prefix) for text in texts)


@function("endsWith", says="{texts: and } ends with {suffix}", least=2)
def ends_with(suffix: str, *texts: str) -> bool:
    """Whether every text ends with another, letter case included."""
    return all(text.endswith(suffix) for text in texts)


@function("concat", says="{texts} one after the other", least=1)
def concat(*texts: str) -> str:
    """Texts one after the other."""
    room(sum(map(len, texts)))
    return "".join(texts)


@function("join", says="{texts} joined by {glue}")
def join(texts: list[str], glue: str) -> str:
    """A list of texts as one, with a glue between them."""
    room(sum(map(len, texts)) + len(glue) * max(len(texts) - 1, 0))
    return glue.join(texts)


@function("split", says="{text} split at {separator}")
def split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators; its letters when the separator is empty."""
    return text.split(separator) if separator else list(text)


@function("firstName", says="the first names in {name}")
def first_name(name: str) -> str:
    """All words but the last; the only word when there is one."""
    words = name.split()
    return " ".join(words[:-1] or words)


@function("lastName", says="the last name in {name}")
def last_name(name: str) -> str:
    """The last word."""
    return "".join(name.split()[-1:])


@function("toString", says="{value} as text")
def to_string(value: str | Decimal | bool | datetime) -> str:
    """A number, text, boolean or time as a text."""
    return textual(value)
