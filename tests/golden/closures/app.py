"""A nested coroutine function and a lambda, both with captured variables, across awaits."""

from portable_faas import App, Context

app = App("closures")


@app.activity
def work(n: int) -> int:
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    offset = await work(n)
    shifted = lambda value: value + offset

    async def twice(value: int) -> int:
        """Two calls."""
        return await work(await work(value) + offset)

    found = await twice(n)
    return shifted(found)
