"""Runs one orchestration for the command line, on the chosen engine."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, final

from portable_faas.app import App, Orchestrator
from portable_faas.cli import loading
from portable_faas.cli.given import LEFT_OUT
from portable_faas.cli.progress import show_steps
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import screen
from portable_faas.client import Client, Handle
from portable_faas.configuration import other_python
from portable_faas.context.ids import check_id
from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists, OrchestrationFailed, OrchestrationTerminated
from portable_faas.local.store import MEMORY, StoreInUse
from portable_faas.provider import Backend, Query, get_provider
from portable_faas.testing.running import scratch_folder


@final
class Chosen(NamedTuple):
    """What the options of ``pfaas run`` say about where and under which id."""

    engine: str
    store: str | None
    fast_forward: bool
    instance_id: str | None
    if_exists: IfExists


def execute(orchestrator: Orchestrator[Any, Any], value: Any, chosen: Chosen) -> dict[str, Any]:
    """Start, show the steps, wait; gives what ``--json`` prints."""
    _check_id(chosen.instance_id)
    if told := other_python(loading.settings()):
        screen().print(told, style="yellow")
    with scratch_folder():
        return asyncio.run(_run(orchestrator, value, chosen))


async def _run(orchestrator: Orchestrator[Any, Any], value: Any, chosen: Chosen) -> dict[str, Any]:
    async with _backend(orchestrator.app, chosen) as backend:
        client = Client(orchestrator.app, backend)
        arguments = () if value is LEFT_OUT else (value,)
        try:
            handle = await client.start(
                orchestrator, *arguments, instance_id=chosen.instance_id, if_exists=chosen.if_exists
            )
        except InstanceExists as live:
            raise Refusal(f"{live}; --if-exists return waits for it") from live
        shown = asyncio.create_task(show_steps(handle))
        try:
            with suppress(OrchestrationFailed, OrchestrationTerminated):  # the outcome tells
                await handle.result()
        except asyncio.CancelledError:
            raise Refusal(f"interrupted; instance {handle.instance_id} has not finished", 130) from None
        finally:
            shown.cancel()
            await asyncio.gather(shown, return_exceptions=True)
        return await _outcome(handle)


async def _outcome(handle: Handle[Any]) -> dict[str, Any]:
    status = await handle.status()
    error = {"type": status.error.type, "message": status.error.message} if status.error else None
    return {
        "instance_id": status.instance_id,
        "status": status.status,
        "output": status.output,
        "error": error,
        "usage": await handle.usage(),
    }


@asynccontextmanager
async def _backend(app: App, chosen: Chosen) -> AsyncIterator[Backend]:
    provider, store = get_provider(chosen.engine), chosen.store
    if chosen.engine != "local" or chosen.fast_forward:
        if store is not None:
            raise Refusal("--store is for --on local without --fast-forward")
        async with provider.emulate(app) as backend:
            yield backend
        return
    resume = {chosen.instance_id} if chosen.instance_id and chosen.if_exists == "return" else set()
    backend = provider.connect(app, path=store or loading.default_store(app), resume=resume)
    try:
        await _tell_unfinished(backend, resume)
    except StoreInUse as taken:
        if store is not None:
            raise Refusal(str(taken), 3) from taken
        screen().print(f"{taken}; this run keeps its state in memory", style="yellow")
        backend = provider.connect(app, path=MEMORY)
    except OSError as unwritable:
        if store is not None:
            raise Refusal(f"cannot write the store {store}: {unwritable.strerror or unwritable}", 3) from unwritable
        screen().print(f"{unwritable}; this run keeps its state in memory", style="yellow")
        backend = provider.connect(app, path=MEMORY)
    try:
        yield backend
    finally:
        await backend.close()


async def _tell_unfinished(backend: Backend, resumed: set[str]) -> None:
    for live in await backend.list(Query(status="Running")):
        if live.instance_id not in resumed:
            name = live.instance_id
            screen().print(f"{name} is unfinished; --id {name} --if-exists return goes on with it", style="dim")


def _check_id(instance_id: str | None) -> None:
    try:
        if instance_id is not None:
            check_id(instance_id)
    except ValueError as wrong:
        raise Refusal(str(wrong)) from wrong


def log(verbose: bool) -> None:
    """Send the log to stderr, if wanted."""
    if verbose:
        import logging

        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
