"""Replays a recorded history through an execution and proves that the code takes the recorded way.

    history: Scheduled 1 charge, Completed 1, TimerSet 2      code: schedules 1 refund
    -> NonDeterminism: step 1: the history records Scheduled charge, the code now does Scheduled refund
"""

from collections import deque
from collections.abc import Iterable, Sequence

from portable_faas.errors import NonDeterminism
from portable_faas.history import SCHEDULED, TIMER_SET, Event
from portable_faas.replay.commands import Command, StartActivity, StartTimer
from portable_faas.replay.execution import Execution
from portable_faas.values import Failure, loads

NOTHING = "nothing"


def replay(execution: Execution, started: int, history: Sequence[Event]) -> list[Command]:
    """Bring a fresh execution to the end of ``history``; gives the commands of its last turn that are not in it.

    ``started`` is the moment of the start in milliseconds. The execution stays in replay until the caller clears
    ``replaying``. Raises ``NonDeterminism`` where the code schedules something else than the history records.
    """
    execution.replaying = True
    expected = deque(steps(started, execution.start(started)))
    rest: list[Command] = []
    for event in history:
        if event.scheduling:
            _compare(expected.popleft() if expected else None, event)
        elif event.completing:
            if expected:
                raise NonDeterminism(expected[0].step, NOTHING, str(expected[0]))
            rest = deliver(execution, event)
            expected.extend(steps(event.at, rest))
    if expected:
        raise NonDeterminism(expected[0].step, NOTHING, str(expected[0]))
    return [command for command in rest if not isinstance(command, StartActivity | StartTimer)]


def deliver(execution: Execution, event: Event) -> list[Command]:
    """Give one completion to the execution."""
    if not execution.waits_for(event.step):
        raise NonDeterminism(event.step, str(event), NOTHING)
    match event.kind:
        case "Completed":
            return execution.complete(event.step, event.at, event.data, None)
        case "Failed":
            return execution.complete(event.step, event.at, "null", Failure.from_wire(loads(event.data)))
        case _:
            return execution.fire(event.step, event.at)


def steps(at: int, commands: Iterable[Command]) -> Iterable[Event]:
    """The events that record what ``commands`` schedule."""
    for command in commands:
        if isinstance(command, StartActivity):
            yield Event(at, SCHEDULED, command.step, command.fiber, command.call.name, command.args)
        elif isinstance(command, StartTimer):
            yield Event(at, TIMER_SET, command.step, command.fiber, "", str(command.due))


def _compare(found: Event | None, recorded: Event) -> None:
    if found is None:
        raise NonDeterminism(recorded.step, str(recorded), NOTHING)
    if found[1:] != recorded[1:]:
        shown, instead = str(recorded), str(found)
        if shown == instead:
            shown, instead = f"{shown}({recorded.data})", f"{instead}({found.data})"
        raise NonDeterminism(recorded.step, shown, instead)


