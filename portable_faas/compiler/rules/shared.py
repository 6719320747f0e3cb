"""PF013: an orchestrator changes a variable of the module or of a class, which other instances and replays share.

done.append(order)      # done = [] at the top of the file      ->      a local list, returned at the end
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts, path_of
from portable_faas.compiler.mutation import METHODS, Mutation, mutations
from portable_faas.compiler.names import External, Klass, Meaning, Value
from portable_faas.errors import Diagnostic

_SHARING: Final = ("assign", "annotated", "moved", "for", "for item", "item")
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
    """The module's variable that a local name is only another name for: `rows = ROWS`, `for row in ROWS`."""
    seen: set[int] = set()
    work = [change.root]
    while work:
        node = work.pop()
        index = facts.flow.of_node.get(id(node))
        name = facts.flow.ops[index].name if index is not None else ""
        for op in facts.flow.reaching(index, name) if index is not None and name else ():
            if op.value is None or id(op) in seen or op.how not in _SHARING:
                continue
            seen.add(id(op))
            for root in _roots(op.value):
                if _is_value(facts, root):
                    return root
                work.append(root)
    return None


def _is_value(facts: Facts, root: ast.Name) -> bool:
    meaning = facts.program.meaning(facts.function, root)
    return isinstance(meaning, Value) and isinstance(meaning.context.node, ast.Module)


def _roots(node: ast.expr) -> list[ast.Name]:
    """The names whose object, or a part of it, is the value of ``node``."""
    match node:
        case ast.IfExp():
            return [*_roots(node.body), *_roots(node.orelse)]
        case ast.BoolOp():
            return [root for value in node.values for root in _roots(value)]
        case ast.NamedExpr():
            return _roots(node.value)
        case ast.Call(func=ast.Attribute(value=of, attr="items" | "values" | "get" | "setdefault")):
            return _roots(of)
        case ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]):
            return _roots(of)
        case _:
            found = path_of(node)
            return [found[0]] if found else []


def _is_shared(facts: Facts, change: Mutation, meaning: Meaning) -> bool:
    node = change.node
    match meaning:
        case Value(context=context):
            return isinstance(context.node, ast.Module)
        case Klass():
            return not isinstance(node, ast.Call) or bool(change.path)
        case External(known=known):
            method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
            return known and not method
        case _:
            return False
