"""Every expectation of the conformance scenarios, checked against Python itself; and the form of the scenarios."""

import ast
from pathlib import Path

import pytest

from portable_faas.testing.conformance import Scenario, discover
from portable_faas.testing.scenario import MISSING
from tests.unit.testing.plain import run_plainly

ALL = discover()
FLOW = discover("flow")
LINES = 55


def source(scenario: Scenario) -> str:
    return Path(scenario.main.fn.__code__.co_filename).read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", FLOW, ids=lambda scenario: scenario.name)
def test_python_ends_as_expected(scenario: Scenario) -> None:
    for case in scenario.cases:
        end = run_plainly(scenario, case)
        assert (end.error, end.output) == (case.error, case.output), case
        assert type(end.output) is type(case.output), case
        assert end.calls == case.fibers(), case


@pytest.mark.parametrize("scenario", FLOW, ids=lambda scenario: scenario.name)
def test_time_and_status_are_as_expected(scenario: Scenario) -> None:
    cases = [case for case in scenario.cases if case.elapsed is not None or case.custom_status is not MISSING]
    for case in cases:
        end = run_plainly(scenario, case)
        assert case.elapsed is None or end.elapsed == pytest.approx(case.elapsed, abs=0.001), case
        assert case.custom_status is MISSING or end.custom_status == case.custom_status, case


def test_the_suite_has_its_size() -> None:
    assert len(FLOW) >= 85


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_scenario_is_short_and_well_formed(scenario: Scenario) -> None:
    text = source(scenario)
    assert len(text.splitlines()) <= LINES
    assert scenario.requirement.endswith(".")
    assert scenario.requirement[0].isupper() or scenario.requirement[0] == "`"
    assert scenario.cases
    assert len({repr(case) for case in scenario.cases}) == len(scenario.cases)
    assert scenario.tags == (scenario.name.split("_")[0],)
    assert scenario.app.name == scenario.id.lower().replace("-", "_")
    assert [type(node) for node in ast.parse(text).body].count(ast.Expr) == 1


def test_ids_are_consecutive_and_requirements_differ() -> None:
    assert sorted(scenario.id for scenario in FLOW) == [f"FLOW-{n:03d}" for n in range(1, len(FLOW) + 1)]
    assert len({scenario.id for scenario in ALL}) == len(ALL)
    assert len({scenario.requirement for scenario in ALL}) == len(ALL)


def test_scenarios_come_in_name_order_and_by_tag() -> None:
    names = [scenario.name for scenario in ALL]
    assert names == sorted(names)
    assert discover("flow", "no such tag") == []
