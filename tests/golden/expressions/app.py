"""Awaits inside expressions, taken out in the order of Python."""

from portable_faas import App, Context

app = App("expressions")


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    total = n
    total += await add(n, 1)
    pair = {"one": await add(n, 2), "two": await add(total, 3)}
    first, second = await add(1, 2), await add(await add(3, 4), 5)
    while (total := await add(total, 1)) < 10:
        pair["one"] += 1
    return [await add(0, total), pair["one"], first - second]
