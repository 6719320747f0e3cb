"""PF033: `async for` and `async with`, whose iterator or manager would have to live across awaits.

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
            case ast.AsyncWith() if not _is_lock(facts, node):
                problem = f"`async with {facts.quote(node.items[0].context_expr)}` cannot be resumed"
                remedy = "open, use and close it inside one activity"
                yield facts.report(node, "PF033", problem, remedy)
            case _:
                pass


def _is_lock(facts: Facts, node: ast.AsyncWith) -> bool:
    """`ctx.lock` has its own message: it is not in this release."""
    call = node.items[0].context_expr
    func = call.func if isinstance(call, ast.Call) else call
    return isinstance(func, ast.Attribute) and func.attr == "lock" and facts.kind(func.value).tag == "context"
