"""PF012 too: an orchestrator uses a queue, topic, bucket, secret or setting.

await orders.send(order)      ->      await send_order(order), an activity that does
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import AppObject, Value
from portable_faas.errors import Diagnostic
from portable_faas.resources import Resource
from portable_faas.triggers.function import Function

_FACTORIES: Final = frozenset({"queue", "topic", "bucket", "secret", "setting"})


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every use of a resource and of a function with a trigger."""
    for node in facts.nodes:
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            yield from _used(facts, node)


def is_resource(facts: Facts, node: ast.expr) -> bool:
    """Whether a name stands for a resource."""
    meaning = facts.program.meaning(facts.function, node)
    if not isinstance(meaning, Value):
        return False
    if meaning.live is not None:
        return issubclass(meaning.live, Resource)
    match meaning.binder:
        case ast.Assign(value=ast.Call(func=ast.Attribute(value=of, attr=attr))) if attr in _FACTORIES:
            return isinstance(facts.program.meaning(meaning.context, of), AppObject)
        case _:
            return False


def _used(facts: Facts, node: ast.Name | ast.Attribute) -> Iterator[Diagnostic]:
    if is_resource(facts, node):
        parent = facts.parent(node)
        shown = facts.quote(parent if isinstance(parent, ast.Attribute) else node)
        yield facts.report(node, "PF012", f"`{shown}` uses a resource in an orchestrator", "put it in an activity")
    elif _is_function(facts, node):
        problem = f"`{facts.quote(node)}` has a trigger of its own and is not durable"
        yield facts.report(node, "PF012", problem, "put what both need into an activity")


def _is_function(facts: Facts, node: ast.expr) -> bool:
    meaning = facts.program.meaning(facts.function, node)
    return isinstance(meaning, Value) and meaning.live is not None and issubclass(meaning.live, Function)
