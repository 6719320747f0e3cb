"""PF024: `nonlocal` across an await: the nested function and the function around it no longer share the variable.

def count(): nonlocal n; n += 1      ->      n = count(n)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.names import Function
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every `nonlocal` of a nested function that is still needed after an await, or awaits itself."""
    if facts.role == SYNC:
        return
    for nested in facts.function.scope.nested:
        function = facts.program.function(facts.function, nested)
        for name in _changed(function):
            if function.is_async or _crosses(facts, function.name, name):
                problem = f"`nonlocal {name}` in `{function.name}` reaches across an await"
                remedy = f"return the new value from `{function.name}` and assign it to `{name}`"
                yield facts.report(function.scope.nonlocals[name], "PF024", problem, remedy)
    if facts.function.scope.awaits:
        for name, node in facts.function.scope.globals.items():
            if name in facts.function.scope.globals and not _is_assigned(facts, name):
                yield facts.report(
                    node, "PF024", f"`global {name}` reaches across an await", f"leave out `global {name}`"
                )


def _is_assigned(facts: Facts, name: str) -> bool:
    """An assigned global has its own message."""
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load) for node in facts.nodes
    )


def _changed(function: Function) -> list[str]:
    return list(function.scope.nonlocals)


def _crosses(facts: Facts, function: str, name: str) -> bool:
    return any(facts.flow.is_live(function, index) for index in facts.flow.awaits)
