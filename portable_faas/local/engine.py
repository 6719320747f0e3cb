"""The embedded engine: live coroutines over a SQLite journal, on one asyncio loop.

    completion -> turn of the coroutine (pure) -> one commit of what came in and what the code asked for -> effects

A turn is computed before it is durable, but nothing of it is seen before: activities start, timers run and results
are handed out only after the commit. So a dependent step costs one commit, and a crash at any moment repeats only
what had no recorded result.
"""

import asyncio
import json
import logging
import math
import random
from collections.abc import Callable, Collection
from contextvars import copy_context
from typing import Any, Final, final

from portable_faas.app import App, Orchestrator
from portable_faas.errors import InstanceExists, NonDeterminism, NotPortable, PortableFaasError
from portable_faas.history import ABANDONED, ATTEMPT_FAILED, COMPLETED, FAILED, TIMER_FIRED, Event, Kind
from portable_faas.local.agenda import Agenda
from portable_faas.local.attempts import Attempt
from portable_faas.local.clock import Clock, Timers
from portable_faas.local.instance import Instance, Step
from portable_faas.local.journal import Journal
from portable_faas.local.store import Store, StoreFailed
from portable_faas.local.workers import Workers
from portable_faas.provider import FINISHED, IfExists
from portable_faas.replay import (
    Abandon,
    AbandonBranch,
    Command,
    Complete,
    Execution,
    Fail,
    PublishStatus,
    StartActivity,
    StartTimer,
    deliver,
    replay,
    steps,
)
from portable_faas.values import capture, dumps, loads

LOG: Final = logging.getLogger("portable_faas.local")
TICKS: Final = 4  # of the event loop that pass before virtual time does, so that a test's own tasks go first


class EngineStopped(PortableFaasError):
    """The engine was closed, or crashed by a test, while somebody waited for it."""


