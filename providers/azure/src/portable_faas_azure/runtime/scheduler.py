"""Runs the fibers of an orchestrator inside the generator that a Durable SDK wants.

    yield <wait>  ->  a task ended  ->  Execution.complete(...)  ->  new tasks  ->  yield <wait>  ->  ...

The core's ``Execution`` decides what happens; this turns its commands into tasks and adds what the platform lacks:
retries with filters and time-outs, on durable timers. The platform replays the whole instance at every turn, so each
turn begins here with a fresh execution.
"""

import logging
import math
from collections.abc import Callable, Generator
from typing import Any, Final, Literal, final

from portable_faas.app import Orchestrator
from portable_faas.errors import ActivityCrashed, NotPortable
from portable_faas.history import ABANDONED, ATTEMPT_FAILED, COMPLETED, FAILED, TIMER_FIRED, Event, Kind
from portable_faas.replay import (
    Abandon,
    AbandonBranch,
    Command,
    Complete,
    Execution,
    Fail,
    Identity,
    PublishStatus,
    StartActivity,
    StartTimer,
    steps,
)
from portable_faas.values import Failure, Wire, capture, dumps, loads, rebuild
from portable_faas_azure.runtime.driver import Driver, Ended, Task
from portable_faas_azure.runtime.envelope import InstanceFailed, opened

LOG: Final = logging.getLogger("portable_faas.azure")
LONGEST_TIMER: Final = 24 * 60 * 60 * 1000  # ms; the SDK cuts timers over 6 days into blocking pieces

Record = Callable[[Event], None]
Role = Literal["result", "alarm", "next try", "timer"]


@final
class Step:
    """A durable operation that has not ended: the try it is at and the tasks that may move it on."""

    __slots__ = ("attempt", "command", "due", "tasks")

    def __init__(self, command: StartActivity | StartTimer) -> None:
        self.command = command
        self.attempt = 1
        self.due = 0  # when what it sleeps for comes
        self.tasks: dict[Role, Task] = {}


def orchestrate(
    driver: Driver, orchestrator: Orchestrator[Any, Any], logger_name: str, record: Record | None
) -> Generator[object, object, str]:
    """Run the instance as far as its history goes; gives the output as JSON, raises ``InstanceFailed``."""
    try:
        execution = _execution(driver, orchestrator, logger_name)
    except NotPortable as wrong:
        raise InstanceFailed(capture(wrong)) from wrong
    turns = Turns(driver, execution, record)
    try:
        turns.start()
        while turns.output is None:
            turns.go_on((yield from driver.wait()))
    finally:
        execution.close()  # the SDK drops the generator at the end of every turn
    return turns.output


def _execution(driver: Driver, orchestrator: Orchestrator[Any, Any], logger_name: str) -> Execution:
    signature = orchestrator.signature()
    text = driver.input
    inputs: dict[str, Wire] = {} if text is None else {signature.names[0]: loads(text)}
    identity = Identity(driver.instance_id, driver.key, logger_name)
    return Execution(orchestrator.fn, signature, identity, inputs)


