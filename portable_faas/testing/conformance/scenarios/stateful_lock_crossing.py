"""STATEFUL-051 Locks over several entities in crossing order never wait for each other for ever."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_051")
TAGS = ("stateful",)
CASES = (Case(output=[4, 4]),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -1
            raise ValueError(f"no {n}")
        self.value += n
        return self.value


async def move(ctx: Context, a: str, b: str) -> None:
    left, right = ctx.entity(Counter, a), ctx.entity(Counter, b)
    async with ctx.lock(left, right):
        await left.call(Counter.add, 1)
        await ctx.sleep(1)
        await right.call(Counter.add, 1)


@app.orchestrator
async def main(ctx: Context) -> list[int]:
    await ctx.gather(move(ctx, "x", "y"), move(ctx, "y", "x"), move(ctx, "x", "y"), move(ctx, "y", "x"))
    x, y = await ctx.gather(ctx.entity(Counter, "x").read(), ctx.entity(Counter, "y").read())
    return [x.value, y.value]
