"""PF004: an attribute of `ctx` that does not exist.

await ctx.slep(5)      ->      await ctx.sleep(5)
"""

import ast
import difflib
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.operations import AT_ONCE, DURABLE
from portable_faas.errors import Diagnostic

_LEVELS: Final = ("debug", "info", "warning", "error", "exception")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every use of an operation that the context or its log does not have."""
    for node in facts.nodes:
        if isinstance(node, ast.Attribute) and facts.kind(node.value).tag == "context":
            yield from _of_context(facts, node)
        elif isinstance(node, ast.Attribute) and facts.kind(node.value).tag == "log" and node.attr not in _LEVELS:
            close = difflib.get_close_matches(node.attr, _LEVELS, 1)
            remedy = f"did you mean `ctx.log.{close[0]}`" if close else "it has debug, info, warning, error, exception"
            yield facts.report(node, "PF004", f"`{facts.quote(node)}` does not exist", remedy)


def _of_context(facts: Facts, node: ast.Attribute) -> Iterator[Diagnostic]:
    known = (*DURABLE, *AT_ONCE)
    if node.attr not in known:
        close = difflib.get_close_matches(node.attr, known, 1)
        remedy = f"did you mean `ctx.{close[0]}`" if close else f"the context has {', '.join(known)}"
        yield facts.report(node, "PF004", f"`{facts.quote(node)}` does not exist", remedy)
