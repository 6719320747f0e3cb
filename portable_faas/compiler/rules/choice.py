"""PF009: an activity or orchestrator that is chosen at run time in a way that cannot be read from the source.

for act in (charge, refund): await act(order)      ->      await charge(order); await refund(order)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import Activity, Orchestrator, Value
from portable_faas.errors import Diagnostic

REMEDY: Final = "choose it with `if`, a conditional expression, `match` or a literal dict"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every mention of an activity or orchestrator outside the supported forms."""
    for node in facts.nodes:
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            meaning = facts.program.meaning(facts.function, node)
            if isinstance(meaning, Activity | Orchestrator) and not is_supported(facts, node):
                what = "activity" if isinstance(meaning, Activity) else "orchestrator"
                problem = f"the {what} `{facts.quote(node)}` is passed around as a value"
                yield facts.report(node, "PF009", problem, REMEDY)


def is_supported(facts: Facts, node: ast.expr) -> bool:
    """Whether an activity stands where it is called, mapped, or chosen in a way that can be read."""
    parent = facts.parent(node)
    match parent:
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, default]) if default is node:
            return is_table(facts, table)
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
            return node is not parent.test and is_supported(facts, parent)
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
    if isinstance(parent, ast.Subscript) or _is_got(facts, node):
        return True
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return _is_constant(facts, parent.targets[0].id)
    return (
        isinstance(parent, ast.AnnAssign)
        and isinstance(parent.target, ast.Name)
        and _is_constant(facts, parent.target.id)
    )


def _is_got(facts: Facts, node: ast.expr) -> bool:
    """Whether ``node`` is looked up by `.get(key)`."""
    parent = facts.parent(node)
    called = facts.parent(parent) if isinstance(parent, ast.Attribute) and parent.attr == "get" else None
    return isinstance(called, ast.Call) and called.func is parent


def is_table(facts: Facts, node: ast.expr) -> bool:
    """Whether ``node`` is a dict of activities that is written out, here or where its name is bound."""
    match node:
        case ast.Dict():
            return True
        case ast.Name(id=name) if name in facts.function.scope.bindings:
            return _is_written(facts.function.scope.bindings[name][0]) and _is_constant(facts, name)
        case ast.Name():
            meaning = facts.program.meaning(facts.function, node)
            return isinstance(meaning, Value) and _is_written(meaning.binder)
        case _:
            return False


def _is_written(binder: ast.AST | None) -> bool:
    return isinstance(binder, ast.Assign | ast.AnnAssign) and isinstance(binder.value, ast.Dict)


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
        case ast.Attribute(attr="keys"):
            return True
        case ast.Attribute():
            return _is_got(facts, node)
        case ast.Compare():
            return True
        case _:
            return False
