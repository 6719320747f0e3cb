"""Replays a recorded history through an execution and proves that the code takes the recorded way.

history: Scheduled 1 charge, Completed 1, TimerSet 2      code: schedules 1 refund
-> NonDeterminism: step 1: the history records Scheduled charge, the code now does Scheduled refund
"""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, final

from portable_faas.errors import NonDeterminism
from portable_faas.history import Event
from portable_faas.replay.commands import Command, Opening, Waiting
from portable_faas.replay.execution import Execution
from portable_faas.values import Failure, loads

NOTHING: Final = "nothing"


@final
class Replayed(NamedTuple):
    """Where a replay ended.

    ``waiting`` are the scheduled steps whose end would still let something go on; ``last`` is what else the code
    asked for in its last turn.
    """

    waiting: tuple[Waiting, ...]
    last: tuple[Command, ...]


def replay(execution: Execution, started: int, history: Sequence[Event]) -> Replayed:
    """Bring a fresh execution to the end of ``history``; ``started`` is the moment of the start in milliseconds.

    The execution stays in replay until the caller clears ``replaying``. Raises ``NonDeterminism`` where the code
    schedules something else than the history records.
    """
    execution.replaying = True
    turn = execution.start(started)
    commands = list(turn)
    expected = deque(steps(started, turn))
    for event in history:
        if event.scheduling:
            _compare(expected.popleft() if expected else None, event)
        elif event.completing:
            _nothing_left(expected)
            turn = deliver(execution, event)
            commands += turn
            expected.extend(steps(event.at, turn))
    _nothing_left(expected)
    opened = [command for command in commands if isinstance(command, Waiting)]
    return Replayed(
        tuple(command for command in opened if execution.waits_for(command.step)),
        tuple(command for command in turn if not isinstance(command, Opening)),
    )


def _nothing_left(expected: Sequence[Event]) -> None:
    if expected:
        raise NonDeterminism(expected[0].step, NOTHING, str(expected[0]))


def deliver(execution: Execution, event: Event) -> list[Command]:
    """Give one arrival from the world to the execution."""
    match event.kind:
        case "EventRaised":
            wire = json.loads(event.data)
            return execution.raised(event.name, json.dumps(wire["data"], ensure_ascii=False), wire["id"], event.at)
        case "Suspended":
            execution.suspend()
            return []
        case "Resumed":
            return execution.resume(event.at)
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
    """The events that record what ``commands`` open."""
    return (command.recorded(at) for command in commands if isinstance(command, Opening))


def _compare(found: Event | None, recorded: Event) -> None:
    if found is None:
        raise NonDeterminism(recorded.step, str(recorded), NOTHING)
    if found[1:] != recorded[1:]:
        shown, instead = str(recorded), str(found)
        if shown == instead:
            shown, instead = f"{shown}({recorded.data})", f"{instead}({found.data})"
        raise NonDeterminism(recorded.step, shown, instead)
