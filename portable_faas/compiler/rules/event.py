"""PF003: the type of an event whose values have no portable form.

await ctx.wait_for_event("ids", set[str])      ->      await ctx.wait_for_event("ids", list[str])
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.annotated import annotation
from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.operations import argument
from portable_faas.compiler.portability import flaw
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every wait for an event of such a type."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=of, attr="wait_for_event")) if facts.kind(of).tag == "context":
                written = argument(node, 1, "type")
                found = flaw(annotation(facts.program, facts.function, written)) if written is not None else None
                if written is not None and found:
                    problem = f"`{facts.quote(written)}` cannot cross: {found[0]} has no portable form"
                    yield facts.report(written, "PF003", problem, found[1])
            case _:
                pass
