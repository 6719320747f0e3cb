"""The adapter for AWS runs the conformance suite of functions with triggers: on moto with Lambda runtime processes."""

import asyncio

import pytest

from portable_faas.testing.conformance import TriggerConformance
from portable_faas.testing.conformance.behaviours import Behaviour, behaviours

# One of each kind; the rest of a kind differs in what the core does, which the embedded engine shows.
IN_PART = (
    *("blob", "bucket", "grants", "http_accepted", "http_keys", "http_mount", "http_results", "output"),
    *("queue_idempotent", "queue_retry", "queue_waits", "schedule", "topic"),
)


@pytest.mark.slow
class TestTriggersInPart(TriggerConformance):
    on = "aws"

    @pytest.mark.parametrize(
        "behaviour", [each for each in behaviours() if each.name in IN_PART], ids=lambda behaviour: behaviour.name
    )
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in behaviour.environment.items():
            monkeypatch.setenv(name, value)
        asyncio.run(self.run_behaviour(behaviour))


@pytest.mark.full
class TestTriggers(TriggerConformance):
    on = "aws"


def test_the_part_names_scenarios() -> None:
    assert set(IN_PART) <= {each.name for each in behaviours()}
