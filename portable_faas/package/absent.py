"""Finds what a program imports and its package does not hold, before a cloud does.

    shop/prices.py:3: numpy is not in the package; ...

Only imports that surely happen count: those that stand for themselves at the top of a module which the app loads.
"""

import ast
import sys
from collections.abc import Collection, Iterator, Mapping

from portable_faas.package.problem import PackageError
from portable_faas.package.reach import Source, parsed, reached


def refuse_absent(files: Mapping[str, bytes], program: Collection[str], module: str, provided: Collection[str]) -> None:
    """``PackageError`` for the first import of the app at ``module`` that would fail.

    ``files`` are those that imports find, ``program`` the paths of the user's own among them, ``provided`` the
    modules that the platform brings.
    """
    tops = {path.partition("/")[0].partition(".")[0] for path in files} | {*provided, *sys.stdlib_module_names}

    def find(name: str) -> Source | None:
        stem = name.replace(".", "/")
        for path, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if path in program:
                return Source(path, files[path], is_package)
        return None

    for source in reached([module], find).values():
        for top, line in _tops(parsed(source)):
            if top not in tops:
                raise PackageError(
                    f"{source.name}:{line}: {top} is not in the package; "
                    "add its distribution to the requirements of the project, or its files to include"
                )


def _tops(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0], node.lineno
