"""Gets the pictures that `pfaas explain` and `pfaas graph` are about, and tells one line by line.

60          progress = await look(request.job, looks)
     look: activity look, up to 5 attempts, 10 s each at most (1 transition, 1 lambda invocation)
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from portable_faas.cli import loading
from portable_faas.cli.check import refuse_unchecked
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.shown import Shown
from portable_faas.picture import Graph, Node, Picture, Place, Section
from portable_faas.picture.lines import Line, Told, counted, lines, ways
from portable_faas.provider import get_provider

PLACED: Final = {
    "here": "in {}",
    "before": "in {}, before the activity",
    "after": "in {}, after the activity",
    "ahead": "in {}, ahead of time",
    "folded": "in {}, as an expression of it",
    "failure": "in {}",
}
INDENT: Final = " " * 6


def taken(words: list[str], on: str | None, shown: Shown, only: bool = False) -> list[Picture]:
    """The picture of the orchestrator that is named, or of every one; ``only``: of the only one."""
    app, (name,) = loading.app_and_rest(words, ["ORCHESTRATOR"])
    names = [loading.orchestrator_named(app, name).name] if name or only else list(app.orchestrators)
    if not names:
        raise Refusal(f"app {app.name!r} has no orchestrator")
    provider = get_provider(on or loading.settings().cloud)
    refuse_unchecked(app)
    return [_reduced(provider.explain(app, each), shown) for each in names]


def _reduced(picture: Picture, shown: Shown) -> Picture:
    if shown == Shown.all:
        return picture
    change = Graph.without_errors if shown == Shown.straight else Graph.without_spares
    return replace(picture, graph=picture.graph.deeply(change))


def quoted(picture: Picture) -> dict[Place, str]:
    """The text of every line of the functions of a picture."""
    return {Place(section.path, at): text for section in picture.sections for at, text in _source(section)}


def told(picture: Picture) -> Iterator[str]:
    """The lines of the explanation."""
    nodes = {node.name: node for node in picture.graph.every()}
    known = {line.place: line for line in lines(picture)}
    yield f"{picture.orchestrator} on {picture.engine}: {len(nodes)} states"
    for section in picture.sections:
        yield from ("", section.path)
        yield from _section(section, known, nodes)
    yield ""
    yield from ways(picture)


def _section(section: Section, known: dict[Place, Line], nodes: dict[str, Node]) -> Iterator[str]:
    source = list(_source(section))
    for number, (at, text) in enumerate(source):
        yield f"{at:4}  {text}".rstrip()
        line = known.get(Place(section.path, at))
        if line is None:
            continue
        following = (known.get(Place(section.path, later)) for later, _ in source[number + 1 :])
        soon = next((each for each in following if each is not None), None)
        alike = soon is not None and not line.states and not soon.states and soon.python == line.python
        if not alike:  # else it is said once, under the last of the lines
            yield from _line(line, nodes)


def _line(line: Line, nodes: dict[str, Node]) -> Iterator[str]:
    same: dict[tuple[str, str], list[str]] = {}
    for name in line.states:
        same.setdefault((nodes[name].does, counted(nodes[name].cost)), []).append(name)
    for (does, cost), names in same.items():
        yield f"{INDENT}│ {', '.join(names)}: {does} ({cost})"
    for each in line.python:
        yield f"{INDENT}│ {'on failure, runs' if each.error else 'runs'} {_told(each, nodes)}"


def _told(told: Told, nodes: dict[str, Node]) -> str:
    costs = {name: f" ({counted(nodes[name].cost)})" if told.when == "here" else "" for name in told.states}
    names = [f"`{name}`{cost}" for name, cost in costs.items()]
    return f"{PLACED[told.when].format(', '.join(names))}: {told.why}"


@cache
def _text(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines()


def _source(section: Section) -> Iterator[tuple[int, str]]:
    for at in range(section.first, section.last + 1):
        yield at, _text(section.path)[at - 1]
