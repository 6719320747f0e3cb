"""Where the functions of a Lambda run: in the loop if they are coroutines and asyncio is loaded, else without."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from portable_faas_aws.runtime.coroutines import Coroutines, called, loop_runs

from portable_faas import App

app = App("coroutines")
seen: list[Any] = []


@app.get("/plain", auth="anonymous")
def plain(n: int) -> int:
    seen.append((loop_runs(), threading.current_thread() is threading.main_thread()))
    return asyncio.run(doubled(n))  # a library may do so, and must not find a loop


@app.get("/waiting", auth="anonymous")
async def waiting(n: int) -> int:
    task = asyncio.current_task()
    assert task is not None
    seen.append(asyncio.get_running_loop())
    async with asyncio.timeout(5):
        return await doubled(n)


@app.get("/ending", auth="anonymous")
def ending() -> None:
    raise SystemExit(3)


async def doubled(n: int) -> int:
    await asyncio.sleep(0)
    return 2 * n


@pytest.fixture
def coroutines() -> Iterator[Coroutines]:
    made = Coroutines()
    seen.clear()
    yield made
    made.close()


def test_a_plain_function_runs_where_it_is_called(coroutines: Coroutines) -> None:
    assert coroutines.run(called(plain_function, (), {"n": 2})) == 4
    assert seen == [(False, True)]


def test_a_coroutine_has_a_loop_before_it_waits_and_always_the_same(coroutines: Coroutines) -> None:
    assert [coroutines.run(called(waiting_function, (n,), {})) for n in (1, 2)] == [2, 4]
    assert len(set(map(id, seen))) == 1


def test_what_goes_on_in_the_loop_stays_there(coroutines: Coroutines) -> None:
    async def both() -> tuple[int, int]:
        return await called(waiting_function, (1,), {}), await called(plain_function, (2,), {})

    assert coroutines.run(both()) == (2, 4)
    assert seen[1] == (False, False)  # in a thread, where no loop runs
    always = Coroutines(always=True)
    assert always.run(both()) == (2, 4)
    always.close()


def test_the_end_of_the_process_is_an_error_of_the_function(coroutines: Coroutines) -> None:
    with pytest.raises(RuntimeError, match=r"SystemExit\(3\)"):
        coroutines.run(called(app.functions["ending"], (), {}))


plain_function, waiting_function = app.functions["plain"], app.functions["waiting"]
