"""``App(retention=...)``: finished instances are forgotten when their time is over, and never before."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portable_faas import App, Context, connect
from portable_faas.client import Client
from portable_faas.errors import InstanceNotFound
from portable_faas.testing import running

HOUR = 3600
app = App("kept", retention=timedelta(hours=2))
RAN: list[str] = []


@app.activity
def note(text: str) -> str:
    RAN.append(text)
    return text


@app.orchestrator
async def once(ctx: Context, text: str) -> str:
    return await note(text)


@app.orchestrator
async def naps(ctx: Context, hours: int) -> str:
    await ctx.sleep(hours * HOUR)
    return "slept"


@app.orchestrator
async def fails(ctx: Context) -> None:
    raise ValueError("failed")


@app.orchestrator
async def parent(ctx: Context, hours: int) -> str:
    found = await once.using(instance_id="child")("x")
    await ctx.sleep(hours * HOUR)
    return found


async def ids(client: Client) -> set[str]:
    return {status.instance_id for status in await client.list()}


@pytest.mark.parametrize("options", [{}, {"always_replay": True}, {"crash_after": "every-step"}])
async def test_what_has_ended_is_forgotten_after_its_time(options: dict[str, Any]) -> None:
    async with running(app, **options) as client:
        first = await client.start(once, "x", instance_id="first")
        await first.result()
        live = await client.start(naps, 5, instance_id="live")
        await client.advance(1 * HOUR)
        second = await client.start(fails, instance_id="second")
        with pytest.raises(Exception, match="failed"):
            await second.result()
        await client.advance(1 * HOUR - 1)
        assert await ids(client) == {"first", "live", "second"}
        await client.advance(1)
        assert await ids(client) == {"live", "second"}
        with pytest.raises(InstanceNotFound):
            await first.history()
        with pytest.raises(InstanceNotFound):
            await first.result()
        with pytest.raises(InstanceNotFound):
            await first.raise_event("late")
        await client.advance(1 * HOUR)
        assert await ids(client) == {"live"}
        assert await live.result() == "slept"


async def test_a_forgotten_id_may_be_started_again_and_is_kept_anew() -> None:
    async with running(app) as client:
        for _ in range(2):
            await (await client.start(once, "x", instance_id="one")).result()
            await client.advance(2 * HOUR)
            assert await ids(client) == set()
        await (await client.start(once, "x", instance_id="one")).result()
        await client.advance(2 * HOUR - 1)
        await (await client.start(once, "y", instance_id="one")).result()
        await client.advance(2 * HOUR - 1)
        assert (await (await client.find("one")).status()).output == "y"


async def test_a_child_is_kept_while_its_parent_waits() -> None:
    async with running(app) as client:
        handle = await client.start(parent, 5, instance_id="parent")
        await client.advance(4 * HOUR)
        assert await ids(client) == {"parent", "child"}
        assert await handle.result() == "x"
        assert await ids(client) == {"parent"}


async def test_a_store_forgets_what_expired_while_it_was_closed(tmp_path: Path) -> None:
    path = str(tmp_path / "store.db")
    async with connect(app, path=path) as client:
        await (await client.start(once, "x", instance_id="old")).result()
        await (await client.start(once, "x", instance_id="new")).result()
    with sqlite3.connect(path) as opened:
        opened.execute("UPDATE instances SET updated_at = updated_at - 7200000 WHERE id = 'old'")
        opened.execute("DROP INDEX ended")  # as a store of an earlier release has none
    opened.close()
    async with connect(app, path=path) as client:
        assert await ids(client) == {"new"}
    with sqlite3.connect(path) as opened:
        events = opened.execute("SELECT count(DISTINCT instance) FROM events").fetchone()
    opened.close()
    assert events == (1,)


async def test_without_it_everything_is_kept() -> None:
    kept = App("for_ever")

    @kept.orchestrator
    async def quick(ctx: Context) -> int:
        return 1

    async with running(kept) as client:
        await (await client.start(quick)).result()
        await client.advance(1000 * 24 * HOUR)
        assert len(await client.list()) == 1


@pytest.mark.parametrize("given", [0, 3599, timedelta(minutes=1), -1, float("inf")])
def test_what_is_too_short_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="retention is"):
        App("short", retention=given)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(TypeError, match="retention is seconds or a timedelta, not 'week'"):
        App("short", retention="week")  # type: ignore[arg-type]
