"""Which durable calls an expression may stand for.

calls = [ship(x) for x in xs]; calls.append(ctx.sleep(5)); await ctx.gather(*calls)
    ->  a gather of any number of `activity ship` or timers
"""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import Activity as LiveActivity
from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.names import Activity, Function, Helper, Orchestrator, Value
from portable_faas.compiler.operations import ENTITY_CALLS, argument, grouped, operation_of
from portable_faas.compiler.source import Def, own_nodes
from portable_faas.compiler.tree import children, walk
from portable_faas.ir import (
    ActivityShape,
    ChildShape,
    ContinueShape,
    EntityShape,
    EventShape,
    GatherShape,
    HelperShape,
    LockShape,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
)
from portable_faas.values.retry import Retry, activity_timeout

if TYPE_CHECKING:
    from portable_faas.app import App

_DEPTH: Final = 12  # definitions that are followed from one name to the next
_UNKNOWN: Final = object()
_SAME_ITEMS: Final = ("list", "tuple", "reversed", "sorted", "iter")


def key_of(function: Function) -> str:
    """``module:qualname`` of a function of the program, by its code; ``@`` and its place, for one of several closures.

    What `functools.wraps` writes into a function is what another one is called.
    """
    live: Any = function.live
    if live is not None:
        key = f"{live.__globals__['__name__']}:{live.__code__.co_qualname}"
        return f"{key}@{function.place}" if function.place else key
    parts: list[str] = []
    top = function
    while top.owner is not None:
        classes = _classes(top.owner.node, top.node) or []
        parts = [*classes, top.name, *(["<locals>", *parts] if parts else [])]
        top = top.owner
    module = (top.namespace or {}).get("__name__", function.module.path)
    return f"{module}:{'.'.join(parts)}"


def _classes(around: ast.AST, node: ast.AST) -> list[str] | None:
    """The names of the classes in ``around`` that ``node`` stands in, the outermost first; None if it is not there."""
    for child in children(around):
        if child is node:
            return []
        inner = None if isinstance(child, Def | ast.Lambda | ast.expr) else _classes(child, node)
        if inner is not None:
            return [child.name, *inner] if isinstance(child, ast.ClassDef) else inner
    return None


@final
class Shapes:
    """The shapes of the calls in the functions of one app."""

    def __init__(self, app: "App", functions: list[Facts]) -> None:
        self.app = app
        self.functions = functions

    def of(self, facts: Facts, node: ast.expr) -> tuple[Shape, ...]:
        """What awaiting ``node`` may carry out; everything the program could await where the source does not say."""
        found = dict.fromkeys(_Reader(self, facts).of(node, _DEPTH))
        return tuple(found) or self.everything()

    def of_lock(self, facts: Facts, node: ast.expr) -> LockShape:
        """What taking the lock ``node`` takes."""
        return LockShape(tuple(dict.fromkeys(_Reader(self, facts).locked(node, _DEPTH))))

    def everything(self) -> tuple[Shape, ...]:
        """Every call that some function of the program makes."""
        found: dict[Shape, None] = {}
        for facts in self.functions:
            for node in facts.nodes:
                if isinstance(node, ast.Call) and not isinstance(facts.parent(node), ast.Await):
                    found.update(dict.fromkeys(_Reader(self, facts).of(node, 2)))
        return tuple(found)


