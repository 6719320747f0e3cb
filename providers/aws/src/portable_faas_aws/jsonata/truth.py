"""Truth, `not`, `and`, `or`, `if`: `xs or ys` -> `$count($xs) > 0 ? $xs : $ys`."""

import ast
from typing import Final

from portable_faas_aws.jsonata.code import FALSE, NULL, TRUE, ZERO, Binary, Code, Conditional, Literal, both, call
from portable_faas_aws.jsonata.code import Record as Braces
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.narrowing import proofs
from portable_faas_aws.jsonata.scope import Scope, article, joined, quoted, refuse
from portable_faas_aws.jsonata.types import (
    Array,
    Bool,
    Float,
    Int,
    Map,
    Nothing,
    Null,
    Object,
    Optional,
    Text,
    Tuple,
    Type,
)

_EMPTY: Final[dict[object, Code]] = {Text: Literal(""), Int: ZERO, Float: ZERO, Map: Braces(())}


def truth(scope: Scope, value: Lowered, node: ast.AST) -> Code:
    """Whether a value is true in Python."""
    scope.seen(value.type, node)
    if holds(Guard.TRUTH, isinstance(value.type, Bool)):
        return value.code if isinstance(value.type, Bool) else call("boolean", value.code)
    if isinstance(value.type, Optional):
        return _present(scope, value.code, value.type.of, node)
    return _simple(value.code, value.type, node)


def _simple(code: Code, type: Type, node: ast.AST) -> Code:
    empty = _EMPTY.get(type.__class__)
    if empty is not None:
        return Binary("!=", code, empty)
    if isinstance(type, Array):
        return Binary(">", call("count", code), ZERO)
    if isinstance(type, Null | Nothing):
        return FALSE
    if isinstance(type, Tuple | Object):
        return Literal(bool(type.items if isinstance(type, Tuple) else type.fields))
    return refuse(f"what the truth of {quoted(node)} is, {article(type)} decides by itself", node)


def _present(scope: Scope, code: Code, type: Type, node: ast.AST) -> Code:
    scope.seen(type, node)
    if isinstance(type, Bool):
        return Binary("=", code, TRUE)
    return scope.shared(code, lambda one: Conditional(Binary("!=", one, NULL), _simple(one, type, node), FALSE))


def condition(scope: Scope, node: ast.expr) -> Lowered:
    """A part of which only the truth is used, as a boolean."""
    if isinstance(node, ast.BoolOp):
        return _conditions(scope, node, node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = condition(scope, node.operand)
        return Lowered(call("not", inner.code), Bool(), inner.guard)
    value = scope.lower(node)
    return Lowered(truth(scope, value, node), Bool(), value.guard)


def _conditions(scope: Scope, node: ast.BoolOp, values: list[ast.expr]) -> Lowered:
    first = condition(scope, values[0])
    if len(values) == 1:
        return first
    is_and = isinstance(node.op, ast.And)
    rest = _conditions(scope.where(proofs(scope, values[0], is_and)), node, values[1:])
    code = Conditional(first.code, rest.code, FALSE) if is_and else Conditional(first.code, TRUE, rest.code)
    return Lowered(code, Bool(), both(first.guard, reached(first.code, is_and, rest.guard)))


def reached(test: Code, outcome: bool, guard: Code | None) -> Code | None:
    """A guard that must hold only where the test comes out so."""
    if guard is None or holds(Guard.PARTIAL_OPERAND, False):
        return guard
    return Conditional(test, guard, TRUE) if outcome else Conditional(test, TRUE, guard)


def negation(scope: Scope, node: ast.UnaryOp) -> Lowered:
    """``not x``."""
    return condition(scope, node)


def operands(scope: Scope, node: ast.BoolOp) -> Lowered:
    """``x and y``, ``x or y``: the operand that decided."""
    return _operands(scope, node, node.values)


def _operands(scope: Scope, node: ast.BoolOp, values: list[ast.expr]) -> Lowered:
    first = scope.lower(values[0])
    if len(values) == 1:
        return first
    is_and = isinstance(node.op, ast.And)
    rest = _operands(scope.where(proofs(scope, values[0], is_and)), node, values[1:])
    test = truth(scope, first, values[0])
    guard = both(first.guard, reached(test, is_and, rest.guard))
    if isinstance(first.type, Bool) and isinstance(rest.type, Bool):
        both_bool = Conditional(test, rest.code, FALSE) if is_and else Conditional(test, TRUE, rest.code)
        return Lowered(both_bool, Bool(), guard)
    if holds(Guard.OPERAND, False):
        return Lowered(Binary("and" if is_and else "or", test, call("boolean", rest.code)), rest.type, guard)
    code = scope.shared(first.code, lambda one: _chosen(scope, one, first, rest, node))
    kept = first.type if is_and else _true(first.type)
    return Lowered(code, joined(kept, rest.type, node), guard)


def _chosen(scope: Scope, one: Code, first: Lowered, rest: Lowered, node: ast.BoolOp) -> Code:
    test = truth(scope, Lowered(one, first.type), node)
    return Conditional(test, rest.code, one) if isinstance(node.op, ast.And) else Conditional(test, one, rest.code)


def _true(type: Type) -> Type:
    """What is left of a type where the value is true."""
    return type.of if isinstance(type, Optional) else Nothing() if isinstance(type, Null) else type


def choice(scope: Scope, node: ast.IfExp) -> Lowered:
    """``x if c else y``."""
    test = condition(scope, node.test)
    then = scope.where(proofs(scope, node.test, True)).lower(node.body)
    otherwise = scope.where(proofs(scope, node.test, False)).lower(node.orelse)
    guard = both(reached(test.code, True, then.guard), reached(test.code, False, otherwise.guard))
    code = Conditional(test.code, then.code, otherwise.code)
    return Lowered(code, joined(then.type, otherwise.type, node), both(test.guard, guard))
