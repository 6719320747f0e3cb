"""Which values may be reachable in two ways, and whether an await lies between, at each operation of a function.

    ys = xs                 ys.()  and  xs.()      may be one object
    order.lines = ys        order.lines and ys.()
    await f()               ... and from here on they are two copies on some targets
    for y in ys:            y.()   and  ys.*       inside the loop: supported, the element is written back

A fact names the two places; its value says whether an await has been crossed while both names were live.
"""

import ast
from dataclasses import dataclass
from itertools import combinations
from typing import Final, final

from portable_faas.compiler.facts import Facts, Path, path_of
from portable_faas.compiler.flow import Op
from portable_faas.compiler.mutation import ANYWHERE, grows_in_place
from portable_faas.compiler.sharing import Share, appended, element, inside, is_side_by_side, repeats, shares

_DEEPEST: Final = 2  # keys of a path; what lies deeper counts as the whole of it
_MANY: Final = 100  # from so many aliases on, new ones no longer say where inside a value they are

Place = tuple[str, Path]


@final
@dataclass(frozen=True, slots=True)
class Alias:
    """Two places that may hold one object; ``loop`` is the `for` inside which they are supported."""

    first: Place
    second: Place
    loop: ast.AST | None = None


State = dict[Alias, bool]


def _may_equal(one: str, other: str) -> bool:
    return one == other or one in ("*", "+") or other in ("*", "+")


def matches(path: Path, prefix: Path) -> bool:
    """Whether ``path`` may begin with ``prefix``; ``*`` stands for any key, ``**`` for any keys."""
    if "**" in path or "**" in prefix:
        known = min(each.index("**") for each in (path, prefix) if "**" in each)
        return all(_may_equal(a, b) for a, b in zip(path[:known], prefix[:known], strict=False))
    return len(path) >= len(prefix) and all(_may_equal(a, b) for a, b in zip(path, prefix, strict=False))


def aliases(facts: Facts) -> list[State]:
    """The aliases before each operation."""
    ops, flow = facts.flow.ops, facts.flow
    entry: list[State] = [{} for _ in ops]
    work = [index for index in range(len(ops) - 1, -1, -1)]
    queued = set(work)
    while work:
        index = work.pop()
        queued.discard(index)
        out = after(facts, index, ops[index], entry[index])
        for follower in flow.successors[index]:
            if _merge(entry[follower], out) and follower not in queued:
                queued.add(follower)
                work.append(follower)
    return entry


def _merge(into: State, new: State) -> bool:
    changed = False
    for alias, crossed in new.items():
        if alias not in into or (crossed and not into[alias]):
            into[alias] = crossed or into.get(alias, False)
            changed = True
    return changed


def after(facts: Facts, index: int, op: Op, state: State) -> State:
    """The aliases after an operation."""
    match op.kind:
        case "await":
            return _crossed(facts, index, state)
        case "define":
            return _defined(facts, op, state)
        case "delete":
            return _without(state, op.name)
        case "store":
            return _stored(facts, op, state)
        case "call":
            return _called(facts, op, state)
        case _:
            return state


def _crossed(facts: Facts, index: int, state: State) -> State:
    flow = facts.flow
    return {
        alias: crossed or (flow.is_live(alias.first[0], index) and flow.is_live(alias.second[0], index))
        for alias, crossed in state.items()
    }


def _without(state: State, name: str) -> State:
    if not any(name in (alias.first[0], alias.second[0]) for alias in state):
        return state
    return {alias: crossed for alias, crossed in state.items() if name not in (alias.first[0], alias.second[0])}


def _defined(facts: Facts, op: Op, state: State) -> State:
    if isinstance(op.node, ast.AugAssign) and grows_in_place(facts, op.node):
        return _added(state, op.name, (), inside(shares(facts, op.value)))
    kept = _without(state, op.name)
    found = _bound(facts, op)
    if op.how in ("assign", "annotated") and repeats(facts, op.value) and not _is_refilled(facts, op.name):
        kept = dict(kept)
        _add(kept, (op.name, ("*",)), (op.name, ("+",)), False, None)  # two elements are one object
    return _added(kept, op.name, (), found, state) if found else kept


def _is_refilled(facts: Facts, name: str) -> bool:
    """Whether elements are replaced somewhere: `grid = [[]] * n`, then `grid[i] = row` for each i."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in facts.nodes
    )


def _bound(facts: Facts, op: Op) -> list[Share]:
    """What the new value of a name shares."""
    kind = facts.types.defined(op)
    if op.value is None or (kind is not None and kind.immutable):
        return []
    match op.how:
        case "assign" | "annotated":
            return shares(facts, op.value)
        case "iterator":
            return [] if _is_named(facts, op.value) else shares(facts, op.value)
        case "moved":
            return [Share((), op.source, ())]
        case "item":
            return element(shares(facts, op.value), _key(facts, op))
        case "for":
            return _of_loop(facts, op, op.value)
        case "for item" | "nested":
            return element(_of_loop(facts, op, op.value))
        case "rest":
            return inside(shares(facts, op.value))
        case _:
            return []


def _key(facts: Facts, op: Op) -> str:
    """The key of one element in an unpacking; only a tuple's elements surely keep their places."""
    numbered = facts.kind(op.value).tag == "tuple" or _is_gather(facts, op.value)
    return "*" if op.index is None or not numbered else str(op.index)


