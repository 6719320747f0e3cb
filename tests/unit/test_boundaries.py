"""A value that may not cross gives the same problem at every durable boundary."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import NotPortable, OrchestrationFailed
from portable_faas.local.backend import LocalBackend

BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "nan": (lambda: float("nan"), "NaN"),
    "infinity": (lambda: float("inf"), "infinity"),
    "large": (lambda: 2**53, "2**53"),
    "set": (lambda: {1}, "set"),
    "naive": (lambda: datetime(2026, 1, 1), "datetime"),
    "surrogate": (lambda: "\ud800", "surrogate"),
    "generator": (lambda: (n for n in range(2)), "generator"),
    "function": (lambda: len, "builtin_function_or_method"),
    "keys": (lambda: {1: 2}, "key"),
    "nested": (lambda: [{"a": [1.0, float("-inf")]}], "infinity"),
}

app = App("boundaries")


def made(name: str) -> Any:
    return BAD[name][0]()


class Loaded(Exception):
    """Carries whatever it is given."""


@app.activity
def takes(value: Any) -> None: ...


@app.activity
def gives(name: str) -> Any:
    return made(name)


@app.activity
def raises(name: str) -> None:
    raise Loaded(made(name))


@app.orchestrator
async def takes_input(ctx: Context, value: Any) -> None: ...


@app.orchestrator
async def argument(ctx: Context, name: str) -> list[str]:
    try:
        await takes(made(name))
    except NotPortable as refused:
        return [refused.path, refused.problem]
    return []


@app.orchestrator
async def result(ctx: Context, name: str) -> list[str]:
    try:
        await gives(name)
    except NotPortable as refused:
        return [refused.path, refused.problem]
    return []


@app.orchestrator
async def status(ctx: Context, name: str) -> list[str]:
    try:
        await ctx.set_status(made(name))
    except NotPortable as refused:
        return [refused.path, refused.problem]
    return []


@app.orchestrator
async def output(ctx: Context, name: str) -> Any:
    return made(name)


@app.orchestrator
async def exception(ctx: Context, name: str) -> str:
    try:
        await raises(name)
    except Loaded as error:
        return str(error)
    return "no error"


@pytest.mark.parametrize("name", BAD)
async def test_the_problem_is_the_same_everywhere(name: str, caplog: pytest.LogCaptureFixture) -> None:
    async with Client(app, LocalBackend(app)) as client:
        with pytest.raises(NotPortable) as refused:
            await client.start(takes_input, made(name))
        where, problem = refused.value.path.removeprefix("value"), refused.value.problem
        assert BAD[name][1] in problem
        for place, orchestrator in (("value", argument), ("result", result), ("status", status)):
            assert await (await client.start(orchestrator, name)).result() == [place + where, problem]
        with pytest.raises(OrchestrationFailed) as failed:
            await (await client.start(output, name)).result()
        assert failed.value.error_type == "portable_faas.errors.NotPortable"
        assert failed.value.message == f"result{where}: {problem}"
        with caplog.at_level(logging.WARNING, "portable_faas.local"):
            text = await (await client.start(exception, name)).result()
        assert text != "no error"
        assert problem in caplog.text
