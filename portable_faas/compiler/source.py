"""Reads Python text into a module whose places can be reported: `path:line:column`, columns in characters.

load("/home/me/shop/orders.py")  ->  Module(path="shop/orders.py", tree=<ast.Module>, lines=("from ...", ...))
"""

import ast
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, final
from weakref import WeakKeyDictionary

from portable_faas import syntax
from portable_faas.compiler.tree import children, walk
from portable_faas.errors import Diagnostic

# The line ends of the tokenizer; str.splitlines also splits at form feeds and U+2028, which Python's grammar does not.
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = 60  # characters of user code that a message repeats

Def = ast.FunctionDef | ast.AsyncFunctionDef
Lambda = ast.Lambda


@final
@dataclass(frozen=True, eq=False)
class Module:
    """One parsed file; ``path`` is how messages show it."""

    path: str
    text: str
    tree: ast.Module
    lines: tuple[str, ...] = field(repr=False)

    @cached_property
    def functions(self) -> dict[tuple[str, int], "Def"]:
        """Its functions by name and first line; the outermost where there are several."""
        found = [node for node in walk(self.tree) if isinstance(node, Def)]
        return {(node.name, first_line(node)): node for node in reversed(found)}

    def column(self, line: int, offset: int) -> int:
        """The column, in characters from 1, of a UTF-8 byte offset."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if text.isascii():
            return offset + 1
        return len(text.encode()[:offset].decode(errors="ignore")) + 1

    def quote(self, node: ast.AST) -> str:
        """The user's own words for ``node``, on one line and cut to a readable length."""
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if line and line == end:
            text = self.lines[line - 1].encode()[node.col_offset : node.end_col_offset].decode(errors="ignore")  # type: ignore[attr-defined]
        else:
            text = " ".join(ast.unparse(node).split())
        text = text.replace("`", "'")
        return text if len(text) <= _QUOTED else text[: _QUOTED - 3] + "..."

    def diagnostic(self, node: ast.AST, code: str, problem: str, remedy: str) -> Diagnostic:
        """A problem at the first character of ``node``."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return Diagnostic(self.path, line, self.column(line, offset), code, problem, remedy)


def parse(text: str, path: str) -> Module | Diagnostic:
    """Parse ``text``; a syntax error gives its diagnostic."""
    text = text.removeprefix("\ufeff")
    try:
        with warnings.catch_warnings():  # an invalid escape in a user's string is Python's business, not ours
            warnings.simplefilter("ignore")
            tree = syntax.parse(text, path)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        return _unreadable(path, line, column, f"this file is not valid Python: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return _unreadable(path, 1, 1, f"this file is not valid Python: {error or type(error).__name__}")
    return Module(path, text, tree, tuple(_LINE_END.split(text)))


def _unreadable(path: str, line: int, column: int, problem: str) -> Diagnostic:
    one_line = " ".join(problem.split())
    return Diagnostic(path, line, column, "PF001", one_line, "correct it so that `python -m py_compile` accepts it")


_APART: Final = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_IN_PART: Final = _APART | {ast.Lambda, ast.AnnAssign}
_ASKED_OFTEN: Final = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Module))
_loaded: dict[str, tuple[tuple[int, int], Module | Diagnostic]] = {}


def load(file: str) -> Module | Diagnostic:
    """The module in ``file``, parsed again only when its time or size has changed."""
    path = Path(file)
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if file not in _loaded or _loaded[file][0] != stamp:
            with tokenize.open(file) as handle:
                _loaded[file] = (stamp, parse(handle.read(), shown(file)))
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        return _unreadable(shown(file), 1, 1, f"the source cannot be read: {error}")
    return _loaded[file][1]


def shown(file: str) -> str:
    """``file`` relative to the working directory when it lies under it."""
    path = Path(file)
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def first_line(node: Def | Lambda) -> int:
    """The line that ``co_firstlineno`` holds: the first decorator's, else the ``def``'s."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def at_line(module: Module, name: str, line: int) -> Def | None:
    """The function ``name`` whose first line is ``line``."""
    return module.functions.get((name, line))


def own_nodes(root: ast.AST) -> Iterable[ast.AST]:
    """Every node below ``root`` that runs with it: not the bodies of nested functions and classes, no annotations."""
    if root.__class__ not in _ASKED_OFTEN:
        return _own_nodes(root)
    found = _known.get(root)
    if found is None:
        found = _known[root] = tuple(_own_nodes(root))
    return found


_known: Final[WeakKeyDictionary[ast.AST, tuple[ast.AST, ...]]] = WeakKeyDictionary()


def _own_nodes(root: ast.AST) -> Iterator[ast.AST]:
    stack = parts(root)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if node.__class__ not in _IN_PART:
            stack += children(node)[::-1]
        elif node.__class__ not in _APART:
            stack += parts(node)[::-1]


def parts(node: ast.AST) -> list[ast.AST]:
    """The children of ``node`` in the order of the text, without annotations, parameters and decorators."""
    if type(node) not in _IN_PART:
        return children(node)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return list(node.body)
        case ast.AnnAssign():
            return [node.target, *([node.value] if node.value else [])]
        case _:
            return [node.body]  # type: ignore[attr-defined]
