"""The vocabulary of rules: what the rule builder, the documents and the command line draw from."""

from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any, Final, get_args

from msgspec import UNSET, structs

from largesse.engine.effects import effects
from largesse.engine.expr.functions import Function, functions
from largesse.engine.expr.signatures import Parameter
from largesse.engine.expr.types import (
    BOOLEAN,
    NUMBER,
    TIME,
    Formed,
    LambdaOf,
    ListOf,
    OneOf,
    Record,
    Type,
)
from largesse.engine.vocabulary import names_of
from largesse.http.operation import get
from largesse.kit.problems import must
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.limits import Action, Period, Tuple
from largesse.model.people import Caller, Platform
from largesse.storage import applications, attributes
from largesse.storage.db import Db

TAG: Final = "Campaigns"
SAMPLES: Final[dict[Type, Any]] = {NUMBER: 10, BOOLEAN: True, TIME: "2030-01-01T00:00:00Z"}
ELSEWHERE: Final = "<name>"  # a step of a path that depends on what the shop has named


class Takes(Wire, kw_only=True):
    """A place of a function that a rule fills. `options` are the texts that it may be."""

    name: str
    label: str
    type: str
    optional: bool = False
    variadic: bool = False
    options: list[str] = []


class Word(Wire, kw_only=True):
    """A function or an effect, with its sentence and an example of its use."""

    name: str
    says: str
    description: str
    family: str
    result: str
    takes: list[Takes]
    example: list[Json]
    on_failure: bool = False


class Path(Wire, kw_only=True):
    """Something that rules can read."""

    path: list[str]
    type: str


class BudgetWords(Wire, kw_only=True):
    """What budgets may count, for whom, and how often they begin anew."""

    actions: list[str]
    entities: list[str]
    periods: list[str]


class Vocabulary(Wire, kw_only=True):
    """Every effect, function, path and vendor that this server knows."""

    effects: dict[str, Word]
    functions: dict[str, Word]
    paths: list[Path]
    vendors: list[str]
    limits: BudgetWords


@get("/v1/vocabulary", tags=[TAG], may="read campaigns", own=True)
async def get_vocabulary(db: Db, caller: Caller, application_id: Maybe[int] = UNSET) -> Vocabulary:
    """Get all that rules can be made of: of the whole account, or of one Application."""
    known = await attributes.of_account(db, caller.account_id)
    if application_id is UNSET:
        known = [structs.replace(one, subscribed_applications_ids=[]) for one in known]
        names = names_of(known, 0)
    else:
        found = await applications.find(db, caller.account_id, application_id)
        names = names_of(known, must(found, "Application", application_id).id)
    items = names["Session"].fields["CartItems"] if isinstance(names["Session"], Record) else None
    if isinstance(items, ListOf):
        names = {**names, "Item": items.item}
    return Vocabulary(
        effects={name: word(one) for name, one in effects().items()},
        functions={name: word(one) for name, one in functions().items()},
        paths=[Path(path=steps, type=kind.shown) for steps, kind in paths(names, [])],
        vendors=[name for name in get_args(Platform) if name != "none"],
        limits=BudgetWords(
            actions=list(get_args(Action)),
            entities=list(get_args(Tuple)),
            periods=list(get_args(Period)),
        ),
    )


def word(one: Function) -> Word:
    """A function as the vocabulary describes it."""
    samples = [sample(parameter.type) for parameter in one.parameters]
    samples += samples[-1:] * (one.least - len(samples))
    return Word(
        name=one.name,
        says=one.says,
        description=cleandoc(one.doc),
        family=one.family,
        result=one.result.shown,
        takes=[takes(parameter) for parameter in one.parameters],
        example=[one.name, *samples],
        on_failure=one.on_failure,
    )


def takes(parameter: Parameter) -> Takes:
    """A parameter as the vocabulary describes it."""
    kind = parameter.type
    return Takes(
        name=parameter.name,
        label=parameter.name.replace("_", " ").capitalize(),
        type=kind.shown,
        optional=parameter.optional,
        variadic=parameter.variadic,
        options=list(kind.options) if isinstance(kind, Formed) else [],
    )


def paths(members: Mapping[str, Type], above: list[str]) -> Iterator[tuple[list[str], Type]]:
    """Every path that ends in a value, in the order of the roots."""
    for name, kind in members.items():
        steps = [*above, name]
        if isinstance(kind, Record):
            rest = {} if kind.rest is None else {ELSEWHERE: kind.rest}
            yield from paths({**kind.fields, **rest}, steps)
        else:
            yield steps, kind


def sample(kind: Type) -> Any:
    """Something that may stand where a type is expected, for an example."""
    if isinstance(kind, OneOf):
        return sample(kind.members[0])
    if isinstance(kind, LambdaOf):
        return [["Item"], sample(kind.result)]
    if isinstance(kind, ListOf):
        return ["list", sample(kind.item)]
    if isinstance(kind, Formed):
        return kind.options[0] if kind.options else sample(kind.kind)
    return {} if isinstance(kind, Record) else SAMPLES.get(kind, "text")
