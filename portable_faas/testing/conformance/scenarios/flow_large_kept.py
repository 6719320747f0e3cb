"""FLOW-219 Large values live across awaits of every kind."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_219")
TAGS = ("flow",)
CASES = (Case(500, output=[600_000, 500, 1_200_000], calls="make(600000); same(500); same(500)"),)


@app.activity
def make(length: int) -> str:
    return "x" * length


@app.activity
def same(number: int) -> int:
    return number


async def measured(ctx: Context, text: str, number: int) -> int:
    return await same(number) if len(text) == 600_000 else 0


@app.orchestrator
async def main(ctx: Context, number: int) -> list[int]:
    text = await make(600_000)
    found = await measured(ctx, text, number)
    await ctx.gather(ctx.set_status("made"), ctx.sleep(5))
    return [len(text), await same(number), 2 * found + 1_199_000]
