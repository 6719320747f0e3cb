"""Events, races, sub-orchestrations, entities, locks, versions and continue as new."""

from dataclasses import dataclass, field
from datetime import timedelta

from portable_faas import App, Context
from portable_faas.context.entities import EntityRef

app = App("stateful", version="2")


@dataclass
class Decision:
    approved: bool
    by: str = ""


@dataclass
class Total:
    count: int = 0
    names: list[str] = field(default_factory=list)


@app.activity
def fetch(n: int) -> int:
    return n


@app.activity
def notify(text: str) -> None: ...


@app.entity
class Counter:
    value: int = 0
    names: list[str] = []  # noqa: RUF012 - each key begins with a list of its own

    def add(self, n: int) -> int:
        self.value += self._checked(n)
        return self.value

    def reset(self) -> None:
        self.value = 0

    def _checked(self, n: int) -> int:
        if n < 0:
            raise ValueError(f"{n} is negative")
        return n


@app.entity
class Stock(Counter):
    def take(self, n: int) -> bool:
        if self.value < n:
            return False
        self.value -= n
        return True


async def patient(ctx: Context, n: int) -> int:
    try:
        return await fetch(n)
    finally:
        await notify("done")


async def move(ctx: Context, one: EntityRef[Stock], other: EntityRef[Stock], n: int) -> bool:
    async with ctx.lock(one, other):
        if not await one.call(Stock.take, n):
            return False
        await other.call(Stock.add, n)
        return True


@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return await fetch(n)


@app.orchestrator
async def approval(ctx: Context, n: int) -> str:
    try:
        decision = await ctx.wait_for_event("decided", Decision, timeout=timedelta(days=3))
    except TimeoutError:
        await notify("escalate")
        decision = await ctx.wait_for_event("decided", type=Decision)
    return decision.by if decision.approved else "refused"


@app.orchestrator
async def plain_event(ctx: Context, names: list[str]) -> int:
    found = 0
    for name in names:
        data = await ctx.wait_for_event(name)
        found += len(data)
    return found


@app.orchestrator
async def raced(ctx: Context, n: int) -> int:
    index, value = await ctx.race(fetch(n), patient(ctx, n), ctx.sleep(5), ctx.wait_for_event("stop", str))
    if index == 2:
        return 0
    await ctx.sleep(1)
    return len(value) if isinstance(value, str) else index


@app.orchestrator
async def raced_list(ctx: Context, ns: list[int]) -> int:
    calls = [fetch(n) for n in ns]
    calls.append(child(3))
    index, value = await ctx.race(*calls)
    return index + value


@app.orchestrator
async def quorum(ctx: Context, ns: list[int]) -> list[int]:
    votes = await ctx.first(3, *[fetch(n) for n in ns], ctx.gather(fetch(1), fetch(2)))
    return [index for index, _ in votes]


@app.orchestrator
async def verification(ctx: Context, code: str) -> bool:
    deadline = ctx.sleep(180)
    for _ in range(3):
        index, given = await ctx.race(ctx.wait_for_event("code", str), ctx.sleep(60))
        if index == 0 and given == code:
            await deadline
            return True
    await deadline
    return False


@app.orchestrator
async def children(ctx: Context, ns: list[int]) -> int:
    first = await child(1)
    second = await child.using(instance_id=f"{ctx.instance_id}-2")(2)
    both = await ctx.gather(child(3), child.using(instance_id="four")(4))
    mapped = await ctx.map(child, ns, limit=2)
    started = await child.start(5, instance_id="five", if_exists="return")
    await notify(started.instance_id)
    return first + second + sum(both) + sum(mapped)


@app.orchestrator
async def chosen(ctx: Context, n: int) -> int:
    step = child if n > 3 else fetch
    return await step(n)


@app.orchestrator
async def recursive(ctx: Context, n: int) -> int:
    return 0 if n == 0 else await recursive(n - 1)


@app.orchestrator
async def counted(ctx: Context, key: str) -> int:
    counter = ctx.entity(Counter, key)
    await counter.signal(Counter.reset)
    total = await counter.call(Counter.add, 5)
    state = await counter.read()
    await notify(counter.key)
    total += await ctx.entity(Counter, "other").call(Counter.add, n=state.value)
    results = await ctx.gather(counter.call(Counter.add, 1), counter.call(Counter.add, 2))
    index, won = await ctx.race(counter.call(Counter.add, 3), ctx.sleep(3))
    return total + sum(results) + index + (won or 0)


@app.orchestrator
async def many_entities(ctx: Context, keys: list[str]) -> int:
    counters = [ctx.entity(Counter, key) for key in keys]
    for counter in counters:
        await counter.signal(Counter.add, 1)
    states = await ctx.gather(*[counter.read() for counter in counters])
    return sum(state.value for state in states)


@app.orchestrator
async def transfer(ctx: Context, n: int) -> bool:
    here, there = ctx.entity(Stock, "here"), ctx.entity(Stock, "there")
    moved = await move(ctx, here, there, n)
    async with ctx.lock(here):
        try:
            await here.call(Counter.add, n)
        except ValueError as error:
            await notify(str(error))
            return False
    return moved


@app.orchestrator
async def locked_in_loop(ctx: Context, keys: list[str]) -> int:
    total = 0
    for key in keys:
        counter = ctx.entity(Counter, key)
        async with ctx.lock(counter):
            if (await counter.read()).value > 5:
                continue
            total += await counter.call(Counter.add, 1)
            if total > 9:
                break
    return total


@app.orchestrator
async def endless(ctx: Context, total: Total) -> Total:
    while total.count < 1000:
        name = await ctx.wait_for_event("name", str)
        total = Total(total.count + 1, [*total.names, name])
        if total.count % 100 == 0:
            return await ctx.continue_as_new(total)
    return total


@app.orchestrator
async def periodic(ctx: Context) -> None:
    await fetch(1)
    await ctx.sleep(3600)
    await ctx.continue_as_new()


@app.orchestrator
async def versions(ctx: Context, n: int) -> int:
    if ctx.version >= "2":
        await notify("two")
    return await fetch(n)


@app.orchestrator
async def objects(ctx: Context, n: int) -> int:
    counter = Counter()
    counter.add(n)
    await fetch(n)
    return counter.value
