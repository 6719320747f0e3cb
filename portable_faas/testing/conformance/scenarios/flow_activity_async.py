"""FLOW-157 An `async def` activity may await other things and is called like a plain one."""

import asyncio

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_157")
TAGS = ("flow",)
CASES = (
    Case(0, output=0, calls="count(0)"),
    Case(4, output=6, calls="count(4)"),
    Case(10, error=("OverflowError", "too many"), calls="count(10)"),
)


@app.activity
async def count(n: int) -> int:
    await asyncio.sleep(0)
    results = await asyncio.gather(*[asyncio.sleep(0, i) for i in range(n)])
    if n > 9:
        raise OverflowError("too many")
    return sum(results)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await count(n)
