"""Nothing recorded is lost: restarts, crashes at every step, changed code, two processes on one store."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from portable_faas import App, Context, Retry
from portable_faas.client import Client
from portable_faas.errors import NonDeterminism, NotSupported, OrchestrationFailed
from portable_faas.local.backend import LocalBackend
from portable_faas.local.store import Store, StoreFailed, StoreInUse
from tests.unit.local.conftest import Open

RUNS: Counter[str] = Counter()
CLEANED: list[str] = []


def build(body: Callable[..., Coroutine[Any, Any, Any]]) -> App:
    """An app with the same activities and ``body`` as its orchestrator ``main``."""
    app = App("recovery")
    app.activity(step)
    app.activity(other)
    app.activity(retry=Retry(attempts=5, first=5))(flaky)
    body.__name__ = "main"
    app.orchestrator(body)
    return app


def step(n: int) -> int:
    RUNS[f"step {n}"] += 1
    return n + 1


def other(n: int) -> int:
    RUNS[f"other {n}"] += 1
    return n


def flaky(n: int) -> int:
    RUNS[f"flaky {n}"] += 1
    if RUNS[f"flaky {n}"] < 3:
        raise ValueError("not yet")
    return n


@pytest.fixture(autouse=True)
def fresh() -> None:
    RUNS.clear()
    CLEANED.clear()


async def everything(ctx: Context, n: int) -> list[int]:
    from typing import cast

    app = CURRENT[0]
    call = cast(Any, app.activities)
    found = [await call["step"](n)]
    await ctx.sleep(100)
    found += await ctx.gather(*[call["step"](i) for i in range(3)], limit=2)
    try:
        found.append(await call["flaky"](7))
    finally:
        CLEANED.append("cleaned")
    return found


CURRENT: list[App] = []


@pytest.mark.parametrize("options", [{}, {"always_replay": True}, {"crash_after": "every-step"}])
async def test_the_result_is_the_same_live_replayed_and_crashed(opened: Open, options: dict[str, Any]) -> None:
    CURRENT[:] = [build(everything)]
    async with opened(CURRENT[0], **options) as client:
        handle = await client.start(CURRENT[0].orchestrators["main"], 1)
        assert await handle.result() == [2, 1, 2, 3, 7]
        history = await handle.history()
    ended = [event.step for event in history if event.kind in ("Completed", "TimerFired")]
    assert sorted(ended) == [1, 2, 3, 4, 5, 6]
    assert [event.data["attempt"] for event in history if event.kind == "AttemptFailed"] == [1, 2]
    assert CLEANED[-1:] == ["cleaned"]


async def test_a_restart_goes_on_where_the_file_ended(opened: Open, tmp_path: Path) -> None:
    CURRENT[:] = [build(everything)]
    path = str(tmp_path / "store.db")
    async with opened(CURRENT[0], path=path) as client:
        handle = await client.start(CURRENT[0].orchestrators["main"], 1, instance_id="one")
        await client.advance(50)
        assert RUNS["step 1"] == 1
    CURRENT[:] = [build(everything)]
    async with opened(CURRENT[0], path=path) as client:
        handle = await client.find("one")
        assert await handle.result() == [2, 1, 2, 3, 7]
    assert RUNS["step 1"] == 1 + 1  # once before the timer, once as a branch of the gather after it


async def test_changed_code_is_told_and_the_instance_waits(opened: Open, tmp_path: Path) -> None:
    async def old(ctx: Context, n: int) -> Any:
        await CURRENT[0].activities["step"](n)
        await ctx.sleep(10)
        return "old"

    async def new(ctx: Context, n: int) -> Any:
        await CURRENT[0].activities["other"](n)
        return "new"

    path = str(tmp_path / "store.db")
    CURRENT[:] = [build(old)]
    async with opened(CURRENT[0], path=path) as client:
        await client.start(CURRENT[0].orchestrators["main"], 1, instance_id="one")
        await client.advance(1)
    CURRENT[:] = [build(new)]
    async with opened(CURRENT[0], path=path) as client:
        with pytest.raises(NonDeterminism) as told:
            await (await client.find("one")).result()
        assert (told.value.step, told.value.expected, told.value.found) == (1, "Scheduled step", "Scheduled other")
        assert (await (await client.find("one")).status()).status == "Running"
    CURRENT[:] = [build(old)]
    async with opened(CURRENT[0], path=path) as client:
        assert await (await client.find("one")).result() == "old"


async def test_always_replay_catches_non_determinism(opened: Open) -> None:
    turns: list[int] = []

    async def random_argument(ctx: Context, n: int) -> int:
        turns.append(1)
        await CURRENT[0].activities["step"](len(turns))
        await CURRENT[0].activities["step"](5)
        return n

    CURRENT[:] = [build(random_argument)]
    async with opened(CURRENT[0], always_replay=True) as client:
        with pytest.raises(OrchestrationFailed) as failed:
            await (await client.start(CURRENT[0].orchestrators["main"], 1)).result()
    assert failed.value.error_type == "portable_faas.errors.NonDeterminism"
    assert "Scheduled step" in failed.value.message


async def test_an_abandoned_branch_runs_neither_except_nor_finally(opened: Open) -> None:
    async def branch(ctx: Context) -> None:
        try:
            await ctx.sleep(1000)
        finally:
            CLEANED.append("finally")
            await CURRENT[0].activities["other"](1)

    async def main(ctx: Context, n: int) -> str:
        try:
            await ctx.gather(branch(ctx), CURRENT[0].activities["bad"](n))
        except ValueError:
            await ctx.sleep(2000)
            return f"caught, cleaned {len(CLEANED)}"
        return "not reached"

    def bad(n: int) -> None:
        raise ValueError(n)

    app = build(main)
    app.activity(bad)
    CURRENT[:] = [app]
    async with opened(app) as client:
        handle = await client.start(app.orchestrators["main"], 1)
        assert await handle.result() == "caught, cleaned 0"
        assert [event.fiber for event in await handle.history() if event.kind == "Abandoned"] == ["/0.0"]
    assert RUNS["other 1"] == 0


async def test_one_process_at_a_time_drives_a_store(opened: Open, tmp_path: Path) -> None:
    app = build(everything)
    path = str(tmp_path / "store.db")
    async with opened(app, path=path) as client:
        await client.list()
        with pytest.raises(StoreInUse, match="in use by process"):
            Store(path)
        reader = Client(app, LocalBackend(app, path=path, read_only=True))
        assert list(await reader.list()) == []
        with pytest.raises(NotSupported, match="only reads"):
            await reader.start(app.orchestrators["main"], 1)
        await reader.close()
    Store(path).close()


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "store.db")
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NotSupported, match="schema version 99"):
        Store(path)


async def test_a_store_that_cannot_be_written_stops_the_engine(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = build(everything)
    CURRENT[:] = [app]

    def full(_store: Store, _batch: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with opened(app) as client:
        await client.list()
        monkeypatch.setattr(Store, "write", full)
        for _ in range(2):
            with pytest.raises(StoreFailed, match="disk is full"):
                await asyncio.wait_for(client.start(app.orchestrators["main"], 1), 5)
    assert RUNS["step 1"] == 0
