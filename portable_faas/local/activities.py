"""Runs the activities that orchestrators scheduled: attempts, what is recorded of them, and the waits between them."""

import asyncio
import json
import logging
import math
import random
from collections.abc import Callable
from contextvars import copy_context
from typing import Final, final

from portable_faas.history import ATTEMPT_FAILED, COMPLETED, FAILED, Event, Kind
from portable_faas.local.attempts import Attempt
from portable_faas.local.clock import Clock, Timers
from portable_faas.local.instance import Instance, Step
from portable_faas.local.journal import Journal
from portable_faas.local.workers import Workers
from portable_faas.replay import StartActivity
from portable_faas.resources import Grant
from portable_faas.values import capture, loads, out_of_coroutine

LOG: Final = logging.getLogger("portable_faas.local")


@final
class Activities:
    """``record`` writes an event of an instance, ``turn`` lets its code go on from it, ``ended`` hears of any end."""

    def __init__(
        self,
        clock: Clock,
        timers: Timers,
        journal: Journal,
        loop: asyncio.AbstractEventLoop,
        record: Callable[[Instance, Event], None],
        turn: Callable[[Instance, Event], None],
        ended: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._timers = timers
        self._journal = journal
        self._loop = loop
        self._record = record
        self._turn = turn
        self._ended = ended
        self._workers = Workers()
        self.context = copy_context()
        self.grants: Callable[[str], frozenset[Grant]] = lambda _name: frozenset()
        self.running = 0

    def begin(self, instance: Instance, command: StartActivity) -> None:
        """Run the first attempt as soon as the step is durable."""
        step = instance.steps[command.step] = Step(command)
        self._journal.then(self._attempt, instance, step)

    def reopen(self, instance: Instance, command: StartActivity, history: list[Event]) -> None:
        """Go on with a step that a former engine left open: at its next attempt, and not before that is due."""
        failed = [event for event in history if event.step == command.step and event.kind == ATTEMPT_FAILED]
        step = instance.steps[command.step] = Step(command, len(failed) + 1)
        due = loads(failed[-1].data)["next"] if failed else 0  # type: ignore[index,call-overload]
        step.timer = self._timers.at(int(due), lambda: self._attempt(instance, step))  # type: ignore[arg-type]
        self._loop.call_soon(self._timers.fire_due)

    def forget(self, step: Step) -> None:
        """Nobody waits for this step any more."""
        if step.running is not None:
            self.running -= 1
        step.stop()

    def close(self) -> None:
        """Begin nothing any more."""
        self._workers.close()

    def _attempt(self, instance: Instance, step: Step) -> None:
        step.timer = None
        if instance.steps.get(step.command.step) is not step:
            return  # abandoned or ended in the same turn, before it was begun
        command = step.command
        started = self._clock.now()

        def ended(attempt: Attempt, text: str, error: BaseException | None) -> None:
            step.running = None
            self.running -= 1
            if isinstance(error, TimeoutError) and command.call.timeout and attempt.timed_out:
                self._clock.reach(started + command.call.timeout * 1000)
            self._attempted(instance, step, text, error)
            self._ended()

        self.running += 1
        step.running = Attempt(command.call, command.args, self._loop, ended, self.grants(command.call.name))
        step.running.start(self._workers, self.context)

    def _attempted(self, instance: Instance, step: Step, text: str, error: BaseException | None) -> None:
        """Record how an attempt went: a result, a failure that is tried again, or a failure for good."""
        command = step.command
        kind: Kind = COMPLETED
        if error is not None:
            error = out_of_coroutine(error)
            kind, text = FAILED, _failure(step, error)
            wait = _wait(step, error)
            if wait is not None:
                self._try_again(instance, step, text, wait)
                return
        del instance.steps[command.step]
        event = Event(self._clock.now(), kind, command.step, command.fiber, command.call.name, text)
        self._turn(instance, event)

    def _try_again(self, instance: Instance, step: Step, failure: str, wait: float) -> None:
        now = self._clock.now()
        due = now + math.ceil(wait * 1000)
        data = f'{{"attempt":{step.attempt},"next":{due},"failure":{failure}}}'
        command = step.command
        self._record(instance, Event(now, ATTEMPT_FAILED, command.step, command.fiber, command.call.name, data))
        step.attempt += 1
        self._journal.then(self._wait_for_attempt, instance, step, due)

    def _wait_for_attempt(self, instance: Instance, step: Step, due: int) -> None:
        if instance.steps.get(step.command.step) is step:
            step.timer = self._timers.at(due, lambda: self._attempt(instance, step))
            self._loop.call_soon(self._timers.fire_due)


def _failure(step: Step, error: BaseException) -> str:
    """The failure as JSON; its traceback and what cannot cross go to the log."""
    failure, name = capture(error), step.command.call.name
    LOG.info("attempt %d of activity %s failed", step.attempt, name, exc_info=error)
    for dropped in failure.dropped:
        LOG.warning("%s raised by activity %s loses what may not cross: %s", failure.type, name, dropped)
    return json.dumps(failure.to_wire())


def _wait(step: Step, error: BaseException) -> float | None:
    """Seconds until the next try of a failed step, or None if it has failed for good."""
    call = step.command.call
    wait = call.wait_after(step.attempt, error)
    return random.uniform(0, wait) if wait is not None and call.retry is not None and call.retry.jitter else wait
