"""Locks, entities, events, races and sub-orchestrations are stepped as Python runs them, packed at every await."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.context import Context
from portable_faas.ir.printer import show
from portable_faas.ir.verifier import verify
from portable_faas.stepping import Flows, Returned, Stack, pack, unpack
from tests.aws.driving import plainly, run, stepwise
from tests.aws.small import flows, load, main

HEAD = """
from typing import Optional

from portable_faas.context.entities import EntityRef

@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value

@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return await work(n)

async def guarded(ctx: Context, counter: EntityRef[Counter], n: int) -> int:
    async with ctx.lock(counter):
        return await counter.call(Counter.add, n)
"""
COUNTER = 'counter = ctx.entity(Counter, "k")'
ERRORS = [ValueError, KeyError, RuntimeError]
ANSWERS = st.lists(st.one_of(st.integers(-2, 6), st.sampled_from(ERRORS)), max_size=15)

PROGRAMS = {
    "lock": main(
        COUNTER,
        "async with ctx.lock(counter) as held:",
        "    n = await counter.call(Counter.add, n)",
        "return n, held, counter.key",
        head=HEAD,
    ),
    "lock without an await": main(
        "rows = []",
        'async with ctx.lock(ctx.entity(Counter, "a"), ctx.entity(Counter, "b")):',
        "    rows.append(n)",
        "return rows",
        head=HEAD,
    ),
    "ways out of a lock": main(
        COUNTER,
        "for at in range(4):",
        "    try:",
        "        async with ctx.lock(counter):",
        "            found = await counter.call(Counter.add, at)",
        "            if found == 1:",
        "                continue",
        "            if found == 2:",
        "                break",
        "            if found == 3:",
        "                return at, found",
        "            if found == 4:",
        '                raise ValueError("four")',
        "    except ValueError as error:",
        "        await work(len(str(error)))",
        "    finally:",
        "        await other(at)",
        "return n",
        head=HEAD,
    ),
    "locks one after the other, in a helper": main(
        COUNTER,
        "lock = ctx.lock(counter)",
        "total = await guarded(ctx, counter, n)",
        "async with lock:",
        "    total += await work(total)",
        "return total",
        head=HEAD,
    ),
    "calls kept across awaits": main(
        COUNTER,
        'event = ctx.wait_for_event("go", int | None, timeout=3)',
        'either = ctx.wait_for_event("way", Optional[int])',
        'plain = ctx.wait_for_event("stop", list[int])',
        'one = child.using(instance_id="chosen")(n)',
        "step = child if n else work",
        "two = counter.call(Counter.add, n)",
        "group = ctx.race(work(1), ctx.sleep(3))",
        "await counter.signal(Counter.add, 1)",
        "await counter.read()",
        "await event",
        "await one",
        "await two",
        "await plain",
        "await either",
        "await group",
        "await step(4)",
        "await child.start(n, instance_id='s')",
        "await child.using(instance_id='x').start(n)",
        "return await ctx.continue_as_new(n)",
        head=HEAD,
    ),
    "a target that fails inside the lock": main(
        COUNTER,
        "rows: list[Any] = []",
        "try:",
        "    async with ctx.lock(counter) as rows[n]:",
        "        await work(n)",
        "except IndexError as error:",
        "    await other(len(str(error)))",
        "return rows",
        head=HEAD,
    ),
    "versions": main(
        "await work(n)",
        'if ctx.version == "7":',
        "    await other(n)",
        "return ctx.version",
        head=HEAD,
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
@given(answers=ANSWERS)
def test_steps_do_what_python_does(name: str, answers: list[int | type[Exception]]) -> None:
    app, loaded = _loaded(name)

    def script() -> list[object]:
        return [each if isinstance(each, int) else each(f"at {at}") for at, each in enumerate(answers)]

    assert stepwise(app, 3, script(), loaded) == plainly(app, 3, script())


@cache
def _loaded(name: str) -> tuple[App, Flows]:
    app = load(PROGRAMS[name])
    verify(program(app))
    return app, flows(app)


def test_a_lock_is_released_on_every_way_out() -> None:
    app, loaded = _loaded("ways out of a lock")
    for answers in ([None, 1, None, None], [None, 2, None], [None, 3, None], [None, 4, None], [None, KeyError("k")]):
        calls = stepwise(app, 3, list(answers), loaded).calls
        assert calls[0] == "lock of (('Counter', 'k'),)"
        assert calls[2] == "release of a lock"


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("return await child(n)", "orchestrator child"),
        ("return await ctx.continue_as_new(n)", "continue_as_new"),
        ("return await guarded(ctx, ctx.entity(Counter, 'k'), n)", "lock"),
    ],
)
def test_what_belongs_outside_of_locks_fails_at_its_await(line: str, call: str) -> None:
    """Where `check` could not know it; the text is that of every engine."""
    app = load(main("try:", f"    {line}", "except Exception as error:", "    return str(error)", head=HEAD))
    stack = Stack(flows(app), run(), [])
    stack.run.lock = "held"
    stack.push(app.orchestrators["main"].fn(Context(stack.run), 1))
    ended = stack.advance(None, None)
    assert isinstance(ended, Returned)
    assert ended.value == f"{call} inside a lock could wait for itself; leave the `async with ctx.lock` first"


def test_the_lock_of_a_run_is_kept() -> None:
    app, loaded = _loaded("lock")
    stack = Stack(loaded, run(), [])
    stack.push(app.orchestrators["main"].fn(Context(stack.run), 1))
    stack.advance(None, None)
    stack.run.lock = "held"
    assert unpack(loaded, run(), pack(stack)).run.lock == "held"


def test_a_lock_in_the_flow() -> None:
    app = load(main(COUNTER, "async with ctx.lock(counter):", "    await work(n)", "return n", head=HEAD))
    (found,) = [each for each in program(app).flows if each.name == "main"]
    text = show(found)
    assert "await _pf_m1.acquire() -> 1  # lock Counter" in text
    assert text.count("_pf_m1.release()") == 2  # once on the normal way, once for an exception
    assert text.count("# release") == 2
