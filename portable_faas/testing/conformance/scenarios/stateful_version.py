"""STATEFUL-057 `ctx.version` is the version of the app when the run began."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_057", version="2026.11")
TAGS = ("stateful",)
CASES = (Case(output="2026.11"),)


@app.orchestrator
async def main(ctx: Context) -> str:
    await ctx.sleep(1)
    return ctx.version
