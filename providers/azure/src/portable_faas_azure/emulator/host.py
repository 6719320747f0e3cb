"""The host: instances, their turns, and what a turn sets going.

    message -> turn: history, orchestrator function, action replay -> activities and timers -> message

A turn takes every message that has arrived, as a work item of the extension does. Time is virtual: it stands still
while anything runs, and moves only while somebody waits. A running activity is outside of it, so a timer that falls due
while an activity really runs that long (its time-out) comes in its time.
"""

import asyncio
import json
import time
from typing import Any, Final, final

from portable_faas.errors import InstanceExists, InstanceNotFound
from portable_faas_azure.emulator.actions import ActionReplay, Activity, Scheduled, actions_of
from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType, Recorded, event, milliseconds
from portable_faas_azure.emulator.instance import Instance
from portable_faas_azure.emulator.workers import Workers

TICKS: Final = 4  # of the event loop that pass before virtual time does, so that a test's own tasks go first


@final
class Host:
    """Runs the functions of one app; ``blocking=False`` schedules every action at once, unlike the real host."""

    def __init__(self, functions: Functions, *, blocking: bool = True) -> None:
        self.clock: Final = Clock()
        self.instances: Final[dict[str, Instance]] = {}
        self._functions = functions
        self._blocking = blocking
        self._loop = asyncio.get_running_loop()
        self._workers = Workers(functions, self._loop)
        self._running: dict[object, tuple[Instance, float]] = {}  # activities, and what real time is at virtual zero
        self._turns = 0
        self._horizons: list[tuple[int | None, asyncio.Future[None]]] = []
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self._looking = False
        self._pull: asyncio.TimerHandle | None = None
        self._closed = False

    # What a client asks for.

    def start(self, name: str, text: str | None, instance_id: str) -> None:
        """Start an instance; ``text`` is JSON."""
        found = self.instances.get(instance_id)
        if found is not None and found.live:
            raise InstanceExists(instance_id)
        self.instances.pop(instance_id, None)  # so that the new one stands last
        instance = self.instances[instance_id] = Instance(instance_id, name, text, self.clock.now)
        self._soon(instance)

    def get(self, instance_id: str) -> Instance:
        """The instance of this id."""
        if instance_id not in self.instances:
            raise InstanceNotFound(instance_id)
        return self.instances[instance_id]

    def terminate(self, instance: Instance, reason: str) -> None:
        """End a live instance without running its function."""
        if instance.live:
            instance.history.append(event(EventType.EXECUTION_TERMINATED, self.clock.now, Input=reason))
            self._end(instance, "Terminated", reason)

    async def finished(self, instance: Instance, timeout: float | None) -> None:
        """Wait for the end; ``TimeoutError`` after ``timeout`` seconds of the clock."""
        if not instance.live:
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.setdefault(instance.execution_id, []).append(waiter)
        alarm = None
        if timeout is not None:
            late = TimeoutError(f"no result after {timeout:g} s")
            due = self.clock.now + max(0, round(timeout * 1000))
            alarm = self.clock.at(due, lambda: _settle(waiter, late))
        try:
            await self._until(None, waiter)
        finally:
            if alarm is not None:
                alarm.cancel()

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass; what is due until then happens first, in its order."""
        await self._until(self.clock.now + round(seconds * 1000), self._loop.create_future())

    def close(self) -> None:
        """Stop; everything is forgotten."""
        self._closed = True
        self._workers.close()
        if self._pull is not None:
            self._pull.cancel()
        closed = RuntimeError("this client was closed while it was waiting")
        for waiter in [arrived for _, arrived in self._horizons]:
            _settle(waiter, closed)

    # Turns.

    def _post(self, instance: Instance, message: Recorded) -> None:
        if instance.live and not self._closed:
            instance.inbox.append(message)
            if len(instance.inbox) == 1:
                self._soon(instance)

    def _soon(self, instance: Instance) -> None:
        self._turns += 1
        self._loop.call_soon(self._turn_due, instance)

    def _turn_due(self, instance: Instance) -> None:
        self._turns -= 1
        if instance.live and not self._closed:
            self._turn(instance)
        self._look_ahead()

    def _turn(self, instance: Instance) -> None:
        now = self.clock.now
        for played in instance.history:
            played["IsPlayed"] = True
        received, instance.inbox = instance.inbox, []
        instance.history += [event(EventType.ORCHESTRATOR_STARTED, now), *received]
        instance.status, instance.updated = "Running", now
        try:
            state = self._functions.orchestrate(instance.name, instance.context())
            replayed = self._replayed(instance, state)
        except Exception as wrong:  # whatever a function raises fails its instance, and nothing else
            self._end(instance, "Failed", f"Orchestrator function '{instance.name}' failed: {wrong}")
            return
        instance.custom_status = state.get("customStatus", instance.custom_status)
        for event_id, scheduled in sorted(replayed.new.items()):
            instance.history.append(self._scheduled(instance, event_id, scheduled))
        instance.history.append(event(EventType.ORCHESTRATOR_COMPLETED, now))
        if replayed.finished:
            self._finish(instance, state)

    def _replayed(self, instance: Instance, state: dict[str, Any]) -> ActionReplay:
        replay = ActionReplay(actions_of(state), self._blocking)
        for recorded in instance.history:
            replay.feed(recorded)
        return replay

    def _scheduled(self, instance: Instance, event_id: int, scheduled: Scheduled) -> Recorded:
        now = self.clock.now
        if isinstance(scheduled, Activity):
            self._run(instance, event_id, scheduled)
            text = json.dumps([scheduled.text])
            return event(EventType.TASK_SCHEDULED, now, event_id, Name=scheduled.name, Version="", Input=text)
        fired = {"TimerId": event_id, "FireAt": scheduled.fire_at}
        self._at(milliseconds(scheduled.fire_at), instance, EventType.TIMER_FIRED, fired)
        return event(EventType.TIMER_CREATED, now, event_id, FireAt=scheduled.fire_at)

    def _finish(self, instance: Instance, state: dict[str, Any]) -> None:
        if "error" in state:
            self._end(instance, "Failed", f"Orchestrator function '{instance.name}' failed: {state['error']}")
        elif state["isDone"]:
            self._end(instance, "Completed", state.get("output"))

    def _end(self, instance: Instance, status: Any, output: object) -> None:
        instance.status, instance.output, instance.updated = status, output, self.clock.now
        if status != "Terminated":
            ended = {"OrchestrationStatus": status, "Result": output}
            instance.history.append(event(EventType.EXECUTION_COMPLETED, self.clock.now, **ended))
        self._running = {key: value for key, value in self._running.items() if value[0] is not instance}
        for waiter in self._waiters.pop(instance.execution_id, ()):
            _settle(waiter, None)
        self._look_ahead()

    # Activities and timers.

    def _run(self, instance: Instance, event_id: int, activity: Activity) -> None:
        execution = object()

        def done(result: str | None, fault: str | None) -> None:
            self._running.pop(execution, None)
            kind = EventType.TASK_COMPLETED if fault is None else EventType.TASK_FAILED
            outcome = {"Result": result} if fault is None else {"Reason": fault, "Details": ""}
            self._post(instance, event(kind, self.clock.now, TaskScheduledId=event_id, **outcome))
            self._look_ahead()

        self._running[execution] = (instance, time.monotonic() - self.clock.now / 1000)
        self._workers.run(activity.name, activity.text, done)
        self._pull_soon()

    def _at(self, due: int, instance: Instance, kind: EventType, fields: dict[str, Any]) -> None:
        self.clock.at(due, lambda: self._post(instance, event(kind, self.clock.now, **fields)))
        self._look_ahead()
        self._pull_soon()

    def _pull_soon(self) -> None:
        """Look again when the oldest running activity has run until the next due moment."""
        if self._pull is not None:
            self._pull.cancel()
            self._pull = None
        due = self.clock.next_due()
        if due is not None and self._running and not self._closed:
            zero = min(zero for _, zero in self._running.values())
            self._pull = self._loop.call_later(zero + due / 1000 - time.monotonic(), self._pulled, due)

    def _pulled(self, due: int) -> None:
        self._pull = None
        if any(zero + due / 1000 <= time.monotonic() for _, zero in self._running.values()):
            self.clock.reach(due)
        self._pull_soon()

    # Time.

    async def _until(self, limit: int | None, arrived: asyncio.Future[None]) -> None:
        horizon = (limit, arrived)
        self._horizons.append(horizon)
        self._look_ahead()
        try:
            await arrived
        finally:
            self._horizons.remove(horizon)

    def _look_ahead(self) -> None:
        """When nothing is under way, be at the next due moment that somebody waits for."""
        if self._horizons and not self._looking and not self._closed:
            self._looking = True
            self._loop.call_soon(self._look, TICKS)

    def _look(self, ticks: int) -> None:
        if ticks:
            self._loop.call_soon(self._look, ticks - 1)
            return
        self._looking = False
        if not (self._running or self._turns or self._closed) and self._horizons:
            self._jump()

    def _jump(self) -> None:
        limits = [limit for limit, _ in self._horizons]
        horizon = None if None in limits else max(limit for limit in limits if limit is not None)
        due = self.clock.next_due()
        if due is not None and (horizon is None or due <= horizon):
            self.clock.reach(due)
            self._look_ahead()
        elif horizon is not None:
            self.clock.reach(horizon)
        for limit, arrived in list(self._horizons):
            if limit is not None and limit <= self.clock.now and (due is None or due > limit):
                _settle(arrived, None)


def _settle(waiter: asyncio.Future[None], error: Exception | None) -> None:
    if not waiter.done():
        waiter.set_result(None) if error is None else waiter.set_exception(error)
