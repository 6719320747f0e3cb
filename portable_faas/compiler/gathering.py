"""Which calls of async helpers run side by side: those that are not awaited where they stand.

await ctx.gather(fill(ctx, a), fill(ctx, b))      fill(ctx, a) and fill(ctx, b)
await ctx.map(fill, orders)                       fill, with each element of `orders`
"""

import ast
from dataclasses import dataclass
from typing import final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.mutation import bound
from portable_faas.compiler.names import Function


@final
@dataclass(frozen=True, slots=True)
class Branch:
    """A call that may run beside others. ``arguments`` pairs parameters with what goes in, ``each`` is mapped over."""

    node: ast.Call
    function: Function
    arguments: tuple[tuple[str, ast.expr], ...]
    each: tuple[str, ast.expr] | None = None


def branches(facts: Facts) -> list[Branch]:
    """Every call of an async helper that is gathered or mapped."""
    found = []
    for node in facts.nodes:
        if isinstance(node, ast.Call):
            branch = _mapped(facts, node) or _gathered(facts, node)
            if branch:
                found.append(branch)
    return found


def _gathered(facts: Facts, node: ast.Call) -> Branch | None:
    function = facts.kind(node.func).function
    if function is None or not function.is_async or isinstance(facts.parent(node), ast.Await):
        return None
    return Branch(node, function, tuple(bound(function, node)))


def _mapped(facts: Facts, node: ast.Call) -> Branch | None:
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr != "map" or facts.kind(func.value).tag != "context":
        return None
    if len(node.args) < 2:
        return None
    function = facts.kind(node.args[0]).function
    if function is None or len(function.parameters) < 2:
        return None if function is None else Branch(node, function, ())
    return Branch(node, function, (), (function.parameters[1].arg, node.args[1]))
