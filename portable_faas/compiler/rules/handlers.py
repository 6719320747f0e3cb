"""PF034: `except*`, a bare `except` or `except BaseException`, which also take what the engine stops a program with.

except:      ->      except Exception:
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.names import Function, Local, Value
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

# BaseException and what derives from it but not from Exception.
_STOPPING: Final = frozenset(
    words("""
    BaseException BaseExceptionGroup GeneratorExit KeyboardInterrupt SystemExit asyncio.CancelledError
    asyncio.exceptions.CancelledError
""")
)


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every handler that takes too much."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.TryStar):
            problem = "`except*` has no meaning on every target"
            yield facts.report(node.handlers[0], "PF034", problem, "write `except` and look at one error")
        elif isinstance(node, ast.ExceptHandler) and not isinstance(facts.parent(node), ast.TryStar):
            yield from _handler(facts, node)
        elif isinstance(node, ast.Call) and facts.dotted(node.func) == "contextlib.suppress":
            yield from _suppressed(facts, node)


def _suppressed(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    for each in node.args:
        name = _too_much(facts, facts.function, each)
        if name:
            problem = f"`suppress({facts.quote(each)})` also takes what stops the program"
            yield facts.report(each, "PF034", problem, "write `suppress(Exception)`")


def _handler(facts: Facts, node: ast.ExceptHandler) -> Iterator[Diagnostic]:
    if node.type is None:
        problem = "a bare `except` also takes what stops the program"
        yield facts.report(node, "PF034", problem, "write `except Exception`")
        return
    for each in node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]:
        name = _too_much(facts, facts.function, each)
        if name:
            problem = f"`except {facts.quote(each)}` also takes what stops the program"
            yield facts.report(each, "PF034", problem, "write `except Exception`")


def _too_much(facts: Facts, place: Function, node: ast.expr, depth: int = 4) -> bool:
    """Whether an expression is, or holds, a class that takes what an engine stops a program with."""
    if isinstance(node, ast.Tuple | ast.List):
        return any(_too_much(facts, place, each, depth) for each in node.elts)
    if isinstance(node, ast.Starred):
        return _too_much(facts, place, node.value, depth)
    if facts.program.dotted(place, node) in _STOPPING:
        return True
    meaning = facts.program.meaning(place, node)
    if not depth or not isinstance(meaning, Value | Local) or not isinstance(node, ast.Name):
        return False
    if isinstance(meaning, Value):
        given = meaning.binder.value if isinstance(meaning.binder, ast.Assign | ast.AnnAssign) else None
        return given is not None and _too_much(facts, meaning.context, given, depth - 1)
    index = facts.flow.of_node.get(id(node))
    found = facts.flow.reaching(index, facts.flow.ops[index].name) if index is not None else []
    return any(op.value is not None and _too_much(facts, place, op.value, depth - 1) for op in found)
