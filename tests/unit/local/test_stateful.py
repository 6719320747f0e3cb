"""Events, races, sub-orchestrations, entities and locks on the embedded engine: live, replayed and crashed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import (
    InboxFull,
    InstanceExists,
    InstanceFinished,
    NotPortable,
    NotSupported,
    OrchestrationFailed,
    OrchestrationTerminated,
)
from portable_faas.local.backend import LocalBackend

app = App("stateful")
Run = Callable[[], AbstractAsyncContextManager[Client]]


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.activity
def refuse(why: str) -> str:
    raise KeyError(why)


@app.entity
class Counter:
    value: int = 0
    log: list[str] = []  # noqa: RUF012 - the state of a fresh key

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -99
            raise ValueError("no")
        self.value += n
        self.log.append(f"+{n}")
        return self.value


@app.orchestrator
async def reads_two(ctx: Context) -> list[Any]:
    first = await ctx.wait_for_event("go", int)
    second = await ctx.wait_for_event("go", int)
    return [first, second]


class Colour(Enum):
    RED = "red"


@dataclass
class Line:
    sku: str
    due: date | None


@app.orchestrator
async def cart(ctx: Context) -> str:
    lines = await ctx.wait_for_event("lines", list[Line])
    colour, more = await ctx.wait_for_event("pair", tuple[Colour, dict[str, date]])
    return f"{', '.join(f'{line.sku} {line.due}' for line in lines)}, {colour.value} {more['since']}"


@app.orchestrator
async def deadline(ctx: Context) -> str:
    try:
        return str(await ctx.wait_for_event("go", str, timeout=60))
    except TimeoutError as late:
        return f"late: {late}"


@app.orchestrator
async def loser_leaves_it(ctx: Context) -> list[Any]:
    async def two(ctx: Context) -> list[Any]:
        return list(await ctx.gather(ctx.wait_for_event("a"), ctx.wait_for_event("b")))

    index, _ = await ctx.race(two(ctx), ctx.sleep(10))
    return [index, await ctx.wait_for_event("a")]


@app.orchestrator
async def quorum(ctx: Context) -> list[Any]:
    async def after(ctx: Context, n: int) -> int:
        await ctx.sleep(n)
        return n * 10

    return [list(pair) for pair in await ctx.first(2, after(ctx, 3), after(ctx, 1), after(ctx, 2))]


@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    await ctx.sleep(1)
    if n < 0:
        await refuse("negative")
    return await double(n)


@app.orchestrator
async def parent(ctx: Context, n: int) -> Any:
    try:
        return [await child(n), *await ctx.gather(*[child(i) for i in range(3)])]
    except KeyError as error:
        return f"caught {error}"


@app.orchestrator
async def waits(ctx: Context) -> None:
    await ctx.wait_for_event("never")


@app.orchestrator
async def races_children(ctx: Context) -> Any:
    index, _ = await ctx.race(waits.using(instance_id="loser")(), ctx.sleep(1))
    started = await child.start(4, instance_id="free")
    return [index, started.instance_id]


@app.orchestrator
async def sums(ctx: Context, total: int) -> int:
    total += await ctx.wait_for_event("add", int)
    if total < 10:
        return await ctx.continue_as_new(total)
    return total


@app.orchestrator
async def counts(ctx: Context, key: str) -> list[Any]:
    counter = ctx.entity(Counter, key)
    await counter.signal(Counter.add, 1)
    first = await counter.call(Counter.add, 2)
    try:
        await counter.call(Counter.add, -1)
    except ValueError as error:
        return [first, str(error), (await counter.read()).value]
    return []


@app.orchestrator
async def locks(ctx: Context, name: str) -> list[int]:
    counter, other = ctx.entity(Counter, "shared"), ctx.entity(Counter, "b")
    async with ctx.lock(counter, other):
        before = (await counter.read()).value
        await ctx.sleep(5)
        after = await counter.call(Counter.add, 1)
    return [before, after]


@app.orchestrator
async def nested_locks(ctx: Context) -> str:
    async with ctx.lock(ctx.entity(Counter, "x")):
        try:
            async with ctx.lock(ctx.entity(Counter, "y")):
                return "no"
        except NotSupported as error:
            return str(error)


@app.orchestrator(suspendable=True)
async def steps(ctx: Context) -> int:
    await ctx.sleep(1)
    return await double(4)


@pytest.fixture(params=["live", "replayed", "crashed"])
def run(request: pytest.FixtureRequest) -> Run:
    modes: dict[str, dict[str, Any]] = {
        "live": {},
        "replayed": {"always_replay": True},
        "crashed": {"crash_after": "every-step"},
    }
    options = modes[request.param]

    @asynccontextmanager
    async def running() -> AsyncIterator[Client]:
        async with Client(app, LocalBackend(app, virtual_time=True, **options)) as client:
            yield client

    return running


async def test_events_are_kept_in_order_and_deduplicated(run: Run) -> None:
    async with run() as client:
        handle = await client.start(reads_two)
        await handle.raise_event("other", 0)
        await handle.raise_event("go", 1, id="x")
        await handle.raise_event("go", 1, id="x")
        await handle.raise_event("go", 2)
        assert await handle.result() == [1, 2]
        with pytest.raises(InstanceFinished):
            await handle.raise_event("go", 3)


async def test_an_event_beats_its_deadline_and_nothing_else_does(run: Run) -> None:
    async with run() as client:
        handle = await client.start(deadline)
        assert await handle.result() == "late: no event go came within 60 s"
        handle = await client.start(deadline)
        await client.advance(59)
        await handle.raise_event("go", "now")
        assert await handle.result() == "now"


async def test_an_event_that_a_losing_branch_was_given_stays_queued(run: Run) -> None:
    async with run() as client:
        handle = await client.start(loser_leaves_it)
        await handle.raise_event("a", "mine")
        assert await handle.result() == [1, "mine"]


async def test_the_first_two_of_three_in_the_order_of_their_ends(run: Run) -> None:
    async with run() as client:
        assert await (await client.start(quorum)).result() == [[1, 10], [2, 20]]


async def test_children_give_results_and_errors(run: Run) -> None:
    async with run() as client:
        assert await (await client.start(parent, 5)).result() == [10, 0, 2, 4]
        assert await (await client.start(parent, -5)).result() == "caught 'negative'"


async def test_a_losing_child_is_terminated_and_a_free_one_goes_on(run: Run) -> None:
    async with run() as client:
        assert await (await client.start(races_children, instance_id="top")).result() == [1, "free"]
        with pytest.raises(OrchestrationTerminated):
            await (await client.find("loser")).result()
        assert await (await client.find("free")).result() == 8


async def test_termination_reaches_the_children(run: Run) -> None:
    async with run() as client:
        handle = await client.start(parent, 1)
        await handle.terminate("enough")
        statuses = {status.orchestrator: status.status for status in await client.list()}
        assert statuses["parent"] == "Terminated"
        assert statuses.get("child", "Terminated") == "Terminated"


async def test_continue_as_new_keeps_the_id_and_the_events(run: Run) -> None:
    async with run() as client:
        handle = await client.start(sums, 0, instance_id="sums")
        for number in (3, 3, 3, 3):
            await handle.raise_event("add", number)
        assert await handle.result() == 12
        assert [status.instance_id for status in await client.list()] == ["sums"]


async def test_operations_apply_once_and_failures_leave_the_state(run: Run) -> None:
    async with run() as client:
        assert await (await client.start(counts, "k")).result() == [3, "no", 3]
        counter = client.entity(Counter, "k")
        assert await counter.call(Counter.add, 4) == 7
        await counter.signal(Counter.add, 1)
        assert (await counter.read()).log == ["+1", "+2", "+4", "+1"]
        with pytest.raises(ValueError, match="no"):
            await counter.call(Counter.add, -1)
        assert (await client.entity(Counter, "fresh").read()).value == 0


async def test_locks_exclude_each_other_and_operations_wait(run: Run) -> None:
    async with run() as client:
        handles = [await client.start(locks, name) for name in "ab"]
        await client.advance(1)
        adding = asyncio.ensure_future(client.entity(Counter, "shared").call(Counter.add, 10))
        first, second = [await handle.result() for handle in handles]
        assert first == [0, 1]
        assert second in ([11, 12], [1, 2])
        await adding
        assert (await client.entity(Counter, "shared").read()).value == 12


async def test_a_lock_inside_a_lock_is_refused(run: Run) -> None:
    async with run() as client:
        assert "lock inside a lock" in await (await client.start(nested_locks)).result()


async def test_a_suspended_instance_takes_no_new_step(run: Run) -> None:
    async with run() as client:
        handle = await client.start(steps)
        await handle.suspend()
        await client.advance(60)
        assert (await handle.status()).status == "Suspended"
        assert [event.name for event in await handle.history() if event.kind == "Scheduled"] == []
        await handle.resume()
        assert await handle.result() == 8
        with pytest.raises(InstanceFinished):
            await handle.suspend()
        with pytest.raises(NotSupported):
            await (await client.start(deadline)).suspend()


async def test_rerun_does_the_failed_step_again(run: Run) -> None:
    async with run() as client:
        handle = await client.start(child, -1, instance_id="again")
        with pytest.raises(InstanceExists):
            await handle.rerun()
        with pytest.raises(OrchestrationFailed):
            await handle.result()
        await handle.rerun()
        with pytest.raises(OrchestrationFailed):
            await handle.result()
        history = await handle.history()
        assert [event.kind for event in history].count("TimerFired") == 1


async def test_the_inbox_has_a_limit() -> None:
    async with Client(app, LocalBackend(app, virtual_time=True)) as client:
        handle = await client.start(deadline)
        await asyncio.gather(*[handle.raise_event("other", n) for n in range(1000)])
        with pytest.raises(InboxFull):
            await handle.raise_event("other", 1000)


async def test_five_raisers_with_duplicates_lose_nothing(run: Run) -> None:
    async with run() as client:
        handle = await client.start(sums, -100_000)
        given = [(number, str(number)) for number in range(20) for _ in range(2)]
        await asyncio.gather(*[handle.raise_event("add", number, id=id) for number, id in given])
        await handle.raise_event("add", 200_000)
        assert await handle.result() == 100_000 + sum(range(20))


async def test_the_data_of_an_event_is_written_by_the_classes_of_its_parts(run: Run) -> None:
    async with run() as client:
        handle = await client.start(cart)
        await handle.raise_event("lines", [Line("desk", date(2026, 11, 21)), Line("lamp", None)])
        await handle.raise_event("pair", (Colour.RED, {"since": date(2026, 1, 2)}))
        assert await handle.result() == "desk 2026-11-21, lamp None, red 2026-01-02"


@pytest.mark.parametrize(
    ("data", "path"), [({1}, "event x"), ([{1}], "event x[0]"), ({"a": [object()]}, 'event x["a"][0]')]
)
async def test_what_no_event_can_carry_is_named_by_its_place(run: Run, data: object, path: str) -> None:
    async with run() as client:
        handle = await client.start(cart)
        with pytest.raises(NotPortable) as refused:
            await handle.raise_event("x", data)
        assert refused.value.path == path
