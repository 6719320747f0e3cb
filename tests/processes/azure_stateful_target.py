"""The stateful app that the tests of the host process run: events, entities, a lock, children and continue as new."""

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
async def part(ctx: Context, n: int) -> int:
    await ctx.sleep(60)
    return await add(n, n)


@app.orchestrator
async def stateful(ctx: Context, state: list[int]) -> list[int]:
    """Rounds of a child, an event, two operations under a lock and a signal; each is a run of its own."""
    left, total = state
    mine, common = ctx.entity(Tally, "mine"), ctx.entity(Tally, "common/é")
    total += await part(left)
    total += await ctx.wait_for_event("go", int)
    async with ctx.lock(mine, common):
        await mine.call(Tally.add, 1)
        await ctx.sleep(5)
        await common.call(Tally.add, 1)
    await mine.signal(Tally.add, 10)
    if left > 1:
        return await ctx.continue_as_new([left - 1, total])
    return [total, (await mine.read()).value, (await common.read()).value]
