"""The embedded engine does what the design says of each construct."""

import asyncio
import threading
import time
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from portable_faas import App, Context, Retry, connect
from portable_faas.errors import (
    CompileError,
    InstanceExists,
    InstanceNotFound,
    NotPortable,
    OrchestrationFailed,
    OrchestrationTerminated,
)
from tests.unit.local.conftest import Open

app = App("engine")
LOG: list[str] = []


class Declined(Exception):
    """A user error with data of its own."""

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
async def wait_for(name: str) -> str:
    await EVENTS[name].wait()
    return name


EVENTS: dict[str, asyncio.Event] = {}


@app.activity
def decline(reason: str) -> None:
    raise Declined(reason, 51)


@app.activity(retry=Retry(attempts=4, first=10, backoff=3, max_interval=50))
def fails(times: int) -> int:
    LOG.append("try")
    if len(LOG) <= times:
        raise ValueError(f"try {len(LOG)}")
    return len(LOG)


@app.activity
def thread_name() -> str:
    return threading.current_thread().name


@app.activity(timeout=1)
def oversleeps() -> str:
    time.sleep(1.3)
    return "late"


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    return await double(await double(n))


@app.orchestrator
async def sleeps(ctx: Context, seconds: float) -> list[datetime]:
    start = ctx.now()
    await ctx.sleep(seconds)
    return [start, ctx.now()]


@app.orchestrator
async def retries(ctx: Context, times: int) -> int:
    return await fails(times)


@app.orchestrator
async def catches(ctx: Context) -> tuple[str, str, int]:
    try:
        await decline("no funds")
    except Declined as error:
        return type(error).__name__, str(error), error.code
    return "", "", 0


@app.orchestrator
async def fails_for_good(ctx: Context) -> None:
    await decline("no funds")


@app.orchestrator
async def returns_nan(ctx: Context) -> float:
    return float("nan")


@app.orchestrator
async def times_out(ctx: Context) -> str:
    start = ctx.now()
    try:
        return await oversleeps()
    except TimeoutError as error:
        return f"{error} at {(ctx.now() - start).total_seconds()}"


@app.orchestrator
async def ids(ctx: Context) -> list[UUID]:
    async def branch(inner: Context) -> UUID:
        await inner.sleep(1)
        return inner.uuid()

    first = ctx.uuid()
    return [first, ctx.uuid(), *await ctx.gather(branch(ctx), branch(ctx))]


@app.orchestrator
async def waits(ctx: Context, name: str) -> str:
    await ctx.set_status({"waiting": name})
    return await wait_for(name)


@app.orchestrator
async def in_thread(ctx: Context) -> str:
    return await thread_name()


async def test_a_chain_gives_its_result_and_its_record(opened: Open) -> None:
    async with opened(app) as client:
        handle = await client.start(chain, 3, instance_id="c-1")
        assert await handle.result() == 12
        status = await handle.status()
        assert (status.instance_id, status.orchestrator, status.status) == ("c-1", "chain", "Completed")
        assert (status.input, status.output, status.error, status.custom_status) == (3, 12, None, None)
        assert status.created_at.tzinfo is UTC
        kinds = [(event.kind, event.step, event.name, event.data) for event in await handle.history()]
        assert kinds == [
            ("Scheduled", 1, "double", {"n": 3}),
            ("Completed", 1, "double", 6),
            ("Scheduled", 2, "double", {"n": 6}),
            ("Completed", 2, "double", 12),
        ]
        assert await handle.usage() == {"steps": 2, "activity_executions": 2}


async def test_virtual_time_jumps_to_the_due_moment_and_not_beyond(opened: Open) -> None:
    real = time.monotonic()
    async with opened(app) as client:
        start, end = await (await client.start(sleeps, 86_400.0)).result()
    assert end - start == timedelta(days=1)
    assert time.monotonic() - real < 5


async def test_virtual_time_stands_still_while_nobody_waits(opened: Open) -> None:
    async with opened(app) as client:
        handle = await client.start(sleeps, 60.0)
        await asyncio.sleep(0.05)
        assert (await handle.status()).status == "Running"
        await client.advance(59)
        assert (await handle.status()).status == "Running"
        await client.advance(1)
        assert (await handle.status()).status == "Completed"


async def test_real_time_is_a_lower_bound(opened: Open) -> None:
    async with opened(app, virtual_time=False) as client:
        before = time.time()
        await (await client.start(sleeps, 0.2)).result()
        assert 0.2 <= time.time() - before < 2


