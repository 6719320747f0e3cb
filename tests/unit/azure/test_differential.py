"""Random programs end alike on the embedded engine, on the faithful host and on one that schedules everything at once.

Branches that run at the same moment may fail in either order, so all failures are equal; which calls an abandoned
branch made is left open by the specification, so calls are compared where nothing fails.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portable_faas_azure.emulator.backend import EmulatedBackend

from portable_faas import App, Context, Retry
from portable_faas.client import Client
from portable_faas.errors import OrchestrationFailed
from portable_faas.local.backend import LocalBackend
from portable_faas.provider import Backend
from portable_faas.testing.conformance.effects import calls
from tests.unit.azure.generated import Generated, of_many

app = App("differential")
FAILS = 8


@app.activity
async def work(n: int) -> int:
    if n >= FAILS:
        raise ValueError("failed")
    return n * 2


async def twice(ctx: Context, n: int) -> int:
    return await work(await work(n) // 2)


@app.orchestrator
async def main(ctx: Context, spec: object) -> object:
    return await interpret(ctx, spec)


async def interpret(ctx: Context, spec: Any) -> Any:
    """Run a program tree: durable operations and every way they nest."""
    start = ctx.now()
    match spec:
        case ["work", n]:
            return await work(n)
        case ["retry", n, attempts]:
            return await work.using(retry=Retry(attempts=attempts, first=3), timeout=60)(n)
        case ["sleep", seconds]:
            await ctx.sleep(seconds)
            return (ctx.now() - start).total_seconds()
        case ["seq", *parts]:
            return [await interpret(ctx, part) for part in parts]
        case ["map", limit, *items]:
            return await ctx.map(twice, items, limit=limit)
        case ["try", body, handler]:
            try:
                return await interpret(ctx, body)
            except ValueError as error:
                return [str(error), await interpret(ctx, handler)]
            finally:
                await ctx.set_status(f"left a try after {(ctx.now() - start).total_seconds()}")
        case ["gather", limit, keep, *parts]:
            branches = [work(part[1]) if part[0] == "work" else interpret(ctx, part) for part in parts]
            found = await ctx.gather(*branches, limit=limit, return_exceptions=keep)
            return [str(item) if isinstance(item, Exception) else item for item in found]
    raise AssertionError(spec)


LIMITS = st.sampled_from([None, 1, 2])
LEAVES = st.one_of(
    st.tuples(st.just("work"), st.integers(0, 9)).map(list),
    st.tuples(st.just("retry"), st.integers(5, 9), st.integers(1, 3)).map(list),
    st.tuples(st.just("sleep"), st.sampled_from([0, 1, 2, 5, 90_000])).map(list),
    st.tuples(LIMITS, st.lists(st.integers(0, 7), max_size=4)).map(lambda pair: ["map", pair[0], *pair[1]]),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, max_size=4)
    return st.one_of(
        parts.map(lambda found: ["seq", *found]),
        st.tuples(inner, inner).map(lambda pair: ["try", *pair]),
        st.tuples(LIMITS, st.booleans(), parts).map(lambda t: ["gather", t[0], t[1], *t[2]]),
    )


PROGRAMS = st.recursive(LEAVES, nested, max_leaves=12)


async def ended(backend: Backend, spec: Any) -> tuple[Any, ...]:
    """How it ended, its result or failure, the virtual seconds it took, its custom status; the calls if none failed."""
    async with Client(app, backend) as client:
        handle = await client.start(main, spec)
        try:
            result: Any = await handle.result()
        except OrchestrationFailed as failed:
            result = [failed.error_type, failed.message]
        status = await handle.status()
        history = await handle.history()
        failures = any(found.kind in ("Failed", "AttemptFailed") for found in history)
        made = [] if failures else calls(history)
        seconds = (status.updated_at - status.created_at).total_seconds()
        return status.status, result, seconds, status.custom_status, made


async def all_ended(spec: Any) -> list[tuple[Any, ...]]:
    backends: list[Backend] = [
        LocalBackend(app, virtual_time=True),
        EmulatedBackend(app),
        EmulatedBackend(app, blocking=False),
    ]
    return [await ended(backend, spec) for backend in backends]


def check(spec: Any, seen: Generated) -> None:
    local, faithful, lenient = asyncio.run(all_ended(spec))
    assert local == faithful
    assert faithful == lenient
    seen.add(spec, local[0])


@given(PROGRAMS)
@settings(max_examples=60)
def test_random_programs_end_alike(spec: Any) -> None:
    check(spec, Generated())


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_many_random_programs_end_alike(figures: Callable[[str], None]) -> None:
    figures(of_many(PROGRAMS, check))
