"""PF008: a durable call that is awaited twice; the call is a description of one run.

call = charge(order)
await call
await call          ->      await charge(order)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import DEFINE, DELETE, USE
from portable_faas.compiler.operations import GROUPS
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every second await of a name without a new value in between."""
    if facts.role == SYNC or not any(_is_held(facts, op.node) for op in facts.flow.ops if op.kind == USE):
        return
    awaited = _awaited(facts)
    seen: set[int] = set()
    for index, op in enumerate(facts.flow.ops):
        if op.name in awaited[index] and _is_awaited(facts, op.node) and id(op.node) not in seen:
            seen.add(id(op.node))
            name = facts.quote(op.node)
            problem = f"`{name}` may have been awaited before, and a call is awaited once"
            yield facts.report(op.node, "PF008", problem, "make the call again for a second run")


def _awaited(facts: Facts) -> list[frozenset[str]]:
    """The names that may have been awaited when each operation runs."""
    ops = facts.flow.ops
    entry: list[frozenset[str]] = [frozenset()] * len(ops)
    work = list(range(len(ops)))
    while work:
        index = work.pop()
        op, out = ops[index], entry[index]
        if op.kind in (DEFINE, DELETE) or (op.kind == USE and _is_cleared(facts, op.node)):
            out -= {op.name}
        elif op.kind == USE and _is_awaited(facts, op.node):
            out |= {op.name}
        for follower in facts.flow.successors[index]:
            if not out <= entry[follower]:
                entry[follower] |= out
                work.append(follower)
    return entry


def _is_held(facts: Facts, node: ast.AST) -> bool:
    if not isinstance(node, ast.Name):
        return False
    kind = facts.kind(node)
    return kind.tag == "call" or (kind.tag == "list" and bool(kind.parts) and kind.parts[0].tag == "call")


def _is_awaited(facts: Facts, node: ast.AST) -> bool:
    if not _is_held(facts, node):
        return False
    parent = facts.parent(node)
    if isinstance(parent, ast.Starred):
        parent = facts.parent(parent)
    if isinstance(parent, ast.Await):
        return True
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr in GROUPS
        and facts.kind(parent.func.value).tag == "context"
    )


def _is_cleared(facts: Facts, node: ast.AST) -> bool:
    parent = facts.parent(node)
    return isinstance(parent, ast.Attribute) and parent.attr == "clear"
