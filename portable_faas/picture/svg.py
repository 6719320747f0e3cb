"""A picture as SVG, drawn here: no other program is needed, and the same picture gives the same bytes.

Layers from top to bottom, an edge back to an earlier state as a line upwards, fan-outs as boxes around their branches;
colours follow the reader's light or dark mode.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final
from xml.sax.saxutils import escape as escape_marks

from portable_faas.picture.cost import backward
from portable_faas.picture.graph import Branch, Edge, Graph, Node, Picture
from portable_faas.picture.layout import Layout, Point, Size, layout
from portable_faas.picture.lines import counted, ways
from portable_faas.picture.svg_style import DEFS, STYLE

MARGIN: Final = 28.0
PADDING: Final = 18.0
HEAD: Final = 46.0  # above the branches of a box
LETTER: Final = 7.4  # pixels per letter of a name, at most; of smaller text a fifth less
DOT: Final = 14.0
START: Final = "\0start"
END: Final = "\0end"


def svg(picture: Picture) -> str:
    """The text of the SVG file."""
    drawn = _Drawn.of(picture.graph)
    told = list(ways(picture))
    width = max(drawn.layout.size[0], 420.0) + 2 * MARGIN
    top = MARGIN + 34
    height = top + drawn.layout.size[1] + MARGIN
    title = f"{picture.orchestrator} on {picture.engine}"
    left = (width - drawn.layout.size[0]) / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
            f'width="{_n(width)}" height="{_n(height)}" role="img" aria-labelledby="title about">',
            f'<title id="title">{_escape(title)}</title>',
            f'<desc id="about">{_escape("; ".join(told))}</desc>',
            f"<style>{STYLE}</style>",
            DEFS,
            '<rect class="paper" width="100%" height="100%"/>',
            f'<text class="title" x="{_n(width / 2)}" y="{_n(MARGIN + 8)}">{_escape(title)}</text>',
            *drawn.parts(left, top),
            "</svg>",
            "",
        ]
    )


@final
@dataclass(frozen=True)
class _Drawn:
    """A graph with its layout; the branches of its boxes by node."""

    graph: Graph
    layout: Layout
    inside: dict[str, tuple["_Drawn", ...]]

    @staticmethod
    def of(graph: Graph) -> "_Drawn":
        inside = {node.name: tuple(_Drawn.of(branch.graph) for branch in node.branches) for node in graph.nodes}
        sizes = {START: (DOT, DOT), **{node.name: _size(node, inside[node.name]) for node in graph.nodes}}
        ends = [node.name for node in graph.nodes if node.ends]
        links = [(START, graph.start), *dict.fromkeys((edge.source, edge.target) for edge in graph.edges)]
        if ends:
            sizes[END] = (DOT, DOT)
            links += [(name, END) for name in ends]
        calm = graph.without_errors()
        heavy = [(START, graph.start), *((edge.source, edge.target) for edge in calm.edges)]
        heavy += [(node.name, END) for node in calm.nodes if node.ends]
        return _Drawn(graph, layout(sizes, links, backward(graph, errors=True), heavy), inside)

    def parts(self, x: float, y: float) -> Iterator[str]:
        """The elements, edges first, moved by ``x`` and ``y``."""
        yield f'<g transform="translate({_n(x)} {_n(y)})">'
        for edge in _drawn_edges(self.graph):
            yield from self.edge(edge)
        for name in (START, END):
            if name in self.layout.centres:
                yield _dot(name, self.layout.centres[name])
        for node in self.graph.nodes:
            yield from self.node(node)
        yield "</g>"

    def node(self, node: Node) -> Iterator[str]:
        """A state: a shape, its name, its line and cost."""
        (x, y), (width, height) = self.layout.centres[node.name], _size(node, self.inside[node.name])
        yield f'<g class="node {node.kind}" transform="translate({_n(x)} {_n(y)})">'
        yield f"<title>{_escape(_about(node))}</title>"
        yield _outline(node, width, height)
        name = -height / 2 + 20 if node.branches else -3.0
        yield f'<text class="name" y="{_n(name)}">{_escape(node.name)}</text>'
        yield f'<text class="cost" y="{_n(name + 17)}">{_escape(_second(node))}</text>'
        yield "</g>"
        left = x - sum(each.layout.size[0] for each in self.inside[node.name]) / 2
        left -= PADDING * (len(self.inside[node.name]) - 1)
        for each in self.inside[node.name]:
            yield from each.parts(left, y - height / 2 + HEAD)
            left += each.layout.size[0] + 2 * PADDING

    def edge(self, edge: Edge) -> Iterator[str]:
        """A transition, from the border of one node to that of the next."""
        points = list(self.layout.routes[(edge.source, edge.target)])
        upward = points[0][1] > points[-1][1]
        side = -1 if upward else 1
        beside = self.beside(edge)
        if len(points) == 2 and beside is not None:
            points = [(beside, points[0][1]), (beside, points[1][1])]
        first, last = points[0], points[-1]
        points[0] = self.border(edge.source, first, points[1], side)
        points[-1] = self.border(edge.target, last, points[-2], -side)
        kind = "error" if edge.error else "back" if upward else "next"
        yield f'<path class="edge {kind}" marker-end="url(#{kind}-head)" d="{_curve(points)}">'
        yield f"<title>{_escape(_joined(edge))}</title></path>"

    def beside(self, edge: Edge) -> float | None:
        """Where a straight line down joins two nodes; None if one is not under the other."""
        spans = [self.span(name) for name in (edge.source, edge.target)]
        low, high = max(left for left, _ in spans), min(right for _, right in spans)
        if low > high:
            return None
        centre = sum(self.layout.centres[name][0] for name in (edge.source, edge.target)) / 2
        apart = 0.0
        if (edge.target, edge.source) in self.layout.routes:  # there is one in the other direction too
            if high - low < 24:
                return None
            apart = 12.0 if self.layout.centres[edge.source][1] > self.layout.centres[edge.target][1] else -12.0
        return max(low, min(high, centre)) if not apart else max(low + 12, min(high - 12, centre)) + apart

    def span(self, name: str) -> tuple[float, float]:
        """Where edges may touch a node, from left to right."""
        reach = self.reach(name)
        return self.layout.centres[name][0] - reach, self.layout.centres[name][0] + reach

    def reach(self, name: str) -> float:
        """How far from the middle of a node that is."""
        return 0.0 if name in (START, END) else _size(self.graph.node(name), self.inside[name])[0] / 2 - 18

    def border(self, name: str, at: Point, towards: Point, side: int) -> Point:
        """Where an edge touches a node: at its upper (-1) or lower (1) side, shifted towards where it goes."""
        (x, y), reach = self.layout.centres[name], self.reach(name)
        height = DOT if name in (START, END) else _size(self.graph.node(name), self.inside[name])[1]
        wanted = at[0] if towards[0] == at[0] else x + (towards[0] - x) / 2
        return max(x - reach, min(x + reach, wanted)), y + side * height / 2


def _drawn_edges(graph: Graph) -> list[Edge]:
    """Those of the graph, the first of several between the same two, and those of the dots."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in sorted(graph.edges, key=lambda edge: edge.error):
        if edge.source != edge.target:
            found.setdefault((edge.source, edge.target), edge)
    ends = [Edge(node.name, END) for node in graph.nodes if node.ends]
    return [*reversed(found.values()), Edge(START, graph.start), *ends]


