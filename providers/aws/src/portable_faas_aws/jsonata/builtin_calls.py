"""The entries of builtins and of the methods of lists and dicts: `max(xs, default=0)`, `d.get(k)`."""

from portable_faas_aws.jsonata.code import (
    NULL,
    ZERO,
    Binary,
    Code,
    Conditional,
    Function,
    List,
    Literal,
    Variable,
    call,
)
from portable_faas_aws.jsonata.comparison import keys, matches, unequal
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import as_map, join, or_none
from portable_faas_aws.jsonata.lists import sequence
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope
from portable_faas_aws.jsonata.table import ANY, DICT, INT, INTS, ITEM, LIST, NUMBER, TEXT, Entry
from portable_faas_aws.jsonata.types import MAX_INT, MAX_LENGTH, Array, Float, Int, Map, Object, Type


def _item(type: Type) -> Int:
    assert isinstance(type, Array)
    return type.item if isinstance(type.item, Int) else Int(0, 0)


def _sum(type: Type) -> Int:
    assert isinstance(type, Array)
    count = MAX_LENGTH if type.max is None else type.max
    low, high = min(_item(type).lo, 0) * count, max(_item(type).hi, 0) * count
    return Int(max(low, -MAX_INT), min(high, MAX_INT))


def _sum_fits(scope: Scope, xs: Lowered) -> Code | None:
    """The sum of the absolute values; rounding is monotone, so it is over the limit wherever a partial sum is."""
    assert isinstance(xs.type, Array)
    count = MAX_LENGTH if xs.type.max is None else xs.type.max
    item = _item(xs.type)
    if holds(Guard.SUM_OVERFLOW, max(abs(item.lo), abs(item.hi)) * count <= MAX_INT):
        return None
    each = scope.fresh()
    sizes = sequence(call("map", xs.code, Function((each,), call("abs", Variable(each)))))
    return Binary("<=", call("sum", sizes), Literal(MAX_INT))


def _has_item(_: Scope, xs: Lowered, *_rest: Lowered) -> Code:
    return Binary(">", call("count", xs.code), ZERO)


def _extreme(function: str) -> tuple[Entry, Entry, Entry]:
    def with_default(scope: Scope, xs: Lowered, other: Lowered) -> Code:
        return scope.shared(
            xs.code,
            lambda one: Conditional(Binary(">", call("count", one), ZERO), call(function, one), other.code),
        )

    pick = min if function == "min" else max
    two = Entry(
        f"{function}(a, b)",
        {"a": INT, "b": INT},
        lambda _, a, b: call(function, List((a.code, b.code))),
        lambda a, b: Int(pick(a.lo, b.lo), pick(a.hi, b.hi)),
    )
    of_list = Entry(
        f"{function}(xs)", {"xs": INTS}, lambda _, xs: call(function, xs.code), _item, _has_item, Guard.EMPTY
    )
    default = Entry(
        f"{function}(xs, default=z)", {"xs": INTS, "z": INT}, with_default, lambda xs, z: join(_item(xs), z)
    )
    return two, of_list, default


def _has(scope: Scope, d: Lowered, k: Lowered, found: Code, missing: Code) -> Code:
    assert isinstance(d.type, Map | Object)
    return Conditional(Binary("in", k.code, keys(d.code, d.type)), found, missing)


def _get(scope: Scope, d: Lowered, k: Lowered, *other: Lowered) -> Code:
    missing = other[0].code if other else NULL

    def use(whole: Code, key: Code) -> Code:
        found = call("lookup", whole, key)
        return _has(scope, Lowered(whole, d.type), Lowered(key, k.type), found, missing)

    return scope.shared(d.code, lambda whole: scope.shared(k.code, lambda key: use(whole, key)))


def _value(type: Type) -> Type:
    assert isinstance(type, Map | Object)
    return as_map(type).value


def _size(_: Scope, d: Lowered) -> Code:
    return Literal(len(d.type.fields)) if isinstance(d.type, Object) else call("count", call("keys", d.code))


def _size_bounds(type: Type) -> Int:
    if isinstance(type, Object):
        return Int(len(type.fields), len(type.fields))
    limit = type.max if isinstance(type, Map | Array) else None
    return Int(0, MAX_LENGTH if limit is None else limit)


def _matching(scope: Scope, xs: Lowered, x: Lowered) -> Code:
    return scope.shared(x.code, lambda one: call("count", matches(scope, xs.code, one)))


def _comparable(xs: Type, x: Type) -> str | None:
    assert isinstance(xs, Array)
    return unequal(xs.item, x)


def _sorted(xs: Lowered, sign: str | None) -> Code:
    if sign is None:
        return sequence(call("sort", xs.code))
    compare = Function(("a", "b"), Binary(sign, Variable("a"), Variable("b")))
    return sequence(call("sort", xs.code, compare))


def _absolute(type: Type) -> Type:
    if isinstance(type, Int):
        return Int(0 if type.lo <= 0 <= type.hi else min(abs(type.lo), abs(type.hi)), max(abs(type.lo), abs(type.hi)))
    return Float()


ENTRIES = (
    Entry("len(xs)", {"xs": LIST}, lambda _, xs: call("count", xs.code), _size_bounds),
    Entry("len(d)", {"d": DICT}, _size, _size_bounds),
    Entry("abs(n)", {"n": NUMBER}, lambda _, n: call("abs", n.code), _absolute),
    Entry("int(n)", {"n": INT}, lambda _, n: n.code, lambda n: n),
    Entry("float(n)", {"n": NUMBER}, lambda _, n: n.code, lambda _: Float()),
    Entry("sum(xs)", {"xs": INTS}, lambda _, xs: call("sum", xs.code), _sum, _sum_fits, Guard.SUM_OVERFLOW),
    *_extreme("min"),
    *_extreme("max"),
    Entry("sorted(xs)", {"xs": INTS}, lambda _, xs: _sorted(xs, None), lambda xs: xs),
    Entry("list(xs)", {"xs": LIST}, lambda _, xs: xs.code, lambda xs: xs),
    Entry("dict(d)", {"d": DICT}, lambda _, d: d.code, lambda d: d),
    Entry("xs.copy()", {"xs": LIST}, lambda _, xs: xs.code, lambda xs: xs),
    Entry("d.copy()", {"d": DICT}, lambda _, d: d.code, lambda d: d),
    Entry("xs.count(x)", {"xs": LIST, "x": ITEM}, _matching, lambda *_: Int(0, MAX_LENGTH), check=_comparable),
    Entry("d.get(k)", {"d": DICT, "k": TEXT}, _get, lambda d, k: or_none(_value(d))),
    Entry("d.get(k, z)", {"d": DICT, "k": TEXT, "z": ANY}, _get, lambda d, k, z: join(_value(d), z)),
)
