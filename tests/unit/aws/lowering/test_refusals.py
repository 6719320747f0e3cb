"""What no state machine carries out yet is refused at its await, before anything is built."""

import pytest
from portable_faas_aws.compile import compiled
from portable_faas_aws.lowering.asl import WAIT_FOR_TOKEN

from portable_faas.errors import CompileError
from tests.aws.small import LINES, load, main

HEAD = """
@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        return n

@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return await work(n)

async def helper(ctx: Context, n: int) -> int:
    return await renewed(ctx, n)

async def renewed(ctx: Context, n: int) -> int:
    return await ctx.continue_as_new(n)
"""


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["await ctx.gather(ctx.first(1, work(1)), work(2))"], "first 1 of [activity work]"),
        (["await ctx.gather(work(1), child.start(n))"], "start of orchestrator child"),
        (["await ctx.race(work(1), ctx.gather(work(2), child.start(n)))"], "start of orchestrator child"),
    ],
)
def test_it_is_refused_at_its_line(lines: list[str], problem: str) -> None:
    app = load(main(*lines, head=HEAD))
    with pytest.raises(CompileError) as refused:
        compiled(app)
    (found,) = refused.value.diagnostics
    assert found.code == "AWS001"
    assert found.problem == f"`{problem}` is not compiled for AWS in this release"
    assert found.line == LINES + HEAD.count("\n") + 4


def test_a_lock_waits_in_one_state() -> None:
    app = load(main("async with ctx.lock(ctx.entity(Counter, 'k')):", "    await work(n)", head=HEAD))
    states = compiled(app).machines["main"]["States"]
    (waits,) = [state for name, state in states.items() if name.startswith("lock Counter")]
    assert waits["Resource"] == WAIT_FOR_TOKEN


def test_it_is_found_in_helpers() -> None:
    with pytest.raises(CompileError) as refused:
        compiled(load(main("await ctx.gather(helper(ctx, 1), work(2))", head=HEAD)))
    assert [each.problem.split("`")[1] for each in refused.value.diagnostics] == ["continue_as_new"]


@pytest.mark.parametrize(
    "line",
    [
        "await ctx.race(work(1), ctx.sleep(2))",
        "await ctx.first(1, work(1))",
        "await ctx.wait_for_event('go')",
        "await ctx.gather(work(1), child(n))",
        "await child.start(n)",
        "await ctx.entity(Counter, 'k').call(Counter.add, n)",
        "return await helper(ctx, n)",
    ],
)
def test_what_is_lowered_is_not_refused(line: str) -> None:
    assert "main" in compiled(load(main(line, head=HEAD))).machines


def test_what_a_program_only_declares_is_no_problem() -> None:
    app = load(main("await work(n)", head=HEAD))
    assert set(compiled(app).machines) == {"child", "main"}
