"""Comprehensions: `[o["n"] for o in xs if o["ok"]]` -> a `$filter` and a `$map`, each kept a list."""

import ast

from portable_faas_aws.jsonata import records
from portable_faas_aws.jsonata.code import (
    ZERO,
    Binary,
    Code,
    Function,
    List,
    Variable,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.iteration import Source, bound, decorated, iterated
from portable_faas_aws.jsonata.lists import sequence
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.narrowing import proofs
from portable_faas_aws.jsonata.scope import Scope, quoted, refuse
from portable_faas_aws.jsonata.truth import condition
from portable_faas_aws.jsonata.types import Array, Map


class Loop:
    """One ``for`` with its ``if``s: the elements that are left, and the scope of the body."""

    def __init__(self, outer: Scope, node: ast.comprehension, needs_order: bool) -> None:
        if node.is_async:
            refuse("an async comprehension awaits", node.iter)
        source = iterated(outer, node.iter, needs_order)
        if not holds(Guard.INDEX_AFTER_FILTER, not (node.ifs and source.uses_place)):
            source = decorated(outer, source)
        self.source: Source = source
        self.element, self.place = outer.fresh(), outer.fresh()
        names = bound(outer, node.target, source, Variable(self.element), Variable(self.place))
        self.scope = outer.within(names)
        self.code = source.code
        self.guard = source.guard
        for test in node.ifs:
            self._keep(test)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of a function of an element."""
        return (self.element, self.place) if self.source.uses_place else (self.element,)

    def _keep(self, test: ast.expr) -> None:
        found = condition(self.scope, test)
        self.require(found.guard)
        self.code = sequence(call("filter", self.code, Function(self.parameters, found.code)))
        self.scope = self.scope.where(proofs(self.scope, test, True))

    def require(self, guard: Code | None) -> None:
        """The guard of a part of the body must hold for every element that reaches it."""
        if not holds(Guard.PARTIAL_BODY, guard is None) and guard is not None:
            failing = sequence(call("filter", self.code, Function(self.parameters, call("not", guard))))
            self.guard = both(self.guard, Binary("=", call("count", failing), ZERO))

    def mapped(self, body: Code) -> Code:
        """The body for each element."""
        if body == Variable(self.element):
            return self.code
        return sequence(call("map", self.code, Function(self.parameters, body)))


def listed(scope: Scope, node: ast.ListComp | ast.GeneratorExp, needs_order: bool = True) -> Lowered:
    """A comprehension as a list."""
    return _listed(scope, node, node.generators, needs_order)


def _listed(
    scope: Scope, node: ast.ListComp | ast.GeneratorExp, loops: list[ast.comprehension], needs_order: bool
) -> Lowered:
    loop = Loop(scope, loops[0], needs_order)
    if len(loops) == 1:
        body = loop.scope.lower(node.elt)
        loop.require(body.guard)
        return Lowered(loop.mapped(body.code), Array(body.type, loop.source.max), loop.guard)
    if loop.source.uses_place:
        refuse("an index of an outer loop has no equal", loops[0].iter)
    body = _listed(loop.scope, node, loops[1:], needs_order)
    loop.require(body.guard)
    assert isinstance(body.type, Array)
    so_far = scope.fresh()
    append = Function((so_far, loop.element), call("append", Variable(so_far), body.code))
    limit = None if loop.source.max is None or body.type.max is None else loop.source.max * body.type.max
    return Lowered(call("reduce", loop.code, append, List(())), Array(body.type.item, limit), loop.guard)


def dictionary(scope: Scope, node: ast.DictComp) -> Lowered:
    """``{k: v for ...}``; of equal keys the last wins."""
    if len(node.generators) != 1:
        refuse("a dict comprehension with two loops has no equal", node)
    loop = Loop(scope, node.generators[0], needs_order=False)
    if not holds(Guard.KEY_ORDER, loop.source.is_ordered or _keeps_key(node)):
        refuse(f"which of two equal keys {quoted(node.key)} is last rests on the order of keys", node.key)
    pair = records.entry(loop.scope.look(node.key), loop.scope.lower(node.value), node.key)
    loop.require(pair.guard)
    assert isinstance(pair.type, Map)
    type = Map(pair.type.value, loop.source.max, pair.type.key)
    return Lowered(call("merge", loop.mapped(pair.code)), type, loop.guard)


def _keeps_key(node: ast.DictComp) -> bool:
    """Whether the key is the dict's own, as in ``{k: f(v) for k, v in d.items()}``."""
    loop = node.generators[0]
    function = loop.iter.func if isinstance(loop.iter, ast.Call) else None
    view = function.attr if isinstance(function, ast.Attribute) else "keys"
    target = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) else loop.target
    same = isinstance(node.key, ast.Name) and isinstance(target, ast.Name) and node.key.id == target.id
    return same and view == ("items" if isinstance(loop.target, ast.Tuple) else "keys")
