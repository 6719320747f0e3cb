"""Builds the program of an app: the flow of every orchestrator, and of every async helper that one may await.

program(app)  ->  Program("orders", (("fulfil", "shop.app:fulfil"),), (Flow("shop.app:fulfil", ...), ...))
"""

import ast
import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from portable_faas.compiler.cut import cut
from portable_faas.compiler.deleted import without_values
from portable_faas.compiler.draft import Draft
from portable_faas.compiler.facts import HELPER, ORCHESTRATOR, Facts
from portable_faas.compiler.flow import free_names
from portable_faas.compiler.live import Live
from portable_faas.compiler.names import Function
from portable_faas.compiler.names import Program as Names
from portable_faas.compiler.reading import reads, writes
from portable_faas.compiler.shapes import Shapes, key_of
from portable_faas.compiler.source import Module
from portable_faas.compiler.text import Place, text_of
from portable_faas.compiler.wired import listed, mapped, run_over, summed
from portable_faas.ir import Await, Block, Code, Each, Flow, Program, ReleaseShape, successors

if TYPE_CHECKING:
    from portable_faas.app import App

Span = tuple[int, int, int, int]
HIDDEN: Final = "_pf_"


def program(app: "App") -> Program:
    """The flows of ``app``, which ``check`` accepts; in the order in which they are reached."""
    world = Live(app)
    names = Names(world)
    roots, _ = world.roots(names)
    main = [function for function, role in roots if role == ORCHESTRATOR]
    reached = list(_reached(names, main))
    facts = [each for each in reached if each.function.is_async]
    shapes = Shapes(app, reached)
    marks = _marks(facts)
    flows = tuple(flow(app, each, shapes, marks[each.function.module]) for each in facts)
    suspendable = tuple(name for name, orchestrator in app.orchestrators.items() if orchestrator.suspendable)
    return Program(app.name, tuple((function.name, key_of(function)) for function in main), flows, suspendable)


def _reached(names: Names, roots: list[Function]) -> Iterator[Facts]:
    """The orchestrators and every function of the program that they reach."""
    seen: set[Function] = set()
    work = list(roots)
    for root in work:
        if root in seen:
            continue
        seen.add(root)
        facts = Facts(names, root, ORCHESTRATOR if root in roots else HELPER)
        yield facts
        helpers = [function for _, function in facts.helpers]
        nested = [names.function(root, node) for node in root.scope.nested]
        work += [each for each in [*helpers, *nested] if each not in seen]


def _marks(functions: list[Facts]) -> dict[Module, dict[Place, int]]:
    """The number of every flow among those of its module, by the place of its function."""
    found: dict[Module, dict[Place, int]] = {}
    counts: Counter[Module] = Counter()
    for facts in functions:
        module, node = facts.function.module, facts.function.node
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        found.setdefault(module, {})[node.lineno, node.col_offset] = counts[module]
        counts[module] += 1
    return found


def flow(app: "App", facts: Facts, shapes: Shapes, marks: Mapping[Place, int]) -> Flow:
    """The flow of one function."""
    function = facts.function
    assert isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef)
    drafts = cut(function.node, marks)
    captured = _captured(function)
    liveness = _Liveness(facts, drafts, captured)
    live = liveness.of_blocks()
    over = run_over(app, facts, drafts)
    if over is not None:
        head = next(draft for draft in drafts if draft.id == over[0])
        assert isinstance(head.end, Each)
        head.end = dataclasses.replace(head.end, path=over[1])
    hidden = sorted({name for draft in drafts for name in liveness.hidden_in(draft)})
    return Flow(
        key_of(function),
        function.module.path,
        function.node.lineno,
        tuple(parameter.arg for parameter in function.parameters),
        (*function.scope.bindings, *hidden, *captured),
        captured,
        tuple(_block(app, draft, live[draft.id], _Awaited(facts, liveness, shapes), marks) for draft in drafts),
        listed(app, function.name) if facts.role == ORCHESTRATOR else (),
        summed(app, facts) if facts.role == ORCHESTRATOR else (),
    )


def _captured(function: Function) -> tuple[str, ...]:
    """The variables of the functions around it that it reads."""
    outer: set[str] = set()
    owner = function.owner
    while owner is not None and not isinstance(owner.node, ast.Module):
        outer |= owner.scope.bindings.keys()
        owner = owner.owner
    return tuple(sorted(free_names(function.node) & outer)) if outer else ()


