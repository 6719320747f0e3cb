"""Which values a function changes in place, and what a call of a function of the program does to its arguments.

order.lines.append(x)      changes `order` at the path ("lines",)
rows[0] = y                changes `rows` at the path ()
def add(xs): xs.append(1)  effects(add): it changes its parameter `xs`
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, final

from portable_faas.compiler.facts import SYNC, Facts, Path, path_of
from portable_faas.compiler.flow import DEFINE
from portable_faas.compiler.names import Function
from portable_faas.compiler.words import words

METHODS: Final = frozenset(
    words("""
    append extend insert remove pop clear sort reverse update setdefault popitem add discard appendleft
    extendleft popleft rotate difference_update intersection_update symmetric_difference_update __setitem__
    __delitem__ move_to_end subtract
""")
)
_FIRST_ARGUMENT: Final = frozenset(
    words("""
    setattr delattr heapq.heappush heapq.heappop heapq.heapify heapq.heapreplace heapq.heappushpop bisect.insort
    bisect.insort_left bisect.insort_right random.shuffle next operator.setitem operator.delitem operator.iadd
""")
)
_IN_PLACE: Final = frozenset(("list", "set", "dict"))
_COPYING: Final = frozenset(("list", "sorted"))
_NO_METHODS: Final = frozenset(
    words("""
    context log app str int float bool bytes scalar enum class activity orchestrator entity lock call
""")
)


@final
@dataclass(frozen=True, slots=True)
class Mutation:
    """``node`` changes the object at ``root.path``; ``late`` when a helper does so after an await of its own."""

    node: ast.AST
    root: ast.Name
    path: Path
    late: bool = False


@final
@dataclass(frozen=True, slots=True)
class Effects:
    """What a function does to its parameters, by their names.

    ``changes`` are the places that change, ``late`` the parameters that do so after an await of the function's own,
    ``returns`` those that the result may share something with; ``captured`` changes names of enclosing functions,
    ``gives`` are such names that the result may share something with.
    """

    changes: frozenset[tuple[str, Path]] = frozenset()
    late: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    captured: tuple[Mutation, ...] = ()
    gives: frozenset[str] = frozenset()

    @property
    def changed(self) -> frozenset[str]:
        """The parameters that change."""
        return frozenset(name for name, _ in self.changes)


_SHARING: Final = ("assign", "annotated", "moved", "for", "for item", "item")
NONE: Final = Effects()
ANYWHERE: Final = ("**",)  # the path of a change somewhere inside


def mutations(facts: Facts) -> list[Mutation]:
    """Every change in place in the body, in the order of the text."""
    return [each for node in facts.nodes for each in _of_node(facts, node)]


def _of_node(facts: Facts, node: ast.AST) -> Iterator[Mutation]:
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield from _at(node, node.value)
        case ast.AugAssign(target=ast.Name() as target) if grows_in_place(facts, node):
            yield Mutation(node, target, ())
        case ast.Call():
            yield from _of_call(facts, node)
        case _:
            return


def grows_in_place(facts: Facts, node: ast.AugAssign) -> bool:
    """Whether `x += y` changes a list, dict or set instead of making a new value; y tells where x does not."""
    target = facts.kind(node.target).tag
    return target in _IN_PLACE or (target == "unknown" and facts.kind(node.value).tag in _IN_PLACE)


def _at(node: ast.AST, changed: ast.expr) -> Iterator[Mutation]:
    found = path_of(changed)
    if found is not None:
        yield Mutation(node, *found)


def _through(node: ast.AST, argument: ast.expr, done: "Effects", parameter: str) -> Iterator[Mutation]:
    """What a function that gets ``argument`` as its ``parameter`` changes of it."""
    found = path_of(argument)
    for name, inner in sorted(done.changes):
        if name == parameter and found is not None:
            yield Mutation(node, found[0], (*found[1], *inner), parameter in done.late)


def _of_call(facts: Facts, node: ast.Call) -> Iterator[Mutation]:
    methods = facts.methods(node)
    if isinstance(node.func, ast.Attribute) and methods:
        done = effects(facts, methods[0])
        first = next(iter(methods[0].parameters), None)
        if first is not None:
            yield from _through(node, node.func.value, done, first.arg)
    elif isinstance(node.func, ast.Attribute) and _is_changing(facts, node.func):
        yield from _at(node, node.func.value)
    if facts.dotted(node.func) in _FIRST_ARGUMENT and node.args:
        yield from _at(node, node.args[0])
    for function in called_functions(facts, node):
        done = effects(facts, function)
        for parameter, argument in bound(function, node):
            yield from _through(node, argument, done, parameter)


def _is_changing(facts: Facts, func: ast.Attribute) -> bool:
    """Whether a method of a builtin container changes its receiver."""
    return func.attr in METHODS and facts.kind(func.value).tag not in _NO_METHODS and not facts.dotted(func)


def called_functions(facts: Facts, node: ast.Call) -> list[Function]:
    """The function of the program that a call runs, if it is known."""
    kind = facts.kind(node.func)
    return [kind.function] if kind.tag == "local" and kind.function is not None else []


def bound(function: Function, node: ast.Call, skip: int = 0) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a call with the parameters that they go to, or may go to where they are handed on as `*args`."""
    if isinstance(function.node, ast.Module):
        return
    takes = function.node.args
    places = iter([each.arg for each in (*takes.posonlyargs, *takes.args)][skip:])
    rest = takes.vararg.arg if takes.vararg else ""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            yield from ((name, argument.value) for name in (*places, rest) if name)
        elif name := next(places, rest):
            yield name, argument
    known = {each.arg for each in (*takes.args, *takes.kwonlyargs)}
    others = takes.kwarg.arg if takes.kwarg else ""
    for keyword in node.keywords:
        if keyword.arg is None:
            yield from ((name, keyword.value) for name in (*sorted(known), others) if name)
        elif name := keyword.arg if keyword.arg in known else others:
            yield name, keyword.value


