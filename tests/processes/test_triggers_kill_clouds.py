"""Kill -9 of the process in which a queue's function works, on both clouds: redelivered, not lost, done once."""

import asyncio
import random
import time
from pathlib import Path
from uuid import uuid4

import pytest
from portable_faas_azure.emulator import placed
from portable_faas_azure.runtime.clock import RealClock
from portable_faas_azure.runtime.names import CONNECTION, Names
from portable_faas_azure.runtime.services import AzureServices
from portable_faas_azure.runtime.storage import Storage

from portable_faas.client import Client
from portable_faas.resources.acting import running_on
from portable_faas.testing import running
from portable_faas.testing.scratch import FOLDER
from tests.processes.azure_process import Running, asked, built
from tests.processes.queue_target import app, counts, done, jobs, work
from tests.processes.test_aws_kill import Killer

NAMES = ["a", "once-1", "b", "once-2", "c"]
HOST = Path(__file__).with_name("impatient_host.py")
PATIENCE = 60.0
pytestmark = pytest.mark.slow


async def everything_ended(client: Client) -> None:
    for _ in range(6):
        await client.advance(20 * 60)  # SQS shows a message again whose reception was not answered in 16 minutes


async def test_aws_brings_a_message_again_whose_process_died() -> None:
    async with running(app, on="aws") as client:
        await jobs.send_many([*NAMES, "deadly"])
        await everything_ended(client)
        assert {name: counts(name) for name in NAMES} == {name: (1 + name.startswith("once"), 1) for name in NAMES}
        assert [await done.get(f"{name}.txt") for name in NAMES] == [b"whole"] * len(NAMES)
        assert counts("deadly") == (5, 0)
        assert [(letter.text, letter.attempts) for letter in await client.dead_letters(work)] == [('"deadly"', 5)]
        await jobs.send_many(NAMES)  # their keys are done
        await client.advance(60)
        assert [counts(name)[1] for name in NAMES] == [1] * len(NAMES)


async def test_aws_loses_nothing_when_its_processes_are_killed_at_random() -> None:
    names = [f"job-{n}" for n in range(40)]
    async with running(app, on="aws") as client:
        killer = Killer(client, 3, random.Random(1))
        killer.start()
        try:
            for start in range(0, len(names), 8):
                await jobs.send_many(names[start : start + 8])
                await client.advance(1)
        finally:
            killer.over.set()
            await asyncio.to_thread(killer.join)
        await everything_ended(client)
        letters = {letter.text for letter in await client.dead_letters(work)}
        assert [await done.get(f"{name}.txt") for name in names] == [b"whole"] * len(names)
        assert letters == set()


@pytest.mark.usefixtures("azurite")
async def test_azure_brings_a_message_again_whose_process_died(
    tmp_path: Path, azurite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv(FOLDER, str(tmp_path / "scratch"))
    folder = built(app, tmp_path / "app", f"kill{uuid4().hex[:12]}")
    async with placed.built(app, folder, azurite) as found:
        assert found.provided is not None
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        await sent(azurite, Names(found.prefix))
        (tmp_path / "provided.json").write_text(found.provided.text())
        options = ["--real-time", "--provided", str(tmp_path / "provided.json")]
        deaths = await asyncio.to_thread(killed_and_started_again, folder, azurite, options)
    assert deaths >= 1
    assert {name: counts(name)[1] for name in NAMES} == dict.fromkeys(NAMES, 1)
    assert all(counts(name)[0] == 2 for name in NAMES if name.startswith("once"))


def killed_and_started_again(folder: Path, azurite: str, options: list[str]) -> int:
    """Start the host until everything has ended; how often it was killed."""
    deaths = 0
    while left():
        with Running(folder, azurite, *options, host=HOST) as host:
            host.ready()
            deaths += died(host)
            if not left():
                for name in NAMES:  # their keys are done
                    assert asked("POST", f"{host.url}/jobs/{name}").status == 204
                time.sleep(3)
                assert asked("POST", host.tested("drop")).status == 200
        assert deaths <= 2
    return deaths


async def sent(connection: str, names: Names) -> None:
    """Send from outside, so that nobody dies while sending."""
    storage = Storage({CONNECTION: connection}, names)
    with running_on(AzureServices(app, {}, storage, RealClock())):
        await jobs.send_many(NAMES)
    await storage.close()


def left() -> bool:
    return any(counts(name)[1] == 0 for name in NAMES)


def died(host: Running) -> bool:
    """Wait until a host is killed, or everything has ended."""
    until = time.monotonic() + PATIENCE
    while host.process.poll() is None and left():
        assert time.monotonic() < until, {name: counts(name) for name in NAMES}
        time.sleep(0.1)
    return host.process.poll() == -9
