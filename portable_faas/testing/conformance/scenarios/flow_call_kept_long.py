"""FLOW-237 Calls that are made early and awaited late, over several awaits that nothing happens between."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_237")
TAGS = ("flow",)
CASES = (Case(4, output=[5, 8, 11, 14], calls=("double(1)", "double(2)", "double(4); double(6)")),)


@app.activity
def double(n: int) -> int:
    return n * 2


async def next_of(ctx: Context, n: int) -> int:
    return n + 1


async def twice(ctx: Context, n: int) -> int:
    return await double(n) + 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    early, late = next_of(ctx, n), twice(ctx, n + 2)
    call = double(n)
    await ctx.set_status("one")
    await ctx.set_status("two")
    doubled = await call
    await ctx.set_status("three")
    await ctx.gather(double(1), double(2))
    first = await early
    last = await late
    return [first, doubled, first + 6, last]
