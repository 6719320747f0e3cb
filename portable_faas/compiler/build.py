"""Builds the control flow of a function from its AST.

while ready():            head: use ready, call  ->  body: use step, call, await  ->  head
    await step()                                 ->  exit
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from portable_faas.compiler.flow import AWAIT, CALL, DEFINE, DELETE, PASS, RAISE, STORE, USE, Flow, Op, free_names
from portable_faas.compiler.names import Function
from portable_faas.compiler.tree import children, walk

_LIMIT = 20_000  # operations; nested `finally` bodies multiply

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class TooLarge(Exception):
    """The function has more paths than can be followed."""


@final
@dataclass(slots=True)
class _Leaving:
    """What runs when control leaves a ``try`` or ``with``, and where an exception in it goes."""

    emit: Callable[[], None]
    raises: int | None


@final
@dataclass(slots=True)
class _Loop:
    head: int
    depth: int
    breaks: list[int]


def flow_of(function: Function) -> Flow:
    """The control flow of ``function``."""
    builder = _Builder(function)
    return builder.run()


@final
class _Builder:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.ops: list[Op] = []
        self.open: list[int] = []  # operations whose successor is the next one emitted
        self.raises: int | None = None
        self.leaving: list[_Leaving] = []
        self.loops: list[_Loop] = []
        self.names: list[dict[str, str]] = []  # comprehension variables to their numbered names
        self.numbers: dict[int, int] = {}

    def run(self) -> Flow:
        node = self.function.node
        raised = self.detached(PASS, node)
        end = self.detached(PASS, node)
        self.emit(Op(PASS, node))
        self.raises = raised
        for parameter in self.function.parameters:
            self.emit(Op(DEFINE, parameter, parameter.arg, "parameter"))
        self.body(node.body)
        self.link(end)
        return Flow(self.function, self.ops, (end, raised))

    # operations

    def emit(self, op: Op) -> int:
        index = len(self.ops)
        if index > _LIMIT:
            raise TooLarge
        self.ops.append(op)
        for before in self.open:
            self.ops[before].next.append(index)
        self.open = [index]
        if op.kind not in (DEFINE, DELETE, PASS):
            op.raises = self.raises
        return index

    def detached(self, kind: str, node: ast.AST, name: str = "", how: str = "") -> int:
        """An operation that nothing leads to yet."""
        self.ops.append(Op(kind, node, name, how))
        return len(self.ops) - 1

    def link(self, target: int) -> None:
        """Lead every open end to ``target``."""
        for before in self.open:
            self.ops[before].next.append(target)
        self.open = []

    def hidden(self, what: str, node: ast.AST) -> str:
        """A name of our own for ``node``, the same in every copy of a `finally` body."""
        number = self.numbers.setdefault(id(node), len(self.numbers) + 1)
        return f"{what}{number}"

    # expressions

    def expr(self, node: ast.expr | None) -> None:
        match node:
            case None:
                return
            case ast.Name():
                self.name(node)
            case ast.Await():
                self.expr(node.value)
                self.emit(Op(AWAIT, node))
            case ast.Call():
                self.children(node)
                self.emit(Op(CALL, node))
            case ast.Lambda():
                self.capture(node)
            case ast.IfExp():
                self.branch(node.test, [node.body, node.orelse])
            case ast.BoolOp():
                self.chain(node.values)
            case ast.NamedExpr():
                self.expr(node.value)
                self.define(node.target, "assign", node.value)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.comprehension(node)
            case _:
                self.children(node)

    def children(self, node: ast.AST) -> None:
        for child in children(node):
            if isinstance(child, ast.expr):
                self.expr(child)
            elif isinstance(child, ast.keyword):
                self.expr(child.value)

    def name(self, node: ast.Name) -> None:
        name = self.local(node.id)
        if name:
            self.emit(Op(USE, node, name))

    def local(self, name: str) -> str:
        """The name in the flow, or the empty text for one that is not the function's own."""
        for names in reversed(self.names):
            if name in names:
                return names[name]
        return name if name in self.function.scope.bindings else ""

    def capture(self, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                self.expr(default)
        for free in sorted(free_names(node)):
            name = self.local(free)
            if name:
                self.emit(Op(USE, node, name, "capture"))

    def branch(self, test: ast.expr, ways: list[ast.expr]) -> None:
        self.expr(test)
        start, ends = self.open, []
        for way in ways:
            self.open = list(start)
            self.expr(way)
            ends += self.open
        self.open = ends

    def chain(self, values: list[ast.expr]) -> None:
        ends: list[int] = []
        for value in values:
            self.expr(value)
            ends += self.open
        self.open = ends

    def comprehension(self, node: Comprehension) -> None:
        self.expr(node.generators[0].iter)
        after = self.detached(PASS, node)
        depth = len(self.names)
        for number, generator in enumerate(node.generators):
            if number:
                self.expr(generator.iter)
            head = self.emit(Op(PASS, generator))
            if number == 0:
                outer = head
            self.ops[head].next.append(after if number == 0 else outer)
            bound = {each.id for each in walk(generator.target) if isinstance(each, ast.Name)}
            self.names.append({name: self.hidden(f"{name}#", generator) for name in sorted(bound)})
            if generator.is_async:
                self.emit(Op(AWAIT, generator))
            self.define(generator.target, "for", generator.iter)
            for test in generator.ifs:
                self.expr(test)
                self.ops[self.emit(Op(PASS, test))].next.append(head)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.expr(part)
        self.link(head)
        self.open = [after]
        del self.names[depth:]

    def define(self, target: ast.expr, how: str, value: ast.expr | None, index: int | None = None) -> None:
        match target:
            case ast.Name():
                name = self.local(target.id)
                if name:
                    self.emit(Op(DEFINE, target, name, how, value, index))
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                self.unpack(elts, how, value)
            case ast.Starred():
                self.define(target.value, "rest", value)
            case _:
                self.children(target)
                self.emit(Op(STORE, target, "", how, value))

    def unpack(self, elts: list[ast.expr], how: str, value: ast.expr | None) -> None:
        """``a, b = x, y`` binds each to its own expression, anything else to an element of the value."""
        direct = how == "assign" and isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(elts)
        if direct and not any(isinstance(each, ast.Starred) for each in [*elts, *value.elts]):  # type: ignore[union-attr]
            self.each_to_each(elts, value.elts)  # type: ignore[union-attr]
            return
        inner = "for item" if how.startswith("for") else "item"
        for number, each in enumerate(elts):
            nested = isinstance(each, (ast.Tuple, ast.List)) or inner == how or how == "nested"
            self.define(each, "nested" if nested else inner, value, number)

    def each_to_each(self, targets: list[ast.expr], values: list[ast.expr]) -> None:
        """``a, b = b, a``: every value is taken before the first name is bound."""
        held = []
        for part in values:
            held.append(self.hidden("$held", part))
            self.emit(Op(DEFINE, part, held[-1], "assign", part))
        for target, part, source in zip(targets, values, held, strict=True):
            if isinstance(target, ast.Name) and self.local(target.id):
                self.emit(Op(DEFINE, target, self.local(target.id), "moved", part, source=source))
            else:
                self.define(target, "assign", part)

    # statements

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        method = getattr(self, "do_" + type(node).__name__, None)
        if method is None:
            self.children(node)
        else:
            method(node)

    def do_Assign(self, node: ast.Assign) -> None:
        self.expr(node.value)
        for target in node.targets:
            self.define(target, "assign", node.value)

    def do_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.expr(node.value)
            before = len(self.ops)
            self.define(node.target, "assign", node.value)
            if isinstance(node.target, ast.Name) and len(self.ops) > before:  # a global defines nothing here
                self.ops[-1].how, self.ops[-1].node = "annotated", node

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            name = self.local(node.target.id)
            if name:
                self.emit(Op(USE, node.target, name))
            self.expr(node.value)
            if name:
                self.emit(Op(DEFINE, node, name, "augment", node.value))
        else:
            self.children(node.target)
            self.expr(node.value)
            self.emit(Op(STORE, node.target, "", "augment", node.value))

    def do_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                name = self.local(target.id)
                if name:
                    self.emit(Op(DELETE, target, name))
            else:
                self.children(target)
                self.emit(Op(STORE, target, "", "delete"))

    def do_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = self.local(alias.asname or alias.name.partition(".")[0])
            if name:
                self.emit(Op(DEFINE, node, name, "import"))

    do_ImportFrom = do_Import

    def do_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            self.expr(each)
        if self.local(node.name):
            self.emit(Op(DEFINE, node, self.local(node.name), "def"))

    do_AsyncFunctionDef = do_FunctionDef

    def do_ClassDef(self, node: ast.ClassDef) -> None:
        for each in [*node.decorator_list, *node.bases]:
            self.expr(each)
        if self.local(node.name):
            self.emit(Op(DEFINE, node, self.local(node.name), "class"))

    def do_Global(self, node: ast.Global) -> None:
        self.emit(Op(PASS, node))

    do_Nonlocal = do_Global

    def do_If(self, node: ast.If) -> None:
        self.expr(node.test)
        start = self.emit(Op(PASS, node))
        self.body(node.body)
        ends, self.open = self.open, [start]
        self.body(node.orelse)
        self.open = [*ends, *self.open]

    def do_While(self, node: ast.While) -> None:
        loop = self.enter(node)
        self.expr(node.test)
        start = self.emit(Op(PASS, node))
        self.loop_body(node, loop)
        forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self.open = [] if forever else [start]
        self.after_loop(node, loop)

    def do_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.expr(node.iter)
        iterator = self.hidden("$for", node)
        self.emit(Op(DEFINE, node, iterator, "iterator", node.iter))
        loop = self.enter(node)
        start = self.emit(Op(USE, node, iterator, "step"))
        if isinstance(node, ast.AsyncFor):
            self.emit(Op(AWAIT, node))
        self.define(node.target, "for", node.iter)
        self.loop_body(node, loop)
        self.open = [start]
        self.after_loop(node, loop)

    do_AsyncFor = do_For

    def enter(self, node: ast.stmt) -> _Loop:
        loop = _Loop(self.emit(Op(PASS, node)), len(self.leaving), [])
        self.loops.append(loop)
        return loop

    def loop_body(self, node: ast.For | ast.AsyncFor | ast.While, loop: _Loop) -> None:
        self.body(node.body)
        self.link(loop.head)
        self.loops.pop()

    def after_loop(self, node: ast.For | ast.AsyncFor | ast.While, loop: _Loop) -> None:
        self.body(node.orelse)
        self.open = [*self.open, *loop.breaks]

    def do_Break(self, node: ast.Break) -> None:
        if self.loops:
            self.leave(self.loops[-1].depth)
            self.loops[-1].breaks += self.open
        self.open = []

    def do_Continue(self, node: ast.Continue) -> None:
        if self.loops:
            self.leave(self.loops[-1].depth)
            self.link(self.loops[-1].head)
        self.open = []

    def do_Return(self, node: ast.Return) -> None:
        self.expr(node.value)
        self.emit(Op(PASS, node))
        self.leave(0)
        self.link(1)  # `run` makes the exit second

    def do_Raise(self, node: ast.Raise) -> None:
        self.expr(node.exc)
        self.expr(node.cause)
        self.emit(Op(RAISE, node))
        self.open = []

    def do_Assert(self, node: ast.Assert) -> None:
        self.expr(node.test)
        start = self.emit(Op(PASS, node))
        self.expr(node.msg)
        self.emit(Op(RAISE, node))
        self.open = [start]

    def leave(self, depth: int) -> None:
        """Run what the scopes above ``depth`` run on the way out, the innermost first."""
        saved, raises, loops = self.leaving, self.raises, self.loops
        for number in range(len(saved) - 1, depth - 1, -1):
            self.leaving, self.raises = saved[:number], saved[number].raises
            self.loops = [loop for loop in loops if loop.depth <= number]
            saved[number].emit()
        self.leaving, self.raises, self.loops = saved, raises, loops

    def do_With(self, node: ast.With | ast.AsyncWith) -> None:
        self.with_item(node, 0)

    do_AsyncWith = do_With

    def with_item(self, node: ast.With | ast.AsyncWith, number: int) -> None:
        if number == len(node.items):
            self.body(node.body)
            return
        item = node.items[number]
        self.expr(item.context_expr)
        manager = self.hidden("$with", item)
        how = "manager" if isinstance(node, ast.With) else "async manager"
        self.emit(Op(DEFINE, item.context_expr, manager, how, item.context_expr))
        outer, thrown = self.raises, self.detached(USE, item.context_expr, manager)
        self.raises = thrown

        def close() -> None:
            self.emit(Op(USE, item.context_expr, manager))
            if isinstance(node, ast.AsyncWith):
                self.emit(Op(AWAIT, item.context_expr, how="leave"))

        if isinstance(node, ast.AsyncWith):
            self.emit(Op(AWAIT, item.context_expr, how="enter"))
        if item.optional_vars is not None:
            self.define(item.optional_vars, "with", item.context_expr)
        self.leaving.append(_Leaving(close, outer))
        self.with_item(node, number + 1)
        self.leaving.pop()
        self.raises = outer
        close()
        if isinstance(node, ast.With):
            self.open.append(thrown)  # the manager may swallow the exception
        else:  # a lock is released, and the exception goes on
            self.ops[thrown].next.append(thrown := self.detached(AWAIT, item.context_expr, how="leave"))
        if outer is not None:
            self.ops[thrown].next.append(outer)

    def do_Try(self, node: ast.Try) -> None:
        outer = self.raises
        entry = self.detached(PASS, node) if node.finalbody else outer
        if node.finalbody:
            self.leaving.append(_Leaving(lambda: self.body(node.finalbody), outer))
        dispatch = self.detached(PASS, node) if node.handlers else entry
        self.raises = dispatch
        self.body(node.body)
        self.raises = entry
        self.body(node.orelse)
        ends = self.open
        for handler in node.handlers:
            self.open = [dispatch] if dispatch is not None else []
            self.handler(handler)
            ends = [*ends, *self.open]
        if node.handlers and dispatch is not None and entry is not None:
            self.ops[dispatch].next.append(entry)
        self.raises, self.open = outer, ends
        if node.finalbody:
            self.leaving.pop()
            self.body(node.finalbody)
            ends = self.open
            self.open = [entry] if entry is not None else []
            self.body(node.finalbody)
            if outer is not None:
                self.link(outer)
            self.open = ends

    do_TryStar = do_Try

    def handler(self, node: ast.ExceptHandler) -> None:
        self.expr(node.type)
        name = self.local(node.name) if node.name else ""
        if name:
            self.emit(Op(DEFINE, node, name, "except", node.type))
        self.body(node.body)
        if name:
            self.emit(Op(DELETE, node, name))

    def do_Match(self, node: ast.Match) -> None:
        self.expr(node.subject)
        start, ends = self.emit(Op(PASS, node)), []
        rest = [start]
        for case in node.cases:
            self.open = list(rest)
            self.pattern(case.pattern, node.subject)
            self.expr(case.guard)
            matched = self.emit(Op(PASS, case))
            self.body(case.body)
            ends += self.open
            rest = [] if _catches_all(case) else [*rest, matched] if case.guard else rest
        self.open = [*ends, *rest]

    def pattern(self, pattern: ast.pattern, subject: ast.expr) -> None:
        for each in walk(pattern):
            whole = each is pattern
            name = getattr(each, "name", None) or getattr(each, "rest", None)
            if isinstance(name, str) and self.local(name) and not isinstance(each, ast.expr):
                how = "assign" if whole else "item"
                self.emit(Op(DEFINE, each, self.local(name), how, subject))


def _catches_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
