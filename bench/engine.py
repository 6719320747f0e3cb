"""Prints the budgets of the embedded engine: what is counted, then what is timed.

    python bench/engine.py [--quick]

Counts do not depend on the machine and are asserted by tests/unit/local/test_budgets.py. Times are medians of
interleaved runs on this machine; only their ratios mean something elsewhere.
"""

import asyncio
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.local.backend import LocalBackend

app = App("bench")


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


@app.orchestrator
async def chain_then_idle(ctx: Context, n: int) -> int:
    for i in range(n):
        await noop(i)
    await ctx.sleep(10**6)
    return n


Work = Callable[[Client, int], Awaitable[Any]]


async def run_chain(client: Client, n: int) -> None:
    await (await client.start(chain, n)).result()


async def run_fan(client: Client, n: int) -> None:
    await (await client.start(fan, n)).result()


async def run_ones(client: Client, n: int) -> None:
    places = asyncio.Semaphore(50)

    async def run(i: int) -> None:
        async with places:
            await (await client.start(one, i)).result()

    await asyncio.gather(*map(run, range(n)))


class Measured:
    """One run: commits, seconds of wall time and of CPU."""

    def __init__(self, work: Work, n: int, synchronous: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.commits, self.wall, self.cpu = asyncio.run(self._run(work, n, synchronous, f"{folder}/store.db"))

    async def _run(self, work: Work, n: int, synchronous: Any, path: str) -> tuple[int, float, float]:
        backend = LocalBackend(app, path=path, synchronous=synchronous)
        async with Client(app, backend) as client:
            await backend.open()
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            await work(client, n)
            return backend.commits, time.perf_counter() - wall, time.process_time() - cpu


def resident() -> int:
    """The resident size of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def idle_bytes(n: int) -> float:
    async with Client(app, LocalBackend(app)) as client:
        for i in range(200):
            await client.start(idle, i)
        before = resident()
        for i in range(n):
            await client.start(idle, i)
        return (resident() - before) / n


async def replay_seconds(steps: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/store.db"
        async with Client(app, LocalBackend(app, path=path, synchronous="NORMAL")) as client:
            handle = await client.start(chain_then_idle, steps)
            while len(await handle.history()) < 2 * steps + 1:
                await asyncio.sleep(0.05)
        backend = LocalBackend(app, path=path, synchronous="NORMAL")
        started = time.perf_counter()
        await backend.open()
        took = time.perf_counter() - started
        await backend.close()
        return took


def fsyncs(steps: int) -> float | None:
    """The fsyncs of one dependent step: the difference of two traced runs; None without strace."""
    if shutil.which("strace") is None:
        return None
    counts = []
    for n in (50, 50 + steps):
        code = f"import bench.engine as b; b.Measured(b.run_chain, {n}, 'FULL')"
        command = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [line.split() for line in done.stderr.splitlines()]
        counts.append(sum(int(row[3]) for row in rows if row and row[-1] in ("fsync", "fdatasync")))
    return (counts[1] - counts[0]) / steps


def row(name: str, value: str, budget: str = "") -> None:
    print(f"  {name:<58}{value:>14}   {budget}", flush=True)


def counted() -> None:
    print("counted")
    for synchronous in ("FULL", "NORMAL"):
        commits = Measured(run_chain, 1000, synchronous).commits
        row(f"commits per dependent step, {synchronous}", f"{(commits - 1) / 1000:.3f}", "<= 1")
        row(f"commits for a fan-out of 1,000, {synchronous}", str(Measured(run_fan, 1000, synchronous).commits), "<= 5")
        ones = Measured(run_ones, 1000, synchronous).commits
        row(f"commits for 1,000 one-step instances at 50, {synchronous}", str(ones), "<= 100")
    synced = fsyncs(500)
    row("fsyncs per dependent step, FULL", "no strace" if synced is None else f"{synced:.2f}", "<= 1")
    row("base memory", f"{resident() / 2**20:.1f} MB", "<= 40 MB")
    row("memory of an idle instance", f"{asyncio.run(idle_bytes(5000)) / 1024:.2f} KB", "<= 6 KB")


def timed(rounds: int) -> None:
    print(f"timed, median of {rounds} interleaved runs")
    small, large = [], []
    for _ in range(rounds):
        small.append(Measured(run_chain, 1000, "NORMAL").cpu / 1000)
        large.append(Measured(run_chain, 10_000, "NORMAL").cpu / 10_000)
    ratio = statistics.median(large) / statistics.median(small)
    row("CPU per step at 10,000 steps against 1,000", f"{ratio:.2f}", "<= 1.2")
    row("CPU per step", f"{statistics.median(large) * 1e6:.0f} us")
    row("replay of 10,000 steps", f"{asyncio.run(replay_seconds(10_000)):.3f} s", "<= 0.25 s")
    for name, work in (("chain", run_chain), ("fan-out", run_fan), ("one-step instances", run_ones)):
        for synchronous in ("FULL", "NORMAL"):
            walls = [Measured(work, 1000, synchronous).wall for _ in range(rounds)]
            row(f"{name} of 1,000, {synchronous}", f"{1000 / statistics.median(walls):,.0f}/s")


if __name__ == "__main__":
    counted()
    timed(3 if "--quick" in sys.argv else 9)
