"""One pure Python expression as JSONata that gives the same: `n + 1 if n < 9 else 0` -> `$n < 9 ? $n + 1 : 0`.

What cannot be proved stays Python, with the reason in words.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Final

from portable_faas_aws.jsonata import comprehension, lists, records, truth
from portable_faas_aws.jsonata import text as texts
from portable_faas_aws.jsonata.arithmetic import calculated, negative
from portable_faas_aws.jsonata.calls import called
from portable_faas_aws.jsonata.code import Literal, free_variables, walk
from portable_faas_aws.jsonata.comparison import compared
from portable_faas_aws.jsonata.functions import FUNCTIONS
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.lowered import Lowered, Name, Outlined, Refused, Result
from portable_faas_aws.jsonata.narrowing import place
from portable_faas_aws.jsonata.scope import Fresh, Scope, quoted, refuse
from portable_faas_aws.jsonata.types import (
    MAX_INT,
    Array,
    Bool,
    Float,
    Int,
    Map,
    Mixed,
    Null,
    Object,
    Opaque,
    Optional,
    Text,
    Tuple,
    Type,
    is_small,
)

MAX_NODES: Final = 600
"""Nodes of the code and its guard; longer ones are quicker as Python than as JSONata."""


def lower(expression: ast.expr, names: Mapping[str, Name]) -> Result:
    """The expression as JSONata, or why it stays Python.

    A name that is not in ``names`` is a builtin or unknown; one that is hides a builtin.
    """
    try:
        return _bounded(_scope(expression, names).lower(expression), expression)
    except Refused as refused:
        return Outlined(refused.reason, refused.node)
    except RecursionError:  # of whoever called with little of the stack left
        return Outlined("it is nested too deeply", expression)


def _scope(expression: ast.expr, names: Mapping[str, Name]) -> Scope:
    used = {each.id for each in ast.walk(expression) if isinstance(each, ast.Name)} & names.keys()
    taken = frozenset[str]().union(*(free_variables(names[name].code) for name in used))
    return Scope(names, _visit, Fresh(taken), {})


def _bounded(found: Lowered, node: ast.expr) -> Lowered:
    count = 0
    for code in (found.code, found.guard):
        for _ in walk(code) if code is not None else ():
            count += 1
            if count > MAX_NODES:
                refuse(f"its JSONata would have more than {MAX_NODES} parts", node)
    return Lowered(found.code, revealed(found.type), found.guard)


def _visit(scope: Scope, node: ast.expr) -> Lowered:
    visit = _VISITS.get(node.__class__)
    if visit is None:
        refuse(f"{_WORDS.get(node.__class__, 'this kind of expression')} has no equal in JSONata", node)
    return visit(scope, node)


def sealed(type: Type) -> Type:
    """What may be large: whether it is None can be seen, nothing else."""
    return Optional(Opaque(type.of)) if isinstance(type, Optional) else Opaque(type)


def revealed(type: Type) -> Type:
    """The type as the program knows it."""
    if isinstance(type, Opaque):
        return type if type.of is None else type.of
    if isinstance(type, Optional):
        return Optional(revealed(type.of))
    if isinstance(type, Array):
        return Array(revealed(type.item), type.max)
    if isinstance(type, Map):
        return Map(revealed(type.value), type.max, type.key)
    if isinstance(type, Object):
        return Object(tuple((key, revealed(value)) for key, value in type.fields))
    if isinstance(type, Tuple):
        return Tuple(tuple(map(revealed, type.items)))
    return Mixed(tuple(map(revealed, type.options))) if isinstance(type, Mixed) else type


def _name(scope: Scope, node: ast.Name) -> Lowered:
    name = scope.names.get(node.id)
    if name is None:
        refuse(f"{quoted(node)} is not a variable whose type is known here", node)
    hidden = free_variables(name.code) & FUNCTIONS
    if not holds(Guard.RESERVED, not hidden):
        refuse(f"the variable ${min(hidden)} hides a function of JSONata", node)
    known = scope.narrowed.get((node.id,), name.type)
    is_held = name.inline or is_small(name.type)
    return Lowered(name.code, known if holds(Guard.OPAQUE, is_held) or isinstance(known, Opaque) else sealed(known))


def _narrowed(scope: Scope, node: ast.expr, found: Lowered) -> Lowered:
    where = place(node) if scope.narrowed else None
    known = None if where is None else scope.narrowed.get(where)
    return found if known is None else Lowered(found.code, known, found.guard)


def _constant(_: Scope, node: ast.Constant) -> Lowered:
    value = node.value
    if value is None or isinstance(value, bool):
        return Lowered(Literal(value), Null() if value is None else Bool())
    if isinstance(value, int):
        if not holds(Guard.INT_LITERAL, abs(value) <= MAX_INT):
            refuse(f"{quoted(node)} is over 2**53-1, which JSON readers do not keep", node)
        return Lowered(Literal(value), Int(value, value))
    if isinstance(value, float) and abs(value) < float("inf"):
        return Lowered(Literal(value), Float())
    if isinstance(value, str):
        if not holds(Guard.CODE_POINTS, not any("\ud800" <= each <= "\udfff" for each in value)):
            refuse("a lone surrogate cannot be written as UTF-8", node)
        return Lowered(Literal(value), Text(len(value)))
    return refuse(f"{quoted(node)} is not a value of JSON", node)


def _operator(scope: Scope, node: ast.BinOp) -> Lowered:
    left, right = scope.look(node.left), scope.look(node.right)
    if isinstance(node.op, ast.Add):
        if isinstance(left.type, Text):
            return texts.concatenated(left, right, node)
        if isinstance(left.type, Array):
            return lists.concatenated(left, right, node)
    if isinstance(node.op, ast.BitOr) and isinstance(left.type, Object | Map) and isinstance(right.type, Object | Map):
        return records.union(left, right, node)
    return calculated(scope, node, left, right)


def _unary(scope: Scope, node: ast.UnaryOp) -> Lowered:
    if isinstance(node.op, ast.Not):
        return truth.negation(scope, node)
    operand = node.operand
    number = operand.value if isinstance(operand, ast.Constant) else None
    if isinstance(node.op, ast.USub) and isinstance(number, int | float) and not isinstance(number, bool):
        return _constant(scope, ast.copy_location(ast.Constant(-number or number), operand))
    value = scope.look(operand)
    if isinstance(node.op, ast.USub):
        return negative(node, value)
    return refuse(f"the operator of {quoted(node)} has no exact equal", node)


_VISITS: Final[dict[object, Callable[..., Lowered]]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.BinOp: _operator,
    ast.UnaryOp: _unary,
    ast.BoolOp: truth.operands,
    ast.IfExp: truth.choice,
    ast.Compare: compared,
    ast.Subscript: lambda scope, node: _narrowed(scope, node, lists.subscript(scope, node)),
    ast.Attribute: lambda scope, node: _narrowed(scope, node, records.attribute(scope, node)),
    ast.List: lists.display,
    ast.Tuple: lists.display,
    ast.Dict: records.display,
    ast.JoinedStr: texts.formatted,
    ast.ListComp: comprehension.listed,
    ast.DictComp: comprehension.dictionary,
    ast.Call: called,
}

_WORDS: Final[dict[object, str]] = {
    ast.Lambda: "a function",
    ast.Await: "an await",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.NamedExpr: "an assignment inside an expression",
    ast.Starred: "an unpacked argument",
    ast.Slice: "a slice of several dimensions",
    ast.Yield: "a yield",
    ast.YieldFrom: "a yield",
}
