"""The adapter for Azure runs the conformance suite: on the host in memory, and as a process of its own over Azurite."""

import asyncio
import os
from pathlib import Path
from typing import Any, ClassVar

import pytest

from portable_faas.client import Client
from portable_faas.testing.conformance import (
    Conformance,
    Scenario,
    StatefulConformance,
    TriggerConformance,
    discover,
)
from portable_faas.testing.conformance.behaviours import Behaviour, behaviours
from portable_faas.testing.running import running
from portable_faas.testing.scenario import MISSING
from portable_faas.testing.scratch import FOLDER

FLOWS, STATEFUL = discover("flow"), discover("stateful")


# One of each kind, and those whose lowering has something of its own.
IN_PART = ("blob", "bucket", "grants", "http_accepted", "http_keys", "queue_batch", "queue_retry", "schedule", "topic")
BEHAVIOURS_IN_PART = [behaviour for behaviour in behaviours() if behaviour.name in IN_PART]


def of_each_topic(scenarios: list[Scenario]) -> list[Scenario]:
    """The last scenario of each topic, which is the second word of its name."""
    return list({scenario.name.split("_")[1]: scenario for scenario in scenarios}.values())


class TestAzure(Conformance, StatefulConformance):
    on = "azure"
    options: ClassVar[dict[str, Any]] = {"storage": "memory"}


class OverAzurite(Conformance, StatefulConformance):
    """One host for all cases of a scenario, since a process takes a second to start."""

    on = "azure"

    async def run_scenario(self, scenario: Scenario) -> None:
        async with running(scenario.app, self.on, storage="azurite") as client:
            for case in scenario.cases:
                for counted in Path(os.environ[FOLDER]).iterdir():
                    counted.unlink()
                await self.run_in(client, scenario, case)

    async def run_in(self, client: Client, scenario: Scenario, case: Any) -> None:
        arguments = () if case.input is MISSING else (case.input,)
        handle = await client.start(scenario.main, *arguments)
        if scenario.drive is not None:
            await scenario.drive(client, handle)
        await self.check_end(handle, case)
        await self.check_record(client, handle, case)


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
class TestAzuriteInPart(OverAzurite):
    @pytest.mark.parametrize("scenario", of_each_topic(FLOWS), ids=lambda scenario: scenario.name)
    def test_flow(self, scenario: Scenario) -> None:
        asyncio.run(self.run_scenario(scenario))

    @pytest.mark.parametrize("scenario", of_each_topic(STATEFUL), ids=lambda scenario: scenario.name)
    def test_stateful(self, scenario: Scenario) -> None:
        asyncio.run(self.run_scenario(scenario))


class TriggersOverAzurite(TriggerConformance):
    on = "azure"
    options: ClassVar[dict[str, Any]] = {"storage": "azurite"}


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
class TestTriggersInPart(TriggersOverAzurite):
    @pytest.mark.parametrize("behaviour", BEHAVIOURS_IN_PART, ids=lambda behaviour: behaviour.name)
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        super().test_trigger(behaviour, monkeypatch)


@pytest.mark.full
@pytest.mark.usefixtures("azurite")
class TestTriggers(TriggersOverAzurite):
    """All of them."""


@pytest.mark.full
@pytest.mark.usefixtures("azurite")
class TestAzurite(OverAzurite):
    @pytest.mark.parametrize("scenario", FLOWS, ids=lambda scenario: scenario.name)
    def test_flow(self, scenario: Scenario) -> None:
        asyncio.run(self.run_scenario(scenario))

    @pytest.mark.parametrize("scenario", STATEFUL, ids=lambda scenario: scenario.name)
    def test_stateful(self, scenario: Scenario) -> None:
        asyncio.run(self.run_scenario(scenario))
