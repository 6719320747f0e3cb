"""The neutral history of a stateful program says the same on the emulated AWS as on the embedded engine."""

from collections import Counter

import pytest

from portable_faas.history import COMPLETED, FAILED
from portable_faas.testing import running
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.scenario import MISSING

pytestmark = pytest.mark.slow
NAMES = {
    "child_gathered", "child_raced", "entity_failure", "entity_signal", "event_before_wait", "event_dataclass",
    "event_duplicate", "event_during_wait", "event_gathered", "event_order", "event_timeout", "event_timeout_next",
    "event_timeout_zero", "lock_excludes", "race_activity", "race_deadline_loop", "race_event_first", "race_helpers",
    "race_same_event", "race_timer_first", "start_and_forget", "suspend_resume",
}  # fmt: skip
SCENARIOS = [each for each in discover("stateful") if each.name.removeprefix("stateful_") in NAMES]


async def happened(scenario: Scenario, on: str) -> Counter[tuple[str, str, str]]:
    """What happened, in which branch; an end has the name of what it ends on one engine only."""
    case = scenario.cases[0]
    async with running(scenario.app, on) as client:
        handle = await client.start(scenario.main, *(() if case.input is MISSING else (case.input,)))
        if scenario.drive is not None:
            await scenario.drive(client, handle)
        await handle.result()
        events = await handle.history()
    ends = (COMPLETED, FAILED)
    return Counter((each.kind, *(("", "") if each.kind in ends else (each.fiber, each.name))) for each in events)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_the_same_happened(scenario: Scenario) -> None:
    assert await happened(scenario, "aws") == await happened(scenario, "local")
