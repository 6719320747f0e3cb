"""Steps an orchestrator coroutine: completions go in, commands come out, nothing else happens.

    execution = Execution(...)
    execution.start(now)                       -> [StartActivity(1, charge)]
    execution.complete(1, now, receipt, None)  -> [StartTimer(2, due)]
    execution.fire(2, now)                     -> [Complete(receipt)]

The same completions in the same order give the same commands, whatever engine drives it. No clock is read and
no I/O is done; times are milliseconds since 1970 UTC.
"""

from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall, Call, Gather, SetStatus, Sleep, refuse
from portable_faas.errors import NotPortable
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.replay.commands import (
    Abandon,
    AbandonBranch,
    Command,
    Complete,
    Fail,
    PublishStatus,
    StartActivity,
    StartTimer,
)
from portable_faas.replay.fibers import Branch, Fiber, Join, Waiter
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
    """Who an execution is: what stays the same in every replay. ``key`` is a UUID in text, new for each start."""

    __slots__ = ("instance_id", "key", "logger_name")

    def __init__(self, instance_id: str, key: str, logger_name: str) -> None:
        self.instance_id = instance_id
        self.key = key
        self.logger_name = logger_name


@final
class Execution:
    """One run of one orchestrator: the scheduler of its fibers, and the run behind its context."""

    __slots__ = (
        "_buried", "_commands", "_current", "_identity", "_now", "_queue", "_root", "_signature", "_steps",
        "_waiting", "replaying",
    )  # fmt: skip

    def __init__(
        self,
        fn: Callable[..., Coroutine[Any, Any, Any]],
        signature: Signature,
        identity: Identity,
        inputs: Wire,
    ) -> None:
        self._identity = identity
        self._signature = signature
        self._now = 0
        self._steps = 0
        self._commands: list[Command] = []
        self._queue: deque[tuple[Waiter, object, BaseException | None]] = deque()
        self._waiting: dict[int, tuple[Waiter, Signature | None]] = {}
        self._buried: list[Fiber] = []
        self.replaying = False
        coroutine = signature.call(fn, (Context(self),), inputs)
        self._root = self._current = Fiber(self, "", coroutine, _End(self))

    # What an engine does with it.

    def start(self, at: int) -> list[Command]:
        """Run to the first awaits."""
        self.resume_soon(self._root, None, None)
        return self._turn(at)

    def complete(self, step: int, at: int, result: str, failure: Failure | None) -> list[Command]:
        """An activity ended, with ``result`` as JSON or with ``failure``: go on from its await."""
        waiter, signature = self._waiting.pop(step)
        try:
            value = None if signature is None or failure else signature.decode_result(loads(result))
            self.resume_soon(waiter, value, rebuild(failure) if failure else None)
        except NotPortable as wrong:
            self.resume_soon(waiter, None, wrong)
        return self._turn(at)

    def fire(self, step: int, at: int) -> list[Command]:
        """A timer fired: go on from its await."""
        return self.complete(step, at, "null", None)

    def waits_for(self, step: int) -> bool:
        """Whether the end of ``step`` would still let something go on."""
        return step in self._waiting

    def close(self) -> None:
        """Free every coroutine without running any more of the program."""
        self.replaying = True  # keeps ctx.log silent in `finally` blocks
        self._queue.clear()
        self._root.abandon()
        for fiber in self._buried:
            fiber.close()
        self._buried.clear()

    def _turn(self, at: int) -> list[Command]:
        self._now = max(self._now, at)
        while self._queue:
            waiter, value, error = self._queue.popleft()
            if isinstance(waiter, Fiber):
                self._current = waiter
            waiter.resume(value, error)
        commands, self._commands = self._commands, []
        return commands

    # What fibers and joins ask of it.

    def resume_soon(self, waiter: Waiter, value: object, error: BaseException | None) -> None:
        """Resume ``waiter`` in this turn, after everything already queued."""
        self._queue.append((waiter, value, error))

    def abandon_step(self, step: int) -> None:
        """Nobody waits for ``step`` any more."""
        if self._waiting.pop(step, None) is not None:
            self._commands.append(Abandon(step))

    def abandon_branch(self, branch: Branch) -> None:
        """A failure elsewhere ended what this branch belonged to."""
        self._commands.append(AbandonBranch(branch.id))

    def bury(self, fiber: Fiber) -> None:
        """Keep the fiber until ``close``: freeing a coroutine now would run its ``finally`` blocks in Python."""
        self._buried.append(fiber)

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
                self._start_join(awaited, waiter)
            case CoroutineType():
                fiber = waiter.child = Fiber(self, waiter.id, awaited, waiter)
                self.resume_soon(fiber, None, None)
            case _:
                refuse(awaited)

    def _start_activity(self, call: ActivityCall[Any], waiter: Waiter) -> None:
        signature = call.signature()
        args = dumps_arguments(signature.encode_args(call.args, call.kwargs))
        self._commands.append(StartActivity(self._wait(waiter, signature), waiter.id, call, args))

    def _start_timer(self, sleep: Sleep, waiter: Waiter) -> None:
        wait = sleep.due - self.now()
        if wait >= YEAR:
            raise ValueError(f"a timer of {wait.days} days: one run of an orchestrator lasts under a year")
        due = -((EPOCH - sleep.due) // MILLISECOND)  # rounded up, since a delay is a lower bound
        if due <= self._now:
            self.resume_soon(waiter, None, None)
        else:
            self._commands.append(StartTimer(self._wait(waiter, None), waiter.id, due))

    def _start_join(self, gather: Gather[Any], waiter: Waiter) -> None:
        fiber = waiter if isinstance(waiter, Fiber) else None
        number = fiber.gathers if fiber else 0
        if fiber:
            fiber.gathers += 1
        join = waiter.child = Join(gather, waiter, f"{waiter.id}/{number}")
        join.begin()

    def _wait(self, waiter: Waiter, signature: Signature | None) -> int:
        self._steps += 1
        waiter.child = self._steps
        self._waiting[self._steps] = (waiter, signature)
        return self._steps

    def end(self, value: object, error: BaseException | None) -> None:
        """The orchestrator's own coroutine ended."""
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

    def _go_on(self, value: object, error: BaseException | None) -> None:
        self.execution.end(value, error)
