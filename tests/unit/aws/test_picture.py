"""The picture of a machine says what the machine does, and why."""

import json
from collections import Counter
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.compile import compiled
from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED, Placement
from portable_faas_aws.picture import picture

from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.picture import Graph, Picture
from portable_faas.picture.cost import straight
from portable_faas.picture.lines import lines
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scenario import MISSING
from portable_faas.values import dumps
from tests.aws.second import Second

FLOWS = discover("flow")
PLACEMENTS = pytest.mark.parametrize("placement", [DEFAULT, OUTLINED], ids=["default", "outlined"])


def pictures(app: App, placement: Placement = DEFAULT) -> list[Picture]:
    made = program(app)
    return [picture(made, name, placement) for name, _ in made.orchestrators]


def states(definition: dict[str, Any]) -> list[str]:
    found = []
    for name, state in definition["States"].items():
        found.append(name)
        for inner in [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", []):
            found += states(inner)
    return found


@PLACEMENTS
@pytest.mark.parametrize("scenario", FLOWS, ids=lambda scenario: scenario.name)
def test_every_state_is_explained(scenario: Scenario, placement: Placement) -> None:
    """The same names as the definition's; every Lambda of ours says which Python it is there for."""
    machines = compiled(scenario.app, placement).machines
    for made in pictures(scenario.app, placement):
        nodes = list(made.graph.every())
        assert Counter(node.name for node in nodes) == Counter(states(machines[made.orchestrator]))
        assert all(node.does for node in nodes)
        assert not [node.name for node in nodes if node.kind == "choice" and dict(node.cost)["lambda_invocations"]]


@PLACEMENTS
@pytest.mark.parametrize("scenario", FLOWS, ids=lambda scenario: scenario.name)
def test_every_run_is_a_way_through_the_picture(scenario: Scenario, placement: Placement) -> None:
    second = Second(scenario.app, placement)
    made = picture(program(scenario.app), "main", placement)
    for case in scenario.cases:
        with scratch_folder():
            ran = second.run("main", None if case.input is MISSING else encoded(scenario, case.input))
        assert follows(made.graph, ran.states), ran.states


def encoded(scenario: Scenario, given: object) -> str:
    wire = scenario.main.signature().encode_args((given,), {})
    return dumps(next(iter(wire.values())))


def follows(graph: Graph, names: tuple[str, ...]) -> bool:
    """Whether the states of the outermost graph follow one another along its edges, a retry staying where it is."""
    own = {node.name for node in graph.nodes}
    walked = [name for name in names if name in own]
    joined = {(edge.source, edge.target) for edge in graph.edges}
    steps = pairwise(walked)
    return walked[0] == graph.start and all(step in joined or step[0] == step[1] for step in steps)


@pytest.mark.parametrize("scenario", FLOWS, ids=lambda scenario: scenario.name)
def test_every_line_with_an_await_is_told(scenario: Scenario) -> None:
    """And every line of Python says where it runs."""
    for made in pictures(scenario.app):
        told = {line.place: line for line in lines(made)}
        for section in made.sections:
            source = Path(section.path).read_text("utf-8").splitlines()
            for at in range(section.first + 1, section.last + 1):
                if "await " in source[at - 1]:
                    known = [place for place in told if place.path == section.path and place.line <= at]
                    assert known, f"{section.path}:{at}"


def test_the_cheapest_way_costs_what_a_run_costs() -> None:
    app: App = import_module("examples.word_count.app").app
    found = straight(pictures(app)[0].graph)
    assert found is not None
    run = Second(app).run("count_words", json.dumps({"file": "text.txt", "paragraphs": 1000, "top": 1}))
    (each,) = (dict(cost) for _, cost in found.each)
    assert len(run.states) == dict(found.cost)["transitions"] + each["transitions"]
    assert len(run.invoked) == dict(found.cost)["lambda_invocations"] + each["lambda_invocations"]
