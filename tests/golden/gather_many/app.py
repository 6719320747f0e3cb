"""Any number of branches run in a Map, also those that keep their failures."""

from portable_faas import App, Context

app = App("gather_many")


@app.activity
def work(n: int) -> int:
    return n


@app.activity
def report(failed: int) -> None:
    pass


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    sizes = await ctx.map(work, items, limit=2)
    calls = [work(size) for size in sizes]
    found = await ctx.gather(*calls, return_exceptions=True)
    failed = sum(isinstance(each, Exception) for each in found)
    try:
        await ctx.gather(work(1), work(2))
    except ValueError:
        await report(failed)
    return failed
