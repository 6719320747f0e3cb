"""FLOW-131 Sleeps in a loop add up, and activities between them take no virtual time."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_131")
TAGS = ("flow",)
CASES = (Case([], output=0, elapsed=0), Case([5, 10], output=15, calls="double(5); double(10)", elapsed=30))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> int:
    total = 0
    for wait in waits:
        await ctx.sleep(await double(wait))
        total += wait
    return total
