"""`== != < <= > >= is in`, also chained: `0 < n <= 9` -> `0 < $n ? $n <= 9 : false`."""

import ast

from portable_faas_aws.jsonata.arithmetic import number
from portable_faas_aws.jsonata.code import (
    FALSE,
    NULL,
    ZERO,
    Binary,
    Code,
    Conditional,
    Function,
    List,
    Literal,
    Variable,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import as_map
from portable_faas_aws.jsonata.lists import sequence
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, present, refuse
from portable_faas_aws.jsonata.truth import reached
from portable_faas_aws.jsonata.types import (
    SCALARS,
    Array,
    Bool,
    Float,
    Int,
    Map,
    Mixed,
    Nothing,
    Null,
    Object,
    Opaque,
    Optional,
    Text,
    Tuple,
    Type,
    describe,
)

_ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_EQUAL = {ast.Eq: "=", ast.NotEq: "!=", ast.Is: "=", ast.IsNot: "!="}


def compared(scope: Scope, node: ast.Compare) -> Lowered:
    """A comparison or a chain of them; a later one is evaluated only where the ones before it hold."""
    operands = [node.left, *node.comparators]
    steps = list(zip(operands, node.ops, operands[1:], strict=False))
    found = _one(scope, *steps[-1])
    for step in reversed(steps[:-1]):
        first = _one(scope, *step)
        guard = both(first.guard, reached(first.code, True, found.guard))
        found = Lowered(Conditional(first.code, found.code, FALSE), Bool(), guard)
    return found


def _one(scope: Scope, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Lowered:
    if isinstance(operator, ast.In | ast.NotIn):
        found = _contained(scope, left, right)
        code = found.code if isinstance(operator, ast.In) else call("not", found.code)
        return Lowered(code, Bool(), found.guard)
    if operator.__class__ in _EQUAL:
        return _equal(scope, left, operator, right)
    return _ordered(scope, left, operator, right)


def _equal(scope: Scope, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Lowered:
    one, other = scope.lower(left), scope.lower(right)
    if isinstance(operator, ast.Is | ast.IsNot) and not isinstance(other.type, Null):
        refuse("`is` is the identity of an object; only `is None` has an equal", right)
    # A value that is kept elsewhere is never None, so its pointer answers `is None` as well as the value would.
    if isinstance(other.type, Null) and isinstance(one.type, Optional | Null):
        return Lowered(_is(operator, one.code), Bool(), both(one.guard, other.guard))
    for value, node in ((one, left), (other, right)):
        scope.seen(value.type, node)
    why = unequal(one.type, other.type)
    if why is not None:
        refuse(why, left)
    return Lowered(Binary(_EQUAL[operator.__class__], one.code, other.code), Bool(), both(one.guard, other.guard))


def _is(operator: ast.cmpop, code: Code) -> Code:
    return Binary(_EQUAL[operator.__class__], code, NULL)


def unequal(one: Type, other: Type) -> str | None:
    """Why JSONata's deep equality is not Python's for these types; None when it is."""
    if isinstance(one, Nothing) or isinstance(other, Nothing):
        return None
    if isinstance(one, Optional) or isinstance(other, Optional):
        inner = one.of if isinstance(one, Optional) else one, other.of if isinstance(other, Optional) else other
        return None if Null() in inner else unequal(*inner)
    if isinstance(one, Null) or isinstance(other, Null):
        return None if not isinstance(one, Opaque | Mixed) and not isinstance(other, Opaque | Mixed) else "it is opaque"
    if isinstance(one, Object | Map) and isinstance(other, Object | Map):
        return _unequal_dicts(one, other)
    if isinstance(one, Array) and isinstance(other, Array):
        return unequal(one.item, other.item)
    if isinstance(one, Tuple) and isinstance(other, Tuple):
        found = (unequal(a, b) for a, b in zip(one.items, other.items, strict=False))
        return next((why for why in found if why is not None), None)
    return _unequal_kinds(one, other)


def _unequal_dicts(one: Object | Map, other: Object | Map) -> str | None:
    if isinstance(one, Map) or isinstance(other, Map):
        return unequal(as_map(one).value, as_map(other).value)
    fields = dict(other.fields)
    found = (unequal(value, fields[key]) for key, value in one.fields if key in fields)
    return next((why for why in found if why is not None), None)


def _unequal_kinds(one: Type, other: Type) -> str | None:
    if isinstance(one, Int | Float) and isinstance(other, Int | Float):
        return None
    if one.__class__ is other.__class__ and isinstance(one, SCALARS):
        return None
    if {one.__class__, other.__class__} == {Array, Tuple} and holds(Guard.TUPLE_IS_NOT_LIST, False):
        return None
    if isinstance(one, Bool | Int) and isinstance(other, Bool | Int) and holds(Guard.SAME_KIND, False):
        return None
    return f"equality of {describe(one)} and {describe(other)} differs"


def _ordered(scope: Scope, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Lowered:
    one, other = scope.look(left), scope.look(right)
    guard = both(one.guard, other.guard)
    code = Binary(_ORDER[operator.__class__], one.code, other.code)
    if isinstance(present(one, left), Text) and isinstance(present(other, right), Text):
        if not holds(Guard.TEXT_ORDER, False):
            refuse("JSONata orders texts by UTF-16 units, Python by code points", left)
        return Lowered(code, Bool(), guard)
    number(one, left)
    number(other, right)
    return Lowered(code, Bool(), guard)


def _contained(scope: Scope, left: ast.expr, right: ast.expr) -> Lowered:
    item = scope.look(left)
    whole, where = _container(scope, right)
    guard = both(item.guard, whole.guard)
    type = present(whole, where)
    if isinstance(type, Text) and isinstance(present(item, left), Text):
        return Lowered(call("contains", whole.code, item.code), Bool(), guard)
    if isinstance(type, Object | Map) and isinstance(present(item, left), Text):
        return Lowered(Binary("in", item.code, keys(whole.code, type)), Bool(), guard)
    if isinstance(type, Array):
        return Lowered(_in_list(scope, item, whole.code, type.item, left), Bool(), guard)
    return refuse(f"`in` of {describe(item.type)} and {describe(type)} has no equal", left)


def _container(scope: Scope, node: ast.expr) -> tuple[Lowered, ast.expr]:
    """The right side of `in`; a tuple or set written in place is searched like a list, the keys of a dict like it."""
    if isinstance(node, ast.Tuple | ast.Set):
        return scope.look(ast.copy_location(ast.List(node.elts, ast.Load()), node)), node
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "keys"
        and not node.args
    ):
        return scope.look(node.func.value), node.func.value
    return scope.look(node), node


def keys(code: Code, type: Object | Map) -> Code:
    """The keys of a dict, as something to search; `$lookup` would also find what an object inherits in JavaScript."""
    if isinstance(type, Object):
        return List(tuple(Literal(key) for key, _ in type.fields))
    return call("keys", code)


def _in_list(scope: Scope, item: Lowered, whole: Code, inside: Type, node: ast.expr) -> Code:
    scope.seen(inside, node)
    why = unequal(item.type, inside)
    if why is not None:
        refuse(why, node)
    # `in` compares scalars only: on JavaScript an object or array equals itself alone.
    if holds(Guard.SHALLOW_IN, all(map(_is_scalar, (item.type, inside)))):
        return Binary("in", item.code, whole)
    return scope.shared(item.code, lambda one: Binary(">", call("count", matches(scope, whole, one)), ZERO))


def _is_scalar(type: Type) -> bool:
    return isinstance(type.of if isinstance(type, Optional) else type, (*SCALARS, Nothing))


def matches(scope: Scope, items: Code, one: Code) -> Code:
    """The items that are equal to one value."""
    each = scope.fresh()
    return sequence(call("filter", items, Function((each,), Binary("=", Variable(each), one))))