def _is_gather(facts: Facts, node: ast.expr | None) -> bool:
    match node:
        case ast.Await(value=ast.Call(args=args) as call):
            return is_side_by_side(facts, call) and not any(isinstance(each, ast.Starred) for each in args)
        case _:
            return False


def _of_loop(facts: Facts, op: Op, iterated: ast.expr) -> list[Share]:
    """An element of what a `for` goes over; directly over a named list it stays tied to its place in the list.

    Over anything else the loop holds an object of its own, which crosses the awaits in the body like a variable.
    """
    loop = next((node for node in facts.around(op.node) if isinstance(node, ast.For)), None)
    if loop is None or loop.iter is not iterated:
        return element(shares(facts, iterated))
    if _is_named(facts, iterated):
        return [Share(each.at, each.name, each.path, loop) for each in element(shares(facts, iterated))]
    return element([Share((), facts.flow.iterators[id(loop)], ())])


def _is_named(facts: Facts, iterated: ast.expr) -> bool:
    if isinstance(iterated, ast.Call) and facts.dotted(iterated.func) == "enumerate" and iterated.args:
        iterated = iterated.args[0]
    return isinstance(iterated, ast.Name) and facts.kind(iterated).tag != "dict"


def _stored(facts: Facts, op: Op, state: State) -> State:
    assert isinstance(op.node, ast.expr)
    place = path_of(op.node)
    if place is None:
        return state
    name = flow_name(facts, place[0])
    if not name:
        return state
    if op.how == "augment":
        return _added(state, name, place[1], inside(shares(facts, op.value)))
    if "*" not in place[1]:
        state = {alias: crossed for alias, crossed in state.items() if not _is_at(alias, name, place[1])}
    if op.value is None or op.how == "delete":
        return state
    found = shares(facts, op.value)
    return _added(state, name, place[1], found if op.how == "assign" else element(found, _key(facts, op)))


def _is_at(alias: Alias, name: str, path: Path) -> bool:
    return any(place[0] == name and place[1][: len(path)] == path for place in (alias.first, alias.second))


def _called(facts: Facts, op: Op, state: State) -> State:
    assert isinstance(op.node, ast.Call)
    for holder, found in appended(facts, op.node):
        name = flow_name(facts, holder[0])
        if name:
            state = _added(state, name, holder[1], found)
    return state


def flow_name(facts: Facts, node: ast.Name) -> str:
    """The name of a variable in the flow, or the empty text."""
    index = facts.flow.of_node.get(id(node))
    return facts.flow.ops[index].name if index is not None else ""


def _added(state: State, name: str, path: Path, found: list[Share], before: State | None = None) -> State:
    """``state`` with what ``name.path`` now shares, also with everything that the sources share already.

    With ``before``, ``name`` gets a new value: what the sources say of its old one no longer holds of any name.
    """
    result = dict(state)
    known = state if before is None else before
    gone = "" if before is None else name
    for share in found:
        here: Place = (name, (*path, *share.at)[:_DEEPEST])
        if not share.moved and share.name != gone:
            if here[1][-1:] == ("*",) and _is_known(known, here, (share.name, share.path)):
                _add(result, here, (name, (*here[1][:-1], "+")), False, None)  # two elements are one object
            _add(result, here, (share.name, share.path), share.copied, share.loop)
        for alias, crossed in known.items():
            for one, other in ((alias.first, alias.second), (alias.second, alias.first)):
                if one[0] == share.name and other[0] != gone:
                    _through(result, here, share.path, one[1], other, crossed or share.copied)
    for one_share, other_share in combinations(found, 2):
        if one_share.name == other_share.name and matches(one_share.path, other_share.path):
            first: Place = (name, (*path, *one_share.at)[:_DEEPEST])
            second: Place = (name, (*path, *other_share.at)[:_DEEPEST])
            copied = one_share.copied or other_share.copied
            if first == second and copied and first[1][-1:] == ("*",):
                second = (name, (*first[1][:-1], "+"))  # two elements are one object
            _add(result, first, second, copied, None)
    return result


def _is_known(state: State, one: Place, other: Place) -> bool:
    first, second = sorted((one, other))
    return Alias(first, second) in state


def _through(result: State, here: Place, path: Path, known: Path, other: Place, crossed: bool) -> None:
    if matches(path, known):
        _add(result, here, (other[0], (*other[1], *path[len(known) :])[:_DEEPEST]), crossed, None)
    elif matches(known, path):
        deeper = (here[0], (*here[1], *known[len(path) :])[:_DEEPEST])
        _add(result, deeper, other, crossed, None)


def _add(result: State, one: Place, other: Place, crossed: bool, loop: ast.AST | None) -> None:
    if len(result) >= _MANY:
        one, other, loop = (one[0], ANYWHERE), (other[0], ANYWHERE), None
    if one == other:
        return
    first, second = sorted((one, other))
    alias = Alias(first, second, loop)
    plain = Alias(alias.first, alias.second, None)
    if plain in result and loop is not None:
        return
    result[alias] = crossed or result.get(alias, False)
