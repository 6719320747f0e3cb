"""Every scenario on the emulated AWS, and on the second interpreter of its state machines."""

import asyncio
import json
from typing import Any, ClassVar

import pytest
from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED, Placement
from portable_faas_aws.runtime.chain import VARIABLE

from portable_faas.testing import running
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.conformance.suite import Conformance, StatefulConformance
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scenario import MISSING, Case
from portable_faas.values import dumps, loads
from tests.aws.second import Outcome, Second

FLOWS = discover("flow")

PLACEMENTS = pytest.mark.parametrize("placement", [DEFAULT, OUTLINED], ids=["default", "outlined"])
LONG = [scenario for scenario in FLOWS if "_long_" in scenario.name]
SMALL = [scenario for scenario in FLOWS if scenario.name.split("_")[1] in ("long", "loop", "gather", "helper", "timer")]
# sfnx.testing runs the branches of a Parallel or Map one after the other and lets no time pass in them, so it cannot
# say which of several branches fails first, nor which calls the others had made by then.
ONE_BY_ONE = {"flow_gather_failure_at_once", "flow_gather_failure_later", "flow_gather_abandoned"}


@pytest.mark.slow
class TestEmulated(Conformance):
    """moto's interpreter, mended, with Lambda runtime processes."""

    on = "aws"
    options: ClassVar[dict[str, Any]] = {}

    @pytest.mark.parametrize("scenario", FLOWS, ids=lambda scenario: scenario.name)
    def test_flow(self, scenario: Scenario) -> None:
        """One account for all cases of a scenario."""
        asyncio.run(self.run_cases(scenario))

    async def run_cases(self, scenario: Scenario) -> None:
        async with running(scenario.app, self.on, **self.options) as client:
            for case in scenario.cases:
                arguments = () if case.input is MISSING else (case.input,)
                handle = await client.start(scenario.main, *arguments)
                await self.check_end(handle, case)
                await self.check_record(client, handle, case)


@pytest.mark.slow
class TestStateful(StatefulConformance):
    """The stateful scenarios."""

    on = "aws"


@pytest.mark.slow
class TestShortHistories(TestEmulated):
    """The same where an execution has room for so few events that long runs take several."""

    options: ClassVar[dict[str, Any]] = {"max_events": 200}

    @pytest.mark.parametrize("scenario", LONG, ids=lambda scenario: scenario.name)
    def test_flow(self, scenario: Scenario) -> None:
        asyncio.run(self.run_cases(scenario))


@PLACEMENTS
@pytest.mark.parametrize("scenario", SMALL, ids=lambda scenario: scenario.name)
def test_second_interpreter_with_short_histories(
    scenario: Scenario, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same again, where a run goes on in another execution as soon as it may."""
    monkeypatch.setenv(VARIABLE, "81")
    test_second_interpreter(scenario, placement)


def test_long_runs_take_several_executions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "200")
    for scenario in LONG:
        second = Second(scenario.app)
        with scratch_folder():
            assert max(second.run("main", encoded(scenario, case)).executions for case in scenario.cases) > 2


@PLACEMENTS
@pytest.mark.parametrize(
    "scenario",
    [pytest.param(each, marks=[pytest.mark.slow] if each.name == "flow_large_map" else []) for each in FLOWS],
    ids=lambda scenario: scenario.name,
)
def test_second_interpreter(scenario: Scenario, placement: Placement) -> None:
    """The same outcome and calls, by default and with every step outlined."""
    second = Second(scenario.app, placement)
    for case in scenario.cases:
        text = None if case.input is MISSING else encoded(scenario, case)
        with scratch_folder():
            outcome = second.run("main", text)
        if scenario.name not in ONE_BY_ONE:
            compare(scenario, case, outcome)


# What starts other instances needs an account, and in a race the first branch wins there, since the others have not
# begun yet; scenarios that are driven from outside need somebody who drives them.
ALONE = [
    scenario
    for scenario in discover("stateful")
    if scenario.drive is None and not any(name in scenario.name for name in ("_child", "_in_child", "_start_"))
]
WON_BY_THE_FIRST = {
    "stateful_first_in_gather",
    "stateful_first_of_many",
    "stateful_race_failure",
    "stateful_race_helpers",
    "stateful_race_in_gather",
    "stateful_race_timer_first",
}


@PLACEMENTS
@pytest.mark.parametrize(
    "scenario", [each for each in ALONE if each.name not in WON_BY_THE_FIRST], ids=lambda scenario: scenario.name
)
def test_second_interpreter_with_state(scenario: Scenario, placement: Placement) -> None:
    """Events that do not come, entities, locks and new runs: the same outcome and calls, from rows in memory."""
    test_second_interpreter(scenario, placement)


def encoded(scenario: Scenario, case: Case) -> str:
    wire = scenario.main.signature().encode_args((case.input,), {})
    return dumps(next(iter(wire.values())))


def compare(scenario: Scenario, case: Case, outcome: Outcome) -> None:
    assert outcome.error == case.error
    if case.error is None:
        assert outcome.output is not None
        result = scenario.main.signature().decode_result(loads(outcome.output))
        assert result == case.output
        assert type(result) is type(case.output)
    assert outcome.calls == case.fibers()
    if case.custom_status is not MISSING:
        assert outcome.status is not None
        assert json.loads(outcome.status) == case.custom_status
