"""Where a function reads a variable of its own that may have no value yet.

if n:
    x = 1
total(x, await f())      `x`, here: without a value it fails before `f` is called
"""

import ast
from collections.abc import Iterable
from typing import Final, final

from portable_faas.compiler.reading import writes
from portable_faas.compiler.scope import arguments, scope_of
from portable_faas.compiler.source import Def
from portable_faas.compiler.text import Place
from portable_faas.compiler.tree import children, walk

_NOTHING: Final[frozenset[str]] = frozenset()
Names = frozenset[str]


def unbound(function: Def) -> frozenset[Place]:
    """The places of those reads; a name that is deleted somewhere is never taken to have a value."""
    walk = _Walk(function)
    walk.block(function.body, frozenset(argument.arg for argument in arguments(function.args)) - walk.deleted)
    return frozenset(walk.found)


@final
class _Walk:
    def __init__(self, function: Def) -> None:
        self.own = frozenset(scope_of(function).bindings)
        self.deleted = frozenset(_deleted(function))
        self.found: set[Place] = set()

    def block(self, statements: Iterable[ast.stmt], sure: Names) -> Names:
        """The names that surely have a value after the statements, given those before."""
        for statement in statements:
            sure = self.statement(statement, sure) - self.deleted
        return sure

    def statement(self, node: ast.stmt, sure: Names) -> Names:
        if isinstance(node, ast.AugAssign):
            self.read(node.target, sure)
        for part in children(node):
            if not isinstance(part, ast.stmt | ast.excepthandler | ast.match_case | ast.withitem):
                self.reads(part, sure)
        match node:
            case ast.If():
                return self.block(node.body, sure) & self.block(node.orelse, sure)
            case ast.For() | ast.While():
                self.block(node.body, sure | (_bound(node.target) if isinstance(node, ast.For) else _NOTHING))
                self.block(node.orelse, sure)
                return sure
            case ast.Try():
                return self.guarded(node, sure)
            case ast.With() | ast.AsyncWith():
                return self.managed(node, sure)
            case ast.Match():
                self.matched(node, sure)
                return sure
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return sure | {node.name}
            case _:
                return sure | writes(node)

    def guarded(self, node: ast.Try, sure: Names) -> Names:
        after = self.block(node.orelse, self.block(node.body, sure))
        for handler in node.handlers:
            after &= self.block(handler.body, sure | ({handler.name} if handler.name else _NOTHING))
        return after | self.block(node.finalbody, sure)

    def managed(self, node: ast.With | ast.AsyncWith, sure: Names) -> Names:
        inside = sure
        for item in node.items:
            self.reads(item.context_expr, inside)
            inside |= _bound(item.optional_vars) if item.optional_vars else _NOTHING
        self.block(node.body, inside)
        return sure  # it may have kept an exception back

    def matched(self, node: ast.Match, sure: Names) -> None:
        for case in node.cases:
            inside = sure | {name for each in walk(case.pattern) for name in _captured(each)}
            if case.guard:
                self.reads(case.guard, inside)
            self.block(case.body, inside)

    def reads(self, node: ast.AST, sure: Names) -> None:
        for each in walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                self.read(each, sure)

    def read(self, node: ast.expr, sure: Names) -> None:
        if isinstance(node, ast.Name) and node.id in self.own - sure:
            self.found.add((node.lineno, node.col_offset))


def _bound(target: ast.expr) -> Names:
    return frozenset(each.id for each in walk(target) if isinstance(each, ast.Name))


def _captured(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            return


def _deleted(function: Def) -> Iterable[str]:
    for node in walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            yield node.id
