"""What ways through a graph cost."""

from portable_faas.picture import Branch, Cost, Edge, Graph, Node
from portable_faas.picture.cost import backward, loops, straight


def node(name: str, *, fee: int = 1, ends: bool = False, branches: tuple[Branch, ...] = ()) -> Node:
    cost: Cost = (("transitions", fee),)
    return Node(name, "activity", name, None, (), cost, branches, ends)


def graph(edges: str, *nodes: Node) -> Graph:
    """`a>b b!c`: from a to b, and from b to c after an error."""
    made = tuple(Edge(part[0], part[2], error=part[1] == "!") for part in edges.split())
    return Graph(nodes[0].name, nodes, made)


def test_the_cheapest_of_two_ways() -> None:
    found = straight(graph("a>b a>c b>d c>d", node("a"), node("b", fee=9), node("c"), node("d", ends=True)))
    assert found is not None
    assert (found.names, found.cost) == (("a", "c", "d"), (("transitions", 3),))


def test_errors_are_no_way_to_a_result() -> None:
    assert straight(graph("a!b", node("a"), node("b", ends=True))) is None


def test_one_more_pass_of_a_loop() -> None:
    (found,) = loops(graph("a>b b>c c>b c>d", node("a"), node("b", fee=2), node("c"), node("d", ends=True)))
    assert (set(found.names), found.cost) == ({"b", "c"}, (("transitions", 3),))


def test_a_loop_of_failures_costs_nothing_that_is_told() -> None:
    assert loops(graph("a!b b!a", node("a"), node("b"))) == ()


def test_an_edge_back_is_one_to_a_node_on_the_way() -> None:
    nodes = [node(name) for name in "abcd"]
    assert backward(graph("a>b b>c c>a a>d d>c", *nodes)) == (("c", "a"),)
    assert backward(graph("a>b b!a", *nodes[:2]), errors=True) == (("b", "a"),)
    assert backward(graph("a>b b!a", *nodes[:2])) == ()


def test_branches_are_added_where_their_number_is_known() -> None:
    inner = graph("x>y", node("x"), node("y", ends=True))
    known = straight(graph("", node("a", ends=True, branches=(Branch(inner, 3),))))
    unknown = straight(graph("", node("a", ends=True, branches=(Branch(inner, None),))))
    assert known is not None
    assert unknown is not None
    assert (known.cost, known.each) == ((("transitions", 7),), ())
    assert (unknown.cost, unknown.each) == ((("transitions", 1),), (("a", (("transitions", 2),)),))


def test_without_errors_keeps_what_is_reached() -> None:
    calm = graph("a>b a!c c>d", *[node(name) for name in "abcd"]).without_errors()
    assert [kept.name for kept in calm.nodes] == ["a", "b"]
    assert calm.edges == (Edge("a", "b"),)
