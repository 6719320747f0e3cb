"""Calls that are made before they are awaited, and activities chosen by the run."""

from portable_faas import App, Context

app = App("held")


@app.activity
def post(n: int) -> int:
    return n


@app.activity
def parcel(n: int) -> int:
    return -n


WAYS = {"post": post, "parcel": parcel}


async def later(ctx: Context, n: int) -> int:
    return await post(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    call = post(n)
    helper = later(ctx, n)
    await ctx.sleep(1)
    chosen = post if n > 1 else parcel
    total = await call + await chosen(n)
    return total + await helper + await WAYS["post"](n)
