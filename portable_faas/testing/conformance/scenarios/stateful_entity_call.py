"""STATEFUL-042 Operations on an entity keep its state, and a fresh key begins with the defaults."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_042")
TAGS = ("stateful",)
CASES = (Case("a", output=[0, 2, 5, 5]), Case("ö/€ 💡", output=[0, 2, 5, 5]))


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
async def main(ctx: Context, key: str) -> list[int]:
    counter = ctx.entity(Counter, key)
    before = (await counter.read()).value
    got = [before, await counter.call(Counter.add, 2), await counter.call(Counter.add, n=3)]
    return [*got, (await counter.read()).value]
