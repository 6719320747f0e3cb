"""Every await that `check` accepts becomes states, wherever it stands."""

import pytest
from portable_faas_aws.compile import compiled
from portable_faas_aws.lowering.asl import WAIT_FOR_TOKEN
from portable_faas_aws.runtime.ends import RENEW

from tests.aws.small import load, main

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


def test_a_lock_waits_in_one_state() -> None:
    app = load(main("async with ctx.lock(ctx.entity(Counter, 'k')):", "    await work(n)", head=HEAD))
    states = compiled(app).machines["main"]["States"]
    (waits,) = [state for name, state in states.items() if name.startswith("lock Counter")]
    assert waits["Resource"] == WAIT_FOR_TOKEN


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
        "await ctx.gather(ctx.first(1, work(1)), work(2))",
        "await ctx.gather(work(1), child.start(n))",
        "await ctx.race(work(1), ctx.gather(work(2), child.start(n)))",
        "await ctx.gather(helper(ctx, 1), work(2))",
    ],
)
def test_it_is_compiled(line: str) -> None:
    assert "main" in compiled(load(main(line, head=HEAD))).machines


def test_a_branch_that_continues_as_new_comes_before_other_failures() -> None:
    inner = "ctx.gather(helper(ctx, 1), work(2), return_exceptions=True)"
    app = load(main(f"await ctx.gather({inner}, child(n), return_exceptions=True)", head=HEAD))
    states = compiled(app).machines["main"]["States"]
    (group,) = [state for state in states.values() if state["Type"] == "Parallel"]
    assert group["Catch"][0]["ErrorEquals"] == [RENEW]
    assert states[group["Catch"][0]["Next"]]["Arguments"]["Payload"]["leave"] is True
    (nested,) = [state for state in group["Branches"][0]["States"].values() if state["Type"] == "Parallel"]
    assert [rule["ErrorEquals"] for rule in nested["Catch"]] == [[RENEW], ["States.ALL"]]


def test_what_a_program_only_declares_is_no_problem() -> None:
    app = load(main("await work(n)", head=HEAD))
    assert set(compiled(app).machines) == {"child", "main"}
