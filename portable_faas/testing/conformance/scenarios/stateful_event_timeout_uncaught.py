"""STATEFUL-006 An uncaught time-out of an event fails the instance."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_006")
TAGS = ("stateful",)
CASES = (Case(error=("TimeoutError", "no event go came within 1.5 s")),)


@app.orchestrator
async def main(ctx: Context) -> None:
    await ctx.wait_for_event("go", timeout=1.5)
