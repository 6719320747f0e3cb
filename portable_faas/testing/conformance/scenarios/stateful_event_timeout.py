"""STATEFUL-005 A wait whose time is up raises TimeoutError, with the same text everywhere."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_005")
TAGS = ("stateful",)
CASES = (Case(output="TimeoutError: no event go came within 90 s", elapsed=90.0),)


@app.orchestrator
async def main(ctx: Context) -> str:
    try:
        return await ctx.wait_for_event("go", str, timeout=90)
    except TimeoutError as late:
        return f"{type(late).__name__}: {late}"
