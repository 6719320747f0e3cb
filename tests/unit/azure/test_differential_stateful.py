"""Random programs with races, children, events and entities end alike on the embedded engine and on Durable Functions.

What two branches do at one moment has no order, so the waits of a program are long and drawn from many, and no two
places share an entity.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portable_faas_azure.emulator.backend import EmulatedBackend

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import OrchestrationFailed
from portable_faas.local.backend import LocalBackend
from portable_faas.provider import Backend
from portable_faas.testing.conformance.effects import calls
from tests.unit.azure.generated import Generated, of_many

app = App("differential_stateful", version="1")
EVENTS = ((100, "a"), (200_000, "b"), (300_000, "a"), (1_000_000, "b"))


@app.activity
async def work(n: int) -> int:
    if n >= 8:
        raise ValueError("failed")
    return n * 2


@app.entity
class Sum:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        if self.value % 5 == 4:
            raise ValueError("refused")
        return self.value


@app.orchestrator
async def main(ctx: Context, spec: object) -> object:
    return await interpret(ctx, spec)


async def interpret(ctx: Context, spec: Any) -> Any:
    match spec:
        case ["work", n]:
            return await work(n)
        case ["sleep", seconds]:
            await ctx.sleep(seconds)
            return seconds
        case ["event", name, timeout]:
            return await ctx.wait_for_event(name, timeout=timeout)
        case ["entity", key, n]:
            entity = ctx.entity(Sum, key)
            await entity.signal(Sum.add, n)
            return [await entity.call(Sum.add, n), (await entity.read()).value]
        case ["lock", key, body]:
            async with ctx.lock(ctx.entity(Sum, key)):
                await ctx.entity(Sum, key).call(Sum.add, 1)
                return await interpret(ctx, body)
        case ["child", body]:
            return await main(body)
        case _:
            return await interpret_many(ctx, spec)


async def interpret_many(ctx: Context, spec: Any) -> Any:
    match spec:
        case ["seq", *parts]:
            return [await interpret(ctx, part) for part in parts]
        case ["try", body, handler]:
            try:
                return await interpret(ctx, body)
            except (ValueError, TimeoutError) as error:
                return [str(error), await interpret(ctx, handler)]
        case ["gather", *parts]:
            return list(await ctx.gather(*[interpret(ctx, part) for part in parts]))
        case ["race", *parts]:
            return list(await ctx.race(*[interpret(ctx, ["seq", *part]) for part in parts]))
        case ["first", *parts]:
            found = await ctx.first((len(parts) + 1) // 2, *[interpret(ctx, ["seq", *part]) for part in parts])
            return [list(pair) for pair in found]
    raise AssertionError(spec)


SLEEP = st.integers(1, 400_000).map(lambda seconds: ["sleep", seconds])
KEY = st.uuids().map(str)
LEAVES = st.one_of(
    SLEEP,
    st.integers(0, 9).map(lambda n: ["work", n]),
    st.tuples(st.just("event"), st.sampled_from("ab"), st.integers(1, 500_000)).map(list),
    st.tuples(st.just("entity"), KEY, st.integers(1, 9)).map(list),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    late = st.lists(st.tuples(SLEEP, inner).map(list), min_size=1, max_size=3)
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda found: ["seq", *found]),
        st.lists(st.tuples(SLEEP, inner).map(lambda pair: ["seq", *pair]), max_size=3).map(lambda f: ["gather", *f]),
        st.tuples(inner, inner).map(lambda pair: ["try", *pair]),
        inner.map(lambda body: ["child", body]),
        st.tuples(KEY, inner.filter(lockable)).map(lambda pair: ["lock", *pair]),
        late.map(lambda found: ["race", *found]),
        late.map(lambda found: ["first", *found]),
    )


def lockable(spec: Any) -> bool:
    """Whether it holds neither a lock nor a child, which a lock may not hold."""
    return not any(word in str(spec) for word in ("'lock'", "'child'"))


PROGRAMS = st.recursive(LEAVES, nested, max_leaves=10)


async def ended(backend: Backend, spec: Any) -> Any:
    """How it ended, its result or failure, the virtual seconds it took, and the calls where nothing failed."""
    async with Client(app, backend) as client:
        handle = await client.start(main, spec)
        for number, (seconds, name) in enumerate(EVENTS):
            await client.advance(seconds)
            if (await handle.status()).status == "Running":
                await handle.raise_event(name, f"{name}{number}")
        try:
            result: Any = await handle.result()
        except OrchestrationFailed as failed:
            result = [failed.error_type, failed.message]
        status, history = await handle.status(), await handle.history()
        made = [] if any(found.kind == "Failed" for found in history) else calls(history)
        return status.status, result, (status.updated_at - status.created_at).total_seconds(), made


def check(spec: Any, seen: Generated) -> None:
    async def both() -> tuple[Any, Any]:
        return await ended(LocalBackend(app, virtual_time=True), spec), await ended(EmulatedBackend(app), spec)

    local, azure = asyncio.run(both())
    assert local == azure
    seen.add(spec, local[0])


@given(PROGRAMS)
@settings(max_examples=40)
def test_random_programs_end_alike(spec: Any) -> None:
    check(spec, Generated())


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_many_random_programs_end_alike(figures: Callable[[str], None]) -> None:
    figures(of_many(PROGRAMS, check))
