"""PF040, PF041, PF042: a lock, a sub-orchestration or `continue_as_new` inside a lock, which could wait for itself.

async with ctx.lock(a):                  async with ctx.lock(a, b): ...
    async with ctx.lock(b): ...    ->
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import HELPER, SYNC, Facts
from portable_faas.compiler.names import Function
from portable_faas.compiler.source import parts
from portable_faas.compiler.tree import walk
from portable_faas.errors import Diagnostic

_WHAT: Final = {  # what a helper does, what comes of it, what to write instead
    "PF040": ("takes a lock", "could wait for itself", "take all entities in one `ctx.lock(...)`"),
    "PF041": ("runs a sub-orchestration", "could wait for itself", "await it before or after the `async with` block"),
    "PF042": ("continues as new", "would never free it", "leave the `async with` block first"),
}

Found = tuple[str, ast.AST]  # a code, and where the operation stands


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every such operation in the block of a lock, also in the helpers that the block awaits."""
    if facts.role == SYNC:
        return
    for block in facts.nodes:
        if isinstance(block, ast.AsyncWith) and _is_lock(facts, block):
            yield from _direct(facts, block)
            yield from _through(facts, block)


def _is_lock(facts: Facts, block: ast.AsyncWith) -> bool:
    return any(facts.kind(item.context_expr).tag == "lock" for item in block.items)


def _direct(facts: Facts, block: ast.AsyncWith) -> Iterator[Diagnostic]:
    for item in block.items[1:]:
        if facts.kind(item.context_expr).tag == "lock":
            yield _report(facts, item.context_expr, "PF040")
    for node in _inside(block):
        for code, place in _operations(facts, node):
            yield _report(facts, place, code)


def _report(facts: Facts, node: ast.AST, code: str) -> Diagnostic:
    does, then, remedy = _WHAT[code]
    return facts.report(node, code, f"`{facts.quote(node)}` {does} inside a lock and {then}", remedy)


def _inside(block: ast.AsyncWith) -> Iterator[ast.AST]:
    """Every node of the block, nested functions left out."""
    work: list[ast.AST] = list(reversed(block.body))
    while work:
        node = work.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            work.extend(parts(node))


def _operations(facts: Facts, node: ast.AST) -> Iterator[Found]:
    """What a node carries out that no lock may hold, a name that holds such a call included."""
    match node:
        case ast.AsyncWith() if _is_lock(facts, node):
            yield "PF040", node.items[0].context_expr
        case ast.Call():
            code = _code(facts, node)
            if code:
                yield code, node
        case ast.Name(ctx=ast.Load()) if "call" in (facts.kind(node).tag, facts.kind(node).element.tag):
            yield from ((code, node) for code in _held(facts, node))


def _held(facts: Facts, node: ast.Name) -> set[str]:
    index = facts.flow.of_node.get(id(node))
    reaching = facts.flow.reaching(index, facts.flow.ops[index].name) if index is not None else []
    made = [each for op in reaching if op.value is not None for each in walk(op.value)]
    return {_code(facts, each) for each in made if isinstance(each, ast.Call)} - {""}


def _code(facts: Facts, call: ast.Call) -> str:
    if facts.kind(call.func).tag == "orchestrator":
        return "PF041"
    match call:
        case ast.Call(func=ast.Attribute(value=of, attr="continue_as_new")) if facts.kind(of).tag == "context":
            return "PF042"
        case ast.Call(func=ast.Attribute(value=of, attr="map"), args=[mapped, *_]) if facts.kind(of).tag == "context":
            return "PF041" if facts.kind(mapped).tag == "orchestrator" else ""
        case _:
            return ""


def _through(facts: Facts, block: ast.AsyncWith) -> Iterator[Diagnostic]:
    """What async helpers that the block mentions do."""
    inside = {id(node) for node in _inside(block)}
    for node, helper in facts.helpers:
        if id(node) in inside and helper.is_async:
            for code, where in _of_helper(facts, helper):
                does, then, remedy = _WHAT[code]
                problem = (
                    f"`{facts.quote(node)}` {does} on line {getattr(where, 'lineno', 0)}, inside this lock, and {then}"
                )
                yield facts.report(node, code, problem, remedy)


def _of_helper(facts: Facts, start: Function) -> list[Found]:
    """The first operation of each code in a helper and the helpers that it awaits."""
    found: dict[str, ast.AST] = {}
    seen, work = {start}, [Facts(facts.program, start, HELPER)]
    while work:
        current = work.pop()
        for code, where in (each for node in current.nodes for each in _operations(current, node)):
            found.setdefault(code, where)
        for _, helper in current.helpers:
            if helper.is_async and helper not in seen:
                seen.add(helper)
                work.append(Facts(facts.program, helper, HELPER))
    return list(found.items())
