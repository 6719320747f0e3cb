"""Steps an orchestrator coroutine: completions go in, commands come out, nothing else happens.

    execution = Execution(...)
    execution.start(now)                       -> [StartActivity(1, charge)]
    execution.complete(1, now, receipt, None)  -> [StartTimer(2, due)]
    execution.fire(2, now)                     -> [Complete(receipt)]

The same completions in the same order give the same commands, whatever engine drives it. No clock is read and
no I/O is done; times are milliseconds since 1970 UTC.
"""

import math
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall, Call, Gather, SetStatus, Sleep, inside_lock, refuse
from portable_faas.context.instances import ContinueAsNew, OrchestratorCall, StartCall, Started
from portable_faas.context.waits import Select, WaitForEvent
from portable_faas.errors import NotPortable
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.replay.commands import (
    Abandon,
    AbandonBranch,
    AwaitEvent,
    CallEntity,
    Command,
    Complete,
    Continue,
    Fail,
    FreeLock,
    PublishStatus,
    RequestLock,
    SignalEntity,
    StartActivity,
    StartChild,
    StartInstance,
    StartTimer,
)
from portable_faas.replay.fibers import Fiber, Waiter
from portable_faas.replay.groups import Group, Join, Selection
from portable_faas.replay.inbox import Inbox, Raised
from portable_faas.values import (
    Failure,
    Signature,
    Wire,
    capture_end,
    dumps,
    dumps_arguments,
    loads,
    rebuild,
)

if TYPE_CHECKING:
    from uuid import UUID

YEAR: Final = timedelta(days=365)  # one run lasts under a year: the limit of a Step Functions execution


@final
class Identity:
    """Who an execution is: what stays the same in every replay.

    ``key`` is a UUID in text, new for each run; ``version`` is the app's when the run began.
    """

    __slots__ = ("instance_id", "key", "logger_name", "version")

    def __init__(self, instance_id: str, key: str, logger_name: str, version: str = "") -> None:
        self.instance_id = instance_id
        self.key = key
        self.logger_name = logger_name
        self.version = version


