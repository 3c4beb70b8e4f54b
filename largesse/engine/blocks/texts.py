"""Expressions as a person types them: `$Session.Total`, `{{$Session.Total * 0.1}}`.

A text is a path, or a literal in which every `{{…}}` is an expression: numbers, quoted texts,
paths, calls, parentheses and `+ - * /`. Operands of one operator in a row are one call, and
parentheses always make a call of their own, so no spelling is lost on the way back.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from largesse.kit.caps import RULE_DEPTH_MAX
from largesse.kit.wire import Json

_PATH: Final = re.compile(r"\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_STEP: Final = re.compile(r"[A-Za-z_]\w*")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_DIGITS_MAX: Final = 100  # of a number that is worth a look
_LEVELS: Final = (("+", "-"), ("*", "/"))  # what binds less comes first
_CONSTANTS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}
_WORDS: Final = {True: "true", False: "false", None: "null"}


class Unfit(Exception):
    """What is written one way has no form in the other. `at` is a pointer to the place."""

    def __init__(self, details: str, at: str = "") -> None:
        super().__init__(details)
        self.details = details
        self.at = at


def same(one: Json, other: Json) -> bool:
    """Whether two values are written alike: 1, 1.0 and true are three values."""
    return repr(one) == repr(other)


def is_number(value: Json) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def typed(expression: Json) -> str:
    """The text of an expression. Raises `Unfit` where no text means exactly this."""
    for write in (_literal, _path, _mixed, _braces):
        text = _attempt(write, expression)
        if text is not None:
            return text
    raise Unfit("this expression has no form as a text")


def _attempt(write: Callable[[Json], str], expression: Json) -> str | None:
    try:
        text = write(expression)
        return text if same(parsed(text), expression) else None
    except Unfit:
        return None


def _literal(expression: Json) -> str:
    if not isinstance(expression, str):
        raise Unfit("no text")
    return expression


def _path(expression: Json) -> str:
    match expression:
        case [".", *steps] if steps and all(
            isinstance(one, str) and _STEP.fullmatch(one) for one in steps
        ):
            return "$" + ".".join(steps)
    raise Unfit("no path")


def _mixed(expression: Json) -> str:
    if not (isinstance(expression, list) and expression[:1] == ["concat"]):
        raise Unfit("no text with expressions in it")
    written = []
    for part in expression[1:]:
        match part:
            case str():
                written.append(part)
            case ["toString", inner]:
                written.append(_braces(inner))
            case _:
                raise Unfit("this part of a text is no text")
    return "".join(written)


def _braces(expression: Json) -> str:
    return "{{" + _written(expression, 0) + "}}"


def _written(expression: Json, level: int) -> str:
    """An expression inside braces, in parentheses where it binds less than its place needs."""
    if expression is None or isinstance(expression, bool):
        return _WORDS[expression]
    if isinstance(expression, str):
        return json.dumps(expression, ensure_ascii=False)
    if is_number(expression):
        return f"{expression:f}" if isinstance(expression, Decimal) else str(expression)
    if not (isinstance(expression, list) and expression and isinstance(expression[0], str)):
        raise Unfit("a list or map has no form inside a text")
    name, *arguments = expression
    if name == ".":
        return _path(expression)
    for own, operators in enumerate(_LEVELS):
        if name in operators:
            text = f" {name} ".join(_written(one, own + 1) for one in arguments)
            return f"({text})" if level > own else text
    if not _NAME.fullmatch(name):
        raise Unfit(f"{name} has no form inside a text")
    return f"{name}({', '.join(_written(one, 0) for one in arguments)})"


def parsed(text: str) -> Json:
    """The expression that a text stands for. Raises `Unfit` for one that is not well formed."""
    path = _PATH.fullmatch(text)
    if path:
        return [".", *path[1].split(".")]
    parts: list[Json] = []
    literal_from = 0
    while (opened := text.find("{{", literal_from)) >= 0:
        if opened > literal_from:
            parts.append(text[literal_from:opened])
        reader = _Reader(text, opened + 2)
        inner = reader.level(0)
        reader.take("}}")
        literal_from = reader.at
        if not parts and literal_from == len(text):
            return inner
        parts.append(["toString", inner])
    if not parts:
        return text
    if literal_from < len(text):
        parts.append(text[literal_from:])
    return ["concat", *parts]


class _Reader:
    """Reads an expression between braces, from left to right."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.depth = 0

    def level(self, level: int) -> Json:
        """Operands of operators that bind alike."""
        if level == len(_LEVELS):
            return self.operand()
        found = self.level(level + 1)
        operator = ""
        while (sign := self.sign(_LEVELS[level])) != "":
            operand = self.level(level + 1)
            found = [*found, operand] if sign == operator else [sign, found, operand]
            operator = sign
        return found

    def sign(self, signs: tuple[str, ...]) -> str:
        """The next operator if it is one of these."""
        self.skip()
        found = self.text[self.at : self.at + 1]
        if found not in signs or not found:
            return ""
        self.at += 1
        return found

    def operand(self) -> Json:
        """A number, a text, a path, a call or an expression in parentheses."""
        self.skip()
        if number := self.token(_NUMBER):
            if len(number) > _DIGITS_MAX:
                raise Unfit("a number is out of bounds")
            return Decimal(number) if "." in number else int(number)
        if quoted := self.token(_QUOTED):
            return self.unquoted(quoted)
        if path := self.token(_PATH):
            return [".", *path[1:].split(".")]
        name = self.token(_NAME)
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        self.take("(")
        self.depth += 1
        if self.depth > RULE_DEPTH_MAX:
            raise Unfit(f"an expression has at most {RULE_DEPTH_MAX} levels")
        found = [name, *self.arguments()] if name else self.level(0)
        self.take(")")
        self.depth -= 1
        return found

    def arguments(self) -> list[Json]:
        """What a call is given."""
        self.skip()
        if self.text.startswith(")", self.at):
            return []
        found = [self.level(0)]
        while self.sign((",",)):
            found.append(self.level(0))
        return found

    def unquoted(self, quoted: str) -> str:
        """A text without its quotes."""
        try:
            return str(json.loads(quoted, strict=False))
        except ValueError as error:
            raise Unfit(f"{quoted} is no text") from error

    def token(self, pattern: re.Pattern[str]) -> str:
        """What comes next if it is of a form."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def skip(self) -> None:
        """Go past spaces."""
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def take(self, wanted: str) -> None:
        """Go past what has to come next."""
        self.skip()
        if not self.text.startswith(wanted, self.at):
            raise Unfit(f"{wanted} expected at character {self.at + 1} of the text")
        self.at += len(wanted)