def effects(facts: Facts, function: Function) -> Effects:
    """What calling ``function`` does; a recursive call counts as doing nothing more."""
    known: dict[Function, Effects] = facts.program.effects
    if function not in known:
        known[function] = NONE
        known[function] = _effects(Facts(facts.program, function, SYNC))
    return known[function]


def _effects(facts: Facts) -> Effects:
    parameters = {each.arg for each in facts.function.parameters}
    found = origins(facts, parameters)
    after = {index for start in facts.flow.awaits for index in facts.flow.reachable(start)}
    changes: set[tuple[str, Path]] = set()
    late: set[str] = set()
    captured = []
    for each in mutations(facts):
        roots = found.get(each.root.id, set()) if each.root not in facts.function.scope.inner else set()
        changes |= {(root, each.path if root == each.root.id else ANYWHERE) for root in roots}
        if each.late or facts.flow.of_node.get(id(each.node)) in after:
            late |= roots
        if each.root.id not in facts.function.scope.bindings and each.root not in facts.function.scope.inner:
            captured.append(replace(each, late=each.late or facts.flow.of_node.get(id(each.node)) in after))
    roots = _returned(facts)
    returns = {parameter for root in roots for parameter in found.get(root, ())}
    gives = roots - facts.function.scope.bindings.keys()
    return Effects(frozenset(changes), frozenset(late), frozenset(returns), tuple(captured), frozenset(gives))


def origins(facts: Facts, parameters: set[str]) -> dict[str, set[str]]:
    """For each name the parameters whose objects it may hold, whatever the order."""
    found: dict[str, set[str]] = {name: {name} for name in parameters}
    sources = [
        (op.name, shared)
        for op in facts.flow.ops
        if op.kind == DEFINE and op.value is not None and op.how in _SHARING
        for shared in _roots(facts, op.value)
    ]
    changed = True
    while changed:
        changed = False
        for name, root in sources:
            more = found.get(root, set()) - found.get(name, set())
            if more:
                found.setdefault(name, set()).update(more)
                changed = True
    return found


def _roots(facts: Facts, node: ast.expr) -> list[str]:
    match node:
        case ast.IfExp():
            return [*_roots(facts, node.body), *_roots(facts, node.orelse)]
        case ast.BoolOp():
            return [root for value in node.values for root in _roots(facts, value)]
        case ast.Call(func=ast.Attribute(value=of, attr="items" | "values" | "get" | "pop" | "setdefault")):
            return _roots(facts, of)
        case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "zip" | "sorted" | "list"), args=args):
            return [root for arg in args for root in _roots(facts, arg)]
        case ast.Await(value=awaited):
            return _roots(facts, awaited)
        case ast.Call():
            return [root for argument in _passed_on(facts, node) for root in _roots(facts, argument)]
        case _:
            found = path_of(node)
            return [found[0].id] if found and found[0] not in facts.function.scope.inner else []


def _passed_on(facts: Facts, node: ast.Call) -> Iterator[ast.expr]:
    """What the result of a call may share something with: what its function returns, or its branches do."""
    for function in called_functions(facts, node):
        returns = effects(facts, function).returns
        yield from (argument for parameter, argument in bound(function, node) if parameter in returns)
    match node:
        case ast.Call(func=ast.Attribute(attr="gather"), args=args):
            for each in args:
                found = each.value if isinstance(each, ast.Starred) else each
                yield from [found.elt] if isinstance(found, ast.ListComp | ast.GeneratorExp) else [found]
        case ast.Call(func=ast.Attribute(attr="map"), args=[_, items]):
            yield items
        case _:
            return


def _returned(facts: Facts) -> set[str]:
    """The names that the result may share something with."""
    found: set[str] = set()
    for node in facts.nodes:
        if isinstance(node, ast.Return) and node.value is not None and not facts.kind(node.value).immutable:
            for each in [node.value, *(node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else [])]:
                if not _is_fresh(facts, each):
                    found |= set(_roots(facts, each))
    return found


def _is_fresh(facts: Facts, node: ast.expr) -> bool:
    """Whether a value is a new list of what never changes: `sorted(names)`."""
    return isinstance(node, ast.Call) and facts.dotted(node.func) in _COPYING and facts.kind(node).element.immutable
