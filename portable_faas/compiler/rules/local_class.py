"""PF020: an object of a class that a function defines goes where an await may come, which it cannot cross.

async def main(ctx, n):
    class Declined(Exception): ...          ->      class Declined(Exception): ...      # at module level
    try: ...
    except Exception: await undo(n)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import Op
from portable_faas.compiler.names import Klass
from portable_faas.compiler.portability import flaw
from portable_faas.compiler.source import own_nodes
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every such class of exceptions beside an await that may keep one, and every such object given to a helper."""
    if facts.role == SYNC or not facts.flow.awaits:
        return
    for node in facts.nodes:
        if isinstance(node, ast.ClassDef):
            yield from _kept(facts, node)
        elif isinstance(node, ast.Name):
            yield from _captured(facts, node)
        elif isinstance(node, ast.Call) and facts.kind(node).tag == "call":
            yield from _given(facts, node)


def _kept(facts: Facts, node: ast.ClassDef) -> Iterator[Diagnostic]:
    klass = facts.program.bound(facts.function, node.name)
    if not isinstance(klass, Klass) or klass.shape != "exception":
        return
    awaited = next(_keeping(facts), None)
    if awaited is not None:
        problem = (
            f"the await on line {awaited.lineno} may have to keep an error of the class `{node.name}` of a function"
        )
        yield facts.report(node, "PF020", problem, f"define `{node.name}` at module level")


def _keeping(facts: Facts) -> Iterator[ast.Await]:
    """The awaits that may come while an exception is on its way, or is held by a variable."""
    for node in facts.nodes:
        if isinstance(node, ast.Try):
            for part in [*node.handlers, *node.finalbody]:
                yield from (each for each in own_nodes(part) if isinstance(each, ast.Await))
    flow = facts.flow
    for index in flow.awaits:
        held = [op for name in flow.bits if flow.is_live(name, index) for op in flow.reaching(index, name)]
        awaited = flow.ops[index].node
        if isinstance(awaited, ast.Await) and any(_is_exception(facts, op) for op in held):
            yield awaited


def _is_exception(facts: Facts, op: Op) -> bool:
    kind = facts.types.defined(op)
    return kind is not None and kind.tag == "exception"


def _captured(facts: Facts, node: ast.Name) -> Iterator[Diagnostic]:
    """A class of the function around an async helper."""
    klass = facts.program.meaning(facts.function, node)
    if isinstance(klass, Klass) and klass.is_local and klass.context is not facts.function:
        problem = f"`{node.id}` is a class of the function around `{facts.function.name}`, which awaits"
        yield facts.report(node, "PF020", problem, f"define `{klass.name}` at module level")


def _given(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
        kind = facts.kind(argument)
        found = flaw(kind) if kind.klass is not None and kind.klass.is_local else None
        if found is not None:
            problem = f"`{facts.quote(argument)}` is {found[0]} and cannot go into an async helper"
            yield facts.report(argument, "PF020", problem, found[1])
