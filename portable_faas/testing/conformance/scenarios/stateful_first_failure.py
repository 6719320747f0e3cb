"""STATEFUL-027 A failure among the first is raised at once."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_027")
TAGS = ("stateful",)
CASES = (Case([10, -20, 30], output="failed after 20", elapsed=20.0),)


async def answer(ctx: Context, seconds: int) -> int:
    await ctx.sleep(abs(seconds))
    if seconds < 0:
        raise ValueError(f"failed after {-seconds}")
    return seconds


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> str:
    try:
        await ctx.first(2, *[answer(ctx, seconds) for seconds in waits])
    except ValueError as error:
        return str(error)
    return "no"
