"""Python signatures as types of the rule language."""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Struct

from largesse.engine.expr.types import (
    ANY,
    BOOLEAN,
    EFFECT,
    NULL,
    NUMBER,
    STEP,
    TEXT,
    TIME,
    Formed,
    LambdaOf,
    ListOf,
    OneOf,
    Plain,
    Record,
    Type,
    Var,
)
from largesse.engine.expr.values import brief

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)


class Lambda(Protocol[In_contra, Out_co]):
    """A small function that a rule writes down as an argument: `[["Item"], body]`."""

    def __call__(self, value: In_contra, /) -> Out_co: ...


class Lazily(Protocol[Out_co]):
    """An argument that is evaluated only when it is called."""

    def __call__(self) -> Out_co: ...


class Effect(Protocol):
    """What an effect yields; the language only hands it on."""


Step = NewType("Step", str)  # one step of a path


class Form(Struct, frozen=True):
    """An annotation: a text or number of a certain form, and what is wrong with one that is not."""

    says: str
    problem: Callable[[Any], str | None]


class Parameter(Struct, frozen=True):
    """What a function takes: once, perhaps, or any number of times."""

    name: str
    type: Type
    optional: bool = False
    variadic: bool = False
    lazy: bool = False
    leaves: bool = False  # its value leaves the language, so it is weighed


class Signature(Struct, frozen=True):
    """What a function takes and gives. `supplied` names what the run gives it first."""

    parameters: tuple[Parameter, ...]
    result: Type
    supplied: str = ""


_PLAIN: Final[dict[Any, Type]] = {
    Decimal: NUMBER,
    str: TEXT,
    bool: BOOLEAN,
    datetime: TIME,
    NoneType: NULL,
    Any: ANY,
    Effect: EFFECT,
    Step: STEP,
}


def type_of(annotation: Any) -> Type:
    """The type that an annotation stands for."""
    if isinstance(annotation, TypeVar):
        bounds = tuple(type_of(one) for one in annotation.__constraints__)
        return Var(annotation.__name__, bounds, effects=annotation.__name__ == "Outcome")
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    return _composed(get_origin(annotation), get_args(annotation))


def _composed(origin: Any, arguments: tuple[Any, ...]) -> Type:
    if origin is Annotated:
        return _formed(type_of(arguments[0]), arguments[1])
    if origin is Literal:
        options = tuple(str(one) for one in arguments)
        return Formed(TEXT, "one of " + ", ".join(options), _unlisted(options), options)
    if origin in (Union, UnionType):
        return OneOf(tuple(type_of(one) for one in arguments))
    if origin is list:
        return ListOf(type_of(arguments[0]))
    if origin is Mapping:
        return Record({}, rest=type_of(arguments[1]))
    if origin is Lambda:
        return LambdaOf((type_of(arguments[0]),), type_of(arguments[1]))
    assert origin is Lazily, f"{origin} means nothing in the signature of a rule function"
    return type_of(arguments[0])


def _formed(kind: Type, form: Any) -> Type:
    assert isinstance(kind, Plain), "only texts and numbers have forms"
    assert isinstance(form, Form), "what is annotated is a Form"
    return Formed(kind, form.says, form.problem)


def _unlisted(options: tuple[str, ...]) -> Callable[[Any], str | None]:
    def problem(value: Any) -> str | None:
        return None if value in options else f"{brief(str(value))} is none of {', '.join(options)}"

    return problem


def read_signature(python: Callable[..., Any], result: Type | None = None) -> Signature:
    """The signature of a Python function. `result` replaces the type that it returns."""
    hints = get_type_hints(python, include_extras=True)
    taken = list(inspect.signature(python).parameters.values())
    supplied = taken[0].name if taken and taken[0].name in ("scene", "scope") else ""
    parameters = tuple(
        Parameter(
            name=one.name,
            type=type_of(hints[one.name]),
            optional=one.default is not inspect.Parameter.empty,
            variadic=one.kind is inspect.Parameter.VAR_POSITIONAL,
            lazy=get_origin(hints[one.name]) is Lazily,
        )
        for one in taken[bool(supplied) :]
    )
    return Signature(parameters, result or type_of(hints["return"]), supplied)
