"""Which type a type variable stands for in one call."""

from largesse.engine.expr.types import (
    ANY,
    ListOf,
    OneOf,
    Type,
    Var,
    accepts,
    one_of,
)


class Bindings:
    """The type variables of one call, and what the arguments made of them."""

    def __init__(self) -> None:
        self._bound: dict[str, Type] = {}
        self._possible: dict[str, tuple[Type, ...]] = {}

    def unify(self, expected: Type, found: Type) -> str | None:
        """Take an argument of the type found for a parameter; or say why that is wrong."""
        if isinstance(expected, Var):
            return self._bind(expected, found)
        if isinstance(expected, ListOf) and isinstance(expected.item, Var):
            return self._bind_items(expected.item, found)
        if accepts(expected, found):
            return None
        if isinstance(expected, ListOf) and isinstance(found, ListOf):
            return f"list of {expected.item.word}s expected, list of {found.item.word}s found"
        return f"{expected.word} expected, {found.word} found"

    def resolve(self, type_: Type) -> Type:
        """A type with its variables replaced by what they stand for."""
        if isinstance(type_, ListOf):
            return ListOf(self.resolve(type_.item))
        if not isinstance(type_, Var):
            return type_
        if type_.bounds:
            return one_of(*self._possible.get(type_.name, type_.bounds))
        return self._bound.get(type_.name, ANY)

    def _bind_items(self, item: Var, found: Type) -> str | None:
        members = found.members if isinstance(found, OneOf) else (found,)
        items = [one.item for one in members if isinstance(one, ListOf)]
        if ANY in members:
            items.append(ANY)
        if not items:
            return f"list expected, {found.word} found"
        return self._bind(item, one_of(*items))

    def _bind(self, variable: Var, found: Type) -> str | None:
        if not variable.effects and not accepts(ANY, found):
            return "any value expected, effect found"
        if not variable.bounds:
            bound = self._bound.get(variable.name)
            self._bound[variable.name] = found if bound is None else one_of(bound, found)
            return None
        possible = self._possible.get(variable.name, variable.bounds)
        left = tuple(one for one in possible if accepts(one, found))
        if not left:
            expected = " or ".join(one.word for one in possible)
            return f"{expected} expected, {found.word} found"
        self._possible[variable.name] = left
        return None
