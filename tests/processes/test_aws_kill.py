"""Kill -9 of Lambda processes, many instances at once, many runs of one: nothing is lost or counts twice."""

import asyncio
import contextlib
import os
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from portable_faas.client import Client, Handle
from portable_faas.errors import InstanceFinished
from portable_faas.testing import running
from tests.aws.killed import Tally, app, brief, stateful, turns

ROUNDS = 3
PAUSE = 3.0  # real seconds between two kills, at most: a process takes a while to start, and is tried a few times


class Killer(threading.Thread):
    """Kills one process after the other until there were enough, or it is told to stop."""

    def __init__(self, client: Client, kills: int, choice: random.Random) -> None:
        super().__init__(name="killer", daemon=True)
        self._emulator = client._backend._account().emulator  # type: ignore[attr-defined]
        self._choice = choice
        self._left = kills
        self.killed = 0
        self.over = threading.Event()

    def run(self) -> None:
        while self._left and not self.over.wait(self._choice.uniform(0, PAUSE)):
            if self._emulator.crash(self._choice):
                self._left -= 1
                self.killed += 1


async def raised(handle: Handle[Any], values: range) -> None:
    """Every event twice, as a raiser does that has had no answer; by then the instance may have ended."""
    for value in values:
        await handle.raise_event("go", value, id=str(value))
    with contextlib.suppress(InstanceFinished):
        for value in values:
            await handle.raise_event("go", value, id=str(value))


async def run_once(kills: int, choice: random.Random) -> int:
    async with running(app, "aws") as client:
        killer = Killer(client, kills, choice)
        killer.start()
        try:
            handles = [await client.start(stateful, [ROUNDS, 0], instance_id=name) for name in ("one", "two")]
            await asyncio.gather(*(raised(handle, range(1, ROUNDS + 1)) for handle in handles))
            ends = await asyncio.gather(*(handle.result() for handle in handles))
        finally:
            killer.over.set()
            killer.join()
        total = sum(2 * n + n for n in range(1, ROUNDS + 1))
        assert ends == [[total, 11 * ROUNDS]] * 2
        assert (await client.entity(Tally, "common").read()).value == 2 * ROUNDS
        return killer.killed


async def many(kills: int) -> str:
    choice = random.Random(os.environ.get("PFAAS_SEED", "1"))
    killed, runs = 0, 0
    while killed < kills:
        runs += 1
        killed += await run_once(kills - killed, choice)
    return f"killed {killed} times over {runs} runs"


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_kill_3_times() -> None:
    await many(3)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_kill_50_times(figures: Callable[[str], None]) -> None:
    figures(await many(50))


async def load(count: int) -> None:
    """So many instances at once, with events and entities."""
    async with running(app, "aws") as client:
        handles = await asyncio.gather(*(client.start(brief, n) for n in range(count)))
        await asyncio.gather(*(raised(handle, range(1, 3)) for handle in handles))
        ends = await asyncio.gather(*(handle.result() for handle in handles))
        assert ends == [n + 3 for n in range(count)]
        tallies = [(await client.entity(Tally, f"common-{n}").read()).value for n in range(5)]
        assert sum(tallies) == 2 * count


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_20_instances_at_once() -> None:
    await load(20)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_200_instances_at_once() -> None:
    await load(200)


async def renewed(count: int) -> None:
    """So many runs, one after the other, with events that come while they go on."""
    async with running(app, "aws") as client:
        handle = await client.start(turns, [1, count, 0])
        values = range(1, count // 10 + 1)
        ended, _ = await asyncio.gather(handle.result(), raised(handle, values))
        assert ended == [count, sum(values)]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_30_turns() -> None:
    await renewed(30)


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_1000_turns() -> None:
    await renewed(1000)
