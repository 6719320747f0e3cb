"""PF031: an async helper that comes back to itself, directly or through others.

async def walk(ctx, n): ... await walk(ctx, n - 1)      ->      a `while` loop over a list of what is left
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import HELPER, ORCHESTRATOR, Facts
from portable_faas.compiler.names import Function, Helper
from portable_faas.compiler.source import own_nodes
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every call that leads back to the helper it stands in."""
    if facts.role not in (HELPER, ORCHESTRATOR):
        return
    for node, called in facts.helpers:
        if called.is_async and facts.function in _reached(facts, called):
            way = "itself" if called is facts.function else f"`{facts.function.name}` again"
            problem = f"`{facts.quote(node)}` leads to {way}, and an async helper cannot be recursive"
            yield facts.report(node, "PF031", problem, "write a loop over a list of what is left to do")


def _reached(facts: Facts, start: Function) -> set[Function]:
    seen, work = {start}, [start]
    while work:
        current = work.pop()
        for called in async_calls(facts, current):
            if called not in seen:
                seen.add(called)
                work.append(called)
    return seen


def async_calls(facts: Facts, function: Function) -> list[Function]:
    """The async helpers that ``function`` mentions."""
    found = []
    for node in own_nodes(function.node):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            meaning = facts.program.meaning(function, node)
            if isinstance(meaning, Helper) and meaning.function.is_async:
                found.append(meaning.function)
    return found
