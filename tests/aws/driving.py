"""An orchestrator driven by a script of results, as plain Python and from step to step, to be compared.

plainly(app, 3, [10, ValueError("no")])   ->   Trace(["work(3)", "work(10)"], "ValueError: no")
stepwise(app, 3, [10, ValueError("no")])  ->   the same, packed and unpacked at every await
"""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, final

from portable_faas.app import App
from portable_faas.context import Context
from portable_faas.context.calls import ORCHESTRATING, ActivityCall, Call, Gather, SetStatus, Sleep
from portable_faas.context.entities import AcquireLock, EntityCall, EntitySignal, ReleaseLock
from portable_faas.context.instances import ContinueAsNew, OrchestratorCall, StartCall
from portable_faas.context.waits import Select, WaitForEvent
from portable_faas.stepping import Awaiting, Ended, Flows, Raised, Stack, StepRun, pack, unpack
from tests.aws.small import flows

KEY = "6d5b8f7e-2f0b-4a55-9d6e-4c3c8a1d2e3f"
Script = list[Any]  # what each await gives: a value, or an exception that it raises


@final
@dataclass
class Trace:
    """What was awaited, in order, and how it ended; the context of an exception belongs to it."""

    calls: list[str] = field(default_factory=list)
    end: str = ""


class Exhausted(Exception):
    """The script is over; both drivers stop there."""


def run() -> StepRun:
    """A run that stands still in time."""
    return StepRun("one", KEY, "test", 1_700_000_000_000, version="7")


def shown(call: Any) -> str:
    """A call as text."""
    match call:
        case ActivityCall():
            return f"{call.name}{call.args}{call.kwargs or ''}"
        case Sleep() | SetStatus():
            return str(call)
        case Gather() | Select() | ContinueAsNew() | StartCall() | ReleaseLock():
            return str(call)
        case OrchestratorCall():
            return f"{call}{call.args} as {call.instance_id}"
        case WaitForEvent():
            return f"{call} of {call.type} for {call.timeout}"
        case EntityCall() | EntitySignal():
            return f"{call} of {call.key} with {call.args}"
        case AcquireLock():
            return f"lock of {call.entities}"
        case _:
            return repr(call)


def ended(error: BaseException) -> str:
    """An exception with what was being handled when it was raised."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 8:
        chain.append(f"{type(seen).__name__}: {seen}")
        seen = seen.__cause__ if seen.__suppress_context__ else seen.__context__
    return " < ".join(chain)


def plainly(app: App, given: Any, script: Script) -> Trace:
    """The coroutine itself, as Python runs it; nothing comes of what it awaits while it is closed."""
    coroutine = app.orchestrators["main"].fn(Context(run()), given)
    try:
        return _traced(Trace(), script, _Coroutine(coroutine))
    finally:
        coroutine.close()


def stepwise(app: App, given: Any, script: Script, loaded: Flows | None = None, packed: bool = True) -> Trace:
    """The generated functions."""
    found = loaded or flows(app)
    stack = Stack(found, run(), [])
    stack.push(app.orchestrators["main"].fn(Context(stack.run), given))
    return _traced(Trace(), script, _Steps(found, stack, packed))


def _traced(trace: Trace, script: Script, advance: "Callable[[Any], Any]") -> Trace:
    answers = iter([None, *script])
    try:
        while True:
            call = advance(_next(answers))
            trace.calls.append(shown(call))
    except Exhausted:
        trace.end = "exhausted"
    except StopIteration as done:
        trace.end = f"returned {done.value!r}"
    except Exception as error:
        trace.end = ended(error)
    return trace


def _next(answers: Iterator[Any]) -> Any:
    for answer in answers:
        return answer
    raise Exhausted


@final
class _Coroutine:
    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.coroutine = coroutine

    def __call__(self, answer: Any) -> Call[Any]:
        token = ORCHESTRATING.set(True)
        try:
            if isinstance(answer, Exception):
                raised: Call[Any] = self.coroutine.throw(answer)
                return raised
            sent: Call[Any] = self.coroutine.send(answer)
            return sent
        finally:
            ORCHESTRATING.reset(token)


@final
class _Steps:
    def __init__(self, loaded: Flows, stack: Stack, packed: bool) -> None:
        self.loaded = loaded
        self.stack = stack
        self.packed = packed

    def __call__(self, answer: Any) -> Call[Any]:
        error = answer if isinstance(answer, Exception) else None
        found: Ended = self.stack.advance(None if error else answer, error)
        if isinstance(found, Awaiting):
            if self.packed:
                self.stack = unpack(self.loaded, run(), pack(self.stack))
            return found.call
        if isinstance(found, Raised):
            raise found.error
        raise StopIteration(found.value)
