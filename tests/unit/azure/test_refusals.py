"""What the driver for 2.x does not carry is refused at its await, before anything starts."""

import pytest
from portable_faas_azure import provider as subject
from portable_faas_azure.provider import provider
from portable_faas_azure.refusals import refuse

from portable_faas.errors import CompileError
from portable_faas.testing.conformance import Scenario, discover
from tests.unit.azure import test_backend, test_differential, test_worker

RACES = ("stateful_race_activity", "stateful_race_helpers", "stateful_first_of_many", "stateful_version")
REFUSED = {
    "stateful_event_during_wait": "event approved",
    "stateful_child_gathered": "orchestrator square",
    "stateful_start_and_forget": "start of orchestrator other",
    "stateful_continue_as_new": "continue as new",
    "stateful_entity_call": "entity Counter",
    "stateful_lock_excludes": "lock",
}
STATEFUL = {scenario.name: scenario for scenario in discover("stateful")}


@pytest.mark.parametrize("scenario", [*discover("flow"), *[STATEFUL[name] for name in RACES]], ids=lambda one: one.name)
def test_what_it_carries_is_not_refused(scenario: Scenario) -> None:
    refuse(scenario.app)


def test_nor_are_the_apps_that_its_tests_run() -> None:
    for app in (test_backend.app, test_differential.app, test_worker.app):
        refuse(app)


@pytest.mark.parametrize("name", REFUSED)
def test_the_rest_is_refused_at_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_line", lambda: "2")
    with pytest.raises(CompileError) as refused:
        provider.emulate(STATEFUL[name].app, storage="memory")
    found = refused.value.diagnostics[0]
    assert found.code == "AZURE001"
    assert REFUSED[name] in found.problem
    assert found.path.endswith(f"{name}.py")
