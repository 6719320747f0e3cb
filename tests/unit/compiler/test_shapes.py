"""What an await may carry out, as far as the source says it."""

import pytest

from portable_faas.ir import ActivityShape, Await, Shape
from portable_faas.ir.printer import show_shape
from portable_faas.values.retry import Retry
from tests.aws.small import flow, main

HEAD = """
TWICE = Retry(attempts=2)
WAYS = {"work": work, "other": other}

async def pair(ctx: Context, n: int) -> int:
    return await work(n)

@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        return n

@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return await work(n)

async def read(ctx: Context, c) -> int:
    return await c.call(Counter.add, 1)

@app.activity(retry=Retry(attempts=5), timeout=7)
def strict(n: int) -> int:
    return n
"""


def shapes(*lines: str) -> tuple[Shape, ...]:
    """The shapes of the last await."""
    ends = [block.end for block in flow(main(*lines, head=HEAD)).blocks if isinstance(block.end, Await)]
    return ends[-1].shapes


def shown(*lines: str) -> str:
    return " | ".join(show_shape(shape) for shape in shapes(*lines))


FIRST = "first 2 of [activity work, activity work, activity other]"
RACED = "race of any number of [activity work | orchestrator child]"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["await work(n)"], "activity work"),
        (["await (work(n) if n else other(n))"], "activity work | activity other"),
        (["f = work if n else other", "await f(n)"], "activity work | activity other"),
        (["call = work(n)", "await call"], "activity work"),
        (["await ctx.sleep(1)"], "timer"),
        (["try:", "    a = 1", "except KeyError:", "    await ctx.sleep(1)"], "timer"),  # no way leads there
        (["await ctx.sleep_until(ctx.now())"], "timer"),
        (["await ctx.set_status(1)"], "status"),
        (["await WAYS['work'](n)"], "activity work | activity other"),
        (["await strict(n)"], "activity strict retry 5 timeout 7"),
        (["await strict.using(timeout=2)(n)"], "activity strict retry 5 timeout 2"),
        (["await strict.using(retry=TWICE)(n)"], "activity strict retry 2 timeout 7"),
        (["await work.using(retry=Retry(attempts=n))(n)"], "activity work policy at run time"),
        (["k = TWICE", "await work.using(retry=k)(n)"], "activity work policy at run time"),
        (["await ctx.gather(work(1), ctx.sleep(2))"], "gather of [activity work, timer]"),
        (["await ctx.gather(*[work(i) for i in [1, 2]])"], "gather of any number of [activity work]"),
        (
            ["calls = [work(1)]", "calls.append(other(2))", "await ctx.gather(*calls)"],
            "gather of any number of [activity work | activity other]",
        ),
        (["await ctx.gather(*[work(1)], ctx.sleep(1))"], "gather of any number of [activity work | timer]"),
        (["await ctx.map(work, [1])"], "gather of any number of [activity work]"),
        (["await ctx.map(work, [1], limit=2)"], "gather limited of any number of [activity work]"),
        (["await ctx.gather(work(1), return_exceptions=True)"], "gather keeps errors True of [activity work]"),
        (["await ctx.gather(work(1), return_exceptions=n > 1)"], "gather keeps errors None of [activity work]"),
        (["await ctx.gather(ctx.gather(work(1)), work(2))"], "gather of [gather of [activity work], activity work]"),
        (["await ctx.race(work(1), ctx.sleep(2))"], "race of [activity work, timer]"),
        (["await ctx.race(*[work(i) for i in [1]], child(1))"], RACED),
        (
            ["await ctx.first(2, work(1), work(2), other(3))"],
            "first 2 of [activity work, activity work, activity other]",
        ),
        (["await ctx.first(n, work(1))"], "first some at run time of [activity work]"),
        (["await ctx.gather(ctx.race(work(1)), work(2))"], "gather of [race of [activity work], activity work]"),
        (["await ctx.wait_for_event('go')"], "event go"),
        (["await ctx.wait_for_event('go', int, None)"], "event go"),
        (["await ctx.wait_for_event('go', timeout=3)"], "event go with a time-out"),
        (["await ctx.wait_for_event(str(n), **{'timeout': 3})"], "event named at run time with a time-out"),
        (["await child(n)"], "orchestrator child"),
        (["await child.using(instance_id='x')(n)"], "orchestrator child under a chosen id"),
        (["await child.using(instance_id=None)(n)"], "orchestrator child"),
        (["await child.start(n)"], "start of orchestrator child"),
        (["await child.using(instance_id='x').start(n)"], "start of orchestrator child"),
        (["step = child if n else work", "await step(n)"], "orchestrator child | activity work"),
        (["await ctx.map(child, [1])"], "gather of any number of [orchestrator child]"),
        (["return await ctx.continue_as_new(n)"], "continue as new"),
        (["c = ctx.entity(Counter, 'k')", "await c.call(Counter.add, n)"], "call of entity Counter.add"),
        (["await ctx.entity(Counter, 'k').signal(Counter.add, n)"], "signal of entity Counter.add"),
        (["await ctx.entity(Counter, 'k').read()"], "read of entity Counter"),
        (["cs = [ctx.entity(Counter, 'k')]", "await cs[0].read()"], "read of entity Counter"),
    ],
)
def test_shapes(lines: list[str], found: str) -> None:
    assert shown(*lines) == found


def test_a_helper() -> None:
    (shape,) = shapes("await pair(ctx, n)")
    assert show_shape(shape).startswith("helper small_")
    assert show_shape(shape).endswith(":pair")


def test_an_entity_that_only_its_operation_names() -> None:
    ends = [block.end for block in flow(main("await read(ctx, 1)", head=HEAD), "read").blocks]
    found = [shape for end in ends if isinstance(end, Await) for shape in end.shapes]
    assert [show_shape(shape) for shape in found] == ["call of entity ?.add"]


def test_the_ways_out_of_a_lock_are_releases() -> None:
    text = main("c = ctx.entity(Counter, 'k')", "async with ctx.lock(c, c):", "    return n", head=HEAD)
    ends = [block.end for block in flow(text).blocks if isinstance(block.end, Await)]
    assert [show_shape(end.shapes[0]) for end in ends] == ["lock Counter", "release", "release"]


def test_the_policy_of_an_activity_is_its_own() -> None:
    assert shapes("await strict(n)") == (ActivityShape("strict", Retry(attempts=5), 7),)


def test_a_policy_that_is_wrong_is_left_to_the_run() -> None:
    """It fails where it stands, as the program's own error."""
    (shape,) = shapes("await work.using(timeout=-1)(n)")
    assert isinstance(shape, ActivityShape)
    assert not shape.known
