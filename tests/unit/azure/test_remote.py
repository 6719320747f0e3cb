"""``running`` over Azurite: a process of its own, told about when it or its storage dies; nothing is left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from portable_faas_azure.emulator import azurite as azurites
from portable_faas_azure.emulator import process as process_of_host
from portable_faas_azure.emulator.folder import write
from portable_faas_azure.emulator.remote import RemoteBackend

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import NotInstalled, NotSupported
from portable_faas.testing import running

app = App("remote")
ROOT = Path(__file__).parent.parent.parent.parent


@app.activity
def process() -> int:
    print("what an activity prints")
    return os.getpid()


@app.activity
def places() -> list[str]:
    """Where the program, the adapter's run time and our core were loaded from."""
    registration, core = sys.modules["portable_faas_azure.runtime.registration"], sys.modules["portable_faas.app"]
    return [__file__, str(registration.__file__), str(core.__file__)]


@app.activity
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@app.orchestrator
async def where(ctx: Context) -> int:
    return await process()


@app.orchestrator
async def loaded(ctx: Context) -> list[str]:
    return await places()


@app.orchestrator
async def deadly(ctx: Context) -> None:
    await die()


@app.activity
async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


@app.orchestrator
async def busy(ctx: Context, seconds: float) -> None:
    await pause(seconds)


@app.orchestrator
async def nap(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds


def remote(client: Client) -> RemoteBackend:
    assert isinstance(client._backend, RemoteBackend)
    return client._backend


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_the_app_runs_in_a_process_of_its_own_that_ends_with_it() -> None:
    async with running(app, "azure") as client:
        found = await (await client.start(where)).result()
        host = remote(client)._host.process
        assert found == host.pid != os.getpid()
    assert host.returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_the_host_loads_the_built_package_and_nothing_from_where_it_was_built() -> None:
    async with running(app, "azure") as client:
        found = await (await client.start(loaded)).result()
    folder = found[0].removesuffix("tests/unit/azure/test_remote.py")
    assert folder != found[0]
    assert not ROOT.is_relative_to(folder)
    assert [place.removeprefix(f"{folder}.python_packages/lib/site-packages/") for place in found[1:]] == [
        "portable_faas_azure/runtime/registration.py",
        "portable_faas/app.py",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_an_activity_that_kills_its_process_is_told() -> None:
    async with running(app, "azure") as client:
        handle = await client.start(deadly)
        with pytest.raises(RuntimeError, match="runs app 'remote' was killed by signal 9"):
            await handle.result()


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_an_azurite_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    own = await asyncio.to_thread(azurites.from_npm)
    monkeypatch.setattr(azurites, "shared", lambda: own)
    try:
        async with running(app, "azure") as client:
            handle = await client.start(nap, 10)
            assert own.pid is not None
            os.kill(own.pid, signal.SIGKILL)
            with pytest.raises(
                RuntimeError, match=r"Azurite has ended with exit code -9.*app 'remote' .* run it again"
            ):
                await handle.result()
    finally:
        own.close()


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_an_azurite_that_dies_while_an_activity_runs_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    own = await asyncio.to_thread(azurites.from_npm)
    monkeypatch.setattr(azurites, "shared", lambda: own)
    try:
        async with running(app, "azure") as client:
            waiting = asyncio.ensure_future((await client.start(busy, 2.0)).result())
            await asyncio.sleep(1.0)  # the activity has begun and somebody waits for it
            assert not waiting.done()
            assert own.pid is not None
            os.kill(own.pid, signal.SIGKILL)
            with pytest.raises(
                RuntimeError, match=r"Azurite has ended with exit code -9.*app 'remote' .* run it again"
            ):
                await waiting
    finally:
        own.close()
    assert "azure host: " in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_who_stops_waiting_lets_time_stand_still() -> None:
    async with running(app, "azure") as client:
        handle = await client.start(nap, 10)
        await client.start(busy, 1.0)  # holds virtual time for a second
        waiting = asyncio.ensure_future(handle.result())
        await asyncio.sleep(0.3)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(1.5)
        assert (await handle.status()).status == "Running"
        assert await handle.result() == 10


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
def test_pfaas_run_prints_the_outcome_and_nothing_else() -> None:
    command = [sys.executable, "-m", "portable_faas", "run", "tests.unit.azure.test_remote:app", "where", "--json"]
    done = subprocess.run([*command, "--on", "azure"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    assert outcome["status"] == "Completed"
    assert outcome["usage"] == {"orchestrator_turns": 2, "activity_executions": 1}
    assert "azure: Durable Functions on an emulated host over Azurite" in done.stderr


def test_pfaas_run_without_azurite_ends_with_3_and_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portable_faas", "run", "tests.unit.azure.test_remote:app", "nap", "-i", "5"]
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [*command, "--on", "azure"], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "or Node 20 (with npm), and neither can be used here" in done.stderr
    environment["PFAAS_AZURE_STORAGE"] = "memory"
    done = subprocess.run(
        [*command, "--on", "azure", "--json"], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_app_that_no_other_process_can_import_is_refused(tmp_path: Path) -> None:
    hidden = App("hidden")

    @hidden.orchestrator
    async def nothing(ctx: Context) -> None:
        pass

    with pytest.raises(NotSupported, match=r"app 'hidden' runs in a process of its own .*storage=\"memory\""):
        write(hidden, tmp_path)


@pytest.mark.usefixtures("azurite")
async def test_a_host_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_of_host, "START_SECONDS", 0.01)
    with pytest.raises(NotInstalled, match=r"not ready after 0\.01 s: this machine may be too busy; try again, or"):
        async with running(app, on="azure", storage="azurite"):
            pass
