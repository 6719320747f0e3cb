"""PF007: a durable call that is never awaited, so it never happens.

charge(order)      ->      await charge(order)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import DEFINE, RAISE, USE, Op
from portable_faas.compiler.kinds import UNKNOWN, Kind
from portable_faas.compiler.mutation import bound
from portable_faas.compiler.names import Function
from portable_faas.compiler.operations import GROUPS
from portable_faas.errors import Diagnostic

_KEEPERS: Final = ("append", "extend", "insert", "setdefault")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every call whose result is dropped or used as a value, and every name that holds one and is not read again."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.Call) and facts.kind(node).tag == "call" and not _is_kept(facts, node):
            name = facts.quote(node)
            yield facts.report(node, "PF007", f"`{name}` is never awaited", f"write `await {name}`")
    yield from _dropped(facts)
    yield from _appended(facts)


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
    if kind.function is not None and not _gets_call(facts, call, node, kind.function):
        return False
    if facts.kind(call).tag == "call":
        return True
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in _KEEPERS or facts.kind(call.func.value).tag in ("unknown", "context")
    return facts.dotted(call.func) in ("list", "tuple", "dict") or facts.kind(call).tag == "unknown"


def _takes_values(facts: Facts, func: ast.expr) -> bool:
    """Whether an operation of the context, an orchestrator or an entity takes values, and not calls."""
    if not isinstance(func, ast.Attribute):
        return False
    receiver = facts.kind(func.value).tag
    return receiver in ("entity", "orchestrator") or (receiver == "context" and func.attr not in (*GROUPS, "map"))


def _gets_call(facts: Facts, call: ast.Call, node: ast.expr, function: Function) -> bool:
    """Whether the argument ``node`` may be a call for a function of the program; an annotated one is a value."""
    for parameter, argument in bound(function, call):
        if argument is node:
            types = Facts(facts.program, function, SYNC).types
            return all(types.parameter(each) == UNKNOWN for each in function.parameters if each.arg == parameter)
    return True


def _appended(facts: Facts) -> Iterator[Diagnostic]:
    """Every call put into a local list that nothing awaits afterwards."""
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name() as kept, attr=attr), args=[*_, held]) if (
                attr in _KEEPERS and facts.kind(held).tag == "call"
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
        op.kind == USE
        and (name in facts.flow.captures.get(op.name, ()) or (op.name == name and not _only_grows(facts, op)))
        for op in (facts.flow.ops[index] for index in facts.flow.reachable(start))
    )


def _dropped(facts: Facts) -> Iterator[Diagnostic]:
    for index in facts.flow.definitions:
        op = facts.flow.ops[index]
        if op.kind != DEFINE or op.how not in ("assign", "annotated", "moved") or op.name.startswith("$"):
            continue
        kind = facts.types.defined(op)
        if kind is None or not _holds_calls(kind) or _is_covered(facts, index, op, kind):
            continue
        shown = facts.quote(op.value) if op.value else op.name
        name = op.name.partition("#")[0]
        problem = f"`{shown}` is kept in `{name}` but not awaited on every path"
        wanted = f"await {name}" if kind.tag == "call" else f"await ctx.gather(*{name})"
        yield facts.report(
            op.value or op.node, "PF007", problem, f"write `{wanted}`, or make the call where it is needed"
        )


def _holds_calls(kind: Kind) -> bool:
    return kind.tag == "call" or (kind.tag == "list" and bool(kind.parts) and kind.parts[0].tag == "call")


def _is_covered(facts: Facts, index: int, op: Op, kind: Kind) -> bool:
    if kind.tag == "list":
        return any(
            each.name == op.name and each.kind == USE and not _only_grows(facts, each) for each in facts.flow.ops
        )
    return not _lost(facts, index, op.name)


def _only_grows(facts: Facts, op: Op) -> bool:
    parent = facts.parent(op.node)
    if isinstance(parent, ast.Call):
        return facts.dotted(parent.func) == "len"
    return isinstance(parent, ast.Attribute) and parent.attr in (*_KEEPERS, "clear")


def _leaves(facts: Facts, op: Op) -> bool:
    """Whether a `raise` outside every `try` ends the function here."""
    return op.kind == RAISE and isinstance(op.node, ast.Raise) and op.raises in (None, facts.flow.raised)


def _lost(facts: Facts, start: int, name: str) -> bool:
    """Whether a path leads from the call to the end, to a `raise` or to another value without reading the name."""
    seen: set[int] = set()
    work = list(facts.flow.ops[start].next)
    while work:
        index = work.pop()
        op = facts.flow.ops[index]
        if index in seen or (op.name == name and op.kind == USE):
            continue
        seen.add(index)
        if index == facts.flow.exit or _leaves(facts, op) or (op.name == name and op.kind == DEFINE):
            return True
        if op.kind == USE and name in facts.flow.captures.get(op.name, ()):
            continue
        work.extend(op.next)
    return False
