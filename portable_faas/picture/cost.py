"""What a way through a graph costs: the cheapest one to a good end, and one more pass of each loop.

    look -> set_status -> sleep -> look          Pass(("look", "set_status", "sleep"), (("transitions", 3), ...), ())

Edges that need an error are left out; branches whose number only a run knows are listed, not added.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from portable_faas.picture.graph import Cost, Graph, Node


@final
@dataclass(frozen=True, slots=True)
class Pass:
    """Nodes in order, what they cost together, and what each branch of the open fan-outs among them adds."""

    names: tuple[str, ...]
    cost: Cost
    each: tuple[tuple[str, Cost], ...]


def total(costs: Iterable[Cost]) -> Cost:
    """The sum, unit by unit."""
    found: dict[str, int] = {}
    for cost in costs:
        for unit, count in cost:
            found[unit] = found.get(unit, 0) + count
    return tuple(found.items())


def straight(graph: Graph) -> Pass | None:
    """The cheapest way from the start to a good end; None if it always fails or never ends."""
    return _cheapest(graph, graph.start, {node.name for node in graph.nodes if node.ends})


def loops(graph: Graph) -> tuple[Pass, ...]:
    """One more pass of every loop that can be run while nothing fails, from its topmost await."""
    found: dict[frozenset[str], Pass] = {}
    for source, head in backward(graph):
        around = _cheapest(graph, head, {source})
        if around is not None:
            found.setdefault(frozenset(around.names), _turned(graph, around))
    return tuple(found.values())


def _turned(graph: Graph, around: Pass) -> Pass:
    names = around.names
    places = {name: graph.node(name).place for name in names}
    first = min(names, key=lambda name: (place.line, name) if (place := places[name]) else (math.inf, name))
    at = names.index(first)
    return Pass((*names[at:], *names[:at]), around.cost, around.each)


def backward(graph: Graph, errors: bool = False) -> tuple[tuple[str, str], ...]:
    """The edges that lead back to a node on the way to them, found depth first in the order of the edges."""
    onward = _onward(graph, errors)
    found: dict[tuple[str, str], None] = {}
    done: set[str] = set()
    path: dict[str, None] = {}
    stack = [(graph.start, iter(onward[graph.start]))]
    path[graph.start] = None
    while stack:
        at, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            path.pop(at)
            done.add(at)
        elif following in path:
            found[(at, following)] = None
        elif following not in done:
            path[following] = None
            stack.append((following, iter(onward[following])))
    return tuple(found)


def _onward(graph: Graph, errors: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for error in (False, True) if errors else (False,):
        for edge in graph.edges:
            if edge.error == error and edge.target not in found[edge.source]:
                found[edge.source].append(edge.target)
    return found


def _cheapest(graph: Graph, start: str, goals: set[str]) -> Pass | None:
    onward = _onward(graph, False)
    nodes = {node.name: node for node in graph.nodes}
    order = {name: number for number, name in enumerate(nodes)}
    seen: set[str] = set()
    work: list[tuple[list[int], int, tuple[str, ...]]] = [(_weight(nodes[start]), 0, (start,))]
    while work:
        weight, _, names = heapq.heappop(work)
        if names[-1] in goals:
            return _pass([nodes[name] for name in names])
        if names[-1] in seen:
            continue
        seen.add(names[-1])
        for following in onward[names[-1]]:
            added = [one + other for one, other in zip(weight, _weight(nodes[following]), strict=True)]
            heapq.heappush(work, (added, order[following], (*names, following)))
    return None


def _weight(node: Node) -> list[int]:
    """By the sum of the units: every state is entered once and invokes at most one function."""
    return [sum(count for _, count in node.cost), 1]


def _pass(nodes: list[Node]) -> Pass:
    costs = [node.cost for node in nodes]
    each: list[tuple[str, Cost]] = []
    for node in nodes:
        for branch in node.branches:
            inside = straight(branch.graph)
            if inside is None:
                continue
            if branch.times is None:
                each.append((node.name, inside.cost))
            else:
                costs += [inside.cost] * branch.times
            each += inside.each
    return Pass(tuple(node.name for node in nodes), total(costs), tuple(each))
