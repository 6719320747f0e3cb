"""Runs the fibers of an orchestrator inside the generator that a Durable SDK wants.

    yield <wait>  ->  a task ended  ->  Execution.complete(...)  ->  new tasks  ->  yield <wait>  ->  ...

The core's ``Execution`` decides what happens; this turns its commands into tasks. The platform replays the whole
instance at every turn, so each turn begins here with a fresh execution.
"""

import json
from collections.abc import Callable, Generator
from typing import Any, final

from portable_faas.app import Orchestrator
from portable_faas.errors import NonDeterminism, NotPortable
from portable_faas.history import ABANDONED, COMPLETED, EVENT_RAISED, FAILED, TIMER_FIRED, Event, Kind
from portable_faas.replay import (
    Abandon,
    AbandonBranch,
    AwaitEvent,
    CallEntity,
    Command,
    Complete,
    Continue,
    Execution,
    Fail,
    FreeLock,
    Identity,
    PublishStatus,
    RequestLock,
    SignalEntity,
    StartActivity,
    StartChild,
    StartInstance,
    StartTimer,
    Waiting,
    replay,
    steps,
)
from portable_faas.values import Failure, Wire, capture, dumps, loads
from portable_faas_azure.runtime.attempts import Attempts
from portable_faas_azure.runtime.children import Children
from portable_faas_azure.runtime.driver import Driver, Ended
from portable_faas_azure.runtime.entities import Entities
from portable_faas_azure.runtime.envelope import InstanceFailed
from portable_faas_azure.runtime.happening import read
from portable_faas_azure.runtime.start import Rerun, Start
from portable_faas_azure.runtime.steps import Steps

Record = Callable[[Event], None]


def orchestrate(
    driver: Driver, orchestrator: Orchestrator[Any, Any], logger_name: str, version: str, record: Record | None
) -> Generator[object, object, str | None]:
    """Run the instance as far as its history goes; gives the output as JSON, raises ``InstanceFailed``.

    ``version`` is that of the app whose code this is. The output is None where the run continues as new.
    """
    start = Start.read(driver.input)
    try:
        execution = _execution(driver, orchestrator, logger_name, start)
    except NotPortable as wrong:
        raise InstanceFailed(capture(wrong)) from wrong
    scheduler = Scheduler(driver, execution, start, version, record)
    try:
        scheduler.start()
        while not scheduler.over:
            scheduler.go_on((yield from driver.wait()))
    finally:
        execution.close()  # the SDK drops the generator at the end of every turn
    return scheduler.output


def _execution(driver: Driver, orchestrator: Orchestrator[Any, Any], logger_name: str, start: Start) -> Execution:
    signature = orchestrator.signature()
    inputs: dict[str, Wire] = {} if start.input is None else {signature.names[0]: loads(start.input)}
    key = driver.key if start.rerun is None else start.rerun.key
    identity = Identity(driver.instance_id, key, logger_name, start.version)
    return Execution(orchestrator.fn, signature, identity, inputs, start.events())


