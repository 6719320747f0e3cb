"""Whether a program ends alike on the embedded engine and as state machines on the second interpreter."""

import asyncio
import json
from typing import Any, Final, NamedTuple, final

from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED

from portable_faas import App
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running
from portable_faas.testing.conformance.effects import calls
from portable_faas.testing.running import scratch_folder
from tests.aws.second import Second

PLACEMENTS: Final = {"default": DEFAULT, "outlined": OUTLINED}


@final
class End(NamedTuple):
    """How a run ended: the JSON of its result or its error, and the calls it made by fiber."""

    output: str | None
    error: tuple[str, str] | None
    calls: list[str]


def ends(app: App, n: int) -> dict[str, End]:
    """How `main` of the app ends with ``n``, by engine."""
    found = {"local": asyncio.run(_locally(app, n))}
    for name, placement in PLACEMENTS.items():
        with scratch_folder():
            outcome = Second(app, placement).run("main", json.dumps(n))
        found[name] = End(_again(outcome.output), outcome.error, outcome.calls)
    return found


async def _locally(app: App, n: int) -> End:
    async with running(app, on="local") as client:
        handle = await client.start(app.orchestrators["main"], n)
        try:
            output: Any = json.dumps(await handle.result())
            error = None
        except OrchestrationFailed as failed:
            output, error = None, (failed.error_type, failed.message)
        return End(output, error, calls(await handle.history()))


def _again(text: str | None) -> str | None:
    return None if text is None else json.dumps(json.loads(text))
