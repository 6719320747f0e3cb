"""STATEFUL-049 While an orchestration holds a lock, the operations of others wait."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_049")
TAGS = ("stateful",)
CASES = (Case(output=[1, 2, 12]),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -1
            raise ValueError(f"no {n}")
        self.value += n
        return self.value


async def twice(ctx: Context) -> list[int]:
    counter = ctx.entity(Counter, "k")
    async with ctx.lock(counter):
        got = [await counter.call(Counter.add, 1)]
        await ctx.sleep(5)
        return [*got, await counter.call(Counter.add, 1)]


async def late(ctx: Context) -> int:
    await ctx.sleep(2)
    return await ctx.entity(Counter, "k").call(Counter.add, 10)


@app.orchestrator
async def main(ctx: Context) -> list[int]:
    held, other = await ctx.gather(twice(ctx), late(ctx))
    return [*held, other]
