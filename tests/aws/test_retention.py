"""``App(retention=...)`` on AWS: finished instances are forgotten when their time is over, and never before."""

from datetime import timedelta
from typing import Any

import pytest
from portable_faas_aws.client.instances import Instances
from portable_faas_aws.runtime.ledger import row_of

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import InstanceNotFound, OrchestrationFailed
from portable_faas.testing import running
from portable_faas.testing.scratch import tally

pytestmark = pytest.mark.slow
HOUR = 3600
app = App("kept", retention=timedelta(hours=2))


@app.activity
def falls(n: int) -> int:
    if tally("falls") <= n:
        raise OSError("fell")
    return n


@app.orchestrator
async def once(ctx: Context, text: str) -> str:
    return text


@app.orchestrator
async def waits(ctx: Context) -> str:
    return await ctx.wait_for_event("go", str)


@app.orchestrator
async def naps(ctx: Context, hours: int) -> str:
    await ctx.sleep(hours * HOUR)
    return "slept"


@app.orchestrator
async def fails(ctx: Context) -> None:
    raise ValueError("failed")


@app.orchestrator
async def rises(ctx: Context, hours: int) -> str:
    await falls(1)
    await ctx.sleep(hours * HOUR)
    return "risen"


@app.orchestrator
async def renews(ctx: Context, left: int) -> str:
    await ctx.sleep(HOUR)
    return await ctx.continue_as_new(left - 1) if left else "renewed"


async def ids(client: Client) -> set[str]:
    return {status.instance_id for status in await client.list()}


@pytest.mark.parametrize("deployed", [False, True])
async def test_what_has_ended_is_forgotten_after_its_time(deployed: bool) -> None:
    async with running(app, on="aws", deployed=deployed) as client:
        first = await client.start(once, "x", instance_id="first")
        await first.result()
        live = await client.start(naps, 5, instance_id="live")
        stopped = await client.start(naps, 9, instance_id="stopped")
        await stopped.terminate("enough")
        await client.start(renews, 3, instance_id="renewed")
        await client.advance(1 * HOUR)
        second = await client.start(fails, instance_id="second")
        with pytest.raises(OrchestrationFailed, match="failed"):
            await second.result()
        await client.advance(1 * HOUR - 60)
        assert await ids(client) == {"first", "live", "renewed", "second", "stopped"}
        await client.advance(61)
        assert await ids(client) == {"live", "renewed", "second"}
        for late in (first.history, first.result, first.status, lambda: first.raise_event("late")):
            with pytest.raises(InstanceNotFound):
                await late()
        await client.advance(1 * HOUR)
        assert await ids(client) == {"live", "renewed"}
        assert await live.result() == "slept"
        assert await ids(client) == {"live", "renewed"}
        await client.advance(2 * HOUR + 1)
        assert await ids(client) == set()


async def test_a_forgotten_id_may_be_started_again_and_is_kept_anew() -> None:
    async with running(app, on="aws") as client:
        for _ in range(2):
            await (await client.start(once, "x", instance_id="one")).result()
            await client.advance(2 * HOUR + 1)
            assert await ids(client) == set()
        await (await client.start(once, "x", instance_id="one")).result()
        await client.advance(2 * HOUR - 60)
        await (await client.start(once, "y", instance_id="one")).result()
        await client.advance(2 * HOUR - 60)
        assert (await (await client.find("one")).status()).output == "y"


async def test_what_is_run_again_is_kept_until_it_has_ended_again() -> None:
    async with running(app, on="aws") as client:
        handle = await client.start(rises, 5)
        with pytest.raises(OrchestrationFailed, match="fell"):
            await handle.result()
        await client.advance(HOUR)
        await handle.rerun()
        await client.advance(3 * HOUR)
        assert (await handle.status()).status == "Running"
        assert await handle.result() == "risen"
        await client.advance(2 * HOUR - 60)
        assert await ids(client) == {handle.instance_id}
        await client.advance(61)
        assert await ids(client) == set()


@pytest.mark.parametrize("deployed", [False, True])
async def test_rows_have_the_moment_that_dynamodb_deletes_by_though_nobody_asks(deployed: bool) -> None:
    async with running(app, on="aws", deployed=deployed) as client:
        backend: Any = client._backend
        handle = await client.start(waits)
        await handle.raise_event("go", "now")
        await client.advance(1)
        row = Instances(backend._account()).get(handle.instance_id)
        assert row is not None
        assert row.expires is not None
        ended = (await handle.status()).updated_at.timestamp()
        assert 0 <= row.expires - (ended + 2 * HOUR) < 1
        key = {"id": {"S": row_of(row.key)}}
        item = backend._account().client("dynamodb").get_item(TableName=backend._account().table, Key=key)["Item"]
        assert item["expires"]["N"] == str(row.expires)
