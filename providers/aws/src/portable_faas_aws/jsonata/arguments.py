"""Arguments that are gone over: a generator expression, `range(...)` or `d.values()` is given as a list."""

import ast
from typing import Final

from portable_faas_aws.jsonata.comprehension import listed
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.iteration import iterated
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope
from portable_faas_aws.jsonata.types import Optional

# Whether what the function gives shows the order of the items.
_CONSUMERS: Final = {"list": True, "join": True, **dict.fromkeys(("any", "all", "sum", "min", "max", "sorted"), False)}


def argument(scope: Scope, node: ast.expr, name: str) -> Lowered:
    """An argument of the function; a list where the function goes over it."""
    needs_order = _CONSUMERS.get(name)
    if isinstance(node, ast.GeneratorExp) and needs_order is not None:
        return listed(scope, node, needs_order)
    if isinstance(node, ast.ListComp) and needs_order is False:
        return listed(scope, node, needs_order)
    if isinstance(node, ast.Call) and needs_order is not None and _is_view(node):
        return iterated(scope, node, needs_order).listed(scope)
    found = scope.lower(node)
    if isinstance(found.type, Optional) and holds(Guard.OPTIONAL, False):
        return Lowered(found.code, found.type.of, found.guard)
    return found


def _is_view(node: ast.Call) -> bool:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr in ("keys", "values", "items")
    return isinstance(function, ast.Name) and function.id in ("range", "enumerate", "zip", "reversed")