@final
class Execution:
    """One run of one orchestrator: the scheduler of its fibers, and the run behind its context."""

    __slots__ = (
        "_buried", "_came", "_commands", "_current", "_ended", "_held_up", "_identity", "_instant",
        "_listening", "_locks", "_now", "_queue", "_root", "_signature", "_steps", "_waiting", "inbox",
        "replaying", "suspended",
    )  # fmt: skip

    def __init__(
        self,
        fn: Callable[..., Coroutine[Any, Any, Any]],
        signature: Signature,
        identity: Identity,
        inputs: Wire,
        inbox: Inbox | None = None,
    ) -> None:
        self._identity = identity
        self._signature = signature
        self._now = 0
        self._steps = 0
        self._commands: list[Command] = []
        self._queue: deque[tuple[Waiter, object, BaseException | None]] = deque()
        self._instant: deque[Waiter] = deque()
        self._waiting: dict[int, tuple[Waiter, Callable[[Any], Any] | None]] = {}
        self._listening: dict[int, WaitForEvent[Any]] = {}
        self._locks: dict[int, tuple[Fiber | None, RequestLock]] = {}
        self._came: set[int] = set()
        self._held_up: list[Callable[[], None]] = []
        self._buried: list[Fiber] = []
        self._ended = False
        self.inbox = inbox or Inbox()
        self.replaying = False
        self.suspended = False
        coroutine = signature.call(fn, (Context(self),), inputs)
        self._root = self._current = Fiber(self, "", coroutine, _End(self))

    # What an engine does with it.

    def start(self, at: int) -> list[Command]:
        """Run to the first awaits."""
        self.resume_soon(self._root, None, None)
        return self._turn(at)

    def complete(self, step: int, at: int, result: str, failure: Failure | None) -> list[Command]:
        """A step ended, with ``result`` as JSON or with ``failure``: go on from its await."""
        if self.suspended:
            self._came.add(step)
        return self._arrived(at, lambda: self._complete(step, result, failure))

    def _complete(self, step: int, result: str, failure: Failure | None) -> None:
        if step not in self._waiting:
            return  # what else came while the instance was suspended has ended it
        waiter, decode = self._waiting.pop(step)
        late = self._listening.pop(step, None)
        if late is not None:
            self.resume_soon(waiter, None, late.late())
            return
        if step in self._locks and isinstance(waiter, Fiber):
            self._locks[step] = (waiter, self._locks[step][1])
            waiter.lock = step
        try:
            value = None if decode is None or failure else decode(loads(result))
            self.resume_soon(waiter, value, rebuild(failure) if failure else None)
        except NotPortable as wrong:
            self.resume_soon(waiter, None, wrong)

    def fire(self, step: int, at: int) -> list[Command]:
        """A timer fired, or the time of an event wait is up: go on from its await."""
        return self.complete(step, at, "null", None)

    def raised(self, name: str, data: str, event_id: str, at: int) -> list[Command]:
        """An external event came that ``inbox.verdict`` calls new: the oldest wait for it gets it, or it is kept."""

        self.inbox.add(name, data, event_id)
        return self._arrived(at, lambda: self._offer(name))

    def suspend(self) -> None:
        """Take what comes, but go on with nothing until ``resume``."""
        self.suspended = True

    def resume(self, at: int) -> list[Command]:
        """Go on with everything that came since ``suspend``, in its order."""
        self.suspended = False
        self._came.clear()
        held, self._held_up = self._held_up, []
        for arrival in held:
            arrival()
        return self._turn(at)

    def _arrived(self, at: int, arrival: Callable[[], None]) -> list[Command]:
        if self.suspended:
            self._held_up.append(arrival)
            return []
        arrival()
        return self._turn(at)

    def waits_for(self, step: int) -> bool:
        """Whether the end of ``step`` has not come and would still let something go on."""
        return step in self._waiting and step not in self._came

    def close(self) -> None:
        """Free every coroutine without running any more of the program."""
        self.replaying = True  # keeps ctx.log silent in `finally` blocks
        self._queue.clear()
        self._instant.clear()
        self._root.abandon()
        for fiber in self._buried:
            fiber.close()
        self._buried.clear()

    def held_locks(self) -> dict[int, RequestLock]:
        """The locks that this instance holds, by the step that requested them."""
        return {lock: request for lock, (fiber, request) in self._locks.items() if fiber is not None}

    def _turn(self, at: int) -> list[Command]:
        self._now = max(self._now, at)
        while not self._ended and (self._queue or self._instant):
            if self._queue:
                waiter, value, error = self._queue.popleft()
            else:  # a queued event beats a timer that is due at the same moment
                waiter, value, error = self._instant.popleft(), None, None
            if isinstance(waiter, Fiber):
                self._current = waiter
            waiter.resume(value, error)
        commands, self._commands = self._commands, []
        return commands

    # What fibers and groups ask of it.

    def resume_soon(
        self, waiter: Waiter, value: object, error: BaseException | None, held: tuple[Raised, ...] = ()
    ) -> None:
        """Resume ``waiter`` in this turn, after everything already queued; ``held`` are the events in ``value``."""
        waiter.held = held
        self._queue.append((waiter, value, error))

    def abandon_step(self, step: int) -> None:
        """Nobody waits for ``step`` any more."""
        if self._waiting.pop(step, None) is not None:
            self._listening.pop(step, None)
            self._locks.pop(step, None)
            self._commands.append(Abandon(step))

    def abandon_branch(self, fiber_id: str) -> None:
        """The end of another branch ended what this one belonged to."""
        self._commands.append(AbandonBranch(fiber_id))

    def bury(self, fiber: Fiber) -> None:
        """Keep the fiber until ``close``: freeing a coroutine now would run its ``finally`` blocks in Python."""
        self._buried.append(fiber)
        for lock in [lock for lock, (holder, _) in self._locks.items() if holder is fiber]:
            self._free(lock, fiber)

    def put_back(self, events: tuple[Raised, ...]) -> None:
        """The program never received these events: they stay queued, and other waits may have them."""
        for event in events:
            self.inbox.put_back(event)
        for event in events:
            self._offer(event.name)

    def _offer(self, name: str) -> None:
        """Give queued events to the waits for them, the oldest to the oldest."""
        for step in [step for step, call in self._listening.items() if call.name == name]:
            event = self.inbox.take(name)
            if event is None:
                return
            waiter, decode = self._waiting.pop(step)
            del self._listening[step]
            self._commands.append(Abandon(step))
            try:
                value = decode(loads(event.data)) if decode else None
                self.resume_soon(waiter, value, None, (event,))
            except NotPortable as wrong:
                self.resume_soon(waiter, None, wrong)

    def begin(self, awaited: object, waiter: Waiter) -> None:
        """Start what was awaited or gathered; what cannot start is an error at the place of its await."""
        try:
            if not isinstance(waiter, Fiber) and isinstance(awaited, Call):
                awaited.take()  # an await marks its call itself, a gather does not
            self._begin(awaited, waiter)
        except Exception as wrong:
            self.resume_soon(waiter, None, wrong)

    def _begin(self, awaited: object, waiter: Waiter) -> None:
        match awaited:
            case ActivityCall():
                self._start_activity(awaited, waiter)
            case Sleep():
                self._start_timer(awaited, waiter)
            case SetStatus():
                self._commands.append(PublishStatus(awaited.text()))
                self.resume_soon(waiter, None, None)
            case Gather():
                self._start_group(Join(awaited, waiter, self._group_id(waiter)), waiter)
            case Select():
                self._start_group(Selection(awaited, waiter, self._group_id(waiter)), waiter)
            case CoroutineType():
                fiber = Fiber(self, waiter.id, awaited, waiter)
                waiter.child = fiber
                self.resume_soon(fiber, None, None)
            case Call():
                self._begin_stateful(awaited, waiter)
            case _:
                refuse(awaited)

    def _begin_stateful(self, awaited: Call[Any], waiter: Waiter) -> None:
        match awaited:
            case WaitForEvent():
                self._wait_for_event(awaited, waiter)
            case OrchestratorCall():
                self._start_child(awaited, waiter)
            case StartCall():
                self._start_instance(awaited, waiter)
            case ContinueAsNew():
                self._continue(awaited, waiter)
            case _:
                self._begin_on_entity(awaited, waiter)

    def _begin_on_entity(self, awaited: Call[Any], waiter: Waiter) -> None:
        from portable_faas.context import entities as entity  # most orchestrators use none

        match awaited:
            case entity.EntityCall(type=type, key=key, operation=name, args=args):
                step = self._wait(waiter, awaited.decode)
                self._commands.append(CallEntity(step, waiter.id, type.name, key, name, args, waiter.lock))
            case entity.EntitySignal(type=type, key=key, operation=name, args=args):
                self._steps += 1
                self._commands.append(SignalEntity(self._steps, waiter.id, type.name, key, name, args, waiter.lock))
                self.resume_soon(waiter, None, None)
            case entity.AcquireLock():
                self._outside_locks(waiter, awaited)
                request = RequestLock(self._wait(waiter, None), waiter.id, awaited.entities)
                self._locks[request.step] = (None, request)
                self._commands.append(request)
            case entity.ReleaseLock() if isinstance(waiter, Fiber):
                self._free(waiter.lock, waiter)
                self.resume_soon(waiter, None, None)
            case _:
                refuse(awaited)

    def _free(self, lock: int, fiber: Fiber) -> None:
        del self._locks[lock]
        fiber.lock = 0
        self._steps += 1
        self._commands.append(FreeLock(self._steps, fiber.id, lock))

    def _outside_locks(self, waiter: Waiter, call: Call[Any]) -> None:
        if waiter.lock:
            raise inside_lock(call)

    def _start_activity(self, call: ActivityCall[Any], waiter: Waiter) -> None:
        signature = call.signature()
        args = dumps_arguments(signature.encode_args(call.args, call.kwargs))
        self._commands.append(StartActivity(self._wait(waiter, signature.decode_result), waiter.id, call, args))

    def _start_timer(self, sleep: Sleep, waiter: Waiter) -> None:
        wait = sleep.due - self.now()
        if wait >= YEAR:
            raise ValueError(f"a timer of {wait.days} days: one run of an orchestrator lasts under a year")
        due = -((EPOCH - sleep.due) // MILLISECOND)  # rounded up, since a delay is a lower bound
        if due <= self._now:
            self._instant.append(waiter)
        else:
            self._commands.append(StartTimer(self._wait(waiter, None), waiter.id, due))

    def _wait_for_event(self, call: WaitForEvent[Any], waiter: Waiter) -> None:
        step = self._wait(waiter, call.decode)
        due = None if call.timeout is None else self._now + max(0, math.ceil(call.timeout * 1000))
        self._commands.append(AwaitEvent(step, waiter.id, call.name, due))
        self._listening[step] = call
        self._offer(call.name)
        if step in self._listening and due is not None and due <= self._now:
            self.abandon_step(step)
            self.resume_soon(waiter, None, call.late())

    def _start_child(self, call: OrchestratorCall[Any], waiter: Waiter) -> None:
        self._outside_locks(waiter, call)
        given = call.input()
        step = self._wait(waiter, call.signature().decode_result)
        chosen = call.instance_id or self.derived_id(step)
        self._commands.append(StartChild(step, waiter.id, call.name, chosen, given))

    def _start_instance(self, call: StartCall[Any], waiter: Waiter) -> None:
        given = call.input()
        step = self._wait(waiter, Started)
        chosen = call.instance_id or self.derived_id(step)
        self._commands.append(StartInstance(step, waiter.id, call.name, chosen, given, call.if_exists))

    def derived_id(self, step: int) -> str:
        """The id of an instance that this one starts by ``step``, where the program chooses none.

        It is the same in every replay, and new for each run.
        """
        from uuid import UUID, uuid5

        return uuid5(UUID(self._identity.key), f"instance {step}").hex

    def _continue(self, call: ContinueAsNew, waiter: Waiter) -> None:
        self._outside_locks(waiter, call)
        given = self._signature.dump_input(call.args)
        self._root.abandon()  # events that a branch was given and the program did not receive go back
        self._ended = True
        self._commands.append(Continue(given, self.inbox))

    def _start_group(self, group: Group, waiter: Waiter) -> None:
        waiter.child = group
        group.begin()

    def _group_id(self, waiter: Waiter) -> str:
        number = 0
        if isinstance(waiter, Fiber):
            number, waiter.groups = waiter.groups, waiter.groups + 1
        return f"{waiter.id}/{number}"

    def _wait(self, waiter: Waiter, decode: Callable[[Any], Any] | None) -> int:
        self._steps += 1
        waiter.child = self._steps
        self._waiting[self._steps] = (waiter, decode)
        return self._steps

    def end(self, value: object, error: BaseException | None) -> None:
        """The orchestrator's own coroutine ended."""
        self._ended = True
        if error is None:
            try:
                output = dumps(self._signature.encode_result(value), "result")
            except NotPortable as wrong:
                error = wrong
            else:
                self._commands.append(Complete(output))
                return
        self._commands.append(Fail(capture_end(error)))

    # What the context asks of it.

    @property
    def instance_id(self) -> str:
        """The id the starter chose or was given."""
        return self._identity.instance_id

    @property
    def version(self) -> str:
        """The version of the app when this run began."""
        return self._identity.version

    @property
    def logger_name(self) -> str:
        """The name of the logger behind ``ctx.log``."""
        return self._identity.logger_name

    def now(self) -> datetime:
        """The time of the current turn."""
        return EPOCH + self._now * MILLISECOND

    def uuid(self) -> "UUID":
        """The next UUID of the running fiber: RFC 9562 version 5 under the execution's key."""
        from uuid import UUID, uuid5

        fiber = self._current
        fiber.uuids += 1
        return uuid5(UUID(self._identity.key), f"{fiber.id}#{fiber.uuids}")


@final
class _End(Waiter):
    """Waits for the root fiber."""

    __slots__ = ("execution",)

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution, "")
        self.execution = execution

    def _go_on(self, value: object, error: BaseException | None, held: tuple[Raised, ...]) -> None:
        self.execution.end(value, error)
