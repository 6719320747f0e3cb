"""An oracle: runs a scenario as plain Python on asyncio, with a clock that jumps, and tells what happened.

It shares nothing with the engines but the calls an orchestrator yields and the codec: no history, no replay,
no store. What a Case expects is right when this run, which leaves the control flow to Python, agrees.
"""

import asyncio
import contextlib
import selectors
import threading
import time
from collections.abc import Awaitable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from portable_faas import Context
from portable_faas.context.calls import ORCHESTRATING, ActivityCall, Call, Gather, SetStatus, Sleep
from portable_faas.errors import ActivityCrashed, NotPortable
from portable_faas.testing.conformance import Scenario
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scenario import MISSING, Case
from portable_faas.values import Failure, capture, dumps, dumps_arguments, encode, loads, rebuild

START = datetime(2026, 3, 4, 5, 6, 7, 89000, tzinfo=UTC)


class JumpingSelector(selectors.DefaultSelector):
    """Does not wait for a timer: it moves the clock instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.passed += timeout + 1e-7  # asyncio never runs a timer that is due at the very moment
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is virtual and stands still while code runs."""

    def __init__(self) -> None:
        self.jumping = JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.passed


@dataclass
class Fiber:
    """The calls of one branch, in order; abandoned ones do not count."""

    calls: list[str] = field(default_factory=list)
    started: bool = False
    abandoned: bool = False
    children: "list[Fiber]" = field(default_factory=list)

    def branch(self) -> "Fiber":
        child = Fiber()
        self.children.append(child)
        return child

    def texts(self) -> list[str]:
        if self.abandoned:
            return []
        return sorted(
            filter(None, ["; ".join(self.calls), *(text for child in self.children for text in child.texts())])
        )


@dataclass
class End:
    """How a run ended, in the terms of a Case."""

    output: Any = MISSING
    error: tuple[str, str] | None = None
    calls: list[str] = field(default_factory=list)
    elapsed: float = 0.0
    custom_status: Any = MISSING


class Turns(asyncio.Semaphore):
    """At most so many branches at a time, and no new one after the failure that ends the gather."""

    def __init__(self, limit: int, goes_on: bool) -> None:
        super().__init__(limit)
        self._goes_on = goes_on

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        if error is None or self._goes_on:
            self.release()


class PlainRun:
    """What a context needs, and the carrying out of what an orchestrator awaits."""

    instance_id = "plain-1"
    version = ""
    logger_name = "plain"
    replaying = False

    def __init__(self, loop: JumpingLoop) -> None:
        self._loop = loop
        self._uuids = 0
        self.custom_status: Any = MISSING
        self.context = Context(self)

    def now(self) -> datetime:
        moment = START + timedelta(seconds=self._loop.time())
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def uuid(self) -> UUID:
        self._uuids += 1
        return UUID(int=self._uuids, version=4)

    async def drive(self, body: Awaitable[Any], fiber: Fiber) -> Any:
        """Step a coroutine (or a call) to its end, carrying out each call it yields."""
        stepper = body.__await__()
        resume = stepper.__next__
        try:
            while True:
                with orchestrating():
                    try:
                        call = resume()
                    except StopIteration as end:
                        return end.value
                resume = await self._outcome(stepper, call, fiber)
        except asyncio.CancelledError:
            dispose(stepper)
            raise

    async def _outcome(self, stepper: Any, call: Call[Any], fiber: Fiber) -> Any:
        try:
            value = await self._perform(call, fiber)
        except Exception as error:
            caught = error
            return lambda: stepper.throw(caught)
        return lambda: stepper.send(value)

    async def _perform(self, call: Call[Any], fiber: Fiber) -> Any:
        match call:
            case ActivityCall():
                return await self._activity(call, fiber)
            case Sleep():
                return await asyncio.sleep(max(0.0, (call.due - self.now()).total_seconds()))
            case SetStatus():
                self.custom_status = loads(dumps(encode(Any, call.value)))
                return None
            case Gather():
                return await self._gather(call, fiber)
        raise AssertionError(f"a scenario awaits {call!r}, which the oracle does not know")

    async def _gather(self, call: Gather[Any], fiber: Fiber) -> list[Any]:
        turns = Turns(call.limit or max(call.count, 1), call.return_exceptions)
        bodies = list(call.branches)
        fibers = [fiber.branch() for _ in bodies]
        tasks = [asyncio.ensure_future(self._branch(*pair, turns)) for pair in zip(bodies, fibers, strict=True)]
        try:
            return await asyncio.gather(*tasks, return_exceptions=call.return_exceptions)
        finally:
            for task, body, branch in zip(tasks, bodies, fibers, strict=True):
                branch.abandoned = not task.done()
                task.cancel()
                if branch.abandoned and not branch.started:
                    dispose(body)

    async def _branch(self, body: Awaitable[Any], fiber: Fiber, turns: "Turns") -> Any:
        async with turns:
            fiber.started = True
            return await self.drive(body, fiber)

    async def _activity(self, call: ActivityCall[Any], fiber: Fiber) -> Any:
        signature = call.signature()
        sent = signature.encode_args(call.args, call.kwargs)
        wire = dumps_arguments(sent)
        shown = ",".join(dumps(sent[name]) for name in signature.names if name in sent)
        fiber.calls.append(f"{call.name}({shown})")
        failed = 0
        while True:
            try:
                return signature.decode_result(loads(await _attempt(call, wire)))
            except Exception as error:
                failed += 1
                if not self._again(call, error, failed):
                    raise
                await asyncio.sleep(call.retry.delay(failed) if call.retry else 0)

    def _again(self, call: ActivityCall[Any], error: Exception, failed: int) -> bool:
        if call.retry is None or isinstance(error, NotPortable):
            return False
        return failed < call.retry.attempts and call.retry.covers(error)


