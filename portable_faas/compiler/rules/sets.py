"""PF015: a set is iterated in an orchestrator that awaits; its order is another one in every process.

for name in {"a", "b"}:      ->      for name in sorted({"a", "b"}):
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

_ORDERED: Final = frozenset(words("list tuple iter enumerate zip map filter dict.fromkeys reversed next"))
_UNORDERED: Final = frozenset(words("sorted sum any all min max set frozenset len"))
_METHODS: Final = frozenset(("join", "extend", "fromkeys", "writelines"))


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every place where the order of a set shows."""
    if facts.role == SYNC or not facts.function.scope.awaits:
        return
    for node in facts.nodes:
        for used in _iterated(facts, node):
            if facts.kind(used).tag == "set":
                problem = f"the order of the set `{facts.quote(used)}` is another one on replay"
                yield facts.report(used, "PF015", problem, f"write `sorted({facts.quote(used)})`")


def _iterated(facts: Facts, node: ast.AST) -> list[ast.expr]:
    """The expressions whose order of elements matters to ``node``."""
    match node:
        case ast.For(iter=iterated):
            return [iterated]
        case ast.ListComp() | ast.DictComp():
            return [generator.iter for generator in node.generators]
        case ast.GeneratorExp():
            return [] if _forgets_order(facts, node) else [generator.iter for generator in node.generators]
        case ast.Starred(value=value):
            parent = facts.parent(node)
            return [] if isinstance(parent, ast.Set) else [value]
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            return [value]
        case ast.AugAssign(target=ast.Name() as target, op=ast.Add(), value=value) if facts.kind(target).tag == "list":
            return [value]
        case ast.Call():
            return _arguments(facts, node)
        case _:
            return []


def _arguments(facts: Facts, node: ast.Call) -> list[ast.expr]:
    name = facts.dotted(node.func)
    if name in _ORDERED:
        return [] if name == "filter" and _forgets_order(facts, node) else list(node.args)
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in _METHODS:
            return list(node.args)
        if node.func.attr == "pop" and not node.args:
            return [node.func.value]
        if node.func.attr == "map" and facts.kind(node.func.value).tag == "context":
            return list(node.args[1:2])
    return []


def _forgets_order(facts: Facts, node: ast.expr) -> bool:
    parent = facts.parent(node)
    return isinstance(parent, ast.Call) and facts.dotted(parent.func) in _UNORDERED