async def test_retry_waits_first_then_backoff_up_to_the_maximum(opened: Open) -> None:
    LOG.clear()
    async with opened(app) as client:
        handle = await client.start(retries, 3)
        assert await handle.result() == 4
        status = await handle.status()
    assert status.updated_at - status.created_at == timedelta(seconds=10 + 30 + 50)


async def test_exhausted_retry_raises_the_last_error(opened: Open) -> None:
    LOG.clear()
    async with opened(app) as client:
        with pytest.raises(OrchestrationFailed) as failed:
            await (await client.start(retries, 99)).result()
    assert (failed.value.error_type, failed.value.message) == ("ValueError", "try 4")
    assert isinstance(failed.value.__cause__, ValueError)


async def test_an_error_keeps_its_class_text_and_attributes(opened: Open) -> None:
    async with opened(app) as client:
        assert await (await client.start(catches)).result() == ("Declined", "no funds", 51)


async def test_a_failed_orchestration_names_the_class_with_its_module(opened: Open) -> None:
    async with opened(app) as client:
        handle = await client.start(fails_for_good)
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
        assert failed.value.error_type == f"{__name__}.Declined"
        status = await handle.status()
    assert status.status == "Failed"
    assert status.error is not None
    assert (status.error.type, status.error.message) == (f"{__name__}.Declined", "no funds")


async def test_a_bad_output_fails_the_orchestration(opened: Open) -> None:
    async with opened(app) as client:
        with pytest.raises(OrchestrationFailed, match="result: NaN") as failed:
            await (await client.start(returns_nan)).result()
    assert failed.value.error_type == "portable_faas.errors.NotPortable"


async def test_a_bad_input_is_refused_by_start(opened: Open) -> None:
    async with opened(app) as client:
        with pytest.raises(NotPortable, match=r"^n: "):
            await client.start(chain, "three")  # type: ignore[misc]
        with pytest.raises(TypeError, match="n"):
            await client.start(chain)
        assert list(await client.list()) == []


async def test_a_time_out_counts_real_seconds_and_moves_virtual_time(opened: Open) -> None:
    async with opened(app) as client:
        assert await (await client.start(times_out)).result() == "activity oversleeps timed out after 1 s at 1.0"


async def test_uuids_differ_and_stay_the_same_in_every_replay(opened: Open) -> None:
    async with opened(app, always_replay=True) as client:
        handle = await client.start(ids)
        assert len(set(await handle.result())) == 4


async def test_ids_live_and_finished(opened: Open) -> None:
    EVENTS["a"] = asyncio.Event()
    async with opened(app) as client:
        first = await client.start(waits, "a", instance_id="same")
        with pytest.raises(InstanceExists):
            await client.start(waits, "a", instance_id="same")
        again = await client.start(waits, "a", instance_id="same", if_exists="return")
        EVENTS["a"].set()
        assert await first.result() == await again.result() == "a"
        replaced = await client.start(chain, 1, instance_id="same")
        assert await replaced.result() == 4
        assert len(await replaced.history()) == 4
        assert len(await client.list()) == 1
        with pytest.raises(InstanceNotFound):
            await client.find("unknown")


@pytest.mark.parametrize("wrong", ["", "a b", "ü", "x" * 65, "a/b"])
async def test_an_id_that_some_platform_refuses_is_refused(opened: Open, wrong: str) -> None:
    async with opened(app) as client:
        with pytest.raises(ValueError, match="instance id"):
            await client.start(chain, 1, instance_id=wrong)


async def test_terminate_ends_the_instance_and_runs_none_of_its_code(opened: Open) -> None:
    EVENTS["b"] = asyncio.Event()
    async with opened(app) as client:
        handle = await client.start(waits, "b")
        assert (await handle.status()).custom_status == {"waiting": "b"}
        with pytest.raises(InstanceExists):
            await handle.purge()
        await handle.terminate("enough")
        with pytest.raises(OrchestrationTerminated) as ended:
            await handle.result()
        assert ended.value.reason == "enough"
        await handle.terminate("again")
        status = await handle.status()
        assert (status.status, status.error and status.error.message) == ("Terminated", "enough")
        await handle.purge()
        with pytest.raises(InstanceNotFound):
            await handle.status()


