"""PF006 and PF009: what is awaited, gathered or mapped is a call of something that the source does not name.

await steps[0](order)      ->      await charge(order)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import Op
from portable_faas.compiler.mutation import METHODS
from portable_faas.compiler.names import Activity, External, Klass, Orchestrator, Unknown, Value
from portable_faas.compiler.operations import GROUPS, grouped
from portable_faas.compiler.rules.choice import REMEDY, is_supported
from portable_faas.compiler.sharing import put_into
from portable_faas.compiler.source import Def
from portable_faas.compiler.tree import walk
from portable_faas.errors import Diagnostic

_GIVEN: Final = ("assign", "annotated", "moved")
_COMPUTED: Final = ("parameter", "for", "for item", "nested", "item", "rest", "augment", "with")
_SHAPES: Final = ("plain", "dataclass", "frozen")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every durable call of something that is computed while the program runs."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        for called in _callees(facts, node):
            if _is_decorated(facts, called):
                problem = f"a decorator inside a function makes `{facts.quote(called)}`, known only at run time"
                yield facts.report(called, "PF009", problem, "move the function and its decorator to module level")
            elif _is_dynamic(facts, called):
                problem = f"what `{facts.quote(called)}` calls is known only at run time"
                yield facts.report(called, "PF009", problem, REMEDY)
            elif _is_lambda(facts, called):
                problem = f"`{facts.quote(called)}` is a lambda, which is not durable"
                remedy = "write an `async def` helper that takes `ctx` and awaits the activity"
                yield facts.report(called, "PF006", problem, remedy)


def _callees(facts: Facts, node: ast.AST) -> Iterator[ast.expr]:
    """What a durable operation calls."""
    if isinstance(node, ast.Await):
        yield from _of_calls(facts, node.value, False)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if facts.kind(node.func.value).tag != "context":
            return
        if node.func.attr == "map":
            yield node.args[0]
        elif node.func.attr in GROUPS:
            for each in grouped(node.func.attr, node):
                yield from _of_calls(facts, each, False)


def _of_calls(facts: Facts, node: ast.expr, many: bool, seen: frozenset[int] = frozenset()) -> Iterator[ast.expr]:
    """The callees of the durable call that ``node`` is, or with ``many`` of those that it holds."""
    match node:
        case ast.Call(func=ast.Attribute(value=of, attr="values")) if many:
            yield from _of_calls(facts, of, True, seen)
        case ast.Call() if not many:
            yield node.func
        case ast.Starred():
            yield from _of_calls(facts, node.value, True, seen)
        case ast.IfExp():
            yield from _of_calls(facts, node.body, many, seen)
            yield from _of_calls(facts, node.orelse, many, seen)
        case ast.Name():
            yield from _of_name(facts, node, many, seen)
        case _ if many:
            for each in _elements(node):
                yield from _of_calls(facts, each, False, seen)
        case _:
            return


def _of_name(facts: Facts, node: ast.Name, many: bool, seen: frozenset[int]) -> Iterator[ast.expr]:
    for op in _reaching(facts, node):
        if id(op) not in seen and op.how in _GIVEN and op.value is not None:
            yield from _of_calls(facts, op.value, many, seen | {id(op)})
    if many:
        for each in put_into(facts, node.id):
            yield from _of_calls(facts, each, False, seen)


def _is_decorated(facts: Facts, func: ast.expr) -> bool:
    """Whether ``func`` is a nested function that a decorator has replaced, by what nobody can read."""
    if not isinstance(func, ast.Name) or not isinstance(facts.program.meaning(facts.function, func), Unknown):
        return False
    return any(isinstance(op.node, Def) and op.node.decorator_list for op in _reaching(facts, func))


def _is_lambda(facts: Facts, func: ast.expr) -> bool:
    if isinstance(func, ast.Name):
        return any(op.how in _GIVEN and isinstance(op.value, ast.Lambda) for op in _reaching(facts, func))
    return isinstance(func, ast.Lambda)


def _elements(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.List() | ast.Tuple():
            return node.elts
        case ast.ListComp() | ast.GeneratorExp():
            return [node.elt]
        case ast.DictComp():
            return [node.value]
        case ast.Dict():
            return node.values
        case _:
            return []


def _reaching(facts: Facts, node: ast.Name) -> list[Op]:
    """The definitions of a local name; none for any other."""
    return facts.flow.read_by(node)


def _is_dynamic(facts: Facts, func: ast.expr, seen: frozenset[int] = frozenset()) -> bool:
    """Whether the source does not say what ``func`` is; False too where PF009 stands at the activity itself."""
    match func:
        case ast.Call():
            return _is_dynamic_call(facts, func, seen)
        case ast.Attribute(value=inner, attr="start") if facts.kind(inner).tag == "orchestrator":
            return _is_dynamic(facts, inner, seen)
        case ast.NamedExpr():
            return _is_dynamic(facts, func.value, seen)
        case ast.IfExp():
            return _is_dynamic(facts, func.body, seen) or _is_dynamic(facts, func.orelse, seen)
        case ast.BoolOp() | ast.Await():
            return not _is_reported(facts, func)
        case ast.Subscript():
            return not (_is_table(facts, func.value, seen) or _is_reported(facts, func))
        case ast.Name() if id(func) in facts.flow.of_node:
            return any(_is_computed(facts, op, seen) for op in _reaching(facts, func) if id(op) not in seen)
        case ast.Name():
            return func not in facts.function.scope.inner and _is_variable(facts, func)
        case ast.Attribute():
            return _is_variable(facts, func) or _is_field(facts, func)
        case _:
            return False


def _is_dynamic_call(facts: Facts, func: ast.Call, seen: frozenset[int]) -> bool:
    """The same of `charge.using(...)`, of `table.get(key, charge)` and of any other call that gives what is called."""
    match func:
        case ast.Call(func=ast.Attribute(value=inner, attr="using")):
            return _is_dynamic(facts, inner, seen)
        case ast.Call(func=ast.Attribute(value=of, attr="get"), args=[_, *default]) if _is_table(facts, of, seen):
            return any(_is_dynamic(facts, each, seen) for each in default)
        case _:
            return not _is_reported(facts, func)


def _is_computed(facts: Facts, op: Op, seen: frozenset[int]) -> bool:
    if op.how in _GIVEN and op.value is not None:
        return _is_dynamic(facts, op.value, seen | {id(op)})
    return op.how in _COMPUTED and not (op.value is not None and _is_reported(facts, op.value))


def _is_reported(facts: Facts, node: ast.expr) -> bool:
    """Whether an activity inside is already refused for being passed around."""
    return any(
        isinstance(each, (ast.Name, ast.Attribute))
        and isinstance(facts.program.meaning(facts.function, each), Activity | Orchestrator)
        and not is_supported(facts, each)
        for each in walk(node)
    ) or any(
        op.value is not None and op.value is not node and _is_display(op.value) and _is_reported(facts, op.value)
        for each in walk(node)
        if isinstance(each, ast.Name)
        for op in _reaching(facts, each)
    )


def _is_display(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp))


def _is_table(facts: Facts, of: ast.expr, seen: frozenset[int]) -> bool:
    """Whether ``of`` is a literal dict of activities, or a name that holds one and nothing else."""
    match of:
        case ast.Dict():
            return not any(_is_dynamic(facts, value, seen) for value in of.values)
        case ast.Name() if id(of) in facts.flow.of_node:
            return all(
                op.how in _GIVEN and op.value is not None and _is_table(facts, op.value, seen | {id(op)})
                for op in _reaching(facts, of)
                if id(op) not in seen
            )
        case ast.Name() | ast.Attribute():
            meaning = facts.program.meaning(facts.function, of)
            return not _is_changed(meaning) if isinstance(meaning, Value) else _is_elsewhere(facts, of)
        case _:
            return False


def _is_elsewhere(facts: Facts, of: ast.Name | ast.Attribute) -> bool:
    """Whether a table may lie in a file that is not read here."""
    meaning = facts.program.meaning(facts.function, of)
    if isinstance(meaning, External):
        return not meaning.known
    return isinstance(of, ast.Name) and isinstance(meaning, Unknown)


def _is_changed(value: Value) -> bool:
    """Whether a module's dict is not written out, or is changed somewhere in its file."""
    binder = value.binder
    if not isinstance(binder, (ast.Assign, ast.AnnAssign)) or not isinstance(binder.value, ast.Dict):
        return True
    target = binder.target if isinstance(binder, ast.AnnAssign) else binder.targets[0]
    name = target.id if isinstance(target, ast.Name) else ""
    for node in walk(value.context.module.tree):
        match node:
            case ast.Subscript(value=ast.Name(id=found), ctx=ast.Store() | ast.Del()) if found == name:
                return True
            case ast.Attribute(value=ast.Name(id=found), attr=attr) if found == name and attr in METHODS:
                return True
            case _:
                pass
    return False


def _is_variable(facts: Facts, func: ast.Name | ast.Attribute) -> bool:
    """Whether a name of a module or an enclosing function is a variable without a readable value."""
    meaning = facts.program.meaning(facts.function, func)
    if not isinstance(meaning, Value) or facts.kind(func).tag in ("activity", "orchestrator", "local"):
        return False
    if meaning.live is not None or isinstance(meaning.binder, ast.arg):
        return True
    if isinstance(meaning.context.node, ast.Module) or not isinstance(meaning.binder, ast.Assign):
        return False
    return _is_dynamic(Facts(facts.program, meaning.context, SYNC), meaning.binder.value)


def _is_field(facts: Facts, func: ast.Attribute) -> bool:
    """Whether ``func`` is a field of an object or class of the program, not a method."""
    if isinstance(facts.program.meaning(facts.function, func), (Activity, Orchestrator, External, Klass)):
        return False
    klass = facts.kind(func.value).klass
    if klass is None or klass.node is None or klass.node.bases or klass.shape not in _SHAPES:
        return False
    return facts.program.method(klass, func.attr) is None
