"""PF009: an activity that is chosen at run time in a way that cannot be read from the source.

for act in (charge, refund): await act(order)      ->      await charge(order); await refund(order)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.mutation import METHODS
from portable_faas.compiler.names import Activity, Value
from portable_faas.errors import Diagnostic

_REMEDY: Final = "choose it with `if`, a conditional expression, `match` or a literal dict"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every mention of an activity outside the supported forms, and every awaited call of something computed."""
    for node in facts.nodes:
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            meaning = facts.program.meaning(facts.function, node)
            if isinstance(meaning, Activity) and not _is_supported(facts, node):
                problem = f"the activity `{facts.quote(node)}` is passed around as a value"
                yield facts.report(node, "PF009", problem, _REMEDY)
        elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            yield from _computed(facts, node.value)


def _is_supported(facts: Facts, node: ast.expr) -> bool:
    parent = facts.parent(node)
    match parent:
        case ast.Call(func=func, args=args):
            mapped = isinstance(func, ast.Attribute) and func.attr == "map" and bool(args) and args[0] is node
            return func is node or (mapped and facts.kind(func.value).tag == "context")  # type: ignore[attr-defined]
        case ast.Attribute():
            return True
        case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()):
            return True
        case ast.NamedExpr():
            return True
        case ast.IfExp():
            return node is not parent.test and _is_supported(facts, parent)
        case ast.Dict():
            return node in parent.values and _is_literal(facts, parent)
        case ast.Compare():
            return True
        case ast.Await():
            return True
        case _:
            return False


def _is_literal(facts: Facts, node: ast.Dict) -> bool:
    """Whether a dict of activities is subscripted where it stands, or bound once and never changed."""
    parent = facts.parent(node)
    if isinstance(parent, ast.Subscript):
        return True
    if isinstance(parent, ast.Attribute) and parent.attr == "get":
        return True
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return _is_constant(facts, parent.targets[0].id)
    return (
        isinstance(parent, ast.AnnAssign)
        and isinstance(parent.target, ast.Name)
        and _is_constant(facts, parent.target.id)
    )


def _is_constant(facts: Facts, name: str) -> bool:
    """Whether the dict ``name`` is bound once and only ever looked up."""
    if len(facts.function.scope.bindings.get(name, ())) != 1:
        return False
    return all(
        _looks_up(facts, node)
        for node in facts.nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )


def _looks_up(facts: Facts, node: ast.Name) -> bool:
    parent = facts.parent(node)
    match parent:
        case ast.Subscript():
            return isinstance(parent.ctx, ast.Load) and parent.value is node
        case ast.Attribute(attr="get" | "keys"):
            return True
        case ast.Compare():
            return True
        case _:
            return False


def _computed(facts: Facts, call: ast.Call) -> Iterator[Diagnostic]:
    func = call.func
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute) and func.func.attr == "using":
        func = func.func.value
    if _is_dynamic(facts, func):
        yield facts.report(call, "PF009", f"what `{facts.quote(func)}` calls is known only at run time", _REMEDY)


def _is_dynamic(facts: Facts, func: ast.expr) -> bool:
    match func:
        case ast.Call():
            return facts.dotted(func.func) in ("getattr", "operator.attrgetter", "next", "globals", "vars", "eval")
        case ast.Subscript(value=ast.Dict()):
            return False
        case ast.Subscript(value=ast.Call() as of):
            return facts.dotted(of.func) in ("globals", "locals", "vars")
        case ast.Subscript(value=ast.Name() as of):
            return _is_looked_up(facts, of)
        case ast.Name():
            return _is_parameter(facts, func)
        case _:
            return False


def _is_looked_up(facts: Facts, of: ast.Name) -> bool:
    """Whether ``of[...]`` is a lookup in something else than a literal dict of activities."""
    kind = facts.kind(of)
    if kind.tag == "dict" or kind.tag == "unknown":
        meaning = facts.program.meaning(facts.function, of)
        local = facts.flow.reaching(facts.flow.of_node[id(of)], of.id) if id(of) in facts.flow.of_node else []
        if isinstance(meaning, Value):
            return _is_changed(meaning, of.id)
        return any(op.how == "parameter" for op in local)
    return (
        kind.tag in ("list", "tuple", "many")
        and _is_local(facts, of)
        and any(op.how == "parameter" for op in facts.flow.reaching(facts.flow.of_node[id(of)], of.id))
    )


def _is_changed(value: Value, name: str) -> bool:
    """Whether a module's dict is not written out, or is changed somewhere in its file."""
    binder = value.binder
    if not isinstance(binder, (ast.Assign, ast.AnnAssign)) or not isinstance(binder.value, ast.Dict):
        return True
    for node in ast.walk(value.context.module.tree):
        match node:
            case ast.Subscript(value=ast.Name(id=found), ctx=ast.Store() | ast.Del()) if found == name:
                return True
            case ast.Attribute(value=ast.Name(id=found), attr=attr) if found == name and attr in METHODS:
                return True
            case _:
                pass
    return False


def _is_local(facts: Facts, node: ast.Name) -> bool:
    return id(node) in facts.flow.of_node


def _is_parameter(facts: Facts, node: ast.Name) -> bool:
    if not _is_local(facts, node):
        return False
    return any(op.how == "parameter" for op in facts.flow.reaching(facts.flow.of_node[id(node)], node.id))
