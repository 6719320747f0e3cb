"""The counted budgets of the embedded engine: commits, rows and their growth."""

import asyncio
import os
from pathlib import Path
from typing import Literal

import pytest

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.local.backend import LocalBackend

app = App("budgets")


@app.activity
async def noop(n: int) -> int:
    return n


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    for i in range(n):
        await noop(i)
    return n


@app.orchestrator
async def fan(ctx: Context, n: int) -> int:
    return len(await ctx.map(noop, range(n)))


@app.orchestrator
async def one(ctx: Context, n: int) -> int:
    return await noop(n)


@app.orchestrator
async def idle(ctx: Context, n: int) -> int:
    await ctx.sleep(10**6)
    return n


MODES: list[Literal["FULL", "NORMAL"]] = ["FULL", "NORMAL"]


@pytest.mark.parametrize("synchronous", MODES)
async def test_a_dependent_step_is_one_commit(tmp_path: Path, synchronous: Literal["FULL", "NORMAL"]) -> None:
    backend = LocalBackend(app, path=str(tmp_path / "store.db"), synchronous=synchronous)
    async with Client(app, backend) as client:
        assert await (await client.start(chain, 300)).result() == 300
        assert backend.commits == 300 + 1  # and the start


@pytest.mark.parametrize("synchronous", MODES)
async def test_a_fan_out_of_1000_is_a_handful_of_commits(
    tmp_path: Path, synchronous: Literal["FULL", "NORMAL"]
) -> None:
    backend = LocalBackend(app, path=str(tmp_path / "store.db"), synchronous=synchronous)
    async with Client(app, backend) as client:
        assert await (await client.start(fan, 1000)).result() == 1000
        assert backend.commits <= 5


@pytest.mark.parametrize("synchronous", MODES)
async def test_1000_instances_of_one_step_share_commits(tmp_path: Path, synchronous: Literal["FULL", "NORMAL"]) -> None:
    backend = LocalBackend(app, path=str(tmp_path / "store.db"), synchronous=synchronous)
    async with Client(app, backend) as client:
        places = asyncio.Semaphore(50)

        async def run(n: int) -> int:
            async with places:
                return await (await client.start(one, n)).result()

        assert await asyncio.gather(*map(run, range(1000))) == list(range(1000))
        assert backend.commits <= 100


async def test_a_finished_instance_leaves_two_rows_per_step(tmp_path: Path) -> None:
    backend = LocalBackend(app, path=str(tmp_path / "store.db"))
    async with Client(app, backend) as client:
        handle = await client.start(chain, 100)
        await handle.result()
        assert len(await handle.history()) == 200


async def test_an_idle_instance_is_kilobytes(tmp_path: Path) -> None:
    backend = LocalBackend(app, path=str(tmp_path / "store.db"), synchronous="NORMAL")
    async with Client(app, backend) as client:
        for n in range(200):
            await client.start(idle, n)
        before = resident()
        for n in range(3000):
            await client.start(idle, n)
        assert (resident() - before) / 3000 <= 6 * 1024


def resident() -> int:
    """The resident size of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
