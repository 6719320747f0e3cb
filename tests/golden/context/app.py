"""Timers, custom status, and steps that ask for the time, which do not ride before an activity."""

from portable_faas import App, Context

app = App("context")


@app.activity
def stamp(text: str) -> str:
    return text


@app.orchestrator
async def main(ctx: Context) -> str:
    await ctx.set_status({"phase": 1})
    began = ctx.now()
    first = await stamp(began.isoformat())
    await ctx.sleep_until(began)
    second = await stamp(str(ctx.uuid()))
    ctx.log.info("stamped")
    return first + second
