"""The conformance suite: every scenario on one engine, compared in outcome and effects.

    class TestMine(Conformance):
        on = "mine"

Needs pytest. ``options`` go to ``running``; ``tags`` choose the scenarios.
"""

import asyncio
from typing import Any, ClassVar

import pytest

from portable_faas.client import Client, Handle
from portable_faas.errors import OrchestrationFailed, OrchestrationTerminated
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.conformance.effects import calls
from portable_faas.testing.running import running
from portable_faas.testing.scenario import MISSING, Case


class _Suite:
    """Runs the cases of a scenario on one engine."""

    on: ClassVar[str]
    options: ClassVar[dict[str, Any]] = {}

    def run_all_cases(self, scenario: Scenario) -> None:
        """Each case in an engine of its own."""
        for case in scenario.cases:
            asyncio.run(self.run_case(scenario, case))

    async def run_case(self, scenario: Scenario, case: Case) -> None:
        """Run one case in an engine of its own."""
        async with running(scenario.app, self.on, **self.options) as client:
            arguments = () if case.input is MISSING else (case.input,)
            handle = await client.start(scenario.main, *arguments)
            if scenario.drive is not None:
                await scenario.drive(client, handle)
            await self.check_end(handle, case)
            await self.check_record(client, handle, case)

    async def check_end(self, handle: Handle[Any], case: Case) -> None:
        """The result, with its type, or the error."""
        if case.terminated is not None:
            with pytest.raises(OrchestrationTerminated) as ended:
                await handle.result()
            assert ended.value.reason == case.terminated
            return
        if case.error is None:
            result = await handle.result()
            assert result == case.output
            assert type(result) is type(case.output)
            return
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
        assert (failed.value.error_type, failed.value.message) == case.error

    async def check_record(self, client: Client, handle: Handle[Any], case: Case) -> None:
        """What the engine recorded about the run."""
        status = await handle.status()
        ended = "Completed" if case.error is None else "Failed"
        assert status.status == ("Terminated" if case.terminated is not None else ended)
        assert calls(await handle.history()) == case.fibers()
        if case.elapsed is not None:
            took = (status.updated_at - status.created_at).total_seconds()
            assert took == pytest.approx(case.elapsed, abs=self.tolerance)
        if case.custom_status is not MISSING:
            assert status.custom_status == case.custom_status

    tolerance: ClassVar[float] = 0.001


class Conformance(_Suite):
    """The ``flow`` scenarios: inherit it, say which engine, and pytest runs every scenario on it."""

    @pytest.mark.parametrize("scenario", discover("flow"), ids=lambda scenario: scenario.name)
    def test_flow(self, scenario: Scenario) -> None:
        """Outcome, calls, time and status of every case are the expected ones."""
        self.run_all_cases(scenario)


class StatefulConformance(_Suite):
    """The ``stateful`` scenarios: events, races, sub-orchestrations, entities, locks, continue as new, management."""

    @pytest.mark.parametrize("scenario", discover("stateful"), ids=lambda scenario: scenario.name)
    def test_stateful(self, scenario: Scenario) -> None:
        """Outcome, calls, time and status of every case are the expected ones."""
        self.run_all_cases(scenario)