@final
class Turns:
    """The turns of one execution over one driver; ``output`` is set when the orchestrator has returned."""

    def __init__(self, driver: Driver, execution: Execution, record: Record | None) -> None:
        self._driver = driver
        self._execution = execution
        self._record = record
        self._tasks: dict[Task, tuple[Step, Role]] = {}
        self._steps: dict[int, Step] = {}
        self._now = 0
        self.output: str | None = None

    def start(self) -> None:
        """Run to the first awaits."""
        self._begin_turn()
        self._absorb(self._execution.start(self._now))

    def go_on(self, ended: Ended) -> None:
        """Let the orchestrator go on from what has ended."""
        self._begin_turn()
        step, role = self._tasks.pop(ended.task)
        del step.tasks[role]
        match role:
            case "timer" | "next try" if self._now < step.due:
                self._sleep(step, role)
            case "timer":
                self._timer_fired(step)
            case "next try":
                self._try(step)
            case "alarm":
                self._failed(step, capture(self._activity(step).call.late()))
            case "result":
                self._returned(step, ended)

    def _note(self, kind: Kind, step: int, fiber: str, name: str = "", data: str = "null") -> None:
        """Tell of an event where somebody listens; a turn of the platform has no listener."""
        if self._record is not None:
            self._record(Event(self._now, kind, step, fiber, name, data))

    def _note_begun(self, commands: list[Command]) -> None:
        if self._record is not None:
            for event in steps(self._now, commands):
                self._record(event)

    def _begin_turn(self) -> None:
        self._now = max(self._now, self._driver.now())
        self._execution.replaying = self._driver.replaying

    # What the code asks for.

    def _absorb(self, commands: list[Command]) -> None:
        self._note_begun(commands)
        given_up = {command.step for command in commands if isinstance(command, Abandon)} if len(commands) > 1 else ()
        for command in commands:
            match command:
                case StartActivity(number) | StartTimer(number):
                    if number not in given_up:  # begun and abandoned in one turn: the platform need not hear of it
                        self._begin(Step(command))
                case PublishStatus(value):
                    self._driver.publish(value)
                case Abandon(number):
                    self._drop(number)
                case AbandonBranch(fiber):
                    self._note(ABANDONED, 0, fiber)
                case Complete(output):
                    self.output = output
                case Fail(failure):
                    raise InstanceFailed(failure)

    def _begin(self, step: Step) -> None:
        self._steps[step.command.step] = step
        if isinstance(step.command, StartTimer):
            step.due = step.command.due
            self._sleep(step, "timer")
        else:
            self._try(step)

    def _drop(self, number: int) -> None:
        step = self._steps.pop(number, None)
        if step is not None:
            self._forget_tasks(step)

    def _forget_tasks(self, step: Step) -> None:
        for task in step.tasks.values():
            del self._tasks[task]
            self._driver.forget(task)
        step.tasks.clear()

    def _follow(self, step: Step, role: Role, task: Task) -> None:
        step.tasks[role] = task
        self._tasks[task] = (step, role)

    # Timers.

    def _sleep(self, step: Step, role: Role) -> None:
        """Set a timer, or the first or next piece of a long one."""
        self._follow(step, role, self._driver.timer(min(step.due, self._now + LONGEST_TIMER)))

    def _timer_fired(self, step: Step) -> None:
        command = step.command
        assert isinstance(command, StartTimer)
        del self._steps[command.step]
        self._note(TIMER_FIRED, command.step, command.fiber)
        self._absorb(self._execution.fire(command.step, self._now))

    # Activities.

    @staticmethod
    def _activity(step: Step) -> StartActivity:
        assert isinstance(step.command, StartActivity)
        return step.command

    def _try(self, step: Step) -> None:
        command = self._activity(step)
        self._follow(step, "result", self._driver.activity(command.call.name, command.args))
        if command.call.timeout is not None:
            self._follow(step, "alarm", self._driver.timer(self._now + command.call.timeout * 1000))

    def _returned(self, step: Step, ended: Ended) -> None:
        if ended.result is None:
            name = self._activity(step).call.name
            LOG.warning("the platform gave up an attempt of activity %s: %s", name, ended.fault)
            self._failed(step, capture(ActivityCrashed(name)))
            return
        result, failure = opened(ended.result)
        if failure is None:
            self._end(step, result, None)
        else:
            self._failed(step, failure)

    def _failed(self, step: Step, failure: Failure) -> None:
        self._forget_tasks(step)
        wait = self._until_next_try(step, failure)
        if wait is None:
            self._end(step, "null", failure)
            return
        command, due = self._activity(step), self._now + math.ceil(wait * 1000)
        if self._record is not None:
            tried: dict[str, Wire] = {"attempt": step.attempt, "next": due, "failure": failure.to_wire()}
            self._note(ATTEMPT_FAILED, command.step, command.fiber, command.call.name, dumps(tried, "failure"))
        step.attempt += 1
        if due <= self._now:
            self._try(step)
        else:
            step.due = due
            self._sleep(step, "next try")

    def _until_next_try(self, step: Step, failure: Failure) -> float | None:
        """Seconds until the next try of a failed step, or None if it has failed for good."""
        call = self._activity(step).call
        wait = call.wait_after(step.attempt, rebuild(failure))
        return (
            wait * self._fraction(step) if wait is not None and call.retry is not None and call.retry.jitter else wait
        )

    def _fraction(self, step: Step) -> float:
        """Evenly between 0 and 1, by chance but the same in every replay."""
        from uuid import UUID, uuid5

        drawn = uuid5(UUID(self._driver.key), f"jitter {step.command.step} {step.attempt}")
        return (drawn.int & 0xFFFFFFFF) / 0x100000000

    def _end(self, step: Step, result: str, failure: Failure | None) -> None:
        self._forget_tasks(step)
        command = self._activity(step)
        del self._steps[command.step]
        if self._record is not None:
            kind: Kind = COMPLETED if failure is None else FAILED
            data = result if failure is None else dumps(failure.to_wire(), "failure")
            self._note(kind, command.step, command.fiber, command.call.name, data)
        self._absorb(self._execution.complete(command.step, self._now, result, failure))
