"""Connecting to a deployed app: our client over the durable HTTP API of a host that has nothing else to offer."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from portable_faas_azure.client.shown import record_of, shown_as
from portable_faas_azure.emulator import process
from portable_faas_azure.emulator.folder import write

from portable_faas import App, Context, connect
from portable_faas.client import Client, Handle
from portable_faas.errors import (
    InstanceExists,
    InstanceFinished,
    InstanceNotFound,
    NotSupported,
    OrchestrationFailed,
    OrchestrationTerminated,
)

app = App("connected", version="3")
APP = "tests.unit.azure.test_deployed:app"
ROOT = Path(__file__).parent.parent.parent.parent


@app.entity
class Sum:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            raise ValueError("negative")
        self.value += n
        return self.value


@app.activity
def double(n: int) -> int:
    if n > 100:
        raise LookupError("too much")
    return 2 * n


@app.orchestrator
async def twice(ctx: Context, n: int) -> int:
    await ctx.set_status({"at": n})
    return await double(await double(n))


@app.orchestrator(suspendable=True)
async def waits(ctx: Context) -> list[int]:
    return [await ctx.wait_for_event("n", int) for _ in range(2)]


@app.orchestrator
async def parent(ctx: Context) -> list[int]:
    return await waits.using(instance_id="the-child")()


@pytest.fixture
async def host(tmp_path: Path, azurite: str) -> AsyncIterator[process.HostProcess]:
    folder = await asyncio.to_thread(write, app, tmp_path)
    host = await process.start(folder, azurite, f"connected{uuid4().hex[:12]}", real_time=True)
    yield host
    await host.close()


@pytest.fixture
async def client(host: process.HostProcess) -> AsyncIterator[Client]:
    async with connect(app, on="azure", url=host.url, key=host.key) as client:
        yield client


@pytest.mark.slow
async def test_results_failures_and_records(client: Client) -> None:
    handle = await client.start(twice, 3)
    assert await handle.result(timeout=60) == 12
    status = await handle.status()
    assert (status.status, status.input, status.output, status.custom_status) == ("Completed", 3, 12, {"at": 3})
    failed = await client.start(twice, 101, instance_id="failed")
    with pytest.raises(OrchestrationFailed, match="too much") as caught:
        await failed.result(timeout=60)
    assert isinstance(caught.value.__cause__, LookupError)
    assert [each.instance_id for each in await client.list(status="Failed")] == ["failed"]
    assert len(await client.list(orchestrator=twice)) == 2
    assert len(await client.list(limit=1)) == 1
    assert await client.list(prefix="nobody") == []
    await failed.purge()
    with pytest.raises(InstanceNotFound):
        await failed.status()


@pytest.mark.slow
async def test_a_list_of_several_pages(client: Client) -> None:
    names = [f"one-{n:03}" for n in range(120)]
    handles = await asyncio.gather(*[client.start(waits, instance_id=name) for name in names])
    assert {each.instance_id for each in await client.list()} == set(names)
    assert len(handles) == 120


@pytest.mark.slow
async def test_events_and_halts(client: Client) -> None:
    handle = await client.start(waits)
    with pytest.raises(InstanceExists):
        await client.start(waits, instance_id=handle.instance_id)
    with pytest.raises(InstanceExists):
        await handle.purge()
    with pytest.raises(TimeoutError, match=r"no result after 0\.3 s"):
        await handle.result(timeout=0.3)
    await handle.suspend()
    assert (await handle.status()).status == "Suspended"
    await handle.raise_event("n", 1, id="first")
    await handle.raise_event("n", 1, id="first")
    await handle.resume()
    await handle.raise_event("n", 2, id="second")
    assert await handle.result(timeout=60) == [1, 2]
    await handle.raise_event("n", 2, id="second")  # it has arrived before the end
    with pytest.raises(InstanceFinished):
        await handle.raise_event("n", 3, id="third")
    with pytest.raises(InstanceNotFound):
        await Handle(client._backend, "nobody", waits).raise_event("n", 3)


@pytest.mark.slow
async def test_the_end_of_an_instance_is_that_of_its_children(client: Client) -> None:
    other = await client.start(waits, instance_id="other")
    handle = await client.start(parent)
    for _ in range(200):
        if await client.list(prefix="the-child"):
            break
        await asyncio.sleep(0.05)
    child = await client.find("the-child")
    await handle.terminate("enough")
    for ended in (handle, child):
        with pytest.raises(OrchestrationTerminated):
            await ended.result(timeout=60)
    assert (await handle.status()).error is not None
    assert (await other.status()).status == "Running"


@pytest.mark.slow
async def test_entities(client: Client) -> None:
    entity = client.entity(Sum, "k/é")
    assert await entity.call(Sum.add, 5) == 5
    await entity.signal(Sum.add, 2)
    assert await entity.call(Sum.add, 1) == 8
    with pytest.raises(ValueError, match="negative"):
        await entity.call(Sum.add, -1)
    assert (await entity.read()).value == 8
    assert await client.list() == []


@pytest.mark.slow
async def test_what_the_api_does_not_tell_is_refused(client: Client) -> None:
    handle = await client.start(twice, 101)
    with pytest.raises(OrchestrationFailed):
        await handle.result(timeout=60)
    for asked in (handle.history, handle.usage, handle.rerun):
        with pytest.raises(NotSupported, match="the durable HTTP API of azure does not tell"):
            await asked()
    with pytest.raises(NotSupported, match="time is real"):
        await client.advance(1)
    with pytest.raises(InstanceNotFound):
        await Handle(client._backend, "nobody", twice).history()


@pytest.mark.slow
async def test_a_wrong_key_is_named(host: process.HostProcess) -> None:
    async with connect(app, on="azure", url=host.url, key="wrong") as stranger:
        with pytest.raises(PermissionError, match="refused the key; it takes the system key durabletask_extension"):
            await stranger.start(twice, 1)


async def test_an_app_that_is_not_there_is_named() -> None:
    async with connect(app, on="azure", url="http://127.0.0.1:9", key="k") as client:
        with pytest.raises(RuntimeError, match=r"http://127\.0\.0\.1:9 cannot be reached"):
            await client.start(twice, 1)


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A server that answers every request so; its address."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_busy_app_is_asked_again_but_nothing_is_changed_twice() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.method)
        if len(asked) < 3:
            return web.Response(status=503, text="starting")
        return web.json_response([])

    async with answering(answer) as url, connect(app, on="azure", url=url, key="k") as client:
        assert await client.list() == []
        assert asked == ["GET"] * 3
        asked.clear()
        with pytest.raises(RuntimeError, match=r"answered 503: starting; does app 'connected' run there\?"):
            await client.start(twice, 1)
        assert asked == ["POST"]


async def test_the_key_is_not_taken_elsewhere() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"})

    async with answering(answer) as url, connect(app, on="azure", url=url, key="k") as client:
        with pytest.raises(RuntimeError, match="answered 307"):
            await client.list()


@pytest.mark.parametrize(
    ("ours", "theirs"), [("Running", "Running,ContinuedAsNew"), ("Completed", "Completed"), ("Failed", "Failed")]
)
def test_a_filter_takes_what_the_platform_calls_it(ours: str, theirs: str) -> None:
    assert shown_as(ours) == theirs


def test_what_the_platform_shows_between_two_runs() -> None:
    shown = {
        "instanceId": "A",
        "name": "twice",
        "runtimeStatus": "ContinuedAsNew",
        "input": {"posted": "bare"},
        "output": None,
        "customStatus": None,
        "createdTime": "2026-01-01T00:00:00Z",
        "lastUpdatedTime": "2026-01-01T00:00:05.25Z",
    }
    record = record_of(shown)
    assert (record.status, record.input) == ("Running", '{"posted":"bare"}')
    assert record.updated_at - record.created_at == 5250


@pytest.mark.parametrize(
    ("given", "error", "problem"),
    [
        ({"outputs": {}, "key": "k"}, ValueError, "the outputs of the deployment have no host"),
        ({"outputs": "missing.json", "key": "k"}, ValueError, "missing.json cannot be read as JSON"),
        ({"key": "k"}, NotSupported, "pulumi stack output --json"),
        ({"outputs": {"host": "x.azurewebsites.net"}}, ValueError, "needs key= or the environment variable"),
        ({"url": "x.azurewebsites.net", "key": "k"}, ValueError, "url is the address of the function app"),
        ({"url": "http://x.azurewebsites.net", "key": "k"}, ValueError, "http on this machine only"),
    ],
)
def test_wrong_options_are_named(given: dict[str, Any], error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        connect(app, on="azure", **given)


def test_a_file_of_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PFAAS_AZURE_KEY", "k")
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"host": "x.azurewebsites.net"}))
    assert connect(app, on="azure", outputs=outputs) is not None
    outputs.write_text("[]")
    with pytest.raises(ValueError, match="are no JSON object"):
        connect(app, on="azure", outputs=outputs)


@pytest.mark.slow
async def test_the_command_line_takes_the_outputs(host: process.HostProcess, client: Client, tmp_path: Path) -> None:
    handle = await client.start(waits, instance_id="asked")
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"host": host.url}))

    async def pfaas(*words: str, key: str = host.key) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "portable_faas", *words, "--on", "azure", "--outputs", str(outputs)]
        environment = {**os.environ, "PFAAS_AZURE_KEY": key}
        pipe = asyncio.subprocess.PIPE
        ran = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=environment, cwd=ROOT)
        out, err = await ran.communicate()
        return ran.returncode or 0, out.decode(), err.decode()

    for value in ("1", "2"):
        code, _, told = await pfaas("raise", APP, "asked", "n", "--data", value)
        assert (code, told.strip()) == (0, "asked has the event n")
    assert await handle.result(timeout=60) == [1, 2]
    code, listed, _ = await pfaas("list", APP, "--json")
    assert (code, [each["output"] for each in json.loads(listed)]) == (0, [[1, 2]])
    code, shown, _ = await pfaas("status", APP, "asked", "--json")
    assert (code, json.loads(shown)["status"], json.loads(shown)["history"]) == (0, "Completed", None)
    code, _, told = await pfaas("history", APP, "asked")
    assert (code, told.strip()) == (2, "pfaas: instance asked: the durable HTTP API of azure does not tell its history")
    code, _, told = await pfaas("purge", APP, "asked", key="wrong")
    assert code == 2
    assert "refused the key" in told
