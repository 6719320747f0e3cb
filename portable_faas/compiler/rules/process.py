"""PF001, PF011 and PF014: values and code that belong to one process: `hash`, `id`, the text of `object()`, `eval`.

key = hash(name)      ->      key = zlib.crc32(name.encode())
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.errors import Diagnostic

_CODE: Final = ("eval", "exec", "compile")
_SHOWING: Final = ("str", "repr", "ascii", "format")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every use of `hash` and `id`, every text of a bare object, and all code that is made at run time."""
    for node in facts.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield from _named(facts, node)
        elif isinstance(node, ast.Call) and facts.dotted(node.func) in _SHOWING and node.args:
            yield from _shown(facts, node, node.args[0])
        elif isinstance(node, ast.FormattedValue):
            yield from _shown(facts, node.value, node.value)


def _named(facts: Facts, node: ast.Name) -> Iterator[Diagnostic]:
    dotted = facts.dotted(node)
    parent = facts.parent(node)
    words = facts.quote(parent if isinstance(parent, ast.Call) and parent.func is node else node)
    if dotted == "hash":
        remedy = "use `zlib.crc32` or `hashlib`, or the value itself"
        yield facts.report(node, "PF011", f"`{words}` is another number in another process", remedy)
    elif dotted == "id":
        remedy = "compare values with `==`, or give them a field to tell them by"
        yield facts.report(node, "PF014", f"`{words}` is another number in another process", remedy)
    elif dotted in _CODE:
        problem = f"`{words}` makes code that cannot be checked"
        yield facts.report(node, "PF001", problem, "write the code out, or run it in an activity")


def _shown(facts: Facts, node: ast.expr, value: ast.expr) -> Iterator[Diagnostic]:
    kind = facts.kind(value)
    if kind.tag == "foreign" and kind.dotted == "object":
        problem = f"the text of `{facts.quote(value)}` is another one in another process"
        yield facts.report(node, "PF014", problem, "use `ctx.uuid()`, or a text of your own")
