"""The stateful app that is killed: events, entities, a lock, children and continue as new."""

from portable_faas import App, Context
from tests.processes.azure_target import ran

app = App("killed_stateful")


@app.activity
def add(n: int, m: int) -> int:
    ran("add", n)
    return n + m


@app.entity
class Tally:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.orchestrator
async def part(ctx: Context, state: list[int]) -> int:
    n, pause = state
    await ctx.sleep(pause / 1000)
    return await add(n, n)


@app.orchestrator
async def stateful(ctx: Context, state: list[int]) -> list[int]:
    """Rounds of a child, an event, two operations under a lock and a signal; each is a run of its own.

    ``state``: the rounds that are left, the total so far, and the milliseconds of a pause.
    """
    left, total, pause = state
    mine, common = ctx.entity(Tally, "mine"), ctx.entity(Tally, "common/é")
    total += await part([left, pause])
    total += await ctx.wait_for_event("go", int)
    async with ctx.lock(mine, common):
        await mine.call(Tally.add, 1)
        await ctx.sleep(pause / 1000)
        await common.call(Tally.add, 1)
    await mine.signal(Tally.add, 10)
    if left > 1:
        return await ctx.continue_as_new([left - 1, total, pause])
    return [total, (await mine.read()).value, (await common.read()).value]


@app.orchestrator
async def listens(ctx: Context, state: list[list[int]]) -> list[int]:
    """Every event that it is sent up to the last one, which is 0, and what an entity has counted; ten to a run."""
    (seen,) = state
    for _ in range(10):
        found = await ctx.wait_for_event("n", int)
        if found == 0:
            return [*seen, (await ctx.entity(Tally, "heard").read()).value]
        await ctx.entity(Tally, "heard").call(Tally.add, 1)
        seen = [*seen, found]
    return await ctx.continue_as_new([seen])
