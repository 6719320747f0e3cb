"""PF023: a loop with an await goes over a generator or iterator, whose position cannot be kept across the await.

for row in (parse(x) for x in xs): await save(row)      ->      for row in [parse(x) for x in xs]: await save(row)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.tree import walk
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every `for` whose iterator is a generator or the like and lives across an await."""
    if facts.role == SYNC:
        return
    for index in facts.flow.definitions:
        op = facts.flow.ops[index]
        if op.how != "iterator" or not isinstance(op.node, ast.For) or not _is_iterator(facts, op.node.iter):
            continue
        if any(facts.flow.is_live(op.name, place) for place in _inside(facts, op.node)):
            shown = facts.quote(op.node.iter)
            problem = f"`{shown}` is an iterator and its position cannot be kept across the await in this loop"
            yield facts.report(op.node.iter, "PF023", problem, _remedy(op.node.iter, shown))


def _remedy(iterated: ast.expr, shown: str) -> str:
    if isinstance(iterated, ast.GeneratorExp):
        return "use a list comprehension `[...]`"
    return f"make it a list first: `list({shown})`"


def _inside(facts: Facts, loop: ast.For) -> list[int]:
    inside = {id(node) for statement in loop.body for node in walk(statement)}
    return [place for place in facts.flow.awaits if id(facts.flow.ops[place].node) in inside]


def _is_iterator(facts: Facts, node: ast.expr) -> bool:
    """`enumerate`, `zip` and `reversed` of lists are written into the loop; any other iterator is an object."""
    if isinstance(node, ast.Call) and facts.dotted(node.func) in ("enumerate", "zip", "reversed"):
        return any(_is_iterator(facts, arg.value if isinstance(arg, ast.Starred) else arg) for arg in node.args)
    return facts.kind(node).tag in ("iterator", "file")