@final
class _Reader:
    def __init__(self, shapes: Shapes, facts: Facts) -> None:
        self.shapes = shapes
        self.facts = facts

    # what one call is

    def of(self, node: ast.expr, depth: int) -> Iterator[Shape]:
        if depth == 0:
            return
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.of(body, depth)
                yield from self.of(orelse, depth)
            case ast.NamedExpr(value=value):
                yield from self.of(value, depth)
            case ast.Name(id=name):
                for value in self.values(name):
                    yield from self.of(value, depth - 1)
                for items in self.iterated(name, node):
                    yield from self.items(items, depth - 1)
            case ast.Subscript(value=holder):
                yield from self.items(holder, depth - 1)
            case ast.Call():
                yield from self.call(node, depth)
            case _:
                return

    def call(self, node: ast.Call, depth: int) -> Iterator[Shape]:
        operation = self.operation(node.func)
        if operation in ("sleep", "sleep_until"):
            yield TimerShape()
        elif operation == "set_status":
            yield StatusShape()
        elif operation == "gather":
            yield self.gather(node, depth)
        elif operation in ("race", "first"):
            yield self.select(node, operation, depth)
        elif operation == "map":
            yield self.mapped(node, depth)
        elif operation == "wait_for_event":
            yield _event(node)
        elif operation == "continue_as_new":
            yield ContinueShape()
        elif isinstance(node.func, ast.Attribute) and self.is_entity(node.func, node):
            yield self.entity(node.func, node)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
            yield from self.items(node.func.value, depth - 1)
        else:
            yield from self.callee(node.func, depth)

    def operation(self, func: ast.expr) -> str:
        """The name of an operation of the context, else the empty text."""
        if isinstance(func, ast.Attribute) and self.facts.kind(func.value).tag == "context":
            return func.attr
        return ""

    def callee(self, func: ast.expr, depth: int) -> Iterator[Shape]:
        """What calling ``func`` starts."""
        if depth == 0:
            return
        match self.facts.program.meaning(self.facts.function, func):
            case Activity(name=name):
                yield self.activity(name)
                return
            case Orchestrator(name=name):
                yield ChildShape(name)
                return
            case Helper(function=function):
                yield from self.helper(function, depth)
                return
            case Value(binder=ast.Assign(value=value)) | Value(binder=ast.AnnAssign(value=ast.expr() as value)):
                yield from self.callee(value, depth - 1)
        yield from self.chosen(func, depth)

    def helper(self, function: Function, depth: int) -> Iterator[Shape]:
        """What a function of the program starts: itself, or the call that a plain one returns."""
        if function.is_async:
            yield HelperShape(key_of(function))
            return
        reader = _Reader(self.shapes, Facts(self.facts.program, function, SYNC))
        for node in own_nodes(function.node):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from reader.of(node.value, depth - 1)

    def chosen(self, func: ast.expr, depth: int) -> Iterator[Shape]:
        match func:
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.callee(body, depth)
                yield from self.callee(orelse, depth)
            case ast.NamedExpr(value=value):
                yield from self.callee(value, depth)
            case ast.Name(id=name):
                for value in self.values(name):
                    yield from self.callee(value, depth - 1)
            case ast.Subscript(value=holder):
                yield from self.entries(holder, depth - 1)
            case ast.Call(func=ast.Attribute()):
                yield from self.given(func, depth)
            case ast.Attribute():
                yield from self.method(func, depth)

    def given(self, call: ast.Call, depth: int) -> Iterator[Shape]:
        """What `charge.using(...)` or `table.get(key, charge)` starts."""
        match call:
            case ast.Call(func=ast.Attribute(value=inner, attr="using"), keywords=keywords):
                for shape in self.callee(inner, depth):
                    yield self.using(shape, keywords)
            case ast.Call(func=ast.Attribute(value=holder, attr="get"), args=[_, *default]):
                yield from self.entries(holder, depth - 1)
                for each in default:
                    yield from self.callee(each, depth - 1)

    def method(self, func: ast.Attribute, depth: int) -> Iterator[Shape]:
        if func.attr == "start" and self.facts.kind(func.value).tag == "orchestrator":
            for shape in self.callee(func.value, depth):
                yield StartShape(shape.orchestrator) if isinstance(shape, ChildShape) else shape
        klass = self.facts.kind(func.value).klass
        found = self.facts.program.method(klass, func.attr) if klass is not None else None
        if found is not None and found.is_async:
            yield HelperShape(key_of(found))

    def entries(self, holder: ast.expr, depth: int) -> Iterator[Shape]:
        """What the values of a dict of activities start."""
        match holder:
            case ast.Dict(values=values):
                for value in values:
                    yield from self.callee(value, depth)
            case ast.Name(id=name):
                for value in [*self.values(name), *self.outer(holder)]:
                    if depth:
                        yield from self.entries(value, depth - 1)

    def outer(self, name: ast.Name) -> Iterator[ast.expr]:
        """The value of a variable of the module."""
        match self.facts.program.meaning(self.facts.function, name):
            case Value(binder=ast.Assign(value=value)) | Value(binder=ast.AnnAssign(value=ast.expr() as value)):
                yield value

    # policies

    def activity(self, name: str) -> Shape:
        declared: LiveActivity[..., object] = self.shapes.app.activities[name]
        return ActivityShape(name, declared.retry, declared.timeout)

    def using(self, shape: Shape, keywords: list[ast.keyword]) -> Shape:
        if isinstance(shape, ChildShape):
            return ChildShape(shape.orchestrator, shape.named or any(not _is_none(each.value) for each in keywords))
        if not isinstance(shape, ActivityShape):
            return shape
        found = {each.arg or "**": self.constant(each.value) for each in keywords}
        if "**" in found or _UNKNOWN in found.values():
            return ActivityShape(shape.name, shape.retry, shape.timeout, known=False)
        retry, timeout = found.get("retry"), found.get("timeout")
        try:
            limit = shape.timeout if timeout is None else activity_timeout(timeout)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return ActivityShape(shape.name, shape.retry, shape.timeout, known=False)
        if retry is not None and not isinstance(retry, Retry):
            return ActivityShape(shape.name, shape.retry, shape.timeout, known=False)
        return ActivityShape(shape.name, retry or shape.retry, limit, shape.known)

    def constant(self, node: ast.expr) -> object:
        """The value of an expression over the module's names, which stand still while an orchestrator runs."""
        function = self.facts.function
        top = function
        while top.owner is not None:
            top = top.owner
        for each in walk(node):
            if isinstance(each, ast.Name) and not self.stands_still(each):
                return _UNKNOWN
        try:
            text = compile(ast.Expression(node), function.module.path, "eval")
            return eval(text, dict(top.namespace or {}))
        except Exception:  # the same expression fails where it stands, as the program's own error
            return _UNKNOWN

    def stands_still(self, name: ast.Name) -> bool:
        place: Function | None = self.facts.function
        while place is not None and not isinstance(place.node, ast.Module):
            if name.id in place.scope.bindings:
                return False
            place = place.owner
        return True

    # gathers

    def gather(self, node: ast.Call, depth: int) -> Shape:
        keywords = {each.arg: each.value for each in node.keywords}
        limit, keeps = keywords.get("limit"), keywords.get("return_exceptions")
        limited = limit is not None and not _is_none(limit)
        kept = self.truth(keeps)
        branches, spread = self.branches(node.args, depth, None in keywords)
        return GatherShape(branches, spread, limited, kept)

    def branches(
        self, calls: list[ast.expr], depth: int, spread: bool = False
    ) -> tuple[tuple[tuple[Shape, ...], ...], bool]:
        """The shapes of the branches of a group, and whether they hold for any number of them."""
        if spread or any(isinstance(each, ast.Starred) for each in calls):
            mixed = dict.fromkeys(shape for each in calls for shape in self.argument(each, depth))
            return (tuple(mixed) or self.shapes.everything(),), True
        found = (tuple(dict.fromkeys(self.of(each, depth))) for each in calls)
        return tuple(each or self.shapes.everything() for each in found), False

    def select(self, node: ast.Call, operation: str, depth: int) -> Shape:
        single = operation == "race"
        branches, spread = self.branches(grouped(operation, node), depth)
        match node.args[:1]:
            case [ast.Constant(value=int(wanted))] if not single:
                return SelectShape(branches, wanted, False, spread)
            case _:
                return SelectShape(branches, 1 if single else None, single, spread)

    # entities

    def is_entity(self, func: ast.Attribute, node: ast.Call) -> bool:
        known = self.facts.kind(func.value).tag == "entity" and func.attr in (*ENTITY_CALLS, "read")
        return known or (func.attr in ENTITY_CALLS and operation_of(self.facts.types, node) is not None)

    def entity(self, func: ast.Attribute, node: ast.Call) -> Shape:
        kind = self.facts.kind(func.value)
        klass = kind.parts[0].klass if kind.tag == "entity" else None
        name = klass.name if klass is not None else None
        method = operation_of(self.facts.types, node)
        if func.attr == "read":
            return EntityShape(name, "read")
        return EntityShape(name, "call" if func.attr == "call" else "signal", method.name if method else None)

    def locked(self, node: ast.expr, depth: int) -> Iterator[str]:
        """The classes of the entities that a lock names."""
        match node:
            case ast.Call(args=args):
                for each in args:
                    kind = (
                        self.facts.kind(each.value).element if isinstance(each, ast.Starred) else self.facts.kind(each)
                    )
                    klass = kind.parts[0].klass if kind.tag == "entity" else None
                    yield from (klass.name,) if klass is not None else ()
            case ast.Name(id=name) if depth:
                for value in self.values(name):
                    yield from self.locked(value, depth - 1)

    def truth(self, node: ast.expr | None) -> bool | None:
        if node is None:
            return False
        return bool(node.value) if isinstance(node, ast.Constant) else None

    def argument(self, arg: ast.expr, depth: int) -> Iterator[Shape]:
        if isinstance(arg, ast.Starred):
            yield from self.items(arg.value, depth)
        else:
            yield from self.of(arg, depth)

    def mapped(self, node: ast.Call, depth: int) -> Shape:
        keywords = {each.arg: each.value for each in node.keywords}
        function = node.args[0] if node.args else keywords.get("f")
        found = tuple(dict.fromkeys(self.callee(function, depth))) if function else ()
        return GatherShape((found or self.shapes.everything(),), True, len(node.args) > 2 or "limit" in keywords)

    # what a list of calls holds

    def items(self, node: ast.expr, depth: int) -> Iterator[Shape]:
        if depth <= 0:
            return
        match node:
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts) | ast.Dict(values=elts):
                for each in elts:
                    yield from self.argument(each, depth)
            case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.DictComp(value=elt):
                yield from self.of(elt, depth)
            case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
                yield from self.items(one, depth)
                yield from self.items(other, depth)
            case ast.Name(id=name):
                yield from self.named(name, depth)
            case ast.Subscript(value=holder) | ast.Starred(value=holder) | ast.NamedExpr(value=holder):
                yield from self.items(holder, depth)
            case ast.Call():
                yield from self.made(node, depth)

    def made(self, node: ast.Call, depth: int) -> Iterator[Shape]:
        """The items of what a call gives: of `list(calls)`, of `calls.values()`, of a generator or helper function."""
        if isinstance(node.func, ast.Attribute):
            yield from self.items(node.func.value, depth)
        elif self.facts.dotted(node.func) in _SAME_ITEMS:
            for arg in node.args:
                yield from self.items(arg, depth)
        elif self.facts.dotted(node.func) == "map" and node.args:
            yield from self.callee(node.args[0], depth)

    def named(self, name: str, depth: int) -> Iterator[Shape]:
        """The items of a local list: what it is bound to, and what is put into it."""
        for value in self.values(name):
            yield from self.items(value, depth - 1)
        for node in own_nodes(self.facts.function.node):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr=how), args=[*_, value]) if (
                    found == name
                ):
                    yield from self.items(value, depth - 1) if how == "extend" else self.of(value, depth - 1)
                case ast.AugAssign(target=ast.Name(id=found), value=value) if found == name:
                    yield from self.items(value, depth - 1)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=found))], value=value) if found == name:
                    yield from self.of(value, depth - 1)

    # what a local name is bound to

    def values(self, name: str) -> list[ast.expr]:
        """The expressions that a local variable is bound to as a whole, also by unpacking a display."""
        found: list[ast.expr] = []
        for node in own_nodes(self.facts.function.node):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        found += _bound(target, value, name)
                case ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value) if bound == name:
                    found.append(value)
                case ast.NamedExpr(target=ast.Name(id=bound), value=value) if bound == name:
                    found.append(value)
        return found

    def iterated(self, name: str, _node: ast.AST) -> list[ast.expr]:
        """What a loop or comprehension runs over to bind ``name``."""
        return [
            node.iter
            for node in own_nodes(self.facts.function.node)
            if isinstance(node, ast.For | ast.comprehension)
            and any(isinstance(each, ast.Name) and each.id == name for each in walk(node.target))
        ]


def _event(node: ast.Call) -> Shape:
    name, timeout = argument(node, 0, "name"), argument(node, 2, "timeout")
    written = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None
    return EventShape(written, (timeout is not None and not _is_none(timeout)) or _is_open(node))


def _is_open(node: ast.Call) -> bool:
    return any(isinstance(arg, ast.Starred) for arg in node.args) or any(each.arg is None for each in node.keywords)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _bound(target: ast.expr, value: ast.expr, name: str) -> list[ast.expr]:
    match target, value:
        case ast.Name(id=found), _:
            return [value] if found == name else []
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), (ast.Tuple(elts=values) | ast.List(elts=values))):
            pairs = zip(targets, values, strict=False)
            return [one for inner, given in pairs for one in _bound(inner, given, name)]
        case _:
            return []
