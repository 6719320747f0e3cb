"""TRIGGER-034 A function may wait for an orchestration that it started, whose timers take their time."""

from portable_faas import App, Context
from portable_faas.client import Client

app = App("trigger_034")
orders = app.queue("orders", int)
results = app.bucket("results")


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.orchestrator
async def later(ctx: Context, n: int) -> int:
    await ctx.sleep(60)
    return await double(n)


@app.on_message(orders)
async def work(n: int) -> None:
    handle = await later.start(n)
    await results.put(str(await handle.result()), b"")


async def check(client: Client) -> None:
    await orders.send_many([1, 2])
    await client.advance(30)
    assert await results.list() == []
    await client.advance(60)
    assert [info.key for info in await results.list()] == ["2", "4"]
