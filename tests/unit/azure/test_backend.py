"""The emulated Azure as an engine: what a client can ask of it."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from portable_faas_azure.emulator.backend import EmulatedBackend

from portable_faas import App, Context, Retry
from portable_faas.client import Client, Handle, HistoryEvent
from portable_faas.errors import (
    InstanceExists,
    InstanceNotFound,
    NotInstalled,
    OrchestrationFailed,
    OrchestrationTerminated,
)
from portable_faas.local.backend import LocalBackend
from portable_faas.provider import Backend
from portable_faas.testing import running
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scratch import tally

app = App("backend")


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity(retry=Retry(attempts=3, first=2))
async def flaky(key: str) -> int:
    count = tally(key)
    if count < 3:
        raise ConnectionError(f"try {count}")
    return count


@app.activity
async def slow(n: int) -> int:
    await asyncio.sleep(60)
    return n


async def fail(ctx: Context, after: int) -> None:
    await ctx.sleep(after)
    raise LookupError("gone")


async def two(ctx: Context, n: int) -> int:
    return await double(n) + await double(n + 1)


@app.orchestrator
async def nap(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds


@app.orchestrator
async def mixed(ctx: Context, key: str) -> int:
    total = await flaky(key)
    try:
        await ctx.gather(fail(ctx, 5), ctx.sleep(50), two(ctx, 3))
    except LookupError:
        total += sum(await ctx.map(two, [1, 2], limit=1))
    return total


@app.orchestrator
async def stuck(ctx: Context) -> int:
    return await slow(1)


@app.orchestrator
async def talkative(ctx: Context, naps: int) -> list[bool]:
    ctx.log.info("begin")
    first, start = ctx.uuid(), ctx.now()
    changed: list[bool] = []
    for nap in range(naps):
        await ctx.sleep(1)
        ctx.log.info("slept %d", nap)
        changed.append(ctx.uuid() == first or ctx.now().microsecond % 1000 != 0 or ctx.now() <= start)
    return changed


@pytest.fixture(params=["memory", pytest.param("azurite", marks=pytest.mark.slow)])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    if request.param == "azurite":
        request.getfixturevalue("azurite")
    async with running(app, "azure", storage=request.param) as opened:
        yield opened


async def begun(handle: Handle[Any]) -> None:
    """Wait in real time until its first turn is over."""
    until = time.monotonic() + 10
    while (await handle.status()).status == "Pending":
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def test_virtual_time_moves_only_while_somebody_waits(client: Client) -> None:
    handle = await client.start(nap, 3600)
    await begun(handle)
    await asyncio.sleep(0.02)
    assert (await handle.status()).status == "Running"
    await client.advance(3599)
    assert (await handle.status()).status == "Running"
    await client.advance(1)
    status = await handle.status()
    assert (status.status, status.output, status.input) == ("Completed", 3600, 3600)
    assert (status.updated_at - status.created_at).total_seconds() == 3600
    assert await handle.usage() == {"orchestrator_turns": 2, "activity_executions": 0}


async def test_result_times_out_on_the_clock_of_the_host(client: Client) -> None:
    handle = await client.start(nap, 100)
    with pytest.raises(TimeoutError, match="no result after 40 s"):
        await handle.result(timeout=40)
    assert await handle.result() == 100


async def test_ids_live_and_finished(client: Client) -> None:
    first = await client.start(nap, 10, instance_id="one")
    with pytest.raises(InstanceExists):
        await client.start(nap, 20, instance_id="one")
    assert await (await client.start(nap, 20, instance_id="one", if_exists="return")).result() == 10
    assert await (await client.start(nap, 30, instance_id="one")).result() == 30
    assert await first.result() == 30
    with pytest.raises(InstanceNotFound):
        await client.find("two")


async def test_terminate_runs_no_more_code_and_purge_forgets(client: Client) -> None:
    handle = await client.start(nap, 10)
    await client.advance(1)
    with pytest.raises(InstanceExists):
        await handle.purge()
    await handle.terminate("enough")
    with pytest.raises(OrchestrationTerminated, match="enough"):
        await handle.result()
    await handle.terminate("again")
    status = await handle.status()
    assert status.error is not None
    assert (status.status, status.error.message) == ("Terminated", "enough")
    await client.advance(100)
    assert [event.kind for event in await handle.history()] == ["TimerSet"]
    await handle.purge()
    with pytest.raises(InstanceNotFound):
        await handle.status()


async def test_a_running_activity_of_a_terminated_instance_holds_nothing_up(client: Client) -> None:
    handle = await client.start(stuck)
    await begun(handle)
    await handle.terminate("late")
    assert await (await client.start(nap, 1000)).result() == 1000
    assert await handle.usage() == {"orchestrator_turns": 1, "activity_executions": 1}


async def test_list_filters(client: Client) -> None:
    first = await client.start(nap, 1, instance_id="a-1")
    await first.result()
    await client.advance(10)
    await client.start(stuck, instance_id="a-2")
    await begun(await client.start(nap, 5000, instance_id="b-3"))

    async def listed(**filters: Any) -> list[str]:
        return [status.instance_id for status in await client.list(**filters)]

    assert await listed() == ["b-3", "a-2", "a-1"]
    with pytest.raises(InstanceExists):
        await client.start(stuck, instance_id="a-2")
    assert await listed() == ["b-3", "a-2", "a-1"]
    assert await listed(orchestrator=nap) == ["b-3", "a-1"]
    assert await listed(status="Running", limit=1) == ["b-3"]
    assert await listed(prefix="a-") == ["a-2", "a-1"]
    assert await listed(since=(await first.status()).updated_at) == ["b-3", "a-2"]


async def test_an_instance_that_has_not_begun_is_pending_and_has_no_history() -> None:
    async with running(app, "azure", storage="memory") as client:
        handle = await client.start(nap, 1)
        assert (await handle.status()).status == "Pending"
        assert await handle.history() == []
        assert await handle.result() == 1


def told(history: list[HistoryEvent]) -> list[tuple[Any, ...]]:
    """The events of each fiber in order, without the moments; branches have no order between them."""
    shown = [(event.fiber, event.kind, event.name, repr(event.data)) for event in history]
    shown = [(*event[:3], "" if event[1] in ("TimerSet", "AttemptFailed") else event[3]) for event in shown]
    return sorted(shown, key=lambda event: event[0])


async def history_of(backend: Backend) -> list[tuple[Any, ...]]:
    with scratch_folder():
        async with Client(app, backend) as client:
            handle = await client.start(mixed, "key")
            assert await handle.result() == 3 + 6 + 10
            status = await handle.status()
            assert (status.updated_at - status.created_at).total_seconds() == 2 + 4 + 5
            return told(await handle.history())


async def test_the_history_is_that_of_the_embedded_engine() -> None:
    histories = [await history_of(backend) for backend in (LocalBackend(app, virtual_time=True), EmulatedBackend(app))]
    assert histories[0] == histories[1]
    kinds = [kind for _, kind, *_ in histories[1]]
    assert kinds.count("AttemptFailed") == 2
    assert kinds.count("Abandoned") == 1


async def test_a_failure_is_the_one_of_the_embedded_engine() -> None:
    with scratch_folder():
        async with running(app, "azure", storage="memory") as client:
            with pytest.raises(OrchestrationFailed) as failed:
                await (await client.start(failing)).result()
    assert (failed.value.error_type, failed.value.message) == ("LookupError", "gone")
    assert isinstance(failed.value.__cause__, LookupError)


@app.orchestrator
async def failing(ctx: Context) -> None:
    await fail(ctx, 1)


async def test_a_closed_client_says_so() -> None:
    async with running(app, "azure", storage="memory") as client:
        handle = await client.start(nap, 10)
    with pytest.raises(RuntimeError, match="closed"):
        await handle.status()


async def test_closing_wakes_who_waits() -> None:
    async with running(app, "azure", storage="memory") as client:
        waiting = asyncio.ensure_future((await client.start(stuck)).result())
        await asyncio.sleep(0.02)
    with pytest.raises(RuntimeError, match="closed while it was waiting"):
        await waiting


async def test_a_line_is_logged_once_over_all_replays(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "portable_faas.backend")
    async with running(app, "azure", storage="memory") as client:
        handle = await client.start(talkative, 3)
        assert await handle.result() == [False, False, False]
        assert len(await handle.history()) == 6
    lines = [record.getMessage() for record in caplog.records if record.name == "portable_faas.backend.talkative"]
    assert lines == ["begin", "slept 0", "slept 1", "slept 2"]


async def test_in_real_time_nothing_is_skipped() -> None:
    async with running(app, "azure", storage="memory", real_time=True) as client:
        began = time.monotonic()
        handle = await client.start(nap, 1)
        with pytest.raises(TimeoutError, match=r"no result after 0\.3 s"):
            await handle.result(timeout=0.3)
        await client.advance(0.2)
        assert time.monotonic() - began >= 0.5
        assert await handle.result() == 1
        assert time.monotonic() - began >= 1


async def test_another_storage_is_refused() -> None:
    with pytest.raises(ValueError, match="is one of azurite, memory, not 'disk'"):
        async with running(app, "azure", storage="disk"):
            raise AssertionError


async def test_a_missing_sdk_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.durable_functions", None)
    for name in [name for name in sys.modules if name.startswith("portable_faas_azure.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(NotInstalled, match=r"pip install 'azure-functions-durable>=1.7,<2'"):
        async with running(app, "azure", storage="memory"):
            raise AssertionError
    with pytest.raises(NotInstalled, match=r"pip install 'portable-faas-azure\[emulator\]'"):
        async with running(app, "azure", storage="azurite"):
            raise AssertionError
