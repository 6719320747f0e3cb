"""What a comprehension goes over: a list, `range`, `enumerate`, `zip`, `reversed`, or a dict where order plays no part.

`for i, x in enumerate(xs)` -> the array `$xs`, its element `$x`, its place `$i`.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from portable_faas_aws.jsonata.code import (
    ZERO,
    Binary,
    Code,
    Conditional,
    Function,
    Index,
    List,
    Literal,
    Path,
    Range,
    Record,
    Variable,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import as_map
from portable_faas_aws.jsonata.lists import array, sequence
from portable_faas_aws.jsonata.lowered import Lowered, Name
from portable_faas_aws.jsonata.scope import Scope, all_joined, article, present, quoted, refuse
from portable_faas_aws.jsonata.types import MAX_LENGTH, Array, Int, Map, Object, Text, Tuple, Type

_MAX_RANGE = 10_000

View = Callable[[Code, Code], Code]
"""From an element and its place to a part of what the loop sees."""


@dataclass(frozen=True)
class Source:
    """The items of an iteration as a JSONata array, and how each is seen."""

    code: Code
    max: int | None
    guard: Code | None
    parts: tuple[tuple[View, Type], ...]
    is_pair: bool = False
    is_ordered: bool = True
    uses_place: bool = False

    def listed(self, scope: Scope) -> Lowered:
        """The items as a list."""
        if self.is_pair or self.uses_place:
            element, place = scope.fresh(), scope.fresh()
            views = [(view(Variable(element), Variable(place)), type) for view, type in self.parts]
            body = array(scope, views)
            item: Type = Tuple(tuple(type for _, type in self.parts))
            return Lowered(
                sequence(call("map", self.code, Function((element, place), body))), Array(item, self.max), self.guard
            )
        return Lowered(self.code, Array(self.parts[0][1], self.max), self.guard)


def _itself(element: Code, _: Code) -> Code:
    return element


def _field(key: str) -> View:
    return lambda element, _: Path(element, key)


def iterated(scope: Scope, node: ast.expr, needs_order: bool) -> Source:
    """What `for ... in node` goes over; ``needs_order``: the result shows the order of the items."""
    source = _iterated(scope, node)
    if not holds(Guard.KEY_ORDER, source.is_ordered or not needs_order):
        refuse(f"the order of the keys of {quoted(node)} is not kept by every evaluator", node)
    return source


def _iterated(scope: Scope, node: ast.expr) -> Source:
    if (
        isinstance(node, ast.Call)
        and not node.keywords
        and not any(isinstance(each, ast.Starred) for each in node.args)
    ):
        function = node.func
        if isinstance(function, ast.Name) and function.id not in scope.names:
            make = _FUNCTIONS.get(function.id)
            if make is not None:
                return make(scope, node)
        if isinstance(function, ast.Attribute) and function.attr in _VIEWS and not node.args:
            return _of_dict(scope, function.value, function.attr)
    return _of_value(scope, scope.look(node), node)


def _of_value(scope: Scope, value: Lowered, node: ast.expr) -> Source:
    type = present(value, node)
    if isinstance(type, Tuple):
        type = Array(all_joined(list(type.items), node), len(type.items))
    if isinstance(type, Object | Map):
        return _entries(scope, value, as_map(type), "keys")
    if not isinstance(type, Array):
        refuse(f"{quoted(node)} is {article(type)}, which is not gone over by JSONata", node)
    return Source(value.code, type.max, value.guard, ((_itself, type.item),))


_VIEWS = {"keys": (0,), "values": (1,), "items": (0, 1)}


def _of_dict(scope: Scope, node: ast.expr, view: str) -> Source:
    value = scope.look(node)
    type = present(value, node)
    if not isinstance(type, Object | Map):
        refuse(f"{quoted(node)} is {article(type)}, not a dict", node)
    return _entries(scope, value, as_map(type), view)


def _entries(scope: Scope, value: Lowered, type: Map, view: str) -> Source:
    key = scope.fresh()

    def pairs(one: Code) -> Code:
        entry = Record(((Literal("k"), Variable(key)), (Literal("v"), call("lookup", one, Variable(key)))))
        return sequence(call("map", sequence(call("keys", one)), Function((key,), entry)))

    parts = ((_field("k"), Text(type.key)), (_field("v"), type.value))
    chosen = tuple(parts[place] for place in _VIEWS[view])
    source = Source(scope.shared(value.code, pairs), type.max, value.guard, chosen, len(chosen) > 1, False)
    return source if len(chosen) > 1 else _plain(scope, source)


def _plain(scope: Scope, source: Source) -> Source:
    """The same items, each an element itself."""
    element = scope.fresh()
    view, type = source.parts[0]
    code = sequence(call("map", source.code, Function((element,), view(Variable(element), ZERO))))
    return replace(source, code=code, parts=((_itself, type),))


def _range(scope: Scope, node: ast.Call) -> Source:
    if not 1 <= len(node.args) <= 2:
        refuse("a range with a step has no equal", node)
    ends = [scope.look(each) for each in node.args]
    types = [present(end, each) for end, each in zip(ends, node.args, strict=True)]
    if not all(isinstance(type, Int) for type in types):
        refuse(f"{quoted(node)} is not over ints", node)
    low = ends[0].code if len(ends) == 2 else ZERO
    first = types[0] if len(ends) == 2 else Int(0, 0)
    last = types[-1]
    assert isinstance(first, Int)
    assert isinstance(last, Int)
    guard = both(ends[0].guard, ends[1].guard if len(ends) == 2 else None)
    return _numbers(scope, (low, first), (ends[-1].code, last), guard)


def _numbers(scope: Scope, low: tuple[Code, Int], high: tuple[Code, Int], guard: Code | None) -> Source:
    longest = max(high[1].hi - low[1].lo, 0)
    if not holds(Guard.RANGE_SIZE, longest <= _MAX_RANGE):
        guard = both(guard, Binary("<=", Binary("-", high[0], low[0]), Literal(_MAX_RANGE)))
        longest = _MAX_RANGE

    def between(a: Code, b: Code) -> Code:
        return Conditional(Binary(">", b, a), Range(a, Binary("-", b, Literal(1))), List(()))

    code = scope.shared(low[0], lambda a: scope.shared(high[0], lambda b: between(a, b)))
    item = Int(low[1].lo, max(high[1].hi - 1, low[1].lo))
    return Source(code, longest, guard, ((_itself, item),))


def _inner(scope: Scope, node: ast.expr) -> Source:
    """The items of an argument of enumerate, zip or reversed, each an element itself."""
    found = iterated(scope, node, needs_order=True)
    return found if not found.is_pair and not found.uses_place else _of_value(scope, found.listed(scope), node)


def _enumerate(scope: Scope, node: ast.Call) -> Source:
    if not 1 <= len(node.args) <= 2:
        refuse(f"{quoted(node)} has no equal", node)
    source = _inner(scope, node.args[0])
    start = node.args[1] if len(node.args) == 2 else ast.Constant(0)
    value = start.value if isinstance(start, ast.Constant) else None
    if type(value) is not int or not 0 <= value <= MAX_LENGTH:
        refuse("enumerate starts at something that is no small constant", node)
    number = value

    def place(_: Code, index: Code) -> Code:
        return index if number == 0 else Binary("+", index, Literal(number))

    last = number + (MAX_LENGTH if source.max is None else source.max)
    return replace(source, parts=((place, Int(number, last)), *source.parts), is_pair=True, uses_place=True)


def _zip(scope: Scope, node: ast.Call) -> Source:
    if len(node.args) != 2:
        refuse("zip has an equal for two lists only", node)
    one, other = (_inner(scope, each) for each in node.args)
    element, place = scope.fresh(), scope.fresh()

    def pairs(items: Code) -> Code:
        within = Binary("<", Variable(place), call("count", items))
        shorter = sequence(call("filter", one.code, Function((element, place), within)))
        kept = one.code if holds(Guard.STRICT_ZIP, False) else shorter
        entry = Record(((Literal("a"), Variable(element)), (Literal("b"), Index(items, Variable(place)))))
        return sequence(call("map", kept, Function((element, place), entry)))

    parts = ((_field("a"), one.parts[0][1]), (_field("b"), other.parts[0][1]))
    bounds = [each.max for each in (one, other) if each.max is not None]
    code = scope.shared(other.code, pairs)
    return Source(code, min(bounds, default=None), both(one.guard, other.guard), parts, True)


def _reversed(scope: Scope, node: ast.Call) -> Source:
    if len(node.args) != 1:
        refuse(f"{quoted(node)} has no equal", node)
    source = _inner(scope, node.args[0])
    return replace(source, code=sequence(call("reverse", source.code)))


_FUNCTIONS = {"range": _range, "enumerate": _enumerate, "zip": _zip, "reversed": _reversed}


def decorated(scope: Scope, source: Source) -> Source:
    """The same items with their places written into them, so that a filter does not change the places."""
    element, place = scope.fresh(), scope.fresh()
    names = "abc"
    fields = tuple(
        (Literal(name), view(Variable(element), Variable(place)))
        for name, (view, _) in zip(names, source.parts, strict=False)
    )
    code = sequence(call("map", source.code, Function((element, place), Record(fields))))
    parts = tuple((_field(name), type) for name, (_, type) in zip(names, source.parts, strict=False))
    return replace(source, code=code, parts=parts, uses_place=False)


def bound(scope: Scope, target: ast.expr, source: Source, element: Code, place: Code) -> dict[str, Name]:
    """The names that the target of a loop gives to an element."""
    views = [(view(element, place), type) for view, type in source.parts]
    if isinstance(target, ast.Name):
        if not source.is_pair:
            return {target.id: Name(*views[0], inline=True)}
        item = Tuple(tuple(type for _, type in views))
        return {target.id: Name(array(scope, views), item, inline=True)}
    if not isinstance(target, ast.Tuple | ast.List) or not all(isinstance(each, ast.Name) for each in target.elts):
        refuse(f"{quoted(target)} is unpacked in a way that has no equal", target)
    names = [each.id for each in target.elts if isinstance(each, ast.Name)]
    if not source.is_pair:
        views = _unpacked(views[0], target)
    if len(views) != len(names):
        refuse(f"{quoted(target)} does not take {len(views)} values", target)
    return {name: Name(*view, inline=True) for name, view in zip(names, views, strict=True)}


def _unpacked(view: tuple[Code, Type], target: ast.expr) -> list[tuple[Code, Type]]:
    code, type = view
    if not isinstance(type, Tuple):
        refuse(f"{article(type)} may not have as many items as {quoted(target)} takes", target)
    return [(Index(code, Literal(place)), each) for place, each in enumerate(type.items)]
