"""Random programs under random orders of completion: a replay of any prefix is where the live run was."""

import json
from contextlib import closing
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas import App, Context
from portable_faas.errors import NonDeterminism
from portable_faas.history import COMPLETED, FAILED, TIMER_FIRED, Event
from portable_faas.replay import (
    Abandon,
    Command,
    Complete,
    Execution,
    Fail,
    Identity,
    StartActivity,
    StartTimer,
    deliver,
    replay,
    steps,
)
from portable_faas.values import capture

app = App("schedules")
IDENTITY = Identity("id", "7b0a3d3e-3a51-4a0f-9d8e-0123456789ab", "log")
SPEC: list[Any] = []


@app.activity
def work(n: int) -> int:
    raise AssertionError("the test completes it")


@app.orchestrator
async def main(ctx: Context) -> Any:
    return await interpret(ctx, SPEC[0])


async def interpret(ctx: Context, spec: Any) -> Any:
    """Run a program tree: durable operations and every way they nest."""
    match spec:
        case ["work", n]:
            return await work(n)
        case ["sleep", seconds]:
            await ctx.sleep(seconds)
            return (ctx.now() - ctx.now()).total_seconds()
        case ["uuid"]:
            return str(ctx.uuid())
        case ["seq", *parts]:
            return [await interpret(ctx, part) for part in parts]
        case ["try", body, handler]:
            try:
                return await interpret(ctx, body)
            except ValueError as error:
                return [str(error), await interpret(ctx, handler)]
            finally:
                await ctx.set_status("left a try")
        case ["gather", limit, keep, *parts]:
            branches = [work(part[1]) if part[0] == "work" else interpret(ctx, part) for part in parts]
            found = await ctx.gather(*branches, limit=limit, return_exceptions=keep)
            return [str(item) if isinstance(item, Exception) else item for item in found]
    raise AssertionError(spec)


LEAVES = st.one_of(
    st.tuples(st.just("work"), st.integers(0, 9)).map(list),
    st.tuples(st.just("sleep"), st.integers(0, 3)).map(list),
    st.just(["uuid"]),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, max_size=4)
    return st.one_of(
        parts.map(lambda found: ["seq", *found]),
        st.tuples(inner, inner).map(lambda pair: ["try", *pair]),
        st.tuples(st.sampled_from([None, 1, 2]), st.booleans(), parts).map(lambda t: ["gather", t[0], t[1], *t[2]]),
    )


PROGRAMS = st.recursive(LEAVES, nested, max_leaves=12)


class Run(NamedTuple):
    """A finished run: its history and its end."""

    history: list[Event]
    end: Complete | Fail


def fresh() -> Execution:
    return Execution(main.fn, main.signature(), IDENTITY, {})


def waiting(commands: list[Command], open_steps: dict[int, StartActivity | StartTimer]) -> None:
    for command in commands:
        if isinstance(command, StartActivity | StartTimer):
            open_steps[command.step] = command
        elif isinstance(command, Abandon):
            del open_steps[command.step]


def completion(command: StartActivity | StartTimer, fails: bool, now: int) -> Event:
    if isinstance(command, StartTimer):
        return Event(max(now, command.due), TIMER_FIRED, command.step, command.fiber)
    if fails:
        failure = json.dumps(capture(ValueError(f"failed {command.args}")).to_wire())
        return Event(now, FAILED, command.step, command.fiber, "work", failure)
    return Event(now, COMPLETED, command.step, command.fiber, "work", str(command.step * 100))


def ended(commands: list[Command]) -> Complete | Fail | None:
    return next((command for command in commands if isinstance(command, Complete | Fail)), None)


def drive(data: st.DataObject) -> Run:
    """Run the program to its end, completing open steps in a drawn order; check a replay at each point."""
    with closing(fresh()) as execution:
        return drive_open(execution, data)


def drive_open(execution: Execution, data: st.DataObject) -> Run:
    now = 1000
    commands = execution.start(now)
    history = list(steps(now, commands))
    open_steps: dict[int, StartActivity | StartTimer] = {}
    waiting(commands, open_steps)
    while (end := ended(commands)) is None:
        assert open_steps, "the program waits for nothing"
        step = data.draw(st.sampled_from(sorted(open_steps)), label="next to end")
        now += data.draw(st.integers(0, 5), label="milliseconds")
        event = completion(open_steps.pop(step), data.draw(st.integers(0, 3)) == 0, now)
        now = event.at
        history.append(event)
        commands = deliver(execution, event)
        history += steps(now, commands)
        waiting(commands, open_steps)
        check_replay(history, set(open_steps), ended(commands))
    return Run(history, end)


def check_replay(history: list[Event], open_steps: set[int], end: Complete | Fail | None) -> None:
    with closing(fresh()) as again:
        replayed = replay(again, 1000, history)
        if end is None:
            assert {command.step for command in replayed.waiting} == open_steps
        assert ended(list(replayed.last)) == end


@given(PROGRAMS, st.data())
def test_a_replay_is_where_the_live_run_was(program: Any, data: st.DataObject) -> None:
    SPEC[:] = [program]
    drive(data)


@given(PROGRAMS, st.data())
def test_a_changed_history_is_noticed(program: Any, data: st.DataObject) -> None:
    SPEC[:] = [["seq", ["work", 1], program]]
    history = drive(data).history
    changed = [history[0]._replace(name="other"), *history[1:]]
    with closing(fresh()) as execution, pytest.raises(NonDeterminism) as noticed:
        replay(execution, 1000, changed)
    assert (noticed.value.step, noticed.value.expected) == (1, "Scheduled other")
    shorter = [history[0], *[event for event in history[1:] if event.step != 1]]
    if len(shorter) > 1:
        with closing(fresh()) as execution, pytest.raises(NonDeterminism):
            replay(execution, 1000, shorter)
