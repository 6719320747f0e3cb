"""Each guard is needed: with it the expression is right or stays Python, without it an engine gives a wrong answer."""

import pytest
from portable_faas_aws.jsonata.guards import Guard, dropped, sites

from tests.unit.aws.jsonata.cases import failures
from tests.unit.aws.jsonata.dangers import DANGERS
from tests.unit.aws.jsonata.engines import Engine, PythonPort


def test_every_guard_has_a_danger() -> None:
    assert DANGERS.keys() == set(Guard)


@pytest.mark.parametrize("guard", Guard, ids=lambda guard: guard.name)
def test_a_guard_keeps_from_a_wrong_answer(engine: Engine, guard: Guard) -> None:
    assert failures(engine, [case for each in DANGERS[guard] for case in each.cases()]) == []


@pytest.mark.parametrize("guard", Guard, ids=lambda guard: guard.name)
def test_without_a_guard_every_answer_is_wrong(node_engine: Engine, guard: Guard) -> None:
    for each in DANGERS[guard]:
        with dropped(guard):
            cases = each.cases()
        assert cases, each
        assert [*failures(PythonPort(), cases), *failures(node_engine, cases)], each


def test_every_guard_is_asked_for_somewhere() -> None:
    assert {guard for guard, _ in sites()} == set(Guard)
