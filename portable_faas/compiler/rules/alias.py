"""PF021: a list, dict or object that can be reached in two ways is changed after an await, which made two copies of it.

backup = lines                    ->      backup = list(lines)
await save(lines)
lines.append(x)
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.aliasing import Alias, Place, State, after, aliases, flow_name, matches
from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.mutation import Mutation, mutations
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every change, after an await, of something that another live name reaches."""
    if facts.role == SYNC or not facts.flow.awaits:
        return
    changed: dict[int, list[Mutation]] = {}
    for each in mutations(facts):
        changed.setdefault(id(each.node), []).append(each)
    places = [index for index, op in enumerate(facts.flow.ops) if id(op.node) in changed and op.kind != "use"]
    if not places:
        return
    states = aliases(facts)
    for index in places:
        for each in changed[id(facts.flow.ops[index].node)]:
            yield from _late(facts, index, each, states[index])
            then = after(facts, index, facts.flow.ops[index], states[index])
            yield from _harmed(facts, index, each, {**states[index], **then})


def _late(facts: Facts, index: int, change: Mutation, state: State) -> Iterator[Diagnostic]:
    """A helper that changes its parameter after an await of its own, while the caller still reads what it gave."""
    name = flow_name(facts, change.root)
    if not change.late or not name or not isinstance(facts.parent(change.node), ast.Await):
        return
    ways = [name, *(other[0] for other in (_other(alias, name, change) for alias in state) if other is not None)]
    if any(facts.flow.is_live(way, index) for way in ways):
        shown = facts.quote(change.root)
        problem = f"`{facts.quote(change.node)}` changes `{shown}` after an await of its own"
        yield facts.report(change.node, "PF021", problem, f"return the new value and assign it: `{shown} = await ...`")


def _harmed(facts: Facts, index: int, change: Mutation, state: State) -> Iterator[Diagnostic]:
    name = flow_name(facts, change.root)
    for alias, crossed in state.items():
        other = _other(alias, name, change) if crossed and not _is_in_loop(facts, alias, change) else None
        if other is not None and facts.flow.is_live(other[0], index):
            yield _report(facts, change, other)
            return


def _other(alias: Alias, name: str, change: Mutation) -> Place | None:
    """The other way to what is changed."""
    for one, other in ((alias.first, alias.second), (alias.second, alias.first)):
        if one[0] == name and matches(change.path, one[1]):
            return other
    return None


def _is_in_loop(facts: Facts, alias: Alias, change: Mutation) -> bool:
    return alias.loop is not None and any(node is alias.loop for node in facts.around(change.node))


def _report(facts: Facts, change: Mutation, other: Place) -> Diagnostic:
    here = ".".join([change.root.id, *change.path]).replace(".**", "").replace(".*", "[...]")
    if other[1][-1:] == ("+",):
        problem = f"`{facts.quote(change.node)}` changes after an await what several elements of `{other[0]}` share"
        return facts.report(change.node, "PF021", problem, "give each element a value of its own, in a comprehension")
    there = ".".join([other[0].partition("#")[0], *other[1]]).replace(".*", "[...]")
    problem = f"`{facts.quote(change.node)}` changes after an await what `{here}` and `{there}` may share"
    return facts.report(change.node, "PF021", problem, f"make one of them a copy, such as `{_copy(facts, change)}`")


def _copy(facts: Facts, change: Mutation) -> str:
    kind = facts.kind(change.root).tag
    copy = kind if kind in ("list", "dict", "set") and not change.path else "copy.deepcopy"
    return f"{copy}({change.root.id})"