async def _attempt(call: ActivityCall[Any], wire: str) -> str:
    """One attempt in a process of its own would be like this; a thread is enough here."""
    ends: list[str | Exception] = []
    started = time.monotonic()
    worker = threading.Thread(target=lambda: ends.append(_execute(call, wire)))
    worker.start()
    worker.join()
    if call.timeout is not None and time.monotonic() - started > call.timeout:
        raise TimeoutError(f"activity {call.name} took longer than {call.timeout} s")
    if isinstance(ends[0], Exception):
        raise ends[0]
    return ends[0]


def _execute(call: ActivityCall[Any], wire: str) -> str | Exception:
    signature = call.signature()
    try:
        result = signature.call(call.fn, (), loads(wire))
        if isinstance(result, Coroutine):
            result = asyncio.run(result)
        return dumps(signature.encode_result(result), "result")
    except SystemExit:
        return ActivityCrashed(call.name)
    except Exception as error:
        return rebuild(Failure.from_wire(loads(dumps(capture(error).to_wire()))))


def dispose(body: Any) -> None:
    """End an abandoned branch; whatever its finally blocks still ask for is not carried out."""
    ended = not hasattr(body, "close")
    while not ended:
        # A RuntimeError says that it awaited something instead of ending; the next close hits that await.
        with orchestrating(), contextlib.suppress(RuntimeError):
            body.close()
            ended = True


@contextlib.contextmanager
def orchestrating() -> Iterator[None]:
    token = ORCHESTRATING.set(True)
    try:
        yield
    finally:
        ORCHESTRATING.reset(token)


async def _run(run: PlainRun, scenario: Scenario, case: Case, fiber: Fiber) -> Any:
    main = scenario.main
    signature = main.signature()
    arguments = (
        () if case.input is MISSING else (signature.decode_input(loads(dumps(signature.encode_input(case.input)))),)
    )
    result = await run.drive(main.fn(run.context, *arguments), fiber)
    return signature.decode_result(loads(dumps(signature.encode_result(result), "result")))


def run_plainly(scenario: Scenario, case: Case) -> End:
    """Run one case and tell how it ended."""
    loop, fiber, end = JumpingLoop(), Fiber(), End()
    run = PlainRun(loop)
    with contextlib.closing(loop), scratch_folder():
        try:
            end.output = loop.run_until_complete(_run(run, scenario, case, fiber))
        except Exception as error:
            end.error = capture(error)[:2]
        end.elapsed = loop.time()
        _let_go(loop)
    end.calls, end.custom_status = fiber.texts(), run.custom_status
    return end


def _let_go(loop: JumpingLoop) -> None:
    """Let the cancelled branches end before the loop is closed."""
    if pending := asyncio.all_tasks(loop):
        loop.run_until_complete(asyncio.wait(pending))
