"""PF004 and PF005: an attribute of `ctx` that does not exist, or not in this release.

await ctx.slep(5)      ->      await ctx.sleep(5)
"""

import ast
import difflib
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import Orchestrator
from portable_faas.compiler.types import DURABLE, LATER
from portable_faas.errors import Diagnostic

_PLAIN: Final = ("now", "uuid", "instance_id", "log")
_LEVELS: Final = ("debug", "info", "warning", "error", "exception")
_INSTEAD: Final = {
    "race": "await the operations with `ctx.gather` and choose afterwards",
    "first": "await the operations with `ctx.gather` and choose afterwards",
    "wait_for_event": "ask for the value with an activity, between `await ctx.sleep(...)` in a loop",
    "entity": "keep the state in a database that activities read and write",
    "lock": "let an activity take and release the lock in the system that it guards",
    "continue_as_new": "end here and start the next instance from the program that started this one",
    "version": "pass a version number in the input",
}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every use of an operation that the context does not have, and every call of an orchestrator."""
    for node in facts.nodes:
        if isinstance(node, ast.Attribute) and facts.kind(node.value).tag == "context":
            yield from _of_context(facts, node)
        elif isinstance(node, ast.Attribute) and facts.kind(node.value).tag == "log" and node.attr not in _LEVELS:
            close = difflib.get_close_matches(node.attr, _LEVELS, 1)
            remedy = f"did you mean `ctx.log.{close[0]}`" if close else "it has debug, info, warning, error, exception"
            yield facts.report(node, "PF004", f"`{facts.quote(node)}` does not exist", remedy)
        elif isinstance(node, ast.Call):
            yield from _sub_orchestration(facts, node)


def _of_context(facts: Facts, node: ast.Attribute) -> Iterator[Diagnostic]:
    if node.attr in LATER:
        problem = f"`{facts.quote(node)}` is not in this release"
        yield facts.report(node, "PF005", problem, _INSTEAD[node.attr])
    elif node.attr not in (*DURABLE, *_PLAIN):
        known = (*DURABLE, *_PLAIN)
        close = difflib.get_close_matches(node.attr, known, 1)
        remedy = f"did you mean `ctx.{close[0]}`" if close else f"the context has {', '.join(known)}"
        yield facts.report(node, "PF004", f"`{facts.quote(node)}` does not exist", remedy)


def _sub_orchestration(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    func = node.func
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute) and func.func.attr == "using":
        func = func.func.value
    called = facts.program.meaning(facts.function, func)
    if isinstance(called, Orchestrator):
        problem = f"calling the orchestrator `{called.name}` from an orchestrator is not in this release"
        yield facts.report(node, "PF005", problem, "make the shared part an async helper that takes `ctx`")
