"""Finds what a program imports and its package does not hold, before a cloud does.

    shop/prices.py:3: numpy is not in the package; ...

Only imports that surely happen count: those that stand for themselves at the top of a module which the app loads.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portable_faas.package.problem import PackageError
from portable_faas.package.reach import Source, absolute, parsed, reached


def refuse_absent(
    program: Mapping[str, bytes], others: Iterable[str], modules: Sequence[str], provided: Iterable[str]
) -> None:
    """``PackageError`` for the first import of the app in ``modules`` that would fail.

    ``program`` are the user's own files, ``others`` the paths of what is beside them in the package, ``provided`` the
    modules that the platform brings.
    """
    tops = {*(_module(path).partition(".")[0] for path in others), *provided, *sys.stdlib_module_names}
    own = {name for path in program for name in _with_parents(_module(path))}

    def find(name: str) -> Source | None:
        stem = name.replace(".", "/")
        for path, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if path in program:
                return Source(path, program[path], is_package)
        return None

    for module in modules:
        if find(module) is None:
            raise PackageError(f"{module}, the module of the app, is not among the files of the program; include it")
    for source in reached(modules, find).values():
        for wanted, line in _imported(source):
            if wanted.partition(".")[0] not in tops and wanted not in own:
                raise PackageError(
                    f"{source.name}:{line}: {_shown(wanted, own)} is not in the package; "
                    "add its distribution to the requirements of the project, or its files to include"
                )


def _module(path: str) -> str:
    """``a/b/__init__.py``  ->  ``a.b``; ``a/c.cpython-312-x86_64-linux-gnu.so``  ->  ``a.c``."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return ".".join(part for part in (*folder.split("/"), stem) if part and part != "__init__")


def _with_parents(module: str) -> Iterator[str]:
    while module:
        yield module
        module = module.rpartition(".")[0]


def _imported(source: Source) -> Iterator[tuple[str, int]]:
    """The modules that a module surely imports, and the lines."""
    module = _module(source.name)
    package = module if source.is_package else module.rpartition(".")[0]
    for node in parsed(source).body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield absolute(node, package), node.lineno


def _shown(wanted: str, own: set[str]) -> str:
    """A distribution is known by its top package, a module of the program by its whole name."""
    top = wanted.partition(".")[0]
    return wanted if top in own else top
