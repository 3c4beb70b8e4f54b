"""Finds definitions of the package that nothing refers to."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.house.repository import Finding, Source

# Decorators that change a function without making it known to anyone.
SILENT = {"cache", "lru_cache", "contextmanager", "asynccontextmanager", "dataclass", "overload"}
# Alembic reads the names of a revision.
EXEMPT = "largesse/storage/migrations"
# Folders whose members are found by `kit/discover.py`: a value made by a call is a member.
DISCOVERED = (
    "largesse/api",
    "largesse/partners",
    "largesse/jobs",
    "largesse/engine/effects",
    "largesse/engine/expr/functions",
)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


def unused(sources: Iterable[Source]) -> Iterator[Finding]:
    """Top-level functions, classes and constants that no other line refers to.

    What a decorator registers is used. A function that only calls itself is not.
    """
    sources = list(sources)
    everywhere: Counter[str] = Counter()
    for source in sources:
        everywhere.update(references(source.tree))
    for source in sources:
        if not source.within("largesse") or source.within(EXEMPT):
            continue
        for name, definition in definitions(source.tree):
            if is_member(definition) and source.within(*DISCOVERED):
                continue
            inside = Counter(references(definition))
            if everywhere[name] <= inside[name]:
                says = f"{name} is used by nothing: delete it, or write what should use it"
                yield Finding(source.path, definition.lineno, says)


def definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """What a module defines at its top and does not register somewhere."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not is_registered(node):
                yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from ((name, node) for name in names if not name.startswith("__"))


def is_registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator makes it known."""
    plain = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
    return any(ast.unparse(item).split(".")[-1] not in SILENT for item in plain)


def is_member(node: Definition) -> bool:
    """Whether it is a value made by a call, as `clevertap = Partner(…)`."""
    return isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)


def references(tree: ast.AST) -> Iterator[str]:
    """Every name that is read, attributes and texts in annotations included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from quoted(node.value)


def quoted(text: str) -> Iterator[str]:
    """The names of an annotation that is written as a text, such as "list[Fault]"."""
    if not text.isprintable() or not ({"[", "|"} & set(text) or text[:1].isupper()):
        return
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return
    yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