async def test_list_filters(opened: Open) -> None:
    async with opened(app) as client:
        for name in ("a-1", "a-2", "b-1"):
            await (await client.start(chain, 1, instance_id=name)).result()
            await client.advance(1)
        await (await client.start(sleeps, 1.0, instance_id="a-3")).terminate()
        named = [status.instance_id for status in await client.list(prefix="a-", orchestrator=chain)]
        assert named == ["a-2", "a-1"]
        assert [s.instance_id for s in await client.list(status="Terminated")] == ["a-3"]
        assert len(await client.list(limit=2)) == 2
        since = (await (await client.find("b-1")).status()).created_at
        assert {s.instance_id for s in await client.list(since=since)} == {"b-1", "a-3"}
        assert not await client.list(prefix="a%")


async def test_a_def_activity_runs_in_a_thread(opened: Open) -> None:
    async with opened(app) as client:
        assert (await (await client.start(in_thread)).result()).startswith("pfaas-activity")


async def test_result_times_out_on_the_engines_clock(opened: Open) -> None:
    async with opened(app) as client:
        handle = await client.start(sleeps, 100.0)
        with pytest.raises(TimeoutError):
            await handle.result(timeout=99)
        assert len(await handle.result(timeout=timedelta(seconds=2))) == 2


class LockedRow(KeyError, OSError):
    """Two builtin bases; only one of them decides how the object is made."""


async def test_contexts_of_activities_do_not_mix(opened: Open) -> None:
    own = App("contexts")
    variable: ContextVar[str] = ContextVar("variable", default="fresh")

    @own.activity
    def in_thread(value: str) -> str:
        before = variable.get()
        variable.set(value)
        return before

    @own.activity
    async def on_loop(value: str) -> str:
        before = variable.get()
        variable.set(value)
        return before

    @own.orchestrator
    async def main(ctx: Context) -> list[str]:
        seen = [await in_thread("a"), await in_thread("b"), await on_loop("c"), await on_loop("d")]
        return [*seen, await in_thread("e")]

    async with opened(own) as client:
        assert await (await client.start(main)).result() == ["fresh"] * 5


async def test_hundreds_of_def_activities_run_at_once(opened: Open) -> None:
    own = App("many")
    barrier = threading.Barrier(300, timeout=30)

    @own.activity
    def meet(n: int) -> int:
        barrier.wait()
        return n

    @own.orchestrator
    async def main(ctx: Context) -> int:
        return len(await ctx.map(meet, range(300)))

    async with opened(own) as client:
        assert await (await client.start(main)).result() == 300


async def test_an_error_of_two_builtin_bases_is_caught_by_either(opened: Open) -> None:
    own = App("bases")

    @own.activity
    def lock() -> None:
        raise LockedRow("row 7")

    @own.orchestrator
    async def main(ctx: Context) -> str:
        try:
            await lock()
        except KeyError as error:
            return f"{type(error).__name__} {error}"
        return "not reached"

    async with opened(own) as client:
        assert await (await client.start(main)).result() == "LockedRow 'row 7'"


async def test_the_limit_of_a_value_is_each_arguments(opened: Open) -> None:
    own = App("limits")
    most = 16 * 1024 * 1024 - 2  # and two quotes

    @own.activity
    def measure(first: str, second: str) -> int:
        return len(first) + len(second)

    @own.orchestrator
    async def main(ctx: Context, extra: int) -> int | str:
        try:
            return await measure("x" * most, second="y" * (most + extra))
        except NotPortable as refused:
            return refused.path

    async with opened(own) as client:
        assert await (await client.start(main, 0)).result() == 2 * most
        assert await (await client.start(main, 1)).result() == "second"


async def test_wrong_questions_are_refused(opened: Open) -> None:
    async with opened(app) as client:
        handle = await client.start(sleeps, 1.0)
        with pytest.raises(ValueError, match="status is one of"):
            await client.list(status="running")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="limit is a whole number from 1"):
            await client.list(limit=0)
        with pytest.raises(ValueError, match="not negative"):
            await handle.result(timeout=-1)
        with pytest.raises(ValueError, match="not negative"):
            await client.advance(-1)


def test_connect_refuses_what_check_refuses() -> None:
    own = App("refused")

    @own.orchestrator
    async def main(ctx: Context) -> float:
        return time.time()

    with pytest.raises(CompileError, match=r"`time\.time\(\)`"):
        connect(own)
    with pytest.raises(TypeError, match="connect takes an App"):
        connect("app")  # type: ignore[arg-type]


async def test_foreign_orchestrators_are_refused(opened: Open) -> None:
    other = App("other")

    @other.orchestrator
    async def foreign(ctx: Context) -> None: ...

    async with opened(app) as client:
        with pytest.raises(ValueError, match="does not belong"):
            await client.start(foreign)
        with pytest.raises(TypeError, match=r"@app\.orchestrator"):
            await client.start(double)  # type: ignore[arg-type]
