"""PF090, a warning: a loop with awaits that nothing in it ends, so the history of its instance grows for ever.

while True:                                   for _ in range(100):
    await look(await fetch())           ->        await look(await fetch())
    await ctx.sleep(3600)                         await ctx.sleep(3600)

A loop that may end, by ``return``, ``break``, ``raise`` or ``continue_as_new``, is left alone however long it may run:
how often it goes round is then a matter of the data.
"""

import ast
from collections.abc import Iterable, Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.source import own_nodes
from portable_faas.compiler.tree import children
from portable_faas.errors import Diagnostic

PROBLEM = "this loop never ends, so the history grows with every round; on azure every step replays all of it"
REMEDY = "go round a number of times, as `for _ in range(100)` does, then `return await ctx.continue_as_new(...)`"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every endless loop that awaits."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.While) and _always(node.test) and _awaits(node) and not _may_end(node):
            yield facts.report(node, "PF090", PROBLEM, REMEDY)._replace(severity="warning")


def _always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _awaits(loop: ast.While) -> bool:
    return any(isinstance(node, ast.Await) for node in own_nodes(loop))


def _may_end(loop: ast.While) -> bool:
    return _broken(loop.body) or any(_leaves(node) for node in own_nodes(loop))


def _leaves(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "continue_as_new"
    return isinstance(node, (ast.Return, ast.Raise))


def _broken(nodes: Iterable[ast.AST]) -> bool:
    """Whether a ``break`` of this loop is among or below ``nodes``; one in a loop inside is that loop's."""
    return any(isinstance(node, ast.Break) or _broken(_below(node)) for node in nodes)


def _below(node: ast.AST) -> Iterable[ast.AST]:
    if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
        return node.orelse
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
        return ()
    return children(node)
