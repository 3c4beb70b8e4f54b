"""Attributes of callers who can only send texts: what a text stands for."""

import re
from typing import Any, Final

from largesse.kit import texts
from largesse.model.attributes import fits

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ESCAPED: Final = re.compile(r'\\(["\\])')


def guessed(text: str) -> Any:
    """The value of a parameter, when nothing is known but the parameter.

    In double quotes it is a text whatever is inside. Without them `true`, numbers and lists of JSON
    are what they look like, and all else is a text. Raises `OutOfBounds`.
    """
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(r"\1", text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return texts.number(text)
    value = texts.json_value(text)
    return value if isinstance(value, list) else texts.with_sign(text)


def as_declared(value: Any, type_name: str) -> Any:
    """A text as a value of the type that its attribute has, where it can be one; else as it is.

    No type: there is no such attribute. Raises `OutOfBounds`.
    """
    if not isinstance(value, str) or type_name in ("", "string"):
        return value
    meant: Any = None
    if type_name == "number":
        meant = texts.number(value)
    elif type_name == "boolean":
        meant = texts.truth(value)
    elif type_name == "time":
        meant = texts.with_sign(value)
    else:
        meant = texts.json_value(value)
    return meant if fits(meant, type_name) else value
