"""PF022: a nested function or lambda that is used across an await captures something that changes.

rate = 1
def price(x): return x * rate
rate = await fetch_rate()             ->      def price(x, rate): return x * rate
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.flow import DEFINE, DELETE
from portable_faas.compiler.gathering import branches
from portable_faas.compiler.mutation import Mutation, effects, mutations
from portable_faas.compiler.source import Def
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every closure that lives across an await while one of its variables is assigned or changed."""
    if facts.role == SYNC or not facts.flow.captures or not facts.flow.awaits:
        return
    beside = {branch.function for branch in branches(facts)}
    changed = [
        (facts.flow.of_node[id(each.node)], each) for each in mutations(facts) if id(each.node) in facts.flow.of_node
    ]
    for start in facts.flow.definitions:
        op = facts.flow.ops[start]
        if op.kind != DEFINE or not (op.how == "def" or isinstance(op.value, ast.Lambda)):
            continue
        if isinstance(op.node, Def) and facts.program.function(facts.function, op.node) in beside:
            continue
        name = _first_change(facts, start, op.name, changed)
        if name:
            what = f"`{op.name}` captures `{name}`, which changes while `{op.name}` is used across an await"
            node = op.node if op.how == "def" else op.value or op.node
            yield facts.report(node, "PF022", what, f"give `{name}` to it as an argument")


def _first_change(facts: Facts, start: int, closure: str, changed: list[tuple[int, Mutation]]) -> str:
    """The captured name that changes, or the empty text."""
    flow = facts.flow
    after = flow.reachable(start)
    crossings = [place for place in flow.awaits if place in after and flow.is_live(closure, place)]
    later = {index for place in crossings for index in flow.reachable(place) if flow.is_live(closure, index)}
    for index in sorted(later):
        op = flow.ops[index]
        if op.kind in (DEFINE, DELETE) and op.name in flow.captures[closure] and op.name != closure:
            return op.name
    for index, each in changed:
        if index in later and each.root.id in flow.captures[closure]:
            return each.root.id
    node = flow.ops[start].node
    inside = effects(facts, facts.program.function(facts.function, node)).captured if isinstance(node, Def) else ()
    for each in inside:
        if (crossings or each.late) and each.root.id in flow.captures[closure]:
            return each.root.id
    return ""
