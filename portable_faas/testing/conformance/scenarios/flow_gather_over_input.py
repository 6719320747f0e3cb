"""FLOW-229 A gather over a list of the input gives its helpers the context, a field of the input and a default."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Order:
    id: str
    lines: list[list[int]]


app, TAGS = App("flow_229"), ("flow",)
CASES = (Case(Order("a", []), 0), Case(Order("a", [[], [2]]), 2, calls=('add("a",1,[])', 'add("a",1,[2])')))


@app.activity
def add(order: str, zero: int, line: list[int]) -> int:
    return zero + sum(line)


async def handle(ctx: Context, order: str, line: list[int], first: int = 1) -> int:
    return await add(order, first, line) - first


@app.orchestrator
async def main(ctx: Context, order: Order) -> int:
    return sum(await ctx.gather(*[handle(ctx, order.id, line) for line in order.lines]))
