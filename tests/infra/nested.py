"""An app whose orchestrators start others, wait for them, stop them, and hear how they end."""

from portable_faas import App, Context

app = App("nested")


@app.activity
def work(seconds: int) -> int:
    if seconds < 0:
        raise ValueError("negative")
    return seconds


@app.orchestrator
async def inner(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return await work(seconds)


@app.orchestrator
async def raced(ctx: Context, seconds: int) -> int:
    """The child that is slower than the timer is stopped."""
    index, _ = await ctx.race(inner(seconds), ctx.sleep(5))
    return index


@app.orchestrator
async def awaited(ctx: Context, seconds: int) -> int:
    return await inner(seconds)


@app.orchestrator
async def left(ctx: Context, seconds: int) -> str:
    await work(seconds)
    await inner.start(seconds, instance_id="left", if_exists="return")
    return "left"
