"""STATEFUL-028 A sub-orchestration gives its result to the one that awaits it."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_028")
TAGS = ("stateful",)
CASES = (Case(3, output=[6, 8]),)


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    await ctx.sleep(1)
    return await double(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    return [await child(n), await child(n + 1)]
