"""Kill -9 of who raises an event on AWS, at random moments: what stands in the row arrives by itself."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.client.instances import Instances
from portable_faas_aws.runtime import ledger
from portable_faas_aws.runtime.ledger import row_of

from portable_faas.client import Client
from portable_faas.testing import running
from tests.aws.listening import app, listens

ROOT = Path(__file__).parent.parent.parent
LONGEST = 0.1  # seconds: raising an event takes some twenty milliseconds on a machine with nothing else to do


def raise_until_killed(account: Any, name: str, value: int, moment: float) -> bool:
    """Whether the raiser died before it was done."""
    place = [account.emulator.endpoint, account.machines["listens"], account.table, account.bucket]
    command = [sys.executable, "-m", "tests.processes.aws_raiser", *place, name, str(value)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begin\n"
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode != 0


def has_arrived(client: Client, name: str) -> bool:
    """Whether the event stands in the row, or has been taken from it."""
    backend: Any = client._backend
    found = Instances(backend._account()).get(name)
    assert found is not None
    return bool(backend._table().read(row_of(found.key)).get("ids"))


async def many(kills: int) -> str:
    choice = random.Random(os.environ.get("PFAAS_SEED", "1"))
    killed, alone, runs = 0, 0, 0
    async with running(app, "aws") as client:
        account: Any = client._backend._account()  # type: ignore[attr-defined]
        while killed < kills:
            runs += 1
            handle = await client.start(listens, instance_id=f"run{runs}")
            await client.advance(1)
            died = raise_until_killed(account, handle.instance_id, runs, choice.uniform(0, LONGEST))
            arrived = has_arrived(client, handle.instance_id)
            killed, alone = killed + died, alone + (died and arrived)
            if not arrived:
                assert died
                await handle.raise_event("n", runs, id="the one")
            assert await handle.result(timeout=60) == runs
    return f"killed {killed} raisers of {runs}; {alone} events were in their rows by then"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_kill_5_times() -> None:
    await many(5)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_kill_50_times(figures: Callable[[str], None]) -> None:
    figures(await many(50))


class Died(BaseException):
    """The raiser is no more."""


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("deployed", [False, True])
async def test_a_raiser_that_dies_before_it_rings(deployed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one moment that random ones seldom meet; the second time with the rights that the roles give."""

    def die(*_given: object) -> bool:
        raise Died

    async with running(app, "aws", deployed=deployed) as client:
        handle = await client.start(listens)
        await client.advance(1)
        with monkeypatch.context() as patched:
            patched.setattr(ledger.StepFunctionsBells, "succeed", die)
            with pytest.raises(Died):
                await handle.raise_event("n", 7)
        assert await handle.result(timeout=60) == 7
