"""PF020: something without a portable form is put into a list or dict that is still needed after an await.

later.append(lambda: price(n))      ->      later.append(n)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import DEFINE, DELETE
from portable_faas.compiler.portability import flaw
from portable_faas.errors import Diagnostic

_KEEPERS: Final = ("append", "insert", "setdefault")
_EMPTYING: Final = ("pop", "clear", "remove", "popitem")
_CONTAINERS: Final = ("list", "dict", "unknown")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every such value that a local list or dict surely takes across an await."""
    if facts.role == SYNC or not facts.flow.awaits:
        return
    for node in facts.nodes:
        for holder, value in _kept(node):
            itself = isinstance(value, ast.Name) and value.id == holder.id
            found = ("itself", "put a copy of it there") if itself else _flaw(facts, value)
            awaited = _crossing(facts, node, holder) if found else None
            if found and awaited is not None:
                line = getattr(awaited, "lineno", 0)
                problem = f"`{holder.id}` gets {found[0]} and is still needed after the await on line {line}"
                yield facts.report(value, "PF020", problem, found[1])


def _kept(node: ast.AST) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The local container and what a call or an assignment puts into it."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name() as holder, attr=attr), args=[*_, value]):
            if attr in _KEEPERS:
                yield holder, value
        case ast.Assign(targets=[ast.Subscript(value=ast.Name() as holder)], value=value):
            yield holder, value
        case _:
            return


def _flaw(facts: Facts, value: ast.expr) -> tuple[str, str] | None:
    kind = facts.kind(value)
    if kind.tag == "local":
        return "a function", "keep the values that it needs, and call it where it is needed"
    return flaw(kind)


def _crossing(facts: Facts, node: ast.AST, holder: ast.Name) -> ast.AST | None:
    """An await after ``node`` at which the same container is still needed; None if something may empty it."""
    flow = facts.flow
    place = flow.of_node.get(id(holder))
    if place is None or not flow.ops[place].name or facts.kind(holder).tag not in _CONTAINERS:
        return None
    name = flow.ops[place].name
    if any(_empties(each, holder.id) for each in facts.nodes):
        return None
    start = flow.of_node.get(id(node.targets[0]) if isinstance(node, ast.Assign) else id(node))
    seen: set[int] = set()
    work = list(flow.ops[start].next) if start is not None else []
    while work:
        index = work.pop()
        op = flow.ops[index]
        if index in seen or (op.name == name and op.kind in (DEFINE, DELETE) and op.how != "augment"):
            continue
        seen.add(index)
        if index in flow.awaits and flow.is_live(name, index):
            return op.node
        work.extend(op.next)
    return None


def _empties(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=found), attr=attr):
            return found == name and attr in _EMPTYING
        case ast.Subscript(value=ast.Name(id=found), ctx=ast.Del()):
            return found == name
        case _:
            return False
