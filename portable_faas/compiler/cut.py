"""Cuts a function at its awaits into the blocks of a flow.

    for line in order.lines:             0: i1 = iter(order.lines)  -> 1
        await ship(line)                 1: for line of i1 -> 2 else 4
    return "done"                        2: await ship(line) -> 3;  3: -> 1;  4: return "done"

A statement that neither awaits nor jumps stays whole. A `finally` body, and what a `with` block does at its end, stands
once per way out, so that no state has to remember where control was going.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, final

from portable_faas.compiler.assembled import assign, written
from portable_faas.compiler.build import TooLarge
from portable_faas.compiler.draft import Draft
from portable_faas.compiler.hoist import awaits, hoisted, leaves
from portable_faas.compiler.reading import reads
from portable_faas.compiler.text import Place, text_of
from portable_faas.compiler.unbound import unbound
from portable_faas.ir import (
    Await,
    Case,
    Clause,
    Code,
    Each,
    End,
    Goto,
    Handle,
    Raise,
    Reraise,
    Return,
    Select,
    Test,
)

T = TypeVar("T", bound=ast.AST)
_LIMIT = 4_000  # blocks; nested `finally` bodies multiply


@final
@dataclass(slots=True)
class _Leaving:
    """What runs when control leaves a ``try`` or ``with``, and where exceptions in it go."""

    emit: Callable[[], None]
    handler: int | None
    handling: str | None


@final
@dataclass(slots=True)
class _Loop:
    head: int
    after: int
    depth: int


def cut(node: ast.FunctionDef | ast.AsyncFunctionDef, marks: Mapping[Place, int]) -> list[Draft]:
    """The blocks of ``node`` that can be reached, the first one first; ``marks`` are for ``text_of``."""
    cutter = _Cutter(marks, unbound(node))
    cutter.body(node.body)
    cutter.finish(Return(Code("None", node.end_lineno or node.lineno)))
    return cutter.reached()


@final
class _Cutter:
    def __init__(self, marks: Mapping[Place, int], unbound: frozenset[Place]) -> None:
        self.marks, self.unbound = marks, unbound
        self.drafts: list[Draft] = []
        self.handler: int | None = None
        self.handling: str | None = None
        self.leaving: list[_Leaving] = []
        self.loops: list[_Loop] = []
        self.numbers = 0
        self.awaiting: list[Draft] = []
        self.current: Draft | None = self.draft()

    # blocks

    def draft(self) -> Draft:
        if len(self.drafts) > _LIMIT:
            raise TooLarge
        made = Draft(len(self.drafts), self.handler, self.handling)
        self.drafts.append(made)
        return made

    def start(self) -> Draft:
        """A new block that becomes the current one."""
        self.current = self.draft()
        return self.current

    def finish(self, end: End, reads: list[ast.AST] | None = None) -> None:
        """End the current block; nothing can be added until another one starts."""
        if self.current is not None:
            self.current.end = end
            self.current.reads = reads or []
            self.current = None

    def go(self, to: Draft) -> None:
        self.finish(Goto(to.id))

    def hidden(self, what: str) -> str:
        self.numbers += 1
        return f"_pf_{what}{self.numbers}"

    def code(self, node: ast.AST) -> Code:
        return Code(text_of(node, self.marks), getattr(node, "lineno", 0))

    def add(self, statement: ast.stmt) -> None:
        """Add a statement to the current block, or to a fresh one where the exceptions go elsewhere by now."""
        if self.current is None:
            return
        if (self.current.handler, self.current.handling) != (self.handler, self.handling):
            self.go(fresh := self.draft())
            self.current = fresh
        self.current.body.append(statement)

    def align(self) -> None:
        """Make the current block one whose exceptions go where they must now."""
        if self.current and (self.current.handler, self.current.handling) != (self.handler, self.handling):
            self.go(fresh := self.draft())
            self.current = fresh

    @contextmanager
    def within(self, handler: int | None, handling: str | None) -> Iterator[None]:
        before = self.handler, self.handling
        self.handler, self.handling = handler, handling
        try:
            yield
        finally:
            self.handler, self.handling = before

    def landing(self, caught: str) -> Draft:
        made = self.draft()
        made.caught = caught
        return made

    def reached(self) -> list[Draft]:
        from portable_faas.ir import successors

        seen: set[int] = set()
        work = [0]
        while work:
            at = work.pop()
            if at not in seen:
                seen.add(at)
                draft = self.drafts[at]
                assert draft.end is not None, f"block {at} does not end"
                work.extend(successors(draft.end))
                if draft.handler is not None:
                    work.append(draft.handler)
        return [draft for draft in self.drafts if draft.id in seen]

    def take(self, operand: ast.expr, into: str | None = None) -> str:
        """Await ``operand`` here; the name of the variable that holds the result."""
        name = into or self.hidden("t")
        self.wait(operand, name)
        return name

    def wait(self, operand: ast.expr, into: str | None, passing: str = "") -> None:
        self.align()
        if self.current is None:
            return
        after = self.draft()
        self.current.operand, self.current.passing = operand, passing
        self.awaiting.append(self.current)
        self.finish(Await(self.code(operand), into, after.id), [operand])
        self.current = after

    def hoist(self, node: T) -> T:
        """``node`` without its awaits, which have been carried out."""
        first = len(self.awaiting)
        found: T = hoisted(node, self.take, self.early)
        rest = reads(found)
        while len(self.awaiting) > first:
            draft = self.awaiting.pop()
            draft.rest = set(rest)
            rest |= reads(draft.operand) if draft.operand else set()
        return found

    def early(self, name: ast.Name) -> None:
        if (name.lineno, name.col_offset) in self.unbound:
            self.add(ast.copy_location(ast.Expr(name), name))

    def plain(self, node: ast.AST) -> ast.AST:
        """The same, in a block whose exceptions go where they must now."""
        found = self.hoist(node)
        self.align()
        return found

    # statements

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if self.current is None:
                return
            if awaits(statement) or leaves(statement) or isinstance(statement, ast.Raise):
                self.cut(statement)
            else:
                self.add(statement)

    def cut(self, node: ast.stmt) -> None:
        method = getattr(self, f"cut_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            self.add(self.hoist(node))

    def either(self, node: ast.stmt, value: ast.expr | None) -> bool:
        """Cut ``x = await a() if c else await b()`` into two statements; False if ``value`` is no such expression."""
        if not isinstance(value, ast.IfExp) or not (awaits(value.body) or awaits(value.orelse)):
            return False
        ways = []
        for way in (value.body, value.orelse):
            copied = copy.copy(node)
            copied.value = way  # type: ignore[attr-defined]
            ways.append([copied])
        self.cut_If(ast.copy_location(ast.If(value.test, ways[0], ways[1]), node))
        return True

    def cut_Assign(self, node: ast.Assign) -> None:
        if self.either(node, node.value):
            return
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Await(value=operand)):
                self.wait(self.hoist(operand), name)
            case _:
                self.add(self.hoist(node))

    def cut_AnnAssign(self, node: ast.AnnAssign) -> None:
        if self.either(node, node.value):
            return
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Await(value=operand)):
                self.wait(self.hoist(operand), name)
            case _:
                self.add(self.hoist(node))

    def cut_AugAssign(self, node: ast.AugAssign) -> None:
        if not self.either(node, node.value):
            self.add(self.hoist(node))

    def cut_Expr(self, node: ast.Expr) -> None:
        if self.either(node, node.value):
            return
        if isinstance(node.value, ast.Await):
            self.wait(self.hoist(node.value.value), None)
        else:
            self.add(self.hoist(node))

    def cut_Return(self, node: ast.Return) -> None:
        if self.either(node, node.value):
            return
        value = self.plain(node.value or ast.copy_location(ast.Constant(None), node))
        assert isinstance(value, ast.expr)
        if self.leaving:
            name = self.hidden("r")
            self.add(assign(name, value, node))
            value = ast.copy_location(ast.Name(name, ast.Load()), node)
            self.leave(0)
        self.finish(Return(self.code(value)), [value])

    def leave(self, depth: int) -> None:
        """Run what leaving the blocks above ``depth`` runs, from the inside out."""
        outer, loops = self.leaving, self.loops
        for number in range(len(outer) - 1, depth - 1, -1):
            leaving = outer[number]
            self.leaving = outer[:number]
            self.loops = [loop for loop in loops if loop.depth <= number]
            with self.within(leaving.handler, leaving.handling):
                leaving.emit()
                self.align()
        self.leaving, self.loops = outer, loops

    def cut_Break(self, _node: ast.Break) -> None:
        loop = self.loops[-1]
        self.leave(loop.depth)
        self.finish(Goto(loop.after))

    def cut_Continue(self, _node: ast.Continue) -> None:
        loop = self.loops[-1]
        self.leave(loop.depth)
        self.finish(Goto(loop.head))

    def cut_Raise(self, node: ast.Raise) -> None:
        statement = self.plain(node)
        self.finish(Raise(self.code(statement)), [statement])

    def cut_If(self, node: ast.If) -> None:
        test = self.plain(node.test)
        before = self.current
        if before is None:
            return
        then = self.start()
        self.body(node.body)
        ends = [self.current]
        orelse = self.start()
        self.body(node.orelse)
        ends.append(self.current)
        before.end, before.reads = Test(self.code(test), then.id, orelse.id), [test]
        self.join(ends)

    def join(self, ends: list[Draft | None]) -> None:
        """Lead what is still open to one new block."""
        left = [draft for draft in ends if draft is not None]
        self.current = None
        if left:
            after = self.draft()
            for draft in left:
                draft.end = Goto(after.id)
            self.current = after

    def cut_While(self, node: ast.While) -> None:
        self.align()
        head = self.draft()
        self.go(head)
        self.current = head
        test = self.plain(node.test)
        tested = self.current
        after = self.draft()
        done = self.draft()
        body = self.start()
        self.loop(head, after, node.body)
        assert tested is not None
        forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        tested.end = Goto(body.id) if forever else Test(self.code(test), body.id, done.id)
        tested.reads = [test]
        self.after_loop(done, after, node.orelse)

    def loop(self, head: Draft, after: Draft, body: list[ast.stmt]) -> None:
        self.loops.append(_Loop(head.id, after.id, len(self.leaving)))
        self.body(body)
        self.loops.pop()
        self.finish(Goto(head.id))

    def after_loop(self, done: Draft, after: Draft, orelse: list[ast.stmt]) -> None:
        self.current = done
        self.body(orelse)
        self.go(after)
        self.current = after

    def cut_For(self, node: ast.For) -> None:
        items = self.plain(node.iter)
        assert isinstance(items, ast.expr)
        name = self.hidden("i")
        made = ast.Call(ast.Name("iter", ast.Load()), [items], [])
        self.add(assign(name, ast.copy_location(made, node.iter), node))
        head, after, done = self.draft(), self.draft(), self.draft()
        self.go(head)
        self.current = None
        body = self.start()
        self.loop(head, after, node.body)
        head.end = Each(name, self.code(node.target), body.id, done.id)
        head.reads = [ast.Name(name, ast.Load()), node.target]
        self.after_loop(done, after, node.orelse)

    def cut_Match(self, node: ast.Match) -> None:
        subject = self.plain(node.subject)
        before = self.current
        if before is None:
            return
        cases, ends, reads = [], [], [subject]
        for case in node.cases:
            block = self.start()
            self.body(case.body)
            ends.append(self.current)
            pattern = self.code(case.pattern)
            cases.append(Case(pattern, self.code(case.guard) if case.guard else None, block.id))
            reads += [case.pattern, *([case.guard] if case.guard else [])]
        default = self.start()
        before.end, before.reads = Select(self.code(subject), tuple(cases), default.id), reads
        self.join([*ends, default])

    def cut_Try(self, node: ast.Try) -> None:
        if not node.finalbody:
            self.handled(node)
            return

        def emit() -> None:
            self.body(node.finalbody)

        self.guarded(emit, lambda: self.handled(node) if node.handlers else self.body(node.body), "c")

    def guarded(self, emit: Callable[[], None], inner: Callable[[], None], what: str) -> None:
        """``inner`` with ``emit`` on every way out."""
        caught = self.hidden(what)
        land = self.landing(caught)
        self.leaving.append(_Leaving(emit, self.handler, self.handling))
        with self.within(land.id, self.handling):
            self.align()
            inner()
        self.leaving.pop()
        self.align()
        emit()
        ends = [self.current]
        self.current = land
        with self.within(self.handler, caught):
            self.align()
            emit()
            self.align()
            self.finish(Reraise(caught))
        self.join(ends)

    def handled(self, node: ast.Try) -> None:
        caught = self.hidden("c")
        land = self.landing(caught)
        with self.within(land.id, self.handling):
            self.align()
            self.body(node.body)
        self.align()
        self.body(node.orelse)
        ends = [self.current]
        clauses, reads = [], list[ast.AST]()
        for handler in node.handlers:
            with self.within(self.handler, caught):
                block = self.start()
                self.clause(handler)
            ends.append(self.current)
            types = self.code(handler.type) if handler.type else None
            reads += [handler.type] if handler.type else []
            clauses.append(Clause(types, handler.name, block.id))
        land.end = Handle(caught, tuple(clauses))
        land.reads = [ast.Name(caught, ast.Load()), *reads]
        self.join(ends)

    def clause(self, handler: ast.ExceptHandler) -> None:
        """The body of a clause; Python forgets its name on every way out."""
        if handler.name is None:
            self.body(handler.body)
            return
        name = handler.name

        def forget() -> None:
            self.add(assign(name, ast.copy_location(ast.Constant(None), handler), handler))
            self.add(ast.copy_location(ast.Delete([ast.Name(name, ast.Del())]), handler))

        self.guarded(forget, lambda: self.body(handler.body), "c")

    def cut_With(self, node: ast.With) -> None:
        first, *rest = node.items
        inner: list[ast.stmt] = [ast.copy_location(ast.With(rest, node.body), node)] if rest else node.body
        value = self.plain(first.context_expr)
        assert isinstance(value, ast.expr)
        manager = self.hidden("m")
        self.add(assign(manager, value, node))
        entered = written(f"type({manager}).__enter__({manager})", node)
        target = first.optional_vars
        self.add(
            ast.copy_location(ast.Assign([target], entered, lineno=node.lineno) if target else ast.Expr(entered), node)
        )
        self.managed(manager, inner, node)

    def cut_AsyncWith(self, node: ast.AsyncWith) -> None:
        """A lock, as `check` takes no other manager."""
        first, *rest = node.items
        inner: list[ast.stmt] = [ast.copy_location(ast.AsyncWith(rest, node.body), node)] if rest else node.body
        if first.optional_vars:
            given = ast.Assign([first.optional_vars], written("None", node))
            inner = [ast.copy_location(given, node), *inner]
        value = self.plain(first.context_expr)
        assert isinstance(value, ast.expr)
        lock = self.hidden("m")
        self.add(assign(lock, value, node))
        self.wait(written(f"{lock}.acquire()", first.context_expr), None, "enter")
        release = written(f"{lock}.release()", first.context_expr)
        self.guarded(lambda: self.wait(release, None, "leave"), lambda: self.body(inner), "c")

    def managed(self, manager: str, body: list[ast.stmt], node: ast.With) -> None:
        leave = ast.copy_location(
            ast.Expr(written(f"type({manager}).__exit__({manager}, None, None, None)", node)), node
        )
        caught = self.hidden("c")
        land = self.landing(caught)
        self.leaving.append(_Leaving(lambda: self.add(leave), self.handler, self.handling))
        with self.within(land.id, self.handling):
            self.align()
            self.body(body)
        self.leaving.pop()
        self.align()
        self.add(leave)
        ends = [self.current]
        self.current = land
        with self.within(self.handler, caught):
            self.align()
            suppressed = self.draft()
            raised = self.draft()
            test = written(
                f"type({manager}).__exit__({manager}, type({caught}), {caught}, {caught}.__traceback__)", node
            )
            self.finish(Test(self.code(test), suppressed.id, raised.id), [test])
            raised.end = Reraise(caught)
        suppressed.handling = self.handling
        self.join([*ends, suppressed])