@final
@dataclass(frozen=True, slots=True)
class _Awaited:
    """What the awaits of a function are, asked of the user's own nodes, not of copies without their awaits."""

    facts: Facts
    liveness: "_Liveness"
    shapes: Shapes

    def of(self, app: "App", end: Await, operand: ast.expr, passing: str) -> Await:
        original = self.liveness.operands[_place(operand)]
        if passing:
            shape = self.shapes.of_lock(self.facts, original) if passing == "enter" else ReleaseShape()
            return dataclasses.replace(end, shapes=(shape,))
        shapes = self.shapes.of(self.facts, original)
        return dataclasses.replace(end, shapes=shapes, mapped=mapped(app, self.facts, original))


def _block(app: "App", draft: Draft, live: frozenset[str], awaited: _Awaited, marks: Mapping[Place, int]) -> Block:
    assert draft.end is not None
    statements = without_values(draft.body, awaited.facts.flow.sure_deletions)
    body = tuple(Code(text_of(node, marks), node.lineno) for node in statements)
    end = draft.end
    if isinstance(end, Await) and draft.operand is not None:
        end = awaited.of(app, end, draft.operand, draft.passing)
    return Block(draft.id, body, end, draft.handler, draft.caught, draft.handling, tuple(sorted(live)))


@final
class _Liveness:
    """Which variables are needed when each block begins.

    Where a run may be suspended, the user's own variables come from the finer flow of the checker, so that nothing is
    kept that `check` has not examined; everywhere else a variable of the user is simply not kept.
    """

    def __init__(self, facts: Facts, drafts: list[Draft], captured: tuple[str, ...]) -> None:
        self.drafts = {draft.id: draft for draft in drafts}
        self.effects = {draft.id: _effects(draft) for draft in drafts}
        self.captured = frozenset(captured)
        self.awaited: dict[tuple[Span, str], frozenset[str]] = {}
        self.operands: dict[Span, ast.expr] = {}
        flow = facts.flow
        self.own = own = facts.function.scope.bindings.keys()
        for index in flow.awaits:
            node, passing = flow.ops[index].node, flow.ops[index].how
            operand = node.value if isinstance(node, ast.Await) else node
            if isinstance(operand, ast.expr):
                names = frozenset(name for name in own if flow.is_live(name, index))
                place = _place(operand)
                self.operands[place] = operand
                self.awaited[place, passing] = self.awaited.get((place, passing), frozenset()) | names

    def of_blocks(self) -> dict[int, frozenset[str]]:
        hidden = self.hidden()
        found = {at: hidden[at] for at in self.drafts}
        for draft in self.drafts.values():
            if isinstance(draft.end, Await) and draft.operand is not None:
                user = self.awaited[_place(draft.operand), draft.passing]
                rest = draft.rest & self.own
                found[draft.end.to] = found[draft.end.to] | user | rest | self.captured
        return found

    def hidden_in(self, draft: Draft) -> set[str]:
        """The variables of our own that a block reads or writes."""
        found = set().union(*self.effects[draft.id])
        if isinstance(draft.end, Await) and draft.end.into:
            found.add(draft.end.into)
        if draft.caught:
            found.add(draft.caught)
        return {name for name in found if name.startswith(HIDDEN)}

    def hidden(self) -> dict[int, frozenset[str]]:
        """The variables of our own, by the classic equations over whole blocks."""
        before: dict[int, frozenset[str]] = dict.fromkeys(self.drafts, frozenset())
        changed = True
        while changed:
            changed = False
            for draft in reversed(self.drafts.values()):
                entry = self.entry(draft, before)
                if entry != before[draft.id]:
                    before[draft.id] = entry
                    changed = True
        return before

    def entry(self, draft: Draft, before: dict[int, frozenset[str]]) -> frozenset[str]:
        assert draft.end is not None
        needed: set[str] = set()
        for to in successors(draft.end):
            needed |= before[to]
        if isinstance(draft.end, Await) and draft.end.into:
            needed.discard(draft.end.into)
        gained, lost = self.effects[draft.id]
        needed = (needed - lost) | gained
        if draft.handling:
            needed.add(draft.handling)
        if draft.handler is not None:
            caught = self.drafts[draft.handler].caught
            needed |= before[draft.handler] - {caught or ""}
        return frozenset(name for name in needed if name.startswith(HIDDEN)) - {draft.caught or ""}


def _effects(draft: Draft) -> tuple[frozenset[str], frozenset[str]]:
    """The variables of our own that a block reads before it writes them, and those that it surely writes."""
    gained = {name for node in draft.reads for name in reads(node)}
    lost: set[str] = set()
    for node in reversed(draft.body):
        written = writes(node)
        gained = (gained - written) | reads(node)
        lost |= written
    return _ours(gained), _ours(lost)


def _ours(names: set[str]) -> frozenset[str]:
    return frozenset(name for name in names if name.startswith(HIDDEN))


def _place(node: ast.expr) -> Span:
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0
