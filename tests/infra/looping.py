"""An app whose orchestrators outgrow the history of one execution, and go on in others that their roles allow."""

from portable_faas import App, Context

app = App("looping")


@app.activity
def same(number: int) -> int:
    return number


@app.orchestrator
async def rounds(ctx: Context, count: int) -> int:
    total = 0
    for number in range(count):
        total += await same(number)
    return total


async def slowly(ctx: Context, count: int) -> int:
    total = 0
    for number in range(count):
        total += await same(number)
    return total


@app.orchestrator
async def branches(ctx: Context, count: int) -> list[int]:
    return list(await ctx.gather(slowly(ctx, count), slowly(ctx, count)))
