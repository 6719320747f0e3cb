"""PF013: an orchestrator changes a variable of the module or of a class, which other instances and replays share.

done.append(order)      # done = [] at the top of the file      ->      a local list, returned at the end
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts, path_of
from portable_faas.compiler.mutation import METHODS, Mutation, mutations
from portable_faas.compiler.names import (
    Activity,
    AppObject,
    External,
    Function,
    Helper,
    Klass,
    Meaning,
    Orchestrator,
    Value,
)
from portable_faas.compiler.sharing import PAIRS, SHALLOW
from portable_faas.errors import Diagnostic

Root = tuple[ast.Name, bool]  # a name, and whether only a part of its value is meant

_ELEMENT: Final = ("for", "for item", "item")
_SHARING: Final = ("assign", "annotated", "moved", *_ELEMENT)
_CONTEXT_VARIABLES: Final = ("contextvars.ContextVar", "_contextvars.ContextVar")
_REMEDY: Final = "keep it in a local variable and pass or return it, or store it in an activity"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every assignment to a global name and every change in place of a module's value."""
    scope = facts.function.scope
    for node in facts.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)) and node.id in scope.globals:
            problem = f"`{node.id}` is a global variable, and an orchestrator may not change it"
            yield facts.report(node, "PF013", problem, _REMEDY)
    for each in mutations(facts):
        if each.root in scope.inner:
            continue
        if _is_shared(facts, each, facts.program.meaning(facts.function, each.root)):
            problem = f"`{facts.quote(each.node)}` changes `{each.root.id}`, which belongs to the module"
            yield facts.report(each.node, "PF013", problem, _REMEDY)
        else:
            source = _source(facts, each)
            if source is not None:
                problem = f"`{facts.quote(each.node)}` changes `{facts.quote(source)}`, which belongs to the module"
                yield facts.report(each.node, "PF013", problem, f"copy it first, such as `copy.copy({source.id})`")
    yield from _context_variables(facts)
    yield from _namespaces(facts)


def _namespaces(facts: Facts) -> Iterator[Diagnostic]:
    """`globals()["count"] = 1`, `globals().update(...)`."""
    for node in facts.nodes:
        match node:
            case (
                ast.Subscript(value=ast.Call(func=func), ctx=ast.Store() | ast.Del())
                | ast.Call(
                    func=ast.Attribute(value=ast.Call(func=func), attr="update" | "pop" | "setdefault" | "clear")
                )
            ) if facts.dotted(func) == "globals":
                yield facts.report(node, "PF013", f"`{facts.quote(node)}` changes a variable of the module", _REMEDY)
            case _:
                pass


def _context_variables(facts: Facts) -> Iterator[Diagnostic]:
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=variable, attr="set" | "reset")):
                if facts.kind(variable).dotted in _CONTEXT_VARIABLES:
                    problem = f"`{facts.quote(node)}` changes a context variable, which is not recorded"
                    yield facts.report(node, "PF013", problem, "keep it in a local variable and pass it on")
            case _:
                pass


def _source(facts: Facts, change: Mutation) -> ast.Name | None:
    """The module's variable that a local name is only another name for: `rows = ROWS`, `for row in [*ROWS]`."""
    seen: set[tuple[int, bool]] = set()
    work = [(change.root, bool(change.path))]
    while work:
        node, inside = work.pop()
        index = facts.flow.of_node.get(id(node))
        name = facts.flow.ops[index].name if index is not None else ""
        for op in facts.flow.reaching(index, name) if index is not None and name else ():
            if op.value is None or (id(op), inside) in seen or op.how not in _SHARING:
                continue
            seen.add((id(op), inside))
            for root, deeper in _roots(facts, op.value, inside or op.how in _ELEMENT):
                if _is_value(facts, root):
                    return root
                work.append((root, deeper))
    return None


def _is_value(facts: Facts, root: ast.Name) -> bool:
    meaning = facts.program.meaning(facts.function, root)
    imported = isinstance(meaning, External) and not meaning.dotted.startswith("builtins.")
    return imported or _belongs(meaning)


def _roots(facts: Facts, node: ast.expr, inside: bool) -> Iterator[Root]:
    """The names whose object, or a part of it, is the value of ``node`` or, if ``inside``, a part of that value."""
    match node:
        case ast.IfExp():
            yield from _all(facts, [node.body, node.orelse], inside)
        case ast.BoolOp():
            yield from _all(facts, node.values, inside)
        case ast.NamedExpr():
            yield from _roots(facts, node.value, inside)
        case ast.Call(func=ast.Attribute(value=of, attr="items" | "values" | "get" | "setdefault" | "pop")):
            yield from _roots(facts, of, True)
        case _:
            found = path_of(node)
            if found is not None:
                yield found[0], inside or bool(found[1])
            elif inside:
                yield from _all(facts, _parts(facts, node), True)


def _all(facts: Facts, nodes: list[ast.expr], inside: bool) -> Iterator[Root]:
    for node in nodes:
        yield from _roots(facts, node, inside)


def _parts(facts: Facts, node: ast.expr) -> list[ast.expr]:
    """The expressions whose values, or parts of them, are parts of a new value."""
    match node:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return [each.value if isinstance(each, ast.Starred) else each for each in elts]
        case ast.Dict(values=values):
            return values
        case ast.Subscript(value=of, slice=ast.Slice()) | ast.Call(func=ast.Attribute(value=of, attr="copy")):
            return [of]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call() if facts.dotted(node.func) in SHALLOW or facts.dotted(node.func) in PAIRS:
            return node.args
        case _:
            return []


def _is_shared(facts: Facts, change: Mutation, meaning: Meaning) -> bool:
    match meaning:
        case External(known=True):
            call = change.node
            return not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)) or (
                call.func.attr not in METHODS
            )
        case External():
            return not isinstance(change.node, ast.Call)  # a call may be of a function that has such a name
        case Value():
            return _belongs(meaning)
        case _:
            return _belongs(meaning) and not _is_own_method(change)


def _belongs(meaning: Meaning) -> bool:
    """Whether something is a module's own: one of its variables, an app, a declared or plain function, a class."""
    match meaning:
        case Value(context=context) | Helper(function=Function(owner=Function() as context)):
            return isinstance(context.node, ast.Module)
        case AppObject() | Activity() | Orchestrator() | Klass():
            return True
        case _:
            return False


def _is_own_method(change: Mutation) -> bool:
    """`Shop.update(n)` runs a method of the class, whatever its name."""
    match change.node:
        case ast.Call(func=ast.Attribute(value=of)):
            return of is change.root
        case _:
            return False
