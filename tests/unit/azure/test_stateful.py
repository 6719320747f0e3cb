"""What the embedded engine is tested for, on Durable Functions; and what only this engine can get wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from portable_faas_azure.emulator.backend import EmulatedBackend
from portable_faas_azure.runtime.entity import Kept

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import InboxFull, OrchestrationFailed, OrchestrationTerminated
from portable_faas.replay.inbox import WAITING
from tests.unit.local.test_stateful import (
    Counter,
    Run,
    deadline,
)
from tests.unit.local.test_stateful import app as shared
from tests.unit.local.test_stateful import (
    test_a_lock_inside_a_lock_is_refused as test_a_lock_inside_a_lock_is_refused,
)
from tests.unit.local.test_stateful import (
    test_a_suspended_instance_takes_no_new_step as test_a_suspended_instance_takes_no_new_step,
)
from tests.unit.local.test_stateful import (
    test_an_event_beats_its_deadline_and_nothing_else_does as test_an_event_beats_its_deadline_and_nothing_else_does,
)
from tests.unit.local.test_stateful import (
    test_children_give_results_and_errors as test_children_give_results_and_errors,
)
from tests.unit.local.test_stateful import (
    test_continue_as_new_keeps_the_id_and_the_events as test_continue_as_new_keeps_the_id_and_the_events,
)
from tests.unit.local.test_stateful import (
    test_events_are_kept_in_order_and_deduplicated as test_events_are_kept_in_order_and_deduplicated,
)
from tests.unit.local.test_stateful import (
    test_five_raisers_with_duplicates_lose_nothing as test_five_raisers_with_duplicates_lose_nothing,
)
from tests.unit.local.test_stateful import (
    test_locks_exclude_each_other_and_operations_wait as test_locks_exclude_each_other_and_operations_wait,
)
from tests.unit.local.test_stateful import (
    test_operations_apply_once_and_failures_leave_the_state as test_operations_apply_once_and_failures_leave_the_state,
)
from tests.unit.local.test_stateful import (
    test_rerun_does_the_failed_step_again as test_rerun_does_the_failed_step_again,
)
from tests.unit.local.test_stateful import (
    test_termination_reaches_the_children as test_termination_reaches_the_children,
)
from tests.unit.local.test_stateful import (
    test_the_first_two_of_three_in_the_order_of_their_ends as test_the_first_two_of_three_in_the_order_of_their_ends,
)

app = App("stateful_on_azure", version="7")
CALLS: list[str] = []


@app.entity
class Till:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.activity
def shaky(name: str) -> str:
    CALLS.append(name)
    if CALLS.count(name) < 2:
        raise OSError(f"{name} is down")
    return name


@app.orchestrator
async def lower(ctx: Context, name: str) -> str:
    first = await shaky("steady") if "steady" in CALLS else "new"
    return first + await shaky(name)


@app.orchestrator
async def upper(ctx: Context, name: str) -> list[str]:
    return [str(ctx.uuid()), await lower(name), ctx.version]


@app.orchestrator
async def hoards(ctx: Context) -> None:
    async with ctx.lock(ctx.entity(Till, "t")):
        await ctx.wait_for_event("never")


@app.orchestrator
async def adds(ctx: Context, n: int) -> int:
    await ctx.entity(Till, "t").signal(Till.add, n)
    return await ctx.entity(Till, "t").call(Till.add, n)


@app.orchestrator
async def outside(ctx: Context) -> int:
    """Asks an entity that another lock waits for, from inside a lock."""
    async with ctx.lock(ctx.entity(Till, "b")):
        await ctx.sleep(3)
        return await ctx.entity(Till, "a").call(Till.add, 1)


@app.orchestrator
async def both(ctx: Context) -> int:
    await ctx.sleep(1)
    async with ctx.lock(ctx.entity(Till, "a"), ctx.entity(Till, "b")):
        return await ctx.entity(Till, "a").call(Till.add, 1)


@app.orchestrator(suspendable=True)
async def rolls(ctx: Context, total: int) -> int:
    """Reads one event in each run, however many have come."""
    total += await ctx.wait_for_event("n", int)
    return total if total < 0 else await ctx.continue_as_new(total)


@app.orchestrator
async def late_reader(ctx: Context) -> list[Any]:
    await ctx.sleep(10)
    return [await ctx.wait_for_event("n") for _ in range(4)]


@app.orchestrator
async def gives_up_a_lock(ctx: Context) -> int:
    async def locked(ctx: Context) -> None:
        async with ctx.lock(ctx.entity(Till, "t")):
            await ctx.sleep(1)

    await ctx.race(locked(ctx), ctx.sleep(1))
    return await ctx.entity(Till, "t").call(Till.add, 5)


@app.orchestrator
async def keeps_asking(ctx: Context) -> str:
    await ctx.race(lower.using(instance_id="same")("x"), ctx.wait_for_event("never"))
    return "no"


@pytest.fixture
def run() -> Run:
    @asynccontextmanager
    async def running() -> AsyncIterator[Client]:
        async with Client(shared, EmulatedBackend(shared)) as client:
            yield client

    return running


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    CALLS.clear()
    async with Client(app, EmulatedBackend(app)) as opened:
        yield opened


async def test_the_inbox_has_a_limit() -> None:
    async with Client(shared, EmulatedBackend(shared)) as client:
        handle = await client.start(deadline)
        await client.advance(1)
        await asyncio.gather(*[handle.raise_event("other", n, id=str(n)) for n in range(WAITING)])
        await client.advance(1)
        with pytest.raises(InboxFull):
            await handle.raise_event("other", WAITING)
        await handle.raise_event("other", 0, id="0")  # a duplicate takes no place
    assert Counter().value == 0


async def test_a_rerun_goes_down_to_the_child_that_failed(client: Client) -> None:
    handle = await client.start(upper, "c", instance_id="top")
    with pytest.raises(OrchestrationFailed, match="c is down"):
        await handle.result()
    before = [event for event in await handle.history() if event.kind == "ChildStarted"]
    await handle.rerun()
    found = await handle.result()
    assert found[1:] == ["newc", "7"]
    assert CALLS == ["c", "c"]
    assert [event for event in await handle.history() if event.kind == "ChildStarted"] == before
    child = await client.find(json.loads(json.dumps(before[0].data))["id"])
    assert (await child.status()).status == "Completed"


async def test_what_a_terminated_instance_holds_is_freed(client: Client) -> None:
    handle = await client.start(hoards)
    await client.advance(1)
    waiting = await client.start(adds, 2)
    await client.advance(5)
    assert (await waiting.status()).status == "Running"
    await handle.terminate("enough")
    assert await waiting.result() == 4


async def test_a_holder_that_nobody_freed_is_told_by_its_status() -> None:
    backend = EmulatedBackend(app)
    async with Client(app, backend) as client:
        handle = await client.start(hoards)
        await client.advance(1)
        await backend._post_terminate(handle.instance_id, "a client that dies here")
        assert await (await client.start(adds, 2)).result() == 4
        assert (await client.entity(Till, "t").read()).value == 4


async def test_nobody_waits_for_a_lock_with_another_in_hand(client: Client) -> None:
    first, second = await client.start(outside), await client.start(both)
    assert sorted([await first.result(), await second.result()]) == [1, 2]


async def test_a_lock_that_was_given_up_is_free(client: Client) -> None:
    assert await (await client.start(gives_up_a_lock)).result() == 5


async def test_events_of_one_turn_reach_the_runs_behind_it(client: Client) -> None:
    handle = await client.start(rolls, 0)
    await client.advance(1)
    await handle.suspend()  # so that all come in one turn
    await asyncio.gather(*[handle.raise_event("n", 1, id=str(number)) for number in range(60)])
    await handle.raise_event("n", -100)
    await handle.resume()
    assert await handle.result() == -40


async def test_early_events_come_in_their_order_whatever_they_hold(client: Client) -> None:
    given: list[Any] = [{"__class__": "X", "__module__": "y", "__data__": 1}, '"quoted"', 0, {"é": "\u2028 💡"}]
    handle = await client.start(late_reader)
    await client.advance(1)
    for value in given:
        await handle.raise_event("n", value)
    assert await handle.result() == given


async def test_an_entity_function_that_fails_itself_is_a_crash(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> str:
        raise RuntimeError("the worker is out of memory")

    monkeypatch.setattr(Kept, "take", broken)
    for start in (await client.start(adds, 1), await client.start(both)):
        with pytest.raises(OrchestrationFailed, match=r"Till\.add|the platform gave up a lock"):
            await start.result()


async def test_a_terminated_parent_leaves_the_instance_of_another_alone(client: Client) -> None:
    other = await client.start(hoards, instance_id="same")
    handle = await client.start(keeps_asking)
    with pytest.raises(OrchestrationFailed, match="instance same is still live"):
        await handle.result()
    await handle.terminate("late")
    assert (await other.status()).status == "Running"
    await other.terminate("now")
    with pytest.raises(OrchestrationTerminated, match="now"):
        await other.result()
