"""JSON arrays become nodes. All that is wrong with their shape is found at once.

An array whose first element is the name of a function is a call, `[["Item"], body]` is a lambda
where a function takes one, and an array without a text in front is a list. Numbers become exact.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from largesse.engine.expr.functions import ENDLESS, Function
from largesse.engine.expr.nodes import (
    Assign,
    Broken,
    Call,
    Constant,
    Items,
    Lambda,
    Members,
    Node,
    Read,
)
from largesse.engine.expr.types import LambdaOf
from largesse.engine.expr.values import brief
from largesse.kit.caps import RULE_DEPTH_MAX, RULE_FAULTS_MAX, RULE_NODES_MAX, RULE_OUTPUT_MAX
from largesse.kit.money import OutOfBounds, bounded
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Json

_INTEGER_BITS_MAX: Final = 256  # of an integer that is worth a look


def read(json: Json, table: Mapping[str, Function]) -> Node:
    """The nodes of an expression. Raises `Invalid` with every fault of its shape."""
    node, faults = read_all(json, table)
    if faults:
        raise Invalid.of(faults)
    return node


def read_all(json: Json, table: Mapping[str, Function]) -> tuple[Node, list[Fault]]:
    """The nodes of an expression and the faults of its shape; what is wrong became `Broken`."""
    reader = _Reader(table)
    try:
        return reader.node(json, "", 1), reader.faults
    except _Enough:
        return Broken(""), reader.faults


class _Enough(Exception):
    """There is no point in reading on."""


class _Reader:
    def __init__(self, table: Mapping[str, Function]) -> None:
        self.table = table
        self.faults: list[Fault] = []
        self.count = 0

    def node(self, json: Json, place: str, depth: int) -> Node:
        """What stands at a place."""
        self.count += 1
        if self.count > RULE_NODES_MAX:
            raise self.stop("Too large", f"an expression has at most {RULE_NODES_MAX} parts", place)
        if depth > RULE_DEPTH_MAX:
            raise self.stop("Too deep", f"an expression has at most {RULE_DEPTH_MAX} levels", place)
        if isinstance(json, list):
            return self.array(json, place, depth)
        if isinstance(json, dict):
            return self.members(json, place, depth)
        return self.scalar(json, place)

    def array(self, json: list[Json], place: str, depth: int) -> Node:
        """A call, or a list where no text stands in front."""
        if not json or not isinstance(json[0], str):
            found = (self.node(one, f"{place}/{at}", depth + 1) for at, one in enumerate(json))
            return Items(place, tuple(found))
        name = json[0]
        form = _FORMS.get(name)
        if form is not None:
            return form(self, json, place, depth)
        called = self.table.get(name)
        if called is None:
            self.unknown_arguments(json, place, depth)
            return self.wrong("Unknown function", self.unknown(name), place)
        return self.call(called, json, place, depth)

    def call(self, called: Function, json: list[Json], place: str, depth: int) -> Node:
        """A call of a known function; lambdas are read where it takes them."""
        arguments = []
        for at, argument in enumerate(json[1:]):
            takes = called.parameter(at).type if at < called.most else None
            read_it = self.lambda_ if isinstance(takes, LambdaOf) else self.node
            arguments.append(read_it(argument, f"{place}/{at + 1}", depth + 1))
        if not called.least <= len(arguments) <= called.most:
            details = _arity(called, len(arguments))
            return self.wrong("Wrong number of arguments", details, place)
        return Call(place, called.name, tuple(arguments))

    def unknown_arguments(self, json: list[Json], place: str, depth: int) -> None:
        """Look for faults in what an unknown function is given; it may take lambdas."""
        for at, argument in enumerate(json[1:], start=1):
            match argument:
                case [[str()], body]:
                    self.node(body, f"{place}/{at}/1", depth + 2)
                case _:
                    self.node(argument, f"{place}/{at}", depth + 1)

    def lambda_(self, json: Json, place: str, depth: int) -> Node:
        """`[["Item"], body]`."""
        match json:
            case [[str() as name], body] if name:
                return Lambda(place, (name,), self.node(body, f"{place}/1", depth + 1))
        details = 'a lambda is written [["Item"], expression]: a name in a list, and an expression'
        return self.wrong("Invalid lambda", details, place)

    def read(self, json: list[Json], place: str, depth: int) -> Node:
        """`[".", step, ...]`."""
        path = self.path(json[1:], place)
        return path if isinstance(path, Broken) else Read(place, path)

    def read_or(self, json: list[Json], place: str, depth: int) -> Node:
        """`[".|", default, step, ...]`, or with a whole read after the default."""
        match json:
            case [_, default, [".", *steps]]:
                path = self.path(steps, f"{place}/2")
            case [_, default, *steps]:
                path = self.path(steps, place)
            case _:
                return self.wrong("Invalid path", "a default and a path are needed", place)
        otherwise = self.node(default, f"{place}/1", depth + 1)
        return path if isinstance(path, Broken) else Read(place, path, otherwise)

    def assign(self, json: list[Json], place: str, depth: int) -> Node:
        """`["set", step, ..., value]`."""
        path = self.path(json[1:-1], place)
        value = self.node(json[-1], f"{place}/{len(json) - 1}", depth + 1)
        return path if isinstance(path, Broken) else Assign(place, path, value)

    def path(self, steps: list[Json], place: str) -> tuple[str, ...] | Broken:
        """The steps of a path: texts."""
        self.count += len(steps)
        if not steps or len(steps) > RULE_DEPTH_MAX:
            details = f"a path has 1 to {RULE_DEPTH_MAX} steps, this one has {len(steps)}"
            return self.wrong("Invalid path", details, place)
        if not all(isinstance(step, str) and step for step in steps):
            return self.wrong("Invalid path", "the steps of a path are texts", place)
        return tuple(steps)

    def members(self, json: dict[str, Json], place: str, depth: int) -> Node:
        """An object: a map whose members are expressions."""
        found = []
        for name, one in json.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            found.append((str(name), self.node(one, f"{place}/{step}", depth + 1)))
        return Members(place, tuple(found))

    def scalar(self, json: Json, place: str) -> Node:
        """A number, text, boolean or null."""
        if json is None or isinstance(json, bool):
            return Constant(place, json)
        if isinstance(json, str):
            problem = _text_problem(json)
            return self.wrong("Invalid text", problem, place) if problem else Constant(place, json)
        if isinstance(json, int | Decimal):
            return self.number(json, place)
        return self.wrong("Invalid type", f"{type(json).__name__} is no part of a rule", place)

    def number(self, json: int | Decimal, place: str) -> Node:
        """An exact number within bounds."""
        if isinstance(json, int) and json.bit_length() > _INTEGER_BITS_MAX:
            return self.wrong("Invalid number", "a number is out of bounds", place)
        try:
            return Constant(place, bounded(Decimal(json)))
        except OutOfBounds as error:
            return self.wrong("Invalid number", str(error), place)

    def unknown(self, name: str) -> str:
        """What to say about a function that is not known."""
        near = get_close_matches(name, self.table, n=1) if len(name) <= 40 else []
        hint = f"; did you mean {brief(near[0])}?" if near else ""
        return f"there is no function {brief(name)}{hint}"

    def wrong(self, title: str, details: str, place: str) -> Broken:
        """Note a fault and go on."""
        self.faults.append(Fault(title, details, place))
        if len(self.faults) >= RULE_FAULTS_MAX:
            raise _Enough
        return Broken(place)

    def stop(self, title: str, details: str, place: str) -> _Enough:
        """Note a fault that makes reading on pointless."""
        self.faults.append(Fault(title, details, place))
        return _Enough()


_FORMS: Final[Mapping[str, Callable[[_Reader, list[Json], str, int], Node]]] = {
    ".": _Reader.read,
    ".|": _Reader.read_or,
    "set": _Reader.assign,
}


def _arity(called: Function, given: int) -> str:
    if called.most == called.least:
        wanted = f"{called.least}"
    elif called.most == ENDLESS:
        wanted = f"{called.least} or more"
    else:
        wanted = f"{called.least} to {called.most}"
    plural = "argument" if wanted == "1" else "arguments"
    return f"{called.name} takes {wanted} {plural}, {given} given"


def _text_problem(text: str) -> str:
    if len(text) > RULE_OUTPUT_MAX:
        return f"a text has at most {RULE_OUTPUT_MAX} characters"
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        return "a text cannot hold NUL or half a character"
    return ""
