"""STATEFUL-043 A failing operation raises its error and leaves the state unchanged."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_043")
TAGS = ("stateful",)
CASES = (Case(output=["ValueError: no -1", 4]),)


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
async def main(ctx: Context) -> list[Any]:
    counter = ctx.entity(Counter, "k")
    await counter.call(Counter.add, 4)
    try:
        await counter.call(Counter.add, -1)
    except ValueError as error:
        text = f"{type(error).__name__}: {error}"
        return [text, (await counter.read()).value]
    return []
