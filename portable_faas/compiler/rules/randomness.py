"""PF011: an orchestrator draws a random value, which is another one on replay.

key = uuid.uuid4()      ->      key = ctx.uuid()
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import Value
from portable_faas.errors import Diagnostic

_MODULES: Final = ("random.", "secrets.", "numpy.random.")
_FUNCTIONS: Final = frozenset(("uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getrandom"))


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every source of randomness."""
    for node in facts.nodes:
        if isinstance(node, ast.Call) and _draws_from_shared(facts, node):
            problem = f"`{facts.quote(node)}` draws from a generator that all instances share"
            yield facts.report(node, "PF011", problem, "draw it in an activity, or use `ctx.uuid()`")
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            continue
        if not isinstance(node, ast.Call) and not isinstance(node.ctx, ast.Load):
            continue
        dotted = facts.dotted(node)
        if not _is_random(dotted):
            continue
        called = facts.parent(node)
        shown = called if isinstance(called, ast.Call) and called.func is node else node
        if dotted == "random.Random" and isinstance(shown, ast.Call) and shown.args:
            continue  # seeded: the same numbers in every replay
        remedy = "write `ctx.uuid()`" if dotted.startswith("uuid.") else "draw it in an activity, or use `ctx.uuid()`"
        yield facts.report(node, "PF011", f"`{facts.quote(shown)}` gives another value on replay", remedy)


def _draws_from_shared(facts: Facts, node: ast.Call) -> bool:
    """`rng = random.Random(1)` at the top of a file: its state differs between processes."""
    if not isinstance(node.func, ast.Attribute) or not facts.kind(node.func.value).dotted.startswith("random."):
        return False
    return isinstance(facts.program.meaning(facts.function, node.func.value), Value)


def _is_random(dotted: str) -> bool:
    return dotted in _FUNCTIONS or dotted.startswith(_MODULES)
