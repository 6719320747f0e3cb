"""Whether a program ends alike on the embedded engine and as state machines on the second interpreter."""

import asyncio
import json
from typing import Any, Final, NamedTuple, final

from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED

from portable_faas import App
from portable_faas.app import Orchestrator
from portable_faas.client import Client
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running
from portable_faas.testing.conformance.effects import calls
from portable_faas.testing.running import scratch_folder
from tests.aws.programs import fails_side_by_side
from tests.aws.second import Second

PLACEMENTS: Final = {"default": DEFAULT, "outlined": OUTLINED}


@final
class End(NamedTuple):
    """How a run ended: the JSON of its result or its error, and the calls it made by fiber."""

    output: str | None
    error: tuple[str, str] | None
    calls: list[str]


def shown(end: End, text: str) -> End:
    """What of it is the same on every engine: where branches fail side by side, which calls were made is left open."""
    return end._replace(calls=[]) if fails_side_by_side(text) else end


def ends(app: App, n: int) -> dict[str, End]:
    """How `main` of the app ends with ``n``, by engine."""
    return {"local": asyncio.run(locally(app, n)), **{name: placed(app, name, n) for name in PLACEMENTS}}


async def locally(app: App, n: int) -> End:
    """How it ends on the embedded engine."""
    async with running(app, on="local") as client:
        return await end(client, app.orchestrators["main"], n)


def placed(app: App, placement: str, n: int) -> End:
    """How it ends as a state machine on the second interpreter."""
    with scratch_folder():
        outcome = Second(app, PLACEMENTS[placement]).run("main", json.dumps(n))
    return End(_again(outcome.output), outcome.error, outcome.calls)


async def end(client: Client, orchestrator: Orchestrator[Any, Any], n: int) -> End:
    """How an orchestrator ends with ``n`` on the engine of ``client``."""
    handle = await client.start(orchestrator, n)
    try:
        output: Any = json.dumps(await handle.result())
        error = None
    except OrchestrationFailed as failed:
        output, error = None, (failed.error_type, failed.message)
    return End(output, error, calls(await handle.history()))


def _again(text: str | None) -> str | None:
    return None if text is None else json.dumps(json.loads(text))
