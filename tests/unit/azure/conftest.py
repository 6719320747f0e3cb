"""Opens the emulated Azure for a test, or a bare host over functions of the SDK's own kind."""

import asyncio
from collections.abc import Callable
from typing import Any

import azure.durable_functions as df
import pytest
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.instance import Instance
from portable_faas_azure.runtime.line import LINE

RunBare = Callable[..., Instance]


@pytest.fixture
def run_bare() -> RunBare:
    """Run generator ``program`` as an orchestrator function, with activities ``quick`` and ``fail``."""

    def run(program: Any, *, blocking: bool = True) -> Instance:
        LINE.prepare()
        app = df.DFApp()
        app.orchestration_trigger(context_name="context")(program)
        app.activity_trigger(input_name="payload")(quick)
        app.activity_trigger(input_name="payload")(fail)
        return asyncio.run(_finished(Functions(app), program.__name__, blocking))

    return run


def quick(payload: str) -> str:
    return payload


def fail(payload: str) -> str:
    raise LookupError(payload)


async def _finished(functions: Functions, name: str, blocking: bool) -> Instance:
    host = Host(functions, blocking=blocking)
    await host.open()
    await host.start(name, None, "one")
    try:
        await host.finished(host.get("one"), None)
    finally:
        await host.close()
    return host.get("one")
