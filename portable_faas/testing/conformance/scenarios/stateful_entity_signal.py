"""STATEFUL-044 A call sees the earlier signals of the same orchestrator; a failed signal is only logged."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_044")
TAGS = ("stateful",)
CASES = (Case(output=7),)


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
    await counter.signal(Counter.add, 1)
    await counter.signal(Counter.add, -5)
    await counter.signal(Counter.add, 2)
    return await counter.call(Counter.add, 4)
