"""Loops that drop the results of their calls: one Map instead of a Choice a call, and the same end in every case."""

from typing import Any

import pytest
from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED
from portable_faas_aws.runtime.chain import VARIABLE

from portable_faas.testing.running import scratch_folder
from tests.aws.second import Outcome, Second
from tests.aws.small import load, main

HEAD = """
@app.activity
def note(n: int) -> int:
    if n == 7:
        raise LookupError("seven")
    return n

@app.activity
def seal(n: int) -> None: ...

@app.activity(retry=Retry(attempts=2), timeout=30)
def tried(n: int) -> str:
    from portable_faas.testing.scratch import tally

    if tally(str(n)) < 2 or n == 7:
        raise OSError(n)
    return "fine"

async def inner(ctx: Context, n: int) -> int:
    for each in range(n):
        await note(each)
    return n

async def quiet(n: int) -> None:
    await note(n)
"""

PROGRAMS = {
    "a loop variable afterwards": ("each = 0", "for each in range(n):", "    await note(each)", "return each"),
    "else, reached or not": (
        "for each in range(n):",
        "    if each == 5:",
        "        break",
        "    await note(each)",
        "else:",
        "    return -1",
        "return each",
    ),
    "some are passed over": (
        "for each in range(2 * n):",
        "    if each % 3:",
        "        continue",
        "    await note(each)",
        "return n",
    ),
    "Python that raises in between": ("for each in range(3, n - 3, -1):", "    await note(6 // each)", "return n"),
    "loops in loops": (
        "for one in range(n):",
        "    for two in range(one):",
        "        await note(two)",
        "    for three in range(2):",
        "        await seal(three)",
        "return n",
    ),
    "one loop after the other": (
        "for one in range(n % 3):",
        "    await note(one)",
        "for two in range(n):",
        "    await seal(two)",
        "return n",
    ),
    "a timer after it, and the time": (
        "for one in range(n):",
        "    await note(one)",
        "await ctx.sleep(60)",
        "return ctx.now().isoformat()",
    ),
    "state that changes": (
        "left = [str(each) for each in range(n)]",
        "while left:",
        "    await note(int(left.pop()))",
        "await seal(len(left))",
        "return left",
    ),
    "a helper": ("for one in range(n):", "    await quiet(one)", "return n"),
    "branches": ("done = await ctx.map(inner, list(range(n)))", "return done"),
    "attempts": ("for one in range(n):", "    await tried(one)", "return n"),
    "after a result": (
        "for one in await items(n):",
        "    await note(one)",
        "    assert one < 4, 'too many'",
        "return [n, str(ctx.uuid())]",
    ),
    "in a clause": (
        "try:",
        "    await note(7)",
        "except LookupError:",
        "    for one in range(n):",
        "        await seal(one)",
        "    raise",
    ),
    "a failure that is handled": (
        "try:",
        "    for one in range(n):",
        "        await note(one)",
        "except LookupError:",
        "    return one",
        "return -1",
    ),
}


def outcome(second: Second, n: int) -> Outcome:
    with scratch_folder():
        return second.run("main", str(n))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_as_with_every_step_outlined(name: str) -> None:
    text = main(*PROGRAMS[name], head=HEAD)
    default, outlined = Second(load(text)), Second(load(text), OUTLINED)
    for n in (0, 1, 2, 5, 9):
        found, expected = outcome(default, n), outcome(outlined, n)
        assert (found.output, found.error, found.calls) == (expected.output, expected.error, expected.calls)
        assert len(found.states) <= len(expected.states)


def states(*lines: str) -> dict[str, Any]:
    found: dict[str, Any] = Second(load(main(*lines, head=HEAD)), DEFAULT).machine("main")["States"]
    return found


@pytest.mark.parametrize("count", [0, 1, 6])
def test_a_loop_takes_one_state_more_than_its_calls(count: int) -> None:
    second = Second(load(main("for one in await items(n):", "    await note(one)", "return n", head=HEAD)))
    found = outcome(second, count)
    assert found.error is None
    assert found.states == ("items", "note in turn", *["note"] * count)
    assert len(found.invoked) == 1 + count


@pytest.mark.parametrize(
    "lines",
    [
        ("for one in range(n):", "    n += await note(one)", "return n"),
        ("for one in range(n):", "    await note(one)", "    ctx.log.info('done')", "return n"),
        ("while True:", "    await note(1)"),
        ("for one in range(n):", "    await tried.using(retry=Retry(attempts=n))(one)", "return n"),
        ("for one in range(n):", "    await note(one)", "    await ctx.sleep(1)", "return n"),
        PROGRAMS["a failure that is handled"],
    ],
)
def test_loops_that_stay_as_they_are(lines: tuple[str, ...]) -> None:
    assert [name for name in states(*lines) if "in turn" in name] == []


def test_a_loop_that_no_execution_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls as would fit go one by one, before the rest is tried again."""
    monkeypatch.setenv(VARIABLE, "120")  # 80 are counted, of which 40 are for going on; a call takes 9, a Map 4
    second = Second(load(main("for one in await items(n):", "    await seal(one)", "return n", head=HEAD)))
    assert outcome(second, 4).states == ("items", "seal in turn", *["seal"] * 4)
    slow = ["seal one by one"] * 7
    assert outcome(second, 9).states[:11] == ("items", *slow, "seal in turn", "seal", "seal")


CHAINED = {
    "a loop after another": (
        "for one in range(n):",
        "    await seal(one)",
        "for other in await items(n):",
        "    await note(other)",
        "return [n, await note(n)]",
    ),
    "helpers after a loop": (
        "for one in range(n):",
        "    await seal(one)",
        "return await ctx.gather(*[inner(ctx, each) for each in range(n)])",
    ),
    "a loop that is mostly empty in another": (
        "for one in range(4 * n):",
        "    kept = await items(one // 4 if one % 4 == 3 else 0)",
        "    for each in kept:",
        "        await seal(each)",
        "return n",
    ),
    "a status and helpers": (
        "await ctx.set_status('begun')",
        "for one in range(n):",
        "    await note(one)",
        "await ctx.set_status(n)",
        "return await ctx.gather(*[inner(ctx, each) for each in range(n)], return_exceptions=True)",
    ),
}


@pytest.mark.parametrize("events", [90, 120, 200])
@pytest.mark.parametrize("name", CHAINED)
def test_the_same_in_short_histories(name: str, events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(events))
    text = main(*CHAINED[name], head=HEAD)
    default, outlined = Second(load(text)), Second(load(text), OUTLINED)
    for n in (0, 1, 5, 7, 9, 14):
        found, expected = outcome(default, n), outcome(outlined, n)
        assert (found.output, found.error, found.calls) == (expected.output, expected.error, expected.calls)
        assert found.status == expected.status
