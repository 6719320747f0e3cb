"""PF007: a durable call that is never awaited, so it never happens.

charge(order)      ->      await charge(order)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import DEFINE, RAISE, USE, Op
from portable_faas.compiler.holding import KEEPERS, Way, gives, handed, is_call, makes, way
from portable_faas.compiler.kinds import UNKNOWN, Kind
from portable_faas.compiler.mutation import bound
from portable_faas.compiler.names import Function
from portable_faas.compiler.operations import GROUPS
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every call whose result is dropped or used as a value, and every name that holds one and is not read again."""
    for node in facts.nodes:
        if isinstance(node, ast.Call) and _is_dropped(facts, node):
            name = facts.quote(node)
            yield facts.report(node, "PF007", f"`{name}` is never awaited", _remedy(facts, node))
    yield from _dropped(facts)
    yield from _appended(facts)


def _is_dropped(facts: Facts, node: ast.Call) -> bool:
    """Whether a call is made here, perhaps by a plain function, and goes nowhere; such a function may return it."""
    if facts.kind(node).tag == "call":
        return way(facts, node) == Way.DROPPED if facts.role == SYNC else not _is_kept(facts, node)
    return makes(facts, node) and way(facts, node) < _least(facts)


def _least(facts: Facts) -> Way:
    return Way.RETURNED if facts.role == SYNC else Way.KEPT


def _remedy(facts: Facts, node: ast.Call) -> str:
    name = facts.quote(node)
    if facts.role == SYNC:
        return f"return it and await it in the orchestrator, or make `{facts.function.name}` an `async def` helper"
    if facts.kind(node).tag == "call":
        return f"write `await {name}`"
    return "give its result a name and await that, with `ctx.gather` where it is a list"


def _is_kept(facts: Facts, node: ast.expr) -> bool:
    """Whether the call is awaited where it stands or goes somewhere from where it can be awaited."""
    parent = facts.parent(node)
    match parent:
        case ast.Await() | ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            return True
        case ast.Call(func=func):
            return node is not func and _takes_calls(facts, parent, node)
        case ast.keyword():
            call = facts.parent(parent)
            return isinstance(call, ast.Call) and _takes_calls(facts, call, node)
        case ast.comprehension():
            return True
        case (
            ast.IfExp()
            | ast.Starred()
            | ast.List()
            | ast.Tuple()
            | ast.Dict()
            | ast.ListComp()
            | ast.GeneratorExp()
            | ast.DictComp()
        ):
            return _is_kept(facts, parent)
        case ast.AugAssign() | ast.BinOp(op=ast.Add()):
            return facts.kind(node).tag == "list" or not isinstance(node, ast.Call)
        case ast.Lambda():
            return True
        case _:
            return False


def _takes_calls(facts: Facts, call: ast.Call, node: ast.expr) -> bool:
    kind = facts.kind(call.func)
    if kind.tag in ("activity", "orchestrator") or _takes_values(facts, call.func):
        return False  # its arguments are values, and a call has none before it is awaited
    if kind.function is not None:
        return _gets_call(facts, call, node, kind.function)
    if facts.kind(call).tag == "call":
        return True
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in KEEPERS or facts.kind(call.func.value).tag in ("unknown", "context")
    return facts.dotted(call.func) in ("list", "tuple", "dict") or facts.kind(call).tag == "unknown"


def _takes_values(facts: Facts, func: ast.expr) -> bool:
    """Whether an operation of the context, an orchestrator or an entity takes values, and not calls."""
    if not isinstance(func, ast.Attribute):
        return False
    receiver = facts.kind(func.value).tag
    return receiver in ("entity", "orchestrator") or (receiver == "context" and func.attr not in (*GROUPS, "map"))


def _gets_call(facts: Facts, call: ast.Call, node: ast.expr, function: Function) -> bool:
    """Whether the argument ``node`` may be a call for a function of the program, and is not forgotten there."""
    types = Facts(facts.program, function, SYNC).types
    names = {parameter for parameter, argument in bound(function, call) if argument is node}
    values = [each for each in function.parameters if each.arg in names and _is_value(types.parameter(each), each)]
    return not values and handed(facts, call, node, function) == Way.KEPT


