"""Nodes never overlap, and edges lead from node to node in their direction, whatever the graph."""

import xml.etree.ElementTree as ElementTree
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from portable_faas.picture import Branch, Edge, Graph, Kind, Node, Picture
from portable_faas.picture.cost import backward
from portable_faas.picture.layout import layout
from portable_faas.picture.mermaid import mermaid
from portable_faas.picture.svg import svg

KINDS: list[Kind] = ["activity", "python", "timer", "status", "gather", "choice", "pause", "end", "failure"]


@st.composite
def graphs(draw: st.DrawFn, deep: bool = True) -> Graph:
    """Any graph of up to nine nodes whose names are any text; every node can be reached."""
    names = draw(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=9, unique=True))
    pairs = [(names[draw(st.integers(0, at - 1))], names[at]) for at in range(1, len(names))]
    pairs += draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=6))
    branches = draw(st.lists(graphs(deep=False), max_size=2)) if deep else []
    nodes = [Node(name, draw(st.sampled_from(KINDS)), name, ends=draw(st.booleans())) for name in names]
    inside = tuple(Branch(branch, draw(st.sampled_from([None, 1, 3]))) for branch in branches)
    nodes[0] = Node(names[0], "gather", "", branches=inside)
    return Graph(names[0], tuple(nodes), tuple(Edge(*pair, error=draw(st.booleans())) for pair in dict.fromkeys(pairs)))


@given(graphs(deep=False))
@settings(max_examples=60, deadline=None)
def test_nodes_do_not_overlap(graph: Graph) -> None:
    sizes = {node.name: (40.0 + 10 * at, 30.0) for at, node in enumerate(graph.nodes)}
    links = list(dict.fromkeys((edge.source, edge.target) for edge in graph.edges))
    found = layout(sizes, links, backward(graph, errors=True), [])
    for (one, (x, y)), (other, (x2, y2)) in combinations(found.centres.items(), 2):
        apart = abs(x - x2) >= (sizes[one][0] + sizes[other][0]) / 2 or abs(y - y2) >= 30
        assert apart, (one, other)
    for (source, target), route in found.routes.items():
        assert (route[0], route[-1]) == (found.centres[source], found.centres[target])
    assert all(0 <= x <= found.size[0] and 0 <= y <= found.size[1] for x, y in found.centres.values())


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_any_text_is_escaped(graph: Graph) -> None:
    picture = Picture("main", "aws", ("transitions",), (), graph)
    assert ElementTree.fromstring(svg(picture)).tag.endswith("svg")
    assert all(line.count('"') in (0, 2) for line in mermaid(picture).splitlines())
