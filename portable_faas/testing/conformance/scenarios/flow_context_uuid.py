"""FLOW-139 `ctx.uuid()` gives a new UUID each time, which lives on across awaits."""

from uuid import UUID

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_139")
TAGS = ("flow",)
CASES = (Case(0, output=(1, True)), Case(2, output=(5, True), calls="double(0); double(1)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, count: int) -> tuple[int, bool]:
    ids = [ctx.uuid()]
    for n in range(count):
        await double(n)
        ids += [ctx.uuid(), ctx.uuid()]
    return len(set(ids)), ids[0] == UUID(str(ids[0]))