def _size(node: Node, inside: tuple[_Drawn, ...]) -> Size:
    width = max(len(node.name) * LETTER, len(_second(node)) * LETTER * 0.8) + 2 * PADDING
    if not inside:
        return width + (28 if node.kind == "choice" else 0), 48.0
    wide = sum(each.layout.size[0] + 2 * PADDING for each in inside)
    tall = max(each.layout.size[1] for each in inside)
    return max(width, wide), tall + HEAD + PADDING


def _second(node: Node) -> str:
    """The second line of a node."""
    cost = dict(node.cost)
    parts = [f"line {node.place.line}"] if node.place and f"line {node.place.line}" not in node.name else []
    parts += [counted(node.cost)] if any(cost.values()) else []
    times = [f"{branch.times} times" for branch in node.branches if branch.times != 1 and branch.times is not None]
    return " · ".join([*parts, *times, *(["for each"] if _open(node.branches) else [])])


def _open(branches: tuple[Branch, ...]) -> bool:
    return any(branch.times is None for branch in branches)


def _about(node: Node) -> str:
    return "\n".join([f"{node.name}: {node.does}", *(f"{piece.when}: {piece.why}" for piece in node.pieces)])


def _joined(edge: Edge) -> str:
    source = "start" if edge.source == START else edge.source
    target = "end" if edge.target == END else edge.target
    return f"{source} → {target}{f': {edge.label}' if edge.label else ''}"


def _outline(node: Node, width: float, height: float) -> str:
    if node.kind == "choice":
        tip = 16.0
        corners = [(-width / 2, 0.0), (-width / 2 + tip, -height / 2), (width / 2 - tip, -height / 2)]
        corners += [(-x, -y) for x, y in corners]
        return f'<polygon points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in corners)}"/>'
    radius = {"timer": 24, "pause": 24, "end": 24, "failure": 24, "status": 3}.get(node.kind, 9)
    box = f'x="{_n(-width / 2)}" y="{_n(-height / 2)}" width="{_n(width)}" height="{_n(height)}" rx="{radius}"'
    return f"<rect {box}/>"


def _dot(name: str, centre: Point) -> str:
    place = f'cx="{_n(centre[0])}" cy="{_n(centre[1])}"'
    ring = f'<circle class="ring" {place} r="{_n(DOT / 2)}"/>' if name == END else ""
    return f'{ring}<circle class="dot" {place} r="{_n(DOT / 2 - (3 if name == END else 0))}"/>'


def _curve(points: list[Point]) -> str:
    """A smooth line through the points, upright at each of them."""
    first, last = points[1][1] - points[0][1], points[-1][1] - points[-2][1]
    slopes = [(0.0, 1.4 * first), *map(_slope, points, points[2:]), (0.0, 1.4 * last)]
    drawn = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for (start, end), (leaving, coming) in zip(pairwise(points), pairwise(slopes), strict=True):
        one = start[0] + leaving[0] / 3, start[1] + leaving[1] / 3
        other = end[0] - coming[0] / 3, end[1] - coming[1] / 3
        drawn += "C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in (one, other, end))
    return drawn


def _slope(before: Point, after: Point) -> Point:
    return 0.0, (after[1] - before[1]) / 2


def _escape(text: str) -> str:
    """Any text as XML, which knows no control characters."""
    return escape_marks("".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text))


def _n(number: float) -> str:
    """A number with one digit, which is a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0") if abs(number) >= 0.05 else "0"
