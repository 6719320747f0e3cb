"""The embedded engine: live coroutines over a SQLite journal, on one asyncio loop.

    completion -> turn of the coroutine (pure) -> one commit of what came in and what the code asked for -> effects

A turn is computed before it is durable, but nothing of it is seen before: activities start, timers run and results
are handed out only after the commit. So a dependent step costs one commit, and a crash at any moment repeats only
what had no recorded result.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar, final
from uuid import UUID, uuid5

from portable_faas.app import App, Orchestrator
from portable_faas.context.instances import IfExists
from portable_faas.errors import (
    InboxFull,
    InstanceExists,
    NonDeterminism,
    PortableFaasError,
)
from portable_faas.history import ABANDONED, COMPLETED, EVENT_RAISED, FAILED, RESUMED, SUSPENDED, TIMER_FIRED, Event
from portable_faas.local.activities import Activities
from portable_faas.local.agenda import Agenda
from portable_faas.local.ahead import Ahead
from portable_faas.local.children import Children
from portable_faas.local.clock import Clock, Timers
from portable_faas.local.entities import Entities, Operation, Outcome, Owner
from portable_faas.local.instance import Instance, Step
from portable_faas.local.journal import Journal
from portable_faas.local.store import Store, StoreFailed
from portable_faas.provider import FINISHED
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
    Inbox,
    PublishStatus,
    RequestLock,
    SignalEntity,
    StartActivity,
    StartChild,
    StartInstance,
    StartTimer,
    Waiting,
    deliver,
    replay,
    steps,
)
from portable_faas.values import capture, dumps, loads

T = TypeVar("T")
LOG: Final = logging.getLogger("portable_faas.local")


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
        self.app = app
        self._store = store
        self.clock = clock
        self.always_replay = always_replay
        self.loop = asyncio.get_running_loop()
        self._journal = Journal(store, self.loop, self._committed)
        self._timers = Timers(clock, self.loop)
        self._ahead = Ahead(clock, self._timers, self.loop, self._idle, agenda)
        self.activities = Activities(
            clock, self._timers, self._journal, self.loop, self._record, self.turn, self._ahead.look
        )
        self.activities.grants = lambda name: app.activities[name].grants
        self.entities = Entities(app, store, self._journal, self._told, self._granted)
        self._children = Children(self, store, self._journal)
        self._live: dict[str, Instance] = {}
        self._by_key: dict[int, Instance] = {}
        self._next_key = store.next_key()
        self._callers: set[asyncio.Future[Any]] = set()
        self._on_commit = on_commit
        self.stopped = False
        self.failure: StoreFailed | None = None

    # Starting, ending, asking.

    def adopt(self, instance: Instance) -> None:
        """From now on the instance is one that this engine drives."""
        self._live[instance.id] = self._by_key[instance.key] = instance

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, run: str, if_exists: IfExists
    ) -> None:
        """Start an instance and wait until the start is durable; the same ``run`` again is the same start."""
        if self.begin(orchestrator, input, instance_id, run, if_exists) is not None:
            await self._durable()

    def begin(
        self,
        orchestrator: Orchestrator[Any, Any],
        input: str | None,
        instance_id: str,
        run: str,
        if_exists: IfExists = "raise",
        parent: tuple[int, int] | None = None,
    ) -> Instance | None:
        """Begin an instance in the batch at hand; None where it is live already, or ended, by the same start."""
        earlier = self._store.row(instance_id)
        live = self._live.get(instance_id)
        if live is not None:
            if if_exists == "raise" and live.run != run:
                raise InstanceExists(instance_id)
            return None
        if earlier is not None and earlier.run == run:
            return None  # a crash came between the commit of this start, which was its end too, and the answer
        if earlier is not None and earlier.record.status not in FINISHED:
            raise InstanceExists(instance_id)  # unfinished, and not one that this engine goes on with
        key, now = self._new_key(), self.clock.now()
        instance = Instance(key, instance_id, run, orchestrator, input, now, self.app.version)
        instance.parent = parent
        instance.execution = self.execution_of(instance)
        self.adopt(instance)
        if earlier is not None:
            self._journal.batch.forgotten.append((instance_id,))
        self._journal.batch.started.append(instance.row())
        self.begin_code(instance)
        return instance

    def _new_key(self) -> int:
        self._next_key += 1
        return self._next_key - 1

    def begin_code(self, instance: Instance) -> None:
        """Run the code of a durable run to its first awaits."""
        instance.waits = False
        if instance.execution is not None and not instance.ended:
            instance.events = [] if self.always_replay else None
            self.absorb(instance, instance.execution.start(instance.began), instance.began)

    async def finished(self, instance_id: str, timeout: float | None) -> None:
        """Wait for the end of an instance; ``TimeoutError`` after ``timeout`` seconds of this engine's clock."""
        instance = self._live.get(instance_id)
        if instance is None:
            return
        if instance.blocked is not None:
            raise instance.blocked
        waiter: asyncio.Future[None] = self.loop.create_future()
        instance.waiters = [*(instance.waiters or ()), waiter]
        alarm = None
        if timeout is not None:
            due = self.clock.now() + max(0, round(timeout * 1000))
            alarm = self._timers.at(due, lambda: _settle(waiter, TimeoutError(f"no result after {timeout:g} s")))
        try:
            await self._answered(self._ahead.until(None, waiter), waiter)
        finally:
            if alarm is not None:
                alarm.cancel()

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> bool:
        """Hand an event to a live instance and wait until it is durable; False if the instance is not live."""
        instance = await self._begun(instance_id)
        if instance is None or instance.execution is None:
            return False
        verdict = instance.execution.inbox.verdict(event_id)
        if verdict == "full":
            raise InboxFull(instance_id)
        if verdict == "new":
            wire = f'{{"id":{json.dumps(event_id)},"data":{data}}}'
            self.turn(instance, Event(self.clock.now(), EVENT_RAISED, 0, "", name, wire))
        await self._durable()
        return True

    async def suspend(self, instance_id: str) -> bool:
        """Let no new step of a live instance start; False if it is not live."""
        instance = await self._begun(instance_id)
        if instance is not None and not instance.suspended:
            instance.suspended = True
            self._journal.batch.update(instance.key, status="Suspended")
            self.turn(instance, Event(self.clock.now(), SUSPENDED, 0))
            await self._durable()
        return instance is not None

    async def resume(self, instance_id: str) -> bool:
        """Let a suspended instance go on; False if it is not live."""
        instance = await self._begun(instance_id)
        if instance is not None and instance.suspended:
            instance.suspended = False
            self._journal.batch.update(instance.key, status="Running")
            self.turn(instance, Event(self.clock.now(), RESUMED, 0))
            await self._durable()
        return instance is not None

    async def _begun(self, instance_id: str) -> Instance | None:
        """The live instance, once the code of its present run has begun."""
        while (instance := self._live.get(instance_id)) is not None and instance.waits:
            await self._durable()
        if instance is not None and instance.blocked is not None:
            raise instance.blocked
        return None if instance is None or instance.ended else instance

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End a live instance, and the children it waits for, without running any of their code."""
        instance = self._live.get(instance_id)
        if instance is not None and not instance.ended:
            self.end(instance, "Terminated", error=dumps(reason, "reason"))
            await self._durable()

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        if instance_id in self._live:
            raise InstanceExists(instance_id)
        self._journal.batch.forgotten.append((instance_id,))
        self._journal.commit_soon()
        await self._durable()

    async def expire(self, keys: Iterable[int]) -> None:
        """Forget finished runs, but for those that have begun again meanwhile."""
        self._journal.batch.expired += [(key,) for key in keys if key not in self._by_key]
        self._journal.commit_soon()
        await self._durable()

    async def rerun(self, instance_id: str) -> None:
        """Take back the last completion of a failed instance, and everything that came of it, and go on from there."""
        self._children.rerun(instance_id)
        await self._durable()

    async def call_entity(self, name: tuple[str, str], operation: str, args: str, client: str) -> Outcome:
        """Carry out an operation for a client and give its outcome; the same ``client`` name is the same call."""
        answer: asyncio.Future[Outcome] = self.loop.create_future()
        self.entities.ask(client, name, operation, args, lambda outcome: _settled(answer, outcome))
        outcome = await self._answered(answer, answer)
        self.entities.heard(client)
        return outcome

    async def signal_entity(self, name: tuple[str, str], operation: str, args: str) -> None:
        """Hand an operation over and wait until that is durable."""
        self.entities.hand_over(name, operation, args, 0, 0, 0)
        await self._durable()

    async def advance(self, seconds: float) -> None:
        """Move the virtual clock; everything due until then happens first, in its order."""
        arrived: asyncio.Future[None] = self.loop.create_future()
        limit = self.clock.now() + round(seconds * 1000)
        await self._answered(self._ahead.until(limit, arrived), arrived)

    async def _answered(self, answering: Awaitable[T], answer: asyncio.Future[Any]) -> T:
        """Await ``answering``; a stop of the engine fails ``answer``, and so wakes the caller too."""
        self._callers.add(answer)
        try:
            return await answering
        finally:
            self._callers.remove(answer)

    def stop(self, failure: StoreFailed | None = None) -> None:
        """Stop at once; what is durable goes on when the store is opened again."""
        self.stopped = True
        self.failure = failure
        self._journal.close()
        self._timers.close()
        self.activities.close()
        stopped = failure or EngineStopped("the engine was stopped")
        for caller in self._callers:
            _settle(caller, stopped)
        for instance in self._live.values():
            instance.stop()
        self._live.clear()

    # Turns.

    def execution_of(self, instance: Instance) -> Execution:
        """A fresh execution of the instance's present run; ``NonDeterminism`` if its orchestrator is gone."""
        orchestrator = instance.orchestrator
        if orchestrator is None:
            raise NonDeterminism(0, "an orchestrator that this app no longer has", "nothing")
        signature = orchestrator.signature()
        inputs = {} if instance.input is None else {signature.names[0]: loads(instance.input)}
        inbox = Inbox.from_json(instance.inbox)
        return Execution(orchestrator.fn, signature, instance.identity(self.app.name), inputs, inbox)

    def turn(self, instance: Instance, event: Event) -> None:
        """Record an arrival from the world and let the orchestrator go on from it."""
        self._record(instance, event)
        try:
            if self.always_replay:
                self._replay_afresh(instance)
            assert instance.execution is not None
            commands = deliver(instance.execution, event)
        except NonDeterminism as wrong:
            commands = [Fail(capture(wrong))]
        self.absorb(instance, commands, event.at)

    def _replay_afresh(self, instance: Instance) -> None:
        """Forget the live coroutine and make it again from the history, without the arrival now at hand."""
        assert instance.events is not None
        if instance.execution is not None:
            instance.execution.close()
        instance.execution = self.execution_of(instance)
        replay(instance.execution, instance.began, instance.events[:-1])
        instance.execution.replaying = False

    def _record(self, instance: Instance, event: Event) -> None:
        instance.number += 1
        self._journal.batch.events.append((instance.key, instance.number, *event))
        if instance.events is not None:
            instance.events.append(event)

    def absorb(self, instance: Instance, commands: list[Command], at: int) -> None:
        """Write what the code asked for; do it once it is durable."""
        for event in steps(at, commands):
            self._record(instance, event)
        for command in commands:
            match command:
                case StartActivity():
                    self.activities.begin(instance, command)
                case PublishStatus(value):
                    instance.custom_status = value
                    self._journal.batch.update(instance.key, custom_status=value)
                case Abandon(step):
                    self._drop(instance, step)
                case AbandonBranch(fiber):
                    self._record(instance, Event(at, ABANDONED, 0, fiber))
                case Complete(output):
                    self.end(instance, "Completed", output=output)
                case Fail(failure):
                    self.end(instance, "Failed", error=json.dumps(failure.to_wire()))
                case Continue():
                    self._continue(instance, command, at)
                case _:
                    self._hand_on(instance, command)
        self._journal.batch.update(instance.key, updated_at=at)
        self._journal.commit_soon()

    def _hand_on(self, instance: Instance, command: Command) -> None:
        match command:
            case CallEntity(step, _, entity, key, operation, args, lock):
                self.entities.hand_over((entity, key), operation, args, instance.key, step, lock)
            case SignalEntity(_, _, entity, key, operation, args, lock):
                self.entities.hand_over((entity, key), operation, args, instance.key, 0, lock)
            case FreeLock(lock=lock):
                self._journal.then(self.entities.free, (instance.key, lock))
            case StartTimer() | AwaitEvent() | StartChild() | StartInstance() | RequestLock():
                self._journal.then(self.open, instance, command)

    def _continue(self, instance: Instance, command: Continue, at: int) -> None:
        """The run is over: the next one takes its place in one commit, and its code begins after it."""
        self._children.terminate(instance)
        instance.stop()
        batch = self._journal.batch
        batch.forget(instance.key, instance.id)
        del self._by_key[instance.key]
        instance.key, instance.began = self._new_key(), at
        self._by_key[instance.key] = instance
        instance.run = str(uuid5(UUID(instance.run), "continue as new"))
        instance.input, instance.inbox = command.input, command.inbox.to_json()
        instance.version, instance.number, instance.waits = self.app.version, 0, True
        instance.execution = self.execution_of(instance)
        batch.started.append(instance.row())
        self._journal.then(self.begin_code, instance)

    def end(self, instance: Instance, status: str, **values: str) -> None:
        """The instance is over, in the batch at hand; its waiters hear of it once that is durable."""
        instance.ended = True
        self._journal.batch.update(instance.key, status=status, updated_at=self.clock.now(), **values)
        self._journal.then(self._ended, instance)
        for number in list(instance.steps):
            self._drop(instance, number)
        self._children.terminate(instance)
        instance.stop()

    def _ended(self, instance: Instance) -> None:
        del self._live[instance.id], self._by_key[instance.key]
        self.entities.free_all(instance.key)
        for waiter in instance.waiters or ():
            _settle(waiter, None)
        self._children.ended(instance)

    def _drop(self, instance: Instance, number: int) -> None:
        step = instance.steps.pop(number, None)
        if isinstance(step, Step):
            self.activities.forget(step)
        elif step is not None:
            step.cancel()
        elif number in instance.children:
            self._children.abandon(instance, number)
        else:
            self._journal.then(self.entities.free, (instance.key, number))  # a lock that was asked for

    # Effects.

    def open(self, instance: Instance, command: Waiting) -> None:
        """Do what a durable step asks for, unless nobody waits for it any more."""
        if not instance.listening(command.step):
            return
        match command:
            case StartTimer(due=due) | AwaitEvent(due=int(due)):
                timer = self._timers.at(due, lambda: self._fired(instance, command.step, command.fiber, due))
                instance.steps[command.step] = timer
                self.loop.call_soon(self._timers.fire_due)
            case StartChild():
                self._children.start(instance, command)
            case StartInstance():
                self._children.start_free(instance, command)
            case RequestLock(step, _, entities):
                self.entities.request((instance.key, step), entities)

    def _fired(self, instance: Instance, step: int, fiber: str, due: int) -> None:
        del instance.steps[step]
        self.turn(instance, Event(max(self.clock.now(), due), TIMER_FIRED, step, fiber))

    def _told(self, operation: Operation, outcome: Outcome) -> None:
        kind = FAILED if outcome.failed else COMPLETED
        self.completed(operation.instance, operation.step, kind, outcome.text)

    def _granted(self, owner: Owner) -> None:
        if not self.completed(*owner, COMPLETED, "null"):
            self._journal.then(self.entities.free, owner)

    def completed(self, key: int, step: int, kind: Any, text: str) -> bool:
        """A step other than an activity or timer ended; False if nobody waits for it any more."""
        instance = self._by_key.get(key)
        if instance is None or not instance.listening(step):
            return False
        self.turn(instance, Event(self.clock.now(), kind, step, "", "", text))
        return True

    def live(self, instance_id: str) -> Instance | None:
        """The live instance with this id."""
        return self._live.get(instance_id)

    def by_key(self, key: int) -> Instance | None:
        """The live instance in this run."""
        return self._by_key.get(key)

    # Durability and time.

    async def _durable(self) -> None:
        """Wait until everything that was handed in is committed."""
        if self._journal.idle:
            return
        done: asyncio.Future[None] = self.loop.create_future()
        self._journal.then(_settle, done, None)
        await self._answered(done, done)

    def _committed(self) -> None:
        if self._journal.failure is not None:
            failure = StoreFailed(self._store.path, self._journal.failure)
            LOG.error("%s; the engine stops", failure)
            self.stop(failure)
            return
        if self._on_commit is not None:
            self._on_commit()
        self._ahead.look()

    def _idle(self) -> bool:
        return not (self.stopped or self.activities.running) and self._journal.idle


def _settle(waiter: asyncio.Future[None], error: Exception | None) -> None:
    if not waiter.done():
        waiter.set_result(None) if error is None else waiter.set_exception(error)


def _settled(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not answer.done():
        answer.set_result(outcome)
