"""Branches, with awaits in tests, bodies and conditional expressions."""

from portable_faas import App, Context

app = App("branches")


@app.activity
def check(n: int) -> bool:
    return n > 3


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    if n < 0:
        return 0
    if await check(n):
        n = await double(n)
    elif n == 2:
        n = 7
    else:
        await ctx.sleep(1)
    return await double(n) if n > 5 else n
