"""What a test proves about names and fields: in `x.n + 1 if x is not None else 0`, `x` is not None before the `if`."""

import ast

from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.scope import Place, Scope
from portable_faas_aws.jsonata.types import Null, Optional, Type


def place(node: ast.expr) -> Place | None:
    """The name and fields that an expression reads; None when it is anything else."""
    fields: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            fields.append(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if not isinstance(node.slice.value, str):
                return None
            fields.append(node.slice.value)
        else:
            return None
        node = node.value
    return (node.id, *reversed(fields))


def proofs(scope: Scope, test: ast.expr, outcome: bool) -> dict[Place, Type]:
    """The types that are known where the test came out so."""
    return _proofs(scope, test, holds(Guard.NARROWING, outcome))


def _proofs(scope: Scope, test: ast.expr, outcome: bool) -> dict[Place, Type]:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _proofs(scope, test.operand, not outcome)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) == outcome:
        found: dict[Place, Type] = {}
        for each in test.values:
            found |= _proofs(scope.where(found), each, outcome)
        return found
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
        if isinstance(test.ops[0], ast.Is | ast.Eq):
            return _proved(scope, test.left, outcome)
        if isinstance(test.ops[0], ast.IsNot | ast.NotEq):
            return _proved(scope, test.left, not outcome)
    return _proved(scope, test, False) if outcome and isinstance(test, ast.Name | ast.Subscript | ast.Attribute) else {}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _proved(scope: Scope, node: ast.expr, is_none: bool) -> dict[Place, Type]:
    found = place(node)
    type = scope.lower(node).type if found is not None else None
    if found is None or not isinstance(type, Optional):
        return {}
    return {found: Null() if is_none else type.of}
