"""The call stack of one orchestrator, carried on from await to await.

fulfil, stopped before block 4        await charge(order) inside pay():  two frames, pay on top
  pay, stopped before block 1         its failure is raised in pay first, then where fulfil awaits pay
"""

from types import CoroutineType
from typing import Any, Final, NamedTuple, final

from portable_faas.context.calls import ORCHESTRATING, Call, Sleep, inside_lock, refuse
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.stepping.flows import Flows, Step
from portable_faas.stepping.run import StepRun
from portable_faas.values import out_of_coroutine

DAYS: Final = 365  # one run lasts under a year: the limit of a Step Functions execution


@final
class Held(NamedTuple):
    """An async helper that was called but not awaited yet."""

    step: Step
    names: dict[str, Any]


@final
class Frame:
    """One function of the stack. ``at`` is the block to enter; ``names`` are its variables."""

    __slots__ = ("at", "names", "operand", "sent", "step", "thrown", "value")

    def __init__(self, step: Step, at: int, names: dict[str, Any]) -> None:
        self.step = step
        self.at = at
        self.names = {**step.held, **names}
        self.sent: Any = None
        self.thrown: BaseException | None = None
        self.operand: Any = None
        self.value: Any = None

    # What the generated function calls.

    def suspend(self, to: int, operand: Any, names: dict[str, Any]) -> bool:
        """It awaits ``operand``, and will go on at block ``to``."""
        self.at, self.operand, self.names = to, operand, names
        return True

    def resume(self) -> Any:
        """What was awaited: its value, or its failure raised here."""
        thrown, self.thrown = self.thrown, None
        if thrown is not None:
            raise thrown
        value, self.sent = self.sent, None
        return value

    def finish(self, value: Any) -> bool:
        """It returned ``value``."""
        self.value = value
        return False

    def live(self) -> dict[str, Any]:
        """The variables that are still needed where it stands."""
        kept = (name for name in self.step.live.get(self.at, ()) if name in self.names)
        return {name: self.names[name] for name in kept if name not in self.step.held}


@final
class Awaiting(NamedTuple):
    """The stack waits for an activity, a timer, a status or a gather."""

    call: Call[Any]


@final
class Returned(NamedTuple):
    """The orchestrator (or the branch of a gather) returned."""

    value: Any


@final
class Raised(NamedTuple):
    """The orchestrator (or the branch of a gather) raised."""

    error: BaseException


Ended = Awaiting | Returned | Raised


@final
class Stack:
    """The frames of one orchestrator or branch, the outermost first."""

    __slots__ = ("flows", "frames", "run")

    def __init__(self, flows: Flows, run: StepRun, frames: list[Frame]) -> None:
        self.flows = flows
        self.run = run
        self.frames = frames

    def push(self, helper: "CoroutineType[Any, Any, Any] | Held") -> None:
        """Call an async helper."""
        step, names = helper if isinstance(helper, Held) else self.flows.of_coroutine(helper)
        self.frames.append(Frame(step, 0, names))

    def advance(self, value: Any, error: BaseException | None) -> Ended:
        """Give the result of what was awaited to the innermost frame, and run to the next await that takes time."""
        token = ORCHESTRATING.set(True)
        try:
            while True:
                ended = self._step(value, error)
                if isinstance(ended, Awaiting | Raised) or not self.frames:
                    return ended
                value, error = ended.value, None
        finally:
            ORCHESTRATING.reset(token)

    def _step(self, value: Any, error: BaseException | None) -> Ended:
        while self.frames:
            frame = self.frames[-1]
            frame.sent, frame.thrown = value, error
            try:
                suspended = frame.step.function(frame)
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as raised:
                self.frames.pop()
                value, error = None, out_of_coroutine(raised)
                continue
            if not suspended:
                self.frames.pop()
                return Returned(frame.value)
            try:
                return self._begin(frame.operand)
            except Exception as wrong:  # what cannot begin is an error at the place of its await
                value, error = None, wrong
        assert error is not None
        return Raised(error)

    def _begin(self, awaited: Any) -> Ended:
        """What awaiting ``awaited`` leads to."""
        if isinstance(awaited, CoroutineType | Held):
            self.push(awaited)
            return self._step(None, None)
        if not isinstance(awaited, Call):
            refuse(awaited)
        awaited.take()
        if self.run.lock and awaited.outside_locks:
            raise inside_lock(awaited)
        return Awaiting(awaited)

    @property
    def path(self) -> str:
        """Where it stands: the block that every frame goes on at."""
        first, *rest = self.frames
        return "/".join([str(first.at), *(f"{frame.step.short}.{frame.at}" for frame in rest)])


def due(sleep: Sleep, run: StepRun) -> int:
    """When a timer fires, in milliseconds since 1970 UTC; ``ValueError`` for one that no run lives to see."""
    wait = sleep.due - run.now()
    if wait.days >= DAYS:
        raise ValueError(f"a timer of {wait.days} days: one run of an orchestrator lasts under a year")
    return -((EPOCH - sleep.due) // MILLISECOND)  # rounded up, since a delay is a lower bound
