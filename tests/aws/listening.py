"""An app that waits for one event, without a time-out."""

from portable_faas import App, Context

app = App("listening")


@app.orchestrator
async def listens(ctx: Context) -> int:
    return await ctx.wait_for_event("n", int)
