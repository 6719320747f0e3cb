"""Follows the import statements of modules, without running any.

    reached(["shop.app"], find)   ->   shop/__init__.py, shop/app.py, shop/prices.py

Not followed is what cannot happen when a function runs: imports for type checkers, under ``__name__ == "__main__"``,
and in a module's own ``__getattr__`` (PEP 562), which loads a name when somebody asks for it. Who imports such a name
reaches the module that the block for type checkers gives for it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, final

from portable_faas.package.problem import PackageError
from portable_faas.syntax import parse


@final
class Source(NamedTuple):
    """A module: its path in a package, and its text."""

    name: str
    text: bytes
    is_package: bool


@final
class Import(NamedTuple):
    """``from module import name``; of a plain ``import module`` there is no name."""

    module: str
    name: str | None = None


Find = Callable[[str], Source | None]


@final
class Reading(NamedTuple):
    """How modules are read: their imports, and the names that a package loads on demand with where they come from."""

    imports: "Callable[[Source, str], tuple[Import, ...]]"
    on_demand: "Callable[[Source], tuple[tuple[str, str], ...]]"


def reached(starts: Iterable[str], find: Find, reading: Reading | None = None) -> dict[str, Source]:
    """Every module that the modules ``starts`` load, by path; ``find`` gives None for one that is somebody else's."""
    found: dict[str, Source] = {}
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        source = find(module)
        if source is None:
            continue
        found[source.name] = source
        waiting += [module.rpartition(".")[0]] if "." in module else []
        for one in (reading or PARSED).imports(source, module):
            waiting += loads(one, find, reading)
    return dict(sorted(found.items()))


def loads(one: Import, find: Find, reading: Reading | None = None) -> list[str]:
    """The modules that an import loads, as far as they are known to ``find``."""
    source = find(one.module)
    if source is None:
        return _parents(one.module, find)
    if one.name is None or not source.is_package:
        return [one.module]
    if find(f"{one.module}.{one.name}") is not None:
        return [f"{one.module}.{one.name}"]
    return [one.module, *(module for name, module in (reading or PARSED).on_demand(source) if name == one.name)]


def _parents(module: str, find: Find) -> list[str]:
    """A namespace package has no file; a module in one may still be there as an attribute of its parent."""
    parent = module.rpartition(".")[0]
    return [parent] if parent and find(parent) is not None else []


@lru_cache(maxsize=2048)  # builds in one process share most modules
def imports(source: Source, module: str) -> tuple[Import, ...]:
    """The imports of one module that can happen when a function runs; ``PackageError`` if it cannot be parsed."""
    package = module if source.is_package else module.rpartition(".")[0]
    return tuple(_in(parsed(source).body, package))


def parsed(source: Source) -> ast.Module:
    """The syntax tree of a module."""
    try:
        return parse(source.text, source.name)
    except (SyntaxError, ValueError) as wrong:
        where = f"{source.name}:{getattr(wrong, 'lineno', None) or 1}"
        raise PackageError(f"{where}: not Python: {getattr(wrong, 'msg', wrong)}; mend or exclude it") from wrong


def _in(statements: Iterable[ast.AST], package: str) -> Iterator[Import]:
    for node in statements:
        if isinstance(node, ast.expr):  # no import below; most nodes are expressions
            continue
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__" and node.col_offset == 0:
            continue
        if isinstance(node, ast.Import):
            yield from (Import(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = absolute(node, package)
            yield from (Import(start, alias.name) for alias in node.names)
        elif isinstance(node, ast.If) and never_at_run_time(node.test):
            yield from _in(node.orelse, package)
        else:
            yield from _in(ast.iter_child_nodes(node), package)


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that is imported from: ``from ..a import b`` in the package ``x.y``  ->  ``x.a``."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = ".".join(parts[: len(parts) - node.level + 1])
    return f"{above}.{node.module}" if node.module else above


def never_at_run_time(test: ast.expr) -> bool:
    """Whether a condition is ``TYPE_CHECKING`` or ``__name__ == "__main__"``."""
    return isinstance(test, ast.Name | ast.Attribute | ast.Compare) and ast.unparse(test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "__name__ == '__main__'",
    }


@lru_cache(maxsize=256)
def on_demand(source: Source) -> tuple[tuple[str, str], ...]:
    """The names that a package loads when it is asked for them, and the modules that they come from."""
    blocks = [node for node in parsed(source).body if isinstance(node, ast.If) and never_at_run_time(node.test)]
    found = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return tuple((alias.name, node.module or "") for node in found for alias in node.names)


PARSED: Final = Reading(imports, on_demand)
