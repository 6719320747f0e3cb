"""STATEFUL-050 Two branches exclude each other: what happens under the lock is not interleaved."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_050")
TAGS = ("stateful",)
CASES = (Case(output=[[1, 2], [3, 4]]),)


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
        first = await counter.call(Counter.add, 1)
        await ctx.sleep(5)
        return [first, await counter.call(Counter.add, 1)]


@app.orchestrator
async def main(ctx: Context) -> list[list[int]]:
    return sorted(await ctx.gather(twice(ctx), twice(ctx)))
