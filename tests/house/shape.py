"""Rules about the shape of a file: sizes, nesting, docstrings, imports, names, comments."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.house.repository import Finding, Source

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
LINE_WIDTH_MAX = 100
PARAMETERS_MAX = 5
NESTING_MAX = 3

NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "service"}
NAMELESS_VERBS = ("handle_", "process_", "do_")

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def files_are_short(source: Source) -> Iterator[Finding]:
    """At most 300 lines a file."""
    if len(source.lines) > FILE_LINES_MAX:
        says = f"{len(source.lines)} lines: split the file where it has two subjects"
        yield Finding(source.path, 1, says)


def functions_are_short(source: Source) -> Iterator[Finding]:
    """At most 40 lines a function."""
    for function in functions(source.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES_MAX:
            says = (
                f"{function.name} has {length} lines: keep the decisions, move the rest to leaves"
            )
            yield Finding(source.path, function.lineno, says)


def lines_fit(source: Source) -> Iterator[Finding]:
    """At most 100 characters a line."""
    for number, line in enumerate(source.lines, 1):
        if len(line) > LINE_WIDTH_MAX:
            yield Finding(source.path, number, f"{len(line)} characters: wrap the line at 100")


def parameters_are_few(source: Source) -> Iterator[Finding]:
    """At most five parameters by position; booleans and look-alikes are given by keyword."""
    for function in functions(source.tree):
        positional = [*function.args.posonlyargs, *function.args.args]
        own = [given for given in positional if given.arg not in ("self", "cls", "scene")]
        if len(own) > PARAMETERS_MAX:
            says = f"{function.name} takes {len(own)} by position: put a * before the lesser ones"
            yield Finding(source.path, function.lineno, says)


def nesting_is_shallow(source: Source) -> Iterator[Finding]:
    """At most three blocks inside one another."""
    for function in functions(source.tree):
        for line in deep_lines(function.body, 0):
            says = f"{function.name} nests too deep: return early, or move a block out"
            yield Finding(source.path, line, says)


def deep_lines(body: list[ast.stmt], depth: int) -> Iterator[int]:
    """Where a block begins that has too many around it. An `elif` is no deeper than its `if`."""
    for statement in body:
        if not isinstance(statement, BLOCKS):
            continue
        if depth == NESTING_MAX:
            yield statement.lineno
            continue
        for inner in bodies(statement):
            is_elif = isinstance(statement, ast.If) and inner is statement.orelse
            chained = is_elif and len(inner) == 1 and isinstance(inner[0], ast.If)
            yield from deep_lines(inner, depth if chained else depth + 1)


def bodies(block: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements that a block holds."""
    for member in ("body", "orelse", "finalbody"):
        if inner := getattr(block, member, None):
            yield inner
    for part in (*getattr(block, "handlers", ()), *getattr(block, "cases", ())):
        yield part.body


def modules_say_what_they_are(source: Source) -> Iterator[Finding]:
    """A docstring at the top of each module."""
    if not ast.get_docstring(source.tree):
        says = "no docstring: say in one sentence what a newcomer finds here"
        yield Finding(source.path, 1, says)


def imports_stand_at_the_top(source: Source) -> Iterator[Finding]:
    """No import inside a function, no star import."""
    for function in functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                says = (
                    "import inside a function: put it at the top, or the code where it may import"
                )
                yield Finding(source.path, node.lineno, says)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield Finding(source.path, node.lineno, "star import: name what is needed")


def names_say_something(source: Source) -> Iterator[Finding]:
    """None of the names that say nothing: utils, manager, handle_…"""
    stem = source.path.rsplit("/", 1)[-1].removesuffix(".py")
    named = [(1, stem)] + [
        (node.lineno, node.name)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    for line, name in named:
        if says_nothing(name):
            says = f"{name} says nothing: name it after what it is or does; if that fails, split it"
            yield Finding(source.path, line, says)


def says_nothing(name: str) -> bool:
    """Whether a name is made of the words that fit everything."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    bare = name.lower().strip("_")
    return bool(
        NAMELESS.intersection(words) or words[-1] == "base" or bare.startswith(NAMELESS_VERBS)
    )


def notes_name_an_issue(source: Source) -> Iterator[Finding]:
    """No TODO without an issue, written `TODO(#12)`."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))", token.string):
            says = "a note without an issue: do it now, or write TODO(#12)"
            yield Finding(source.path, token.start[0], says)


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
