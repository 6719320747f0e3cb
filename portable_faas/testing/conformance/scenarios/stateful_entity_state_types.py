"""STATEFUL-048 Entity state may hold records, and each key has its own containers."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_048")
TAGS = ("stateful",)
CASES = (Case(output=[["tea", "milk"], ["tea"]]),)


@dataclass
class Line:
    item: str


@app.entity
class Basket:
    lines: list[Line] = []  # noqa: RUF012 - the state of a fresh key

    def put(self, item: str) -> list[Line]:
        self.lines.append(Line(item))
        return self.lines


@app.orchestrator
async def main(ctx: Context) -> list[list[str]]:
    first, second = ctx.entity(Basket, "1"), ctx.entity(Basket, "2")
    await first.call(Basket.put, "tea")
    lines = [await first.call(Basket.put, "milk"), await second.call(Basket.put, "tea")]
    return [[line.item for line in each] for each in lines]
