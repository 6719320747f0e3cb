"""Writes `del` of a name that surely has a value so that it needs none: what nobody reads is not kept across an await.

del rows      ->      rows = None; del rows
"""

import ast
from collections.abc import Iterable, Iterator
from typing import Any, final

from portable_faas.compiler.text import Place
from portable_faas.compiler.tree import copied, walk


def without_values(body: Iterable[ast.stmt], sure: frozenset[Place]) -> Iterator[ast.stmt]:
    """The statements, in which the names deleted at the places ``sure`` need no value."""
    for statement in body:
        if sure and any(isinstance(each, ast.Delete) for each in walk(statement)):
            made = _Deletions(sure).visit(copied(statement))
            yield from made if isinstance(made, list) else [made]
        else:
            yield statement


@final
class _Deletions(ast.NodeTransformer):
    def __init__(self, sure: frozenset[Place]) -> None:
        self.sure = sure

    def visit_Delete(self, node: ast.Delete) -> Any:
        made: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and _place(target) in self.sure:
                made.append(_copied(ast.Assign([ast.Name(target.id, ast.Store())], ast.Constant(None)), node))
            made.append(_copied(ast.Delete([target]), node))
        return made


def _place(name: ast.Name) -> Place | None:
    """None where a handler ends, whose variable the compiler deletes itself."""
    return (name.lineno, name.col_offset) if hasattr(name, "lineno") else None


def _copied(made: ast.stmt, node: ast.stmt) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(made, node))
