"""STATEFUL-047 Eight concurrent callers: every operation is applied exactly once."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_047")
TAGS = ("stateful",)
CASES = (Case(output=8 * 10 + 20),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -1
            raise ValueError(f"no {n}")
        self.value += n
        return self.value


@app.orchestrator
async def main(ctx: Context) -> int:
    counter = ctx.entity(Counter, "k")
    for _ in range(10):
        await ctx.gather(*[counter.call(Counter.add, 1) for _ in range(8)])
    return await counter.call(Counter.add, 20)
