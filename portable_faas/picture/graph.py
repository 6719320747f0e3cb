"""What an engine makes of an orchestrator: states joined by edges, with what runs in each, why, and what it costs.

    receipt = await charge(order)      Node("charge", "activity", ..., cost=(("transitions", 1), ...))
    await ctx.sleep(60)                Edge("charge", "sleep (line 8)")

Plain data that any adapter can give; the names are those that the engine itself uses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, final

Kind = Literal["activity", "python", "timer", "status", "gather", "choice", "pause", "end", "failure"]
When = Literal["here", "before", "after", "ahead", "folded", "failure"]
Cost = tuple[tuple[str, int], ...]  # billed units


@final
@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file of the user's."""

    path: str
    line: int


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """Python between awaits that runs in a node, and why there.

    ``when``: the node is there for it (``here``), it rides along before or after the activity, it runs ahead of a
    timer or status that comes later, it is an expression of the state itself (``folded``), or it runs when an exception
    is on its way (``failure``).
    """

    when: When
    places: tuple[Place, ...]
    why: str


@final
@dataclass(frozen=True, slots=True)
class Node:
    """One state. ``does`` is a phrase for people; ``place`` is the await it stands for.

    ``cost`` is what a bill counts each time it is entered, without its branches. ``ends``: the graph may end well here.
    ``spare``: it is there for faults of the platform only, which are no failures of the program.
    """

    name: str
    kind: Kind
    does: str
    place: Place | None = None
    pieces: tuple[Piece, ...] = ()
    cost: Cost = ()
    branches: tuple["Branch", ...] = ()
    ends: bool = False
    spare: bool = False


@final
@dataclass(frozen=True, slots=True)
class Branch:
    """What runs side by side inside a node: ``times`` copies of it, None where only a run knows how many."""

    graph: "Graph"
    times: int | None


@final
@dataclass(frozen=True, slots=True)
class Edge:
    """From one node to the next; ``error``: only when something has failed or an exception is on its way."""

    source: str
    target: str
    label: str = ""
    error: bool = False


@final
@dataclass(frozen=True, slots=True)
class Graph:
    """The states of an orchestrator or of a branch; ``start`` is the name of the first."""

    start: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, name: str) -> Node:
        """The node of this name; ``KeyError`` if there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def every(self) -> Iterator[Node]:
        """The nodes and those of their branches."""
        for node in self.nodes:
            yield node
            for branch in node.branches:
                yield from branch.graph.every()

    def without_errors(self) -> "Graph":
        """Only what can be reached while nothing fails."""
        return self._reduced(lambda edge: not edge.error)

    def without_spares(self) -> "Graph":
        """Without what is there for faults of the platform."""
        spares = {node.name for node in self.nodes if node.spare}
        return self._reduced(lambda edge: edge.target not in spares)

    def _reduced(self, keep: Callable[[Edge], bool]) -> "Graph":
        edges = tuple(edge for edge in self.edges if keep(edge))
        kept, work = {self.start}, [self.start]
        while work:
            at = work.pop()
            new = {edge.target for edge in edges if edge.source == at} - kept
            kept |= new
            work += new
        nodes = tuple(node for node in self.nodes if node.name in kept)
        return Graph(self.start, nodes, tuple(edge for edge in edges if edge.source in kept))

    def deeply(self, change: Callable[["Graph"], "Graph"]) -> "Graph":
        """``change`` of this graph and of those of its branches."""
        made = change(self)
        return replace(made, nodes=tuple(_deeply(node, change) for node in made.nodes))


def _deeply(node: Node, change: Callable[[Graph], Graph]) -> Node:
    branches = tuple(replace(branch, graph=branch.graph.deeply(change)) for branch in node.branches)
    return replace(node, branches=branches)


@final
@dataclass(frozen=True, slots=True)
class Section:
    """A function of the user's from its ``first`` to its ``last`` line: the orchestrator, or an async helper."""

    name: str
    path: str
    first: int
    last: int


@final
@dataclass(frozen=True, slots=True)
class Picture:
    """One orchestrator on one engine. ``units`` are what its bill counts, the dearest first."""

    orchestrator: str
    engine: str
    units: tuple[str, ...]
    sections: tuple[Section, ...]
    graph: Graph
