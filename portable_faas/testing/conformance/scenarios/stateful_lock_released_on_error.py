"""STATEFUL-052 A lock is released when its block fails, and when its branch is abandoned."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_052")
TAGS = ("stateful",)
CASES = (Case(output=["no", 1, 2]),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -1
            raise ValueError(f"no {n}")
        self.value += n
        return self.value


async def fails(ctx: Context) -> None:
    async with ctx.lock(ctx.entity(Counter, "k")):
        await ctx.sleep(1)
        raise ValueError("no")


async def stays(ctx: Context) -> None:
    async with ctx.lock(ctx.entity(Counter, "k")):
        await ctx.sleep(3600)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    try:
        await fails(ctx)
    except ValueError as error:
        text = str(error)
    one = await ctx.entity(Counter, "k").call(Counter.add, 1)
    await ctx.race(stays(ctx), ctx.sleep(5))
    return [text, one, await ctx.entity(Counter, "k").call(Counter.add, 1)]
