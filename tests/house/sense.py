"""Rules about what code may do where: exceptions, SQL, the driver, dangerous calls, floats."""

import ast
import re
from collections.abc import Iterator

from tests.house.repository import Finding, Source

CATCH_ALL = ("largesse/http/errors.py", "largesse/jobs/__init__.py")
DRIVER = ("largesse/storage/db.py", "largesse/storage/migrate.py")
COMPILER = "largesse/engine/expr/compile.py"

SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+(\w+\s+)?set\s|delete\s+from\s"
    r"|with\s+\w+(\s*\([^)]*\))?\s+as\s|create\s+(table|index|unique|function|view|or\s+replace)\s"
    r"|(alter|drop)\s+(table|index|function|view)\s|truncate\s+\w+\s*$|copy\s+\w+\s*(\(|from))",
    re.IGNORECASE | re.DOTALL,
)
DANGEROUS_NAMES = {"eval", "exec", "__import__", "compile"}
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "dill"}


def only_two_places_catch_everything(source: Source) -> Iterator[Finding]:
    """`except Exception` stands in the last exception handler and the job runner."""
    if source.within(*CATCH_ALL):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = names(node.type) if node.type else {"everything"}
        elif isinstance(node, ast.Call) and "suppress" in names(node.func):
            caught = {name for given in node.args for name in names(given)}
        else:
            continue
        if caught & {"Exception", "BaseException", "everything"}:
            says = "catches everything: name what can happen here, and let bugs be seen"
            yield Finding(source.path, node.lineno, says)


def sql_lives_in_storage(source: Source) -> Iterator[Finding]:
    """SQL text stands in `largesse/storage` only."""
    if not source.within("largesse") or source.within("largesse/storage"):
        return
    texts = {id(text) for text in docstrings(source.tree)}
    for node in ast.walk(source.tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in texts and SQL.match(node.value):
            says = "SQL: write a function in largesse/storage and call it"
            yield Finding(source.path, node.lineno, says)


def only_storage_knows_the_driver(source: Source) -> Iterator[Finding]:
    """asyncpg is imported where connections are made."""
    if not source.within("largesse") or source.within(*DRIVER):
        return
    for line, module in imported(source.tree):
        if module.split(".")[0] == "asyncpg":
            yield Finding(source.path, line, "asyncpg: take a Db of largesse/storage/db.py instead")


def nothing_runs_text(source: Source) -> Iterator[Finding]:
    """No text becomes code, no bytes become objects, no shell is started."""
    for line, module in imported(source.tree):
        if module.split(".")[0] in DANGEROUS_MODULES:
            yield Finding(source.path, line, f"{module}: store data as JSON, read it into a struct")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (danger := danger_of(node, source)):
            yield Finding(source.path, node.lineno, danger)


def danger_of(call: ast.Call, source: Source) -> str | None:
    """What is wrong with a call, and what to do instead."""
    called = call.func
    if isinstance(called, ast.Name) and called.id in DANGEROUS_NAMES:
        if called.id in ("compile", "exec") and source.path == COMPILER and not is_text(call):
            return None
        return f"{called.id}: call a function, or build a tree for largesse/engine/expr"
    if isinstance(called, ast.Attribute) and ast.unparse(called) == "yaml.load":
        return "yaml.load: use yaml.safe_load"
    for given in call.keywords:
        if given.arg == "shell" and not is_false(given.value):
            return "shell: pass the program and its arguments as a list"
    return None


def is_text(call: ast.Call) -> bool:
    """Whether a call is handed a text to run, rather than a tree or a code object."""
    return bool(call.args) and isinstance(call.args[0], ast.Constant | ast.JoinedStr)


def is_false(value: ast.expr) -> bool:
    """Whether an expression is the word False."""
    return isinstance(value, ast.Constant) and value.value is False


def amounts_are_exact(source: Source) -> Iterator[Finding]:
    """No float in the model or the engine."""
    if not source.within("largesse/model", "largesse/engine"):
        return
    for node in ast.walk(source.tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        made = isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
        if literal or made:
            yield Finding(source.path, node.lineno, 'a float: write Decimal("0.1"), or an integer')


def names(expression: ast.expr) -> set[str]:
    """Every name in an expression, of attributes the last part."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(expression)
        if isinstance(node, ast.Name | ast.Attribute)
    }


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module and the line of its import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every text that stands alone as a statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
