"""An app whose Lambda processes are killed: every round has an activity, a child, an event, a lock and operations."""

from portable_faas import App, Context, Retry

app = App("killed_stateful")
TRIES = Retry(attempts=20, first=1.0, backoff=1.0)


@app.activity(retry=TRIES)
def add(n: int, m: int) -> int:
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
    left, total = state
    mine, common = ctx.entity(Tally, ctx.instance_id), ctx.entity(Tally, "common")
    total += await part(left)
    total += await ctx.wait_for_event("go", int)
    async with ctx.lock(mine, common):
        before = (await common.read()).value
        await mine.call(Tally.add, 1)
        await ctx.sleep(5)
        total += await add(0, 0)
        if await common.call(Tally.add, 1) != before + 1:
            raise RuntimeError("somebody else was inside the lock")
    await mine.signal(Tally.add, 10)
    if left > 1:
        return await ctx.continue_as_new([left - 1, total])
    return [total, (await mine.read()).value]


@app.orchestrator
async def brief(ctx: Context, n: int) -> int:
    """What each of many does at once."""
    one, common = ctx.entity(Tally, ctx.instance_id), ctx.entity(Tally, f"common-{n % 5}")
    got = await ctx.wait_for_event("go", int) + await ctx.wait_for_event("go", int)
    await one.call(Tally.add, await add(n, got))
    await common.signal(Tally.add, 1)
    async with ctx.lock(one, common):
        await common.call(Tally.add, 1)
    return (await one.read()).value


@app.orchestrator
async def turns(ctx: Context, state: list[int]) -> list[int]:
    """A run per turn; every tenth receives an event."""
    turn, end, got = state
    if turn % 10 == 0:
        got += await ctx.wait_for_event("go", int)
    if turn < end:
        return await ctx.continue_as_new([turn + 1, end, got])
    return [turn, got]
