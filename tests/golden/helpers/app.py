"""Async helpers are inlined; one is awaited inside a try."""

from portable_faas import App, Context

app = App("helpers")


@app.activity
def take(n: int) -> int:
    return n


@app.activity
def give_back(n: int) -> None:
    pass


def fee(n: int) -> int:
    return n // 10


async def reserve(ctx: Context, n: int) -> int:
    taken = await take(n + fee(n))
    await ctx.sleep(5)
    return taken


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    first = await reserve(ctx, n)
    try:
        second = await reserve(ctx, first)
    except ValueError:
        await give_back(first)
        raise
    return first + second
