"""`sorted`, `min` and `max` with a key: `sorted(xs, key=lambda o: o["n"])` -> a `$sort` by key and then by place."""

import ast

from portable_faas_aws.jsonata.arguments import argument
from portable_faas_aws.jsonata.arithmetic import number
from portable_faas_aws.jsonata.code import (
    FALSE,
    TRUE,
    ZERO,
    Binary,
    Code,
    Conditional,
    Function,
    Literal,
    Path,
    Record,
    Variable,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.lists import sequence
from portable_faas_aws.jsonata.lowered import Lowered, Name
from portable_faas_aws.jsonata.scope import Scope, article, present, quoted, refuse
from portable_faas_aws.jsonata.types import Array, Type


def ordered(scope: Scope, node: ast.Call) -> Lowered:
    """``sorted(xs, key=..., reverse=...)``."""
    given = {each.arg: each.value for each in node.keywords}
    reverse = given.get("reverse", ast.Constant(False))
    if not isinstance(reverse, ast.Constant) or not isinstance(reverse.value, bool):
        refuse(f"{quoted(reverse)} is not a constant", reverse)
    values, item = _items(scope, node)
    sign = "<" if reverse.value else ">"
    if "key" not in given:
        number(Lowered(ZERO, item), node.args[0])
        compare = Function(("a", "b"), Binary(sign, Variable("a"), Variable("b")))
        return Lowered(sequence(call("sort", values.code, compare)), values.type, values.guard)
    element = scope.fresh()
    key = _key(scope, given["key"], element, item)
    guard = _everywhere(values, element, key)
    if holds(Guard.SORT_STABLE, False):
        other = scope.fresh()
        second = _key(scope, given["key"], other, item)
        compare = Function((element, other), Binary(sign, key.code, second.code))
        return Lowered(sequence(call("sort", values.code, compare)), values.type, guard)
    return Lowered(_stable(scope, values.code, element, key.code, sign), values.type, guard)


def _items(scope: Scope, node: ast.Call) -> tuple[Lowered, Type]:
    values = argument(scope, node.args[0], "list")
    scope.seen(values.type, node.args[0])
    type = present(values, node.args[0])
    if not isinstance(type, Array):
        refuse(f"{quoted(node.args[0])} is {article(type)}, not a list", node.args[0])
    return values, type.item


def _key(scope: Scope, node: ast.expr, element: str, item: Type) -> Lowered:
    """The key of the element in this variable; a number."""
    parameters = node.args if isinstance(node, ast.Lambda) else None
    if not isinstance(node, ast.Lambda) or parameters is None or len(parameters.args) != 1 or _has_more(parameters):
        refuse(f"{quoted(node)} is not a lambda of one parameter", node)
    inner = scope.within({parameters.args[0].arg: Name(Variable(element), item, inline=True)})
    key = inner.look(node.body)
    if not holds(Guard.SORT_KEY, False):
        number(key, node.body)
    return key


def _has_more(parameters: ast.arguments) -> bool:
    return bool(
        parameters.posonlyargs or parameters.kwonlyargs or parameters.vararg or parameters.kwarg or parameters.defaults
    )


def _everywhere(values: Lowered, element: str, key: Lowered) -> Code | None:
    """The guard of the key must hold for every element."""
    if key.guard is None or holds(Guard.PARTIAL_BODY, False):
        return values.guard
    failing = sequence(call("filter", values.code, Function((element,), call("not", key.guard))))
    return both(values.guard, Binary("=", call("count", failing), ZERO))


def _stable(scope: Scope, values: Code, element: str, key: Code, sign: str) -> Code:
    """Sorted by the key and then by the place: an evaluator's own sort need not keep equals in their order."""
    place, a, b = scope.fresh(), Variable("a"), Variable("b")
    fields = ((Literal("k"), key), (Literal("i"), Variable(place)), (Literal("v"), Variable(element)))
    keyed = sequence(call("map", values, Function((element, place), Record(fields))))
    later = Conditional(Binary("=", Path(a, "k"), Path(b, "k")), Binary(">", Path(a, "i"), Path(b, "i")), FALSE)
    compare = Function(("a", "b"), Conditional(Binary(sign, Path(a, "k"), Path(b, "k")), TRUE, later))
    each = scope.fresh()
    done = sequence(call("sort", keyed, compare))
    return sequence(call("map", done, Function((each,), Path(Variable(each), "v"))))


def extreme(scope: Scope, node: ast.Call) -> Lowered:
    """``min(xs, key=...)`` and ``max(xs, key=...)``: the first of the best."""
    values, item = _items(scope, node)
    best, element = scope.fresh(), scope.fresh()
    one, other = (_key(scope, node.keywords[0].value, name, item) for name in (best, element))
    sign = "<" if isinstance(node.func, ast.Name) and node.func.id == "min" else ">"
    guard = _everywhere(values, element, other)
    if not holds(Guard.EMPTY, False):
        guard = both(guard, Binary(">", call("count", values.code), ZERO))
    better = Conditional(Binary(sign, other.code, one.code), Variable(element), Variable(best))
    return Lowered(call("reduce", values.code, Function((best, element), better)), item, guard)