def _is_value(kind: Kind, parameter: ast.arg) -> bool:
    """Whether an annotation says that a parameter is a value, which a plain `*calls` does not."""
    return kind != UNKNOWN and not (parameter.annotation is None and kind.tag in ("many", "dict"))


def _appended(facts: Facts) -> Iterator[Diagnostic]:
    """Every call put into a local list that nothing awaits afterwards."""
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name() as kept, attr=attr), args=[*_, held]) if (
                attr in KEEPERS and facts.kind(held).tag == "call"
            ):
                if _is_forgotten(facts, node, kept):
                    problem = f"`{facts.quote(held)}` is kept in `{kept.id}` but not awaited afterwards"
                    remedy = f"write `await ctx.gather(*{kept.id})`, or await the call where it is made"
                    yield facts.report(held, "PF007", problem, remedy)
            case _:
                pass


def _is_forgotten(facts: Facts, call: ast.Call, kept: ast.Name) -> bool:
    start, place = facts.flow.of_node.get(id(call)), facts.flow.of_node.get(id(kept))
    if start is None or place is None or not facts.flow.ops[place].name:
        return False
    name = facts.flow.ops[place].name
    if any(op.how == "parameter" for op in facts.flow.reaching(place, name)):
        return False
    return not any(
        op.kind == USE and (name in facts.flow.captures.get(op.name, ()) or (op.name == name and _goes_on(facts, op)))
        for op in (facts.flow.ops[index] for index in facts.flow.reachable(start))
    )


def _dropped(facts: Facts) -> Iterator[Diagnostic]:
    for index in facts.flow.definitions:
        op = facts.flow.ops[index]
        if op.kind != DEFINE or op.how not in ("assign", "annotated", "moved") or op.name.startswith("$"):
            continue
        kind = facts.types.defined(op) or UNKNOWN
        if not _holds_calls(facts, op, kind) or _is_covered(facts, index, op, kind):
            continue
        shown = facts.quote(op.value) if op.value else op.name
        name = op.name.partition("#")[0]
        problem = f"`{shown}` is kept in `{name}` but not awaited on every path"
        wanted = f"await ctx.gather(*{name})" if kind.tag == "list" else f"await {name}"
        yield facts.report(
            op.value or op.node, "PF007", problem, f"write `{wanted}`, or make the call where it is needed"
        )


def _holds_calls(facts: Facts, op: Op, kind: Kind) -> bool:
    return is_call(kind) or (op.value is not None and op.how != "moved" and gives(facts, op.value))


def _is_covered(facts: Facts, index: int, op: Op, kind: Kind) -> bool:
    if kind.tag == "call":
        return not _lost(facts, index, op.name)
    return any(
        each.kind == USE
        and (op.name in facts.flow.captures.get(each.name, ()) or (each.name == op.name and _goes_on(facts, each)))
        for each in facts.flow.ops
    )


def _goes_on(facts: Facts, op: Op) -> bool:
    """Whether a use of a name may await the calls that it holds, hands them on, or asks whether there are any."""
    if not isinstance(op.node, ast.expr) or way(facts, op.node) >= _least(facts):
        return True
    parent = facts.parent(op.node)  # `if call is not None: await call`: on the other way there is none
    return isinstance(parent, (ast.Compare, ast.UnaryOp, ast.If, ast.While, ast.IfExp))


def _leaves(facts: Facts, op: Op) -> bool:
    """Whether a `raise` outside every `try` ends the function here."""
    return op.kind == RAISE and isinstance(op.node, ast.Raise) and op.raises in (None, facts.flow.raised)


def _lost(facts: Facts, start: int, name: str) -> bool:
    """Whether a path leads from the call to the end, to a `raise` or to another value without an await of it."""
    seen: set[int] = set()
    work = list(facts.flow.ops[start].next)
    while work:
        index = work.pop()
        op = facts.flow.ops[index]
        if index in seen or (op.name == name and op.kind == USE and _goes_on(facts, op)):
            continue
        seen.add(index)
        if index == facts.flow.exit or _leaves(facts, op) or (op.name == name and op.kind == DEFINE):
            return True
        if op.kind == USE and name in facts.flow.captures.get(op.name, ()):
            continue
        work.extend(op.next)
    return False