@final
class Engine:
    """Drives every live instance of one store. ``on_commit`` is called after each commit, before its effects."""

    def __init__(
        self,
        app: App,
        store: Store,
        clock: Clock,
        *,
        always_replay: bool = False,
        on_commit: Callable[[], None] | None = None,
        agenda: Agenda | None = None,
    ) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._always_replay = always_replay
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self._journal = Journal(store, self._loop, self._committed)
        self._timers = Timers(clock, self._loop)
        self._workers = Workers()
        self._live: dict[str, Instance] = {}
        self._next_key = store.next_key()
        self._running = 0
        self._horizons: list[tuple[int | None, asyncio.Future[None]]] = []
        self._callers: set[asyncio.Future[None]] = set()
        self._looking = False
        self._on_commit = on_commit
        self._agenda = agenda
        if agenda is not None:
            agenda.idle = self._look_ahead
        self.stopped = False
        self.failure: StoreFailed | None = None

    # Starting, ending, asking.

    def recover(self, only: Collection[str] | None = None) -> int:
        """Replay every unfinished instance (or ``only`` these) to where it was and let it go on; gives how many."""
        for key, run, record in self._store.live():
            if only is not None and record.instance_id not in only:
                continue
            orchestrator = self._app.orchestrators.get(record.orchestrator)
            instance = Instance(key, record.instance_id, run, orchestrator, record.created_at)
            instance.input = record.input
            self._live[instance.id] = instance
            self._resume(instance, self._store.history(instance.id))
        return len(self._live)

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, run: str, if_exists: IfExists
    ) -> None:
        """Start an instance and wait until the start is durable; the same ``run`` again is the same start."""
        live = self._live.get(instance_id)
        if live is not None:
            if if_exists == "raise" and live.run != run:
                raise InstanceExists(instance_id)
            return
        earlier = self._store.run(instance_id)
        if earlier is not None and earlier[0] == run:
            return  # a crash came between the commit of this start, which was its end too, and the answer
        if earlier is not None and earlier[1] not in FINISHED:
            raise InstanceExists(instance_id)  # unfinished, and not one that this engine goes on with
        instance = Instance(self._next_key, instance_id, run, orchestrator, self._clock.now())
        instance.input = input
        instance.execution = self._execution(instance)
        instance.events = [] if self._always_replay else None
        self._next_key += 1
        self._live[instance_id] = instance
        if earlier is not None:
            self._journal.batch.forgotten.append((instance_id,))
        now = instance.created
        self._journal.batch.started.append((instance.key, instance_id, run, orchestrator.name, input, now, now))
        self._absorb(instance, instance.execution.start(now), now)
        await self._durable()

    async def finished(self, instance_id: str, timeout: float | None) -> None:
        """Wait for the end of an instance; ``TimeoutError`` after ``timeout`` seconds of this engine's clock."""
        instance = self._live.get(instance_id)
        if instance is None:
            return
        if instance.blocked is not None:
            raise instance.blocked
        waiter: asyncio.Future[None] = self._loop.create_future()
        instance.waiters = [*(instance.waiters or ()), waiter]
        alarm = None
        if timeout is not None:
            due = self._clock.now() + max(0, round(timeout * 1000))
            alarm = self._timers.at(due, lambda: _settle(waiter, TimeoutError(f"no result after {timeout:g} s")))
        try:
            await self._until(None, waiter)
        finally:
            if alarm is not None:
                alarm.cancel()

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End a live instance without running any of its code."""
        instance = self._live.get(instance_id)
        if instance is not None and not instance.ended:
            self._end(instance, "Terminated", error=dumps(reason, "reason"))
            await self._durable()

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        if instance_id in self._live:
            raise InstanceExists(instance_id)
        self._journal.batch.forgotten.append((instance_id,))
        await self._durable()

    async def advance(self, seconds: float) -> None:
        """Move the virtual clock; everything due until then happens first, in its order."""
        await self._until(self._clock.now() + round(seconds * 1000), self._loop.create_future())

    async def _until(self, limit: int | None, arrived: asyncio.Future[None]) -> None:
        """Wait for ``arrived``; virtual time may pass meanwhile, up to ``limit``."""
        horizon = (limit, arrived)
        self._horizons.append(horizon)
        self._look_ahead()
        try:
            await self._answered(arrived)
        finally:
            self._horizons.remove(horizon)

    async def _answered(self, answer: asyncio.Future[None]) -> None:
        """Wait for ``answer``; a stop of the engine wakes the caller too."""
        self._callers.add(answer)
        try:
            await answer
        finally:
            self._callers.remove(answer)

    def stop(self, failure: StoreFailed | None = None) -> None:
        """Stop at once; what is durable goes on when the store is opened again."""
        self.stopped = True
        self.failure = failure
        self._journal.close()
        self._timers.close()
        self._workers.close()
        stopped = failure or EngineStopped("the engine was stopped")
        for caller in self._callers:
            _settle(caller, stopped)
        for instance in self._live.values():
            instance.stop()
        self._live.clear()

    # Turns.

    def _execution(self, instance: Instance) -> Execution:
        orchestrator = instance.orchestrator
        if orchestrator is None:
            raise NonDeterminism(0, "an orchestrator that this app no longer has", "nothing")
        signature = orchestrator.signature()
        inputs = {} if instance.input is None else {signature.names[0]: loads(instance.input)}
        return Execution(orchestrator.fn, signature, instance.identity(self._app.name), inputs)

    def _resume(self, instance: Instance, history: list[Event]) -> None:
        instance.number = len(history)
        instance.events = history if self._always_replay else None
        try:
            instance.execution = execution = self._execution(instance)
            replayed = replay(execution, instance.created, history)
            if any(isinstance(command, Complete | Fail) for command in replayed.last):
                raise NonDeterminism(len(history), "more steps", "the end of the orchestrator")
        except (NonDeterminism, NotPortable) as wrong:
            LOG.error("instance %s waits for code that can replay it: %s", instance.id, wrong)
            instance.stop()
            instance.blocked = wrong
            return
        execution.replaying = False
        for command in replayed.waiting:
            if isinstance(command, StartTimer):
                self._arm(instance, command)
            else:
                self._reopen(instance, command, history)

    def _reopen(self, instance: Instance, command: StartActivity, history: list[Event]) -> None:
        failed = [event for event in history if event.step == command.step and event.kind == ATTEMPT_FAILED]
        step = instance.steps[command.step] = Step(command, len(failed) + 1)
        due = loads(failed[-1].data)["next"] if failed else 0  # type: ignore[index,call-overload]
        step.timer = self._timers.at(int(due), lambda: self._attempt(instance, step))  # type: ignore[arg-type]
        self._loop.call_soon(self._timers.fire_due)

    def _turn(self, instance: Instance, event: Event) -> None:
        """Record a completion and let the orchestrator go on from it."""
        self._record(instance, event)
        try:
            if self._always_replay:
                self._replay_afresh(instance)
            assert instance.execution is not None
            commands = deliver(instance.execution, event)
        except NonDeterminism as wrong:
            commands = [Fail(capture(wrong))]
        self._absorb(instance, commands, event.at)

    def _replay_afresh(self, instance: Instance) -> None:
        """Forget the live coroutine and make it again from the history, without the completion now at hand."""
        assert instance.events is not None
        if instance.execution is not None:
            instance.execution.close()
        instance.execution = self._execution(instance)
        replay(instance.execution, instance.created, instance.events[:-1])
        instance.execution.replaying = False

    def _record(self, instance: Instance, event: Event) -> None:
        instance.number += 1
        self._journal.batch.events.append((instance.key, instance.number, *event))
        if instance.events is not None:
            instance.events.append(event)

    def _absorb(self, instance: Instance, commands: list[Command], at: int) -> None:
        """Write what the code asked for; do it once it is durable."""
        for event in steps(at, commands):
            self._record(instance, event)
        for command in commands:
            match command:
                case StartActivity(step):
                    instance.steps[step] = opened = Step(command)
                    self._journal.then(self._attempt, instance, opened)
                case StartTimer():
                    self._journal.then(self._arm, instance, command)
                case PublishStatus(value):
                    self._journal.batch.update(instance.key, custom_status=value)
                case Abandon(step):
                    self._drop(instance, step)
                case AbandonBranch(fiber):
                    self._record(instance, Event(at, ABANDONED, 0, fiber))
                case Complete(output):
                    self._end(instance, "Completed", output=output)
                case Fail(failure):
                    self._end(instance, "Failed", error=json.dumps(failure.to_wire()))
        self._journal.batch.update(instance.key, updated_at=at)
        self._journal.commit_soon()

    def _end(self, instance: Instance, status: str, **values: str) -> None:
        instance.ended = True
        self._journal.batch.update(instance.key, status=status, updated_at=self._clock.now(), **values)
        self._journal.then(self._ended, instance)
        self._running -= sum(isinstance(step, Step) and step.running is not None for step in instance.steps.values())
        instance.stop()

    def _ended(self, instance: Instance) -> None:
        del self._live[instance.id]
        for waiter in instance.waiters or ():
            _settle(waiter, None)

    def _drop(self, instance: Instance, number: int) -> None:
        step = instance.steps.pop(number, None)
        if isinstance(step, Step):
            if step.running is not None:
                self._running -= 1
            step.stop()
        elif step is not None:
            step.cancel()

    # Effects.

    def _arm(self, instance: Instance, command: StartTimer) -> None:
        if instance.execution is not None and instance.execution.waits_for(command.step) and not instance.ended:
            timer = self._timers.at(command.due, lambda: self._fired(instance, command))
            instance.steps[command.step] = timer
            self._loop.call_soon(self._timers.fire_due)

    def _fired(self, instance: Instance, command: StartTimer) -> None:
        del instance.steps[command.step]
        at = max(self._clock.now(), command.due)
        self._turn(instance, Event(at, TIMER_FIRED, command.step, command.fiber))

    def _attempt(self, instance: Instance, step: Step) -> None:
        step.timer = None
        if instance.steps.get(step.command.step) is not step:
            return  # abandoned or ended in the same turn, before it was begun
        command = step.command
        started = self._clock.now()

        def ended(attempt: Attempt, text: str, error: BaseException | None) -> None:
            step.running = None
            self._running -= 1
            if isinstance(error, TimeoutError) and command.call.timeout and attempt.timed_out:
                self._clock.reach(started + command.call.timeout * 1000)
            self._attempted(instance, step, text, error)
            self._look_ahead()

        self._running += 1
        grants = self._app.activities[command.call.name].grants
        step.running = Attempt(command.call, command.args, self._loop, ended, grants)
        step.running.start(self._workers, self._context)

    def _attempted(self, instance: Instance, step: Step, text: str, error: BaseException | None) -> None:
        """Record how an attempt went: a result, a failure that is tried again, or a failure for good."""
        command = step.command
        kind: Kind = COMPLETED
        if error is not None:
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

    # Durability and time.

    async def _durable(self) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._journal.then(_settle, done, None)
        await self._answered(done)

    def _committed(self) -> None:
        if self._journal.failure is not None:
            failure = StoreFailed(self._store.path, self._journal.failure)
            LOG.error("%s; the engine stops", failure)
            self.stop(failure)
            return
        if self._on_commit is not None:
            self._on_commit()
        self._look_ahead()

    def _look_ahead(self) -> None:
        """With virtual time: when nothing is under way, be at the next due moment that somebody waits for."""
        if self._clock.virtual and self._horizons and not self._looking:
            self._looking = True
            self._loop.call_soon(self._look, TICKS)

    def _look(self, ticks: int) -> None:
        if ticks:
            self._loop.call_soon(self._look, ticks - 1)
            return
        self._looking = False
        busy = self._running or (self._agenda is not None and self._agenda.busy)
        if not (self.stopped or busy) and self._journal.idle and self._horizons:
            self._jump()

    def _jump(self) -> None:
        limits = [limit for limit, _ in self._horizons]
        horizon = None if None in limits else max(limit for limit in limits if limit is not None)
        due = self._next_due()
        if due is not None and (horizon is None or due <= horizon):
            self._clock.reach(due)
            self._timers.fire_due()
            if self._agenda is not None:
                self._agenda.fire_due()
            self._look_ahead()
        elif horizon is not None:
            self._clock.reach(horizon)
        for limit, arrived in list(self._horizons):
            if limit is not None and limit <= self._clock.now() and (due is None or due > limit):
                _settle(arrived, None)

    def _next_due(self) -> int | None:
        own, other = self._timers.next_due(), None if self._agenda is None else self._agenda.next_due()
        return min((due for due in (own, other) if due is not None), default=None)


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


def _settle(waiter: asyncio.Future[None], error: Exception | None) -> None:
    if not waiter.done():
        waiter.set_result(None) if error is None else waiter.set_exception(error)
