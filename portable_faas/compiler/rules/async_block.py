"""PF033: `async for` and `async with`, whose iterator or manager would have to live across awaits; a lock may.

async for row in rows():      ->      for row in await load_rows():
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every `async for`, `async with` and async comprehension."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        match node:
            case ast.AsyncFor():
                problem = f"`async for` over `{facts.quote(node.iter)}` cannot be resumed"
                yield facts.report(node, "PF033", problem, "get the list from an activity and use a plain `for`")
            case ast.comprehension(is_async=1):
                problem = f"`async for` over `{facts.quote(node.iter)}` cannot be resumed"
                remedy = "get the list from an activity and use a plain comprehension"
                yield facts.report(node.target, "PF033", problem, remedy)
            case ast.AsyncWith():
                yield from _managers(facts, node)
            case _:
                pass


def _managers(facts: Facts, node: ast.AsyncWith) -> Iterator[Diagnostic]:
    """Every manager of a block that is not a lock."""
    for item in node.items:
        if not _is_lock(facts, item.context_expr):
            problem = f"`async with {facts.quote(item.context_expr)}` cannot be resumed"
            yield facts.report(node, "PF033", problem, "open, use and close it inside one activity")


def _is_lock(facts: Facts, node: ast.expr) -> bool:
    """Whether it is one; where the code cannot be reached, no value of `ctx` reaches it either."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name() as of, attr="lock")) if _is_unreached(facts, of):
            return True
        case _:
            return facts.kind(node).tag == "lock"


def _is_unreached(facts: Facts, name: ast.Name) -> bool:
    """Whether no definition of a local name reaches it."""
    return name.id in facts.function.scope.bindings and not facts.flow.read_by(name)
