"""PF020: a value without a portable form is still needed after an await, which it cannot cross.

seen = set()                  ->      seen: list[str] = []
await load(); seen.add(x)             await load(); seen.append(x)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import Op
from portable_faas.compiler.names import External, Value
from portable_faas.compiler.portability import flaw
from portable_faas.errors import Diagnostic

_MANAGERS: Final = ("contextlib.suppress", "contextlib.nullcontext")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every definition of a value that is surely not portable and live across an await, with the first such await."""
    if facts.role == SYNC:
        return
    seen: set[int] = set()
    for index in facts.flow.awaits:
        for name, bit in facts.flow.bits.items():
            if not facts.flow.live[index] & bit or name.startswith("$for"):
                continue
            for op in facts.flow.reaching(index, name):
                if id(op) not in seen:
                    seen.add(id(op))
                    yield from _crossing(facts, op, facts.flow.ops[index].node)


def _crossing(facts: Facts, op: Op, awaited: ast.AST) -> Iterator[Diagnostic]:
    if op.how == "manager":
        if isinstance(op.value, ast.expr) and _cannot_stay_open(facts, op.value):
            shown = facts.quote(op.value)
            problem = f"the context manager `{shown}` stays open across the await on line {_line(awaited)}"
            yield facts.report(op.value, "PF020", problem, "close it before the await, or do all of it in one activity")
        return
    kind = facts.types.defined(op)
    found = flaw(kind) if kind is not None else None
    if found:
        name = op.name.partition("#")[0]
        problem = f"`{name}` is or holds {found[0]} and is still needed after the await on line {_line(awaited)}"
        yield facts.report(op.node, "PF020", problem, found[1])


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _cannot_stay_open(facts: Facts, node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    meaning = facts.program.meaning(facts.function, called)
    if isinstance(meaning, External):
        return meaning.known and meaning.dotted not in _MANAGERS
    if isinstance(meaning, Value):
        return False
    function = facts.program.decorated(facts.function, called)
    if function is not None and "contextlib.contextmanager" in function:
        return True
    return flaw(facts.kind(node)) is not None
