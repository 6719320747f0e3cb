"""FLOW-110 An abandoned branch stops at its await: neither its finally nor its next call runs."""

from contextlib import suppress

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_110")
TAGS = ("flow",)
CASES = (Case(output=None, calls='fail("now")'),)


@app.activity
def fail(text: str) -> str:
    raise ValueError(text)


async def careful(ctx: Context) -> None:
    try:
        await ctx.sleep(300)
    finally:
        await fail("never")


@app.orchestrator
async def main(ctx: Context) -> None:
    with suppress(ValueError):
        await ctx.gather(careful(ctx), fail("now"))
    await ctx.sleep(900)
