"""``App(retention=...)`` on Durable Functions: an hourly function purges what has ended long enough ago."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import azure.functions as func
import pytest
from azure.functions.meta import Datum
from azure.functions.timer import TimerRequestConverter
from portable_faas_azure.emulator.backend import EmulatedBackend
from portable_faas_azure.runtime import function_app
from portable_faas_azure.runtime.retention import HOUR, NAME, SCHEDULE, tick_of

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.testing import running

app = App("kept", retention=timedelta(hours=2))


@app.entity
class Sum:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.orchestrator
async def once(ctx: Context, n: int) -> int:
    return n


@app.orchestrator
async def naps(ctx: Context, hours: int) -> int:
    await ctx.sleep(hours * 3600)
    return hours


def registered() -> Any:
    """The function with the timer, as the worker finds it."""
    functions: Any = function_app(app)
    functions._require_auth_level = True
    (found,) = [each for each in functions.get_functions() if each.get_function_name() == NAME]
    return found


def timer(at: int) -> func.TimerRequest:
    """What the host sends at a tick; the next one is an hour later."""
    following = (EPOCH + (at + HOUR) * MILLISECOND).isoformat()
    status = {"Last": "0001-01-01T00:00:00+00:00", "Next": following}
    text = json.dumps({"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": False})
    request: func.TimerRequest = TimerRequestConverter.decode(Datum(text, "json"), trigger_metadata={})
    return request


async def tick(backend: EmulatedBackend) -> None:
    """Run the function at the host's present moment."""
    run: Callable[..., Awaitable[None]] = registered().get_user_function()
    host, server = await backend._host(), backend._server
    assert server is not None
    await run(timer(host.clock.now), json.dumps(server._client()))


@app.orchestrator
async def waits(ctx: Context) -> str:
    return await ctx.wait_for_event("go", str)


async def ids(client: Client) -> set[str]:
    return {status.instance_id for status in await client.list()}


async def test_what_has_ended_is_forgotten_after_its_time() -> None:
    backend = EmulatedBackend(app)
    async with Client(app, backend) as client:
        await (await client.start(once, 1, instance_id="first")).result()
        await client.entity(Sum, "k").call(Sum.add, 3)
        await client.start(naps, 4, instance_id="long")
        await client.advance(3600)
        await (await client.start(once, 2, instance_id="second")).result()
        await client.advance(3599)
        await tick(backend)
        assert await ids(client) == {"first", "long", "second"}
        await client.advance(2)
        await tick(backend)
        assert await ids(client) == {"long", "second"}
        await client.advance(3 * 3600)  # the long one was started early and has ended an hour ago
        await tick(backend)
        assert await ids(client) == {"long"}
        assert (await client.entity(Sum, "k").read()).value == 3


@pytest.mark.slow
@pytest.mark.parametrize("storage", ["memory", "azurite"])
async def test_the_emulated_host_forgets_as_time_goes_by(storage: str, request: pytest.FixtureRequest) -> None:
    if storage == "azurite":
        request.getfixturevalue("azurite")
    async with running(app, on="azure", storage=storage) as client:
        await (await client.start(once, 1, instance_id="first")).result()
        await client.start(naps, 9, instance_id="long")
        await client.advance(2 * 3600 - 1)
        assert await ids(client) == {"first", "long"}
        await client.advance(3600 + 2)
        assert await ids(client) == {"long"}
        for _ in range(4):
            await (await client.start(once, 2, instance_id="again")).result()
            await client.advance(3600)
        assert await ids(client) == {"again", "long"}


async def test_who_waits_for_an_event_does_not_get_older() -> None:
    async with running(app, on="azure", storage="memory") as client:
        handle = await client.start(waits)
        await asyncio.gather(handle.result(), raised_late(handle))
        status = await handle.status()
        assert status.updated_at == status.created_at


async def raised_late(handle: Handle[str]) -> None:
    await asyncio.sleep(0.3)
    await handle.raise_event("go", "x")


async def test_more_than_one_page_is_forgotten() -> None:
    backend = EmulatedBackend(app)
    async with Client(app, backend) as client:
        handles = [await client.start(once, n) for n in range(230)]
        await asyncio.gather(*[handle.result() for handle in handles])
        await client.advance(2 * 3600 + 1)
        await tick(backend)
        assert await ids(client) == set()


def test_the_worker_finds_a_timer_with_a_durable_client() -> None:
    found = registered()
    bindings = {binding.name: binding.get_dict_repr() for binding in found.get_bindings()}
    assert (bindings["timer"]["type"], bindings["timer"]["schedule"]) == ("timerTrigger", SCHEDULE)
    assert bindings["binding"]["type"] == "durableClient"
    names = {each.get_function_name() for each in _functions(App("for_ever"))}
    assert NAME not in names


def _functions(of: App) -> list[Any]:
    @of.orchestrator
    async def quick(ctx: Context) -> int:
        return 1

    functions: Any = function_app(of)
    functions._require_auth_level = True
    return list(functions.get_functions())


@pytest.mark.parametrize("text", ["2026-01-01T01:00:00+00:00", "2026-01-01T01:00:00", "2026-01-01T02:00:00+01:00"])
def test_the_moment_of_a_tick(text: str) -> None:
    assert tick_of({"Next": text}) == 1_767_225_600_000


def test_a_host_that_does_not_say_when_is_believed_to_keep_our_time() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= tick_of({}) <= before + 60_000
