"""A picture told line by line: which states stand for a line of the user's, where its Python runs, and why there.

receipt = await charge(order)        Line(place, states=("charge",), python=(Told("before", why, ("charge",)), ...))
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, final

from portable_faas.picture.cost import Pass, loops, straight
from portable_faas.picture.graph import Cost, Graph, Node, Picture, Place, When

ORDER: Final[tuple[When, ...]] = ("here", "before", "after", "ahead", "folded", "failure")


@final
@dataclass(frozen=True, slots=True)
class Told:
    """The Python of a line runs in these states, for this reason; ``error``: only when something has failed."""

    when: When
    why: str
    states: tuple[str, ...]
    error: bool


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One line of the user's; ``states`` are those that stand for its await."""

    place: Place
    states: tuple[str, ...]
    python: tuple[Told, ...]


def lines(picture: Picture) -> tuple[Line, ...]:
    """Every line that anything is said about, by file and number."""
    nodes = tuple(picture.graph.every())
    calm = {node.name for node in picture.graph.deeply(Graph.without_errors).every()}
    told = {place for node in nodes for piece in node.pieces for place in piece.places}
    found = sorted({*told, *(node.place for node in nodes if node.place is not None)})
    return tuple(Line(place, _standing(nodes, place), _python(nodes, place, calm)) for place in found)


def _standing(nodes: tuple[Node, ...], place: Place) -> tuple[str, ...]:
    return tuple(node.name for node in nodes if node.place == place)


def _python(nodes: tuple[Node, ...], place: Place, calm: set[str]) -> tuple[Told, ...]:
    found: dict[tuple[bool, When, str], list[str]] = {}
    for node in nodes:
        for piece in node.pieces:
            if place in piece.places:
                error = piece.when == "failure" or node.name not in calm
                found.setdefault((error, piece.when, piece.why), []).append(node.name)
    told = [Told(when, why, tuple(names), error) for (error, when, why), names in found.items()]
    return tuple(sorted(told, key=lambda each: (each.error, ORDER.index(each.when))))


def counted(cost: Cost) -> str:
    """A cost in words; "nothing" if it has none."""
    parts = [f"{count} {_unit(unit, count)}" for unit, count in cost if count]
    return ", ".join(parts) or "nothing"


def _unit(unit: str, count: int) -> str:
    words = unit.replace("_", " ")
    return words.removesuffix("s") if count == 1 else words


def document(picture: Picture, text: dict[Place, str]) -> dict[str, Any]:
    """The picture as one JSON object; ``text`` quotes the lines."""
    found = straight(picture.graph)
    return {
        "orchestrator": picture.orchestrator,
        "engine": picture.engine,
        "units": list(picture.units),
        "states": [_state(node) for node in picture.graph.every()],
        "lines": [_line(line, text[line.place]) for line in lines(picture)],
        "straight": _way(found) if found else None,
        "loops": [_way(each) for each in loops(picture.graph)],
    }


def _state(node: Node) -> dict[str, Any]:
    line = node.place.line if node.place else None
    return {"name": node.name, "kind": node.kind, "does": node.does, "line": line, "cost": dict(node.cost)}


def _line(line: Line, text: str) -> dict[str, Any]:
    python = [{**asdict(told), "states": list(told.states)} for told in line.python]
    head = {"path": line.place.path, "line": line.place.line, "text": text}
    return {**head, "states": list(line.states), "python": python}


def _way(way: Pass) -> dict[str, Any]:
    each = [{"state": name, "cost": dict(cost)} for name, cost in way.each]
    return {"states": list(way.names), "cost": dict(way.cost), "each_branch": each}


def ways(picture: Picture) -> Iterator[str]:
    """The summary: what the cheapest run costs, and one more pass of each loop."""
    found = straight(picture.graph)
    if found is None:
        yield "no way leads to a result: it ends with an error, or not at all"
    else:
        yield f"cheapest way to a result: {_told(found)}"
    for each in loops(picture.graph):
        yield f"one more pass of the loop from {each.names[0]}: {_told(each)}"


def _told(way: Pass) -> str:
    more = "".join(f"; each branch of {name} adds {counted(cost)} or more" for name, cost in way.each)
    return f"{counted(way.cost)}{more} ({' → '.join(way.names)})"
