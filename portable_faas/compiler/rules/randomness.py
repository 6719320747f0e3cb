"""PF011: an orchestrator draws a random value, which is another one on replay.

key = uuid.uuid4()      ->      key = ctx.uuid()
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.errors import Diagnostic

_MODULES: Final = ("random.", "secrets.", "numpy.random.")
_FUNCTIONS: Final = frozenset(("uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getrandom"))


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every source of randomness."""
    for node in facts.nodes:
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
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


def _is_random(dotted: str) -> bool:
    return dotted in _FUNCTIONS or dotted.startswith(_MODULES)
