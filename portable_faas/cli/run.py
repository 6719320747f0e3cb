"""``pfaas run``: start one orchestration, show its steps, print how it ended."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from portable_faas.app import App, Orchestrator
from portable_faas.cli import loading
from portable_faas.cli.progress import show_end, show_steps
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import print_json, screen
from portable_faas.client import Client, Handle, check_id
from portable_faas.compiler import check
from portable_faas.errors import CompileError, InstanceExists, NotPortable, OrchestrationFailed, OrchestrationTerminated
from portable_faas.local.store import MEMORY, StoreInUse
from portable_faas.provider import Backend, get_provider
from portable_faas.testing.running import scratch_folder

LEFT_OUT: Any = object()


def run(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[APP] ORCHESTRATOR", help="module:variable (default: the configured app) and the name."
        ),
    ],
    input: Annotated[
        str | None,
        typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="The input: JSON text, a file, or stdin."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="ENGINE", help="local, azure or aws.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON object on stdout.")] = False,
    instance_id: Annotated[str | None, typer.Option("--id", help="The instance id (default: a new one).")] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="FILE", help="local: the SQLite file, or :memory:.")
    ] = None,
    fast_forward: Annotated[
        bool, typer.Option("--fast-forward", help="local: skip over durable timers; nothing is kept afterwards.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the log, tracebacks of activities too.")
    ] = False,
) -> None:
    """Run one orchestration and wait for its end."""
    app, (name,) = loading.app_and_rest(words, ["ORCHESTRATOR"])
    orchestrator = loading.orchestrator_named(app, name)
    if problems := check(app):
        raise CompileError(problems)
    value = _value(orchestrator, input)
    _check_id(instance_id)
    _log(verbose)
    engine = on or loading.settings().cloud
    with _stdout_for_data(), scratch_folder():
        outcome = asyncio.run(_run(orchestrator, value, _backend(app, engine, store, fast_forward), instance_id))
    if as_json:
        print_json(outcome)
    else:
        show_end(outcome)
    raise typer.Exit(0 if outcome["status"] == "Completed" else 1)


async def _run(
    orchestrator: Orchestrator[Any, Any], value: Any, opened: Any, instance_id: str | None
) -> dict[str, Any]:
    async with opened as backend:
        client = Client(orchestrator.app, backend)
        try:
            arguments = () if value is LEFT_OUT else (value,)
            handle = await client.start(orchestrator, *arguments, instance_id=instance_id)
        except InstanceExists as live:
            raise Refusal(str(live)) from live
        shown = asyncio.create_task(show_steps(handle))
        with suppress(OrchestrationFailed, OrchestrationTerminated):  # the outcome tells
            await handle.result()
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
async def _backend(app: App, engine: str, store: str | None, fast_forward: bool) -> AsyncIterator[Backend]:
    provider = get_provider(engine)
    if engine != "local" or fast_forward:
        if store is not None:
            raise Refusal("--store is for --on local without --fast-forward")
        async with provider.emulate(app) as backend:
            yield backend
        return
    backend = provider.connect(app, path=store or default_store(app))
    try:
        await _opened(backend, store)
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


async def _opened(backend: Backend, store: str | None) -> None:
    from portable_faas.provider import Query

    live = await backend.list(Query(status="Running"))
    if live:
        screen().print(f"going on with {len(live)} unfinished from an earlier run", style="yellow")


def default_store(app: App) -> str:
    """Where runs of this app are kept: beside its configuration, else in the current folder."""
    return str(loading.settings().folder / ".portable_faas" / f"{app.name}.db")


def _value(orchestrator: Orchestrator[Any, Any], given: str | None) -> Any:
    """The decoded input; every wrong one is refused with one line."""
    names = orchestrator.signature().names
    if given is None:
        try:
            orchestrator.signature().encode_args((), {})
        except TypeError:
            raise Refusal(f"orchestrator {orchestrator.name} takes an input {names[0]!r}; pass --input") from None
        return LEFT_OUT
    if not names:
        raise Refusal(f"orchestrator {orchestrator.name} takes no input; leave out --input")
    try:
        return orchestrator.signature().decode_input(_json(given))
    except NotPortable as wrong:
        raise Refusal(f"input: {wrong}") from wrong


def _json(given: str) -> Any:
    from portable_faas.values import loads

    name, text = "input", given
    if given == "-":
        name, text = "stdin", sys.stdin.read()
    elif given.startswith("@"):
        name = given[1:]
        try:
            text = Path(name).read_text("utf-8")
        except OSError as wrong:
            raise Refusal(f"cannot read {name}: {wrong.strerror or wrong}") from wrong
        except UnicodeDecodeError as wrong:
            raise Refusal(f"cannot read {name}: not UTF-8 at byte {wrong.start}") from wrong
    try:
        return loads(text)
    except json.JSONDecodeError as wrong:
        raise Refusal(f"{name}: not JSON at line {wrong.lineno} column {wrong.colno}: {wrong.msg}") from wrong
    except (ValueError, RecursionError) as wrong:
        raise Refusal(f"{name}: not JSON: {wrong}") from wrong


def _check_id(instance_id: str | None) -> None:
    try:
        if instance_id is not None:
            check_id(instance_id)
    except ValueError as wrong:
        raise Refusal(str(wrong)) from wrong


def _log(verbose: bool) -> None:
    if verbose:
        import logging

        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


@contextmanager
def _stdout_for_data() -> Iterator[None]:
    """While the user's code runs, whatever it prints goes to stderr, from child processes too."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
