"""PF043: `continue_as_new` with code after it, which never runs: the run has ended.

await ctx.continue_as_new(n)          if n: return await ctx.continue_as_new(n)
await report(n)                 ->    await report(n)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import PASS
from portable_faas.errors import Diagnostic

_REMEDY: Final = "write `return await ctx.continue_as_new(...)` as the last thing that runs"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every `continue_as_new` that is not awaited where it stands, or after which something seems to run."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=of, attr="continue_as_new")) if facts.kind(of).tag == "context":
                yield from _of_call(facts, node)
            case _:
                pass


def _of_call(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    parent = facts.parent(node)
    if not isinstance(parent, ast.Await):
        if not isinstance(parent, ast.Expr):  # that one is never awaited, which has a message of its own
            problem = f"`{facts.quote(node)}` ends the run, so it is not a value among others"
            yield facts.report(node, "PF043", problem, _REMEDY)
        return
    later = None if _is_locked(facts, node) else _later(facts, parent)
    if later is not None:
        line = getattr(later, "lineno", 0)
        problem = f"what follows `{facts.quote(node)}` on line {line} never runs, for the run has ended"
        yield facts.report(node, "PF043", problem, _REMEDY)


def _is_locked(facts: Facts, node: ast.AST) -> bool:
    """Whether a lock is around it, which has a message of its own."""
    return any(isinstance(each, ast.AsyncWith) for each in facts.around(node))


def _later(facts: Facts, awaited: ast.Await) -> ast.AST | None:
    """The first thing that Python would do after the await."""
    ops = facts.flow.ops
    starts = [index for index, op in enumerate(ops) if op.node is awaited]
    seen: set[int] = set()
    work = [follower for start in starts for follower in ops[start].next]
    while work:
        index = work.pop()
        if index in seen:
            continue
        seen.add(index)
        if ops[index].kind != PASS or _gives_something(facts, ops[index].node, awaited):
            return ops[index].node
        work.extend(ops[index].next)
    return None


def _gives_something(facts: Facts, node: ast.AST, awaited: ast.Await) -> bool:
    """Whether it is another `return` than the one that awaits, with a value."""
    return isinstance(node, ast.Return) and node.value is not None and node not in facts.around(awaited)
