"""PF032: an async generator, whose position cannot be recorded.

async def pages(ctx): yield await fetch(1)      ->      collect the pages in a list and return it
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import HELPER, ORCHESTRATOR, Facts
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """The first `yield` of an `async def`."""
    if facts.role not in (ORCHESTRATOR, HELPER):
        return
    for node in facts.nodes:
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            problem = f"`yield` makes `{facts.function.name}` an async generator, which cannot be resumed"
            yield facts.report(node, "PF032", problem, "collect the values in a list and return it")
            return