@final
class Scheduler:
    """The turns of one execution over one driver; ``over`` once the orchestrator has ended."""

    def __init__(self, driver: Driver, execution: Execution, start: Start, version: str, record: Record | None) -> None:
        self.driver = driver
        self.steps = Steps(driver)
        self.version = version
        self.rerun: Rerun | None = start.rerun
        self.key = driver.key if start.rerun is None else start.rerun.key
        self.over = False
        self.output: str | None = None
        self._execution = execution
        self._status = start.status
        self._parent = start.parent
        self._record = record
        self._attempts = Attempts(self)
        self._children = Children(self)
        self._entities = Entities(self)

    def derived_id(self, step: int) -> str:
        """The id of the instance that ``step`` starts where the program has chosen none."""
        return self._execution.derived_id(step)

    def start(self) -> None:
        """Run to the first awaits, or to where a failed run has come."""
        self._begin_turn()
        if self._status is not None:
            self.driver.publish(self._status)
        if self.rerun is None or not self.rerun.history:
            self._absorb(self._execution.start(self.steps.now))
        else:
            self._go_on_from(self.rerun)

    def _go_on_from(self, rerun: Rerun) -> None:
        """Do again what the failed run had done but for its last step, which nothing follows yet."""
        try:
            replayed = replay(self._execution, rerun.began, rerun.history)
        except NonDeterminism as wrong:
            raise InstanceFailed(capture(wrong)) from wrong
        self._execution.replaying = self.driver.replaying
        for event in rerun.history if self._record is not None else ():
            self._tell(event)
        for command in (*replayed.waiting, *replayed.last):
            self._carry_out(command)

    def go_on(self, ended: Ended | None) -> None:
        """Let the orchestrator go on from the events that have come, and from the task that has ended."""
        self._begin_turn()
        for payload in self.driver.heard():
            if not self.over:
                self._raised(payload)
        if ended is not None and not self.over:
            self.steps.moved(ended)

    def _raised(self, payload: str | None) -> None:
        happening = read(payload)
        inbox = self._execution.inbox
        if happening is None or inbox.verdict(happening.id) == "duplicate":
            return
        wire = f'{{"id":{json.dumps(happening.id)},"data":{happening.data}}}'
        self._tell(Event(self.steps.now, EVENT_RAISED, 0, "", happening.name, wire))
        self._absorb(self._execution.raised(happening.name, happening.data, happening.id, self.steps.now))

    def _begin_turn(self) -> None:
        self.steps.now = max(self.steps.now, self.driver.now())
        self._execution.replaying = self.driver.replaying

    # Telling what happens.

    def _tell(self, event: Event) -> None:
        if self._record is not None:
            self._record(event)

    def note(self, kind: Kind, command: Waiting, data: str = "null") -> None:
        """Tell of an event where somebody listens; a turn of the platform has no listener."""
        name = command.call.name if isinstance(command, StartActivity) else ""
        self._tell(Event(self.steps.now, kind, command.step, command.fiber, name, data))

    def _note_begun(self, commands: list[Command]) -> None:
        if self._record is not None:
            for event in steps(self.steps.now, commands):
                self._record(event)

    # What the code asks for.

    def _absorb(self, commands: list[Command]) -> None:
        self._note_begun(commands)
        given_up = {command.step for command in commands if isinstance(command, Abandon)} if len(commands) > 1 else ()
        for command in commands:
            # Begun and abandoned in one turn: the platform need not hear of it.
            if isinstance(command, CallEntity) or not isinstance(command, Waiting) or command.step not in given_up:
                self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case StartActivity():
                self._attempts.begin(command)
            case StartTimer(due=due):
                self.steps.sleep(command.step, due, lambda: self._fired(command))
            case PublishStatus(value):
                self._status = value
                self.driver.publish(value)
            case Abandon(number):
                self.steps.forget(number)
                self._children.abandon(number)
                self._entities.abandon(number)
            case AbandonBranch(fiber):
                self._tell(Event(self.steps.now, ABANDONED, 0, fiber))
            case Complete(output):
                self.over, self.output = True, output
            case Fail(failure):
                raise InstanceFailed(failure)
            case _:
                self._carry_out_stateful(command)

    def _carry_out_stateful(self, command: Command) -> None:
        match command:
            case AwaitEvent(due=due):
                self.driver.listen()
                if due is not None:
                    self.steps.sleep(command.step, due, lambda: self._fired(command))
            case StartChild():
                self._children.begin(command)
            case StartInstance():
                self._children.start(command)
            case CallEntity():
                self._entities.call(command)
            case SignalEntity():
                self._entities.signal(command)
            case RequestLock():
                self._entities.request(command)
            case FreeLock(lock=lock):
                self._entities.free(lock)
            case Continue():
                self._continue(command)

    def _continue(self, command: Continue) -> None:
        """The events of this turn that the run has not come to go into the inbox of the next one."""
        self.over, inbox = True, command.inbox
        for happening in map(read, self.driver.unheard()):
            if happening is not None and inbox.verdict(happening.id) != "duplicate":
                inbox.add(happening.name, happening.data, happening.id)
        start = Start(command.input, self.version, inbox=inbox.to_json(), status=self._status, parent=self._parent)
        self.driver.continue_as_new(start.text())

    # What has ended.

    def _fired(self, command: StartTimer | AwaitEvent) -> None:
        self.note(TIMER_FIRED, command)
        self.steps.forget(command.step)
        self._absorb(self._execution.fire(command.step, self.steps.now))

    def ended(self, command: Waiting, result: str, failure: Failure | None) -> None:
        """The step has ended, with JSON ``result`` or ``failure``: let the orchestrator go on from it."""
        self.steps.forget(command.step)
        if self._record is not None:
            data = result if failure is None else dumps(failure.to_wire(), "failure")
            self.note(COMPLETED if failure is None else FAILED, command, data)
        if self._execution.waits_for(command.step):
            self._absorb(self._execution.complete(command.step, self.steps.now, result, failure))
