"""What the stepped coroutine does apart from any engine."""

import asyncio
import gc
from contextlib import closing
from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.replay import Complete, Execution, Fail, Identity, StartActivity, StartTimer

app = App("execution")
RAN: list[str] = []
IDENTITY = Identity("id", "7b0a3d3e-3a51-4a0f-9d8e-0123456789ab", "log")


@app.activity
def clean() -> None:
    RAN.append("clean")


@app.activity
def work(n: int) -> int:
    return n


@app.orchestrator
async def cleans_up(ctx: Context) -> None:
    try:
        await work(1)
    finally:
        await clean()


@app.orchestrator
async def awaits_a_future(ctx: Context) -> str:
    try:
        await asyncio.sleep(0)
    except TypeError as error:
        return str(error)
    return "went on"


@app.orchestrator
async def awaits_twice(ctx: Context) -> str:
    call = work(1)
    try:
        await ctx.gather(call, call)
    except RuntimeError as error:
        return str(error)
    return "went on"


@app.orchestrator
async def sleeps_for(ctx: Context, days: int) -> str:
    try:
        await ctx.sleep(days * 86_400)
    except ValueError as error:
        return str(error)
    return "slept"


def execution(orchestrator: Any, **inputs: Any) -> Execution:
    return Execution(orchestrator.fn, orchestrator.signature(), IDENTITY, inputs)


@pytest.fixture(autouse=True)
def fresh() -> None:
    RAN.clear()


def test_closing_runs_no_activity_of_a_finally_block() -> None:
    with closing(execution(cleans_up)) as running:
        assert isinstance(running.start(0)[0], StartActivity)
    assert RAN == []


def test_garbage_collection_runs_no_activity_of_a_finally_block() -> None:
    running = execution(cleans_up)
    running.start(0)
    del running
    gc.collect()
    assert RAN == []


def test_outside_an_orchestrator_a_call_runs_the_function() -> None:
    async def run() -> int:
        await clean()
        return await work(3)

    assert asyncio.run(run()) == 3
    assert RAN == ["clean"]


def test_what_is_not_durable_is_refused_where_it_is_awaited() -> None:
    with closing(execution(awaits_a_future)) as running:
        (end,) = running.start(0)
    assert isinstance(end, Complete)
    assert "put other async work in an activity" in end.output


def test_a_call_is_awaited_once() -> None:
    with closing(execution(awaits_twice)) as running:
        *_, end = running.start(0)
    assert isinstance(end, Complete)
    assert "awaited twice" in end.output


@pytest.mark.parametrize(("days", "kind"), [(364, StartTimer), (365, Complete)])
def test_a_timer_is_shorter_than_a_year(days: int, kind: type) -> None:
    with closing(execution(sleeps_for, days=days)) as running:
        assert [type(command) for command in running.start(0)] == [kind]


def test_an_exit_is_a_failure_of_the_orchestration() -> None:
    @app.orchestrator
    async def leaves(ctx: Context) -> None:
        raise SystemExit(3)

    with closing(execution(leaves)) as running:
        (end,) = running.start(0)
    assert isinstance(end, Fail)
    assert (end.failure.type, end.failure.message) == ("SystemExit", "3")
