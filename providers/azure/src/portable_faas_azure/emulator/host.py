"""The host: instances, their turns, and what a turn sets going.

    message -> turn: history, orchestrator function, action replay -> kept -> activities and timers -> message

Whatever changes is kept by the store before anything follows from it. Work items travel through the queue of the store;
timers and what is open are read from the kept histories, so a new host goes on where a killed one was.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, final

from portable_faas.errors import InstanceExists, InstanceFinished, InstanceNotFound
from portable_faas_azure.emulator.batches import play_batch
from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.history import EventType, Parent, Recorded, event, milliseconds
from portable_faas_azure.emulator.instance import Instance, Message, Turn
from portable_faas_azure.emulator.invocation import Invocations
from portable_faas_azure.emulator.pace import Pace, settle
from portable_faas_azure.emulator.sources import Sources
from portable_faas_azure.emulator.store import MemoryStore, Received, Store, Work
from portable_faas_azure.emulator.turns import halted, play, terminated, told
from portable_faas_azure.emulator.worker import Call, Reply, Worker
from portable_faas_azure.emulator.workers import Workers

CLOSED: Final = "this client was closed while it was waiting"


@final
class Host:
    """Runs the functions of one app; ``blocking=False`` schedules every action at once, unlike the real host.

    ``on_broken`` hears of an error of the store or of the host itself, which ends everything.
    """

    def __init__(
        self,
        functions: Worker,
        store: Store | None = None,
        *,
        blocking: bool = True,
        real_time: bool = False,
        on_broken: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.clock: Final = Clock(real=real_time)
        self.instances: Final[dict[str, Instance]] = {}
        self.entities: Final[dict[str, Instance]] = {}
        self.functions: Final = functions
        self._store: Store = store or MemoryStore()
        self._blocking = blocking
        self._on_broken = on_broken
        self._workers = Workers(functions, asyncio.get_running_loop())
        self._running: dict[Work, tuple[Instance, float]] = {}  # open activities, and what real time is at virtual zero
        self._taken: set[Work] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self.invocations: Final = Invocations(self.clock)
        self.invocations.changed = self._look_again
        self._beside_tasks: set[asyncio.Task[None]] = set()
        self._pace = Pace(self.clock, self._busy, self._store.reached, self._spawn, self._beside)
        self._consumer: asyncio.Task[None] | None = None
        self._requests = 0
        self._number = 0
        self._closed = False
        self._broken: BaseException | None = None

    async def open(self) -> None:
        """Take up what the store has kept, and begin."""
        loaded = await self._store.load()
        if loaded.now is not None:
            self.clock.go_on_from(loaded.now)
        for instance in sorted(loaded.instances, key=lambda found: found.number):
            (self.entities if instance.is_entity else self.instances)[instance.id] = instance
            self._number = max(self._number, instance.number)
        known = [*self.instances.values(), *self.entities.values()]
        for instance in known:
            if instance.live:
                await self._begin(instance, list(instance.open.values()))
                self._soon(instance)
        for instance in known:
            for message in instance.outgoing:  # of its last turn: it may have been killed before they were sent
                await self._deliver(message, again=True)
        self._consumer = asyncio.create_task(self._consume())
        self.clock.reach(self.clock.now)

    def attend(self, sources: Sources) -> None:
        """Start functions with queues and timers too."""
        sources.open()
        if self.clock.real:
            self._beside(sources.watch())
        else:
            self._pace.gather = sources.gather

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work``, which is under way until it has ended."""
        self._spawn(work)

    async def request(self, name: str, call: Call) -> Reply:
        """Run an HTTP function; virtual time waits for it."""
        if self._broken is not None:
            raise self._broken
        self._requests += 1
        try:
            answer: Reply = await self.invocations.call(self.functions.request(name, call))
            return answer
        finally:
            self._requests -= 1
            self._look_again()

    async def close(self, error: Exception | None = None) -> None:
        """Stop; what is kept stays with the store."""
        self._closed = True
        self._workers.close()
        closed = error or RuntimeError(CLOSED)
        self._pace.close(closed)
        tasks = [*self._under_way, *self._beside_tasks, *([self._consumer] if self._consumer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._store.close()

    async def drop(self) -> None:
        """Forget everything that the store has kept."""
        await self._store.drop()

    # What a client asks for.

    async def start(self, name: str, text: str | None, instance_id: str, parent: Parent | None = None) -> Instance:
        """Start an instance; ``text`` is JSON."""
        found = self.instances.get(instance_id)
        if found is not None and found.live:
            raise InstanceExists(instance_id)
        self._number += 1
        instance = Instance(instance_id, name, text, self.clock.now, number=self._number, parent=parent)
        self.instances.pop(instance_id, None)  # so that the new one stands last
        self.instances[instance_id] = instance
        async with self._asked(instance):
            await self._store.create(instance)
        self._soon(instance)
        return instance

    def get(self, instance_id: str) -> Instance:
        """The instance of this id."""
        if instance_id not in self.instances:
            raise InstanceNotFound(instance_id)
        return self.instances[instance_id]

    async def terminate(self, instance: Instance, reason: str) -> None:
        """End a live instance without running its function."""
        async with self._asked(instance):
            if instance.live:
                await self._commit(instance, terminated(instance, reason, self.clock.now))

    async def suspend(self, instance: Instance, reason: str) -> None:
        """Begin no turn of it from now on; its activities, timers and messages go on to arrive."""
        async with self._asked(instance):
            if instance.live and instance.status != "Suspended":
                kind = EventType.EXECUTION_SUSPENDED
                await self._commit(instance, halted(instance, kind, reason, self.clock.now))

    async def resume(self, instance: Instance, reason: str) -> None:
        """Let a suspended instance go on."""
        async with self._asked(instance):
            if instance.status == "Suspended":
                await self._commit(instance, halted(instance, EventType.EXECUTION_RESUMED, reason, self.clock.now))
        self._soon(instance)

    async def raise_event(self, instance: Instance, name: str, text: str) -> None:
        """Send an external event with JSON ``text`` to a live instance; ``InstanceFinished``."""
        message = event(EventType.EVENT_RAISED, self.clock.now, Name=name, Input=text)
        key = f"event-{time.time_ns():020}"
        async with self._asked(instance):
            if not instance.live:
                raise InstanceFinished(instance.id)
            await self._store.keep(instance, key, message)
            self._post(instance, key, message)

    async def signal(self, name: str, key: str, operation: str, text: str) -> None:
        """Send an operation with JSON ``text`` to an entity."""
        sent = {"operation": operation, "input": text, "asker": None}
        self._requests += 1
        try:
            await self._deliver(Message(entity_id(name, key), f"op-{time.time_ns():020}", sent))
        finally:
            self._requests -= 1
            self._look_again()

    async def purge(self, instance: Instance) -> None:
        """Forget a finished instance."""
        async with self._asked(instance):
            if instance.live:
                raise InstanceExists(instance.id)
            await self._store.remove(instance)
            if self.instances.get(instance.id) is instance:
                del self.instances[instance.id]

    async def finished(self, instance: Instance, timeout: float | None) -> None:
        """Wait for the end; ``TimeoutError`` after ``timeout`` seconds of the clock."""
        if not instance.live:
            return
        waiter = self._waiter()
        self._waiters.setdefault(instance.run, []).append(waiter)
        alarm = None
        if timeout is not None:
            late = TimeoutError(f"no result after {timeout:g} s")
            due = self.clock.now + max(0, round(timeout * 1000))
            alarm = self.clock.at(due, lambda: settle(waiter, late))
        try:
            await self._pace.until(None, waiter)
        finally:
            if alarm is not None:
                alarm.cancel()

    async def advance(self, seconds: float) -> None:
        """Let time pass; what is due until then happens first, in its order."""
        await self._pace.until(self.clock.now + round(seconds * 1000), self._waiter())

    @asynccontextmanager
    async def _asked(self, instance: Instance) -> AsyncIterator[None]:
        """A request that changes an instance: one after another, and virtual time waits for it."""
        if self._broken is not None:
            raise self._broken
        self._requests += 1
        try:
            async with instance.lock:
                yield
        finally:
            self._requests -= 1
            self._look_again()

    def _waiter(self) -> asyncio.Future[None]:
        if self._broken is not None:
            raise self._broken
        return asyncio.get_running_loop().create_future()

    # Turns.

    def _post(self, instance: Instance, key: str, message: Recorded) -> None:
        if instance.live and not self._closed:
            instance.inbox[key] = message
            self._soon(instance)

    def _soon(self, instance: Instance) -> None:
        if instance.ready and not instance.turn_due and not self._closed:
            instance.turn_due = True
            self._spawn(self._turn(instance))

    async def _turn(self, instance: Instance) -> None:
        async with instance.lock:
            instance.turn_due = False
            if instance.ready:
                if instance.is_entity:
                    turn = await play_batch(self.functions, instance, self.clock.now)
                else:
                    turn = await play(self.functions, instance, self.clock.now, self._blocking)
                await self._commit(instance, turn)
        self._soon(instance)

    async def _commit(self, instance: Instance, turn: Turn) -> None:
        await self._store.commit(instance, turn)
        await self._begin(instance, instance.apply(turn))
        for message in turn.outgoing:
            await self._deliver(message)
        if not instance.live:
            self._ended(instance)

    # Messages.

    async def _deliver(self, message: Message, again: bool = False) -> None:
        """Put a message into an inbox; ``again`` where it may have been there, and been read, before."""
        if message.to.startswith("@"):
            target: Instance | None = await self._entity(message.to)
        elif message.body["EventType"] == EventType.EXECUTION_STARTED:
            await self._start_child(message)
            return
        else:
            target = self.instances.get(message.to)
        if target is None or (message.execution_id and not _awaits(target, message, again)):
            return
        await self._store.keep(target, message.key, message.body)
        self._post(target, message.key, message.body)

    async def _entity(self, instance_id: str) -> Instance | None:
        found = self.entities.get(instance_id)
        if found is not None:
            async with found.lock:  # it is kept when this is free
                return found
        name = self.functions.entity_named(instance_id[1:].partition("@")[0])
        if name is None:
            return None  # an extension drops what is sent to an entity that no function is for
        self._number += 1
        entity = self.entities[instance_id] = Instance(instance_id, name, None, self.clock.now, number=self._number)
        async with entity.lock:
            await self._store.create(entity)
        return entity

    async def _start_child(self, message: Message) -> None:
        parent = Parent(*message.body["Parent"])
        found = self.instances.get(message.to)
        if found is not None and found.parent == parent:
            return
        try:
            await self.start(message.body["Name"], message.body["Input"], message.to, parent)
        except InstanceExists as exists:
            await self._deliver(told(parent, "Failed", f"{exists}", self.clock.now))

    def _ended(self, instance: Instance) -> None:
        self._running = {work: value for work, value in self._running.items() if value[0] is not instance}
        for waiter in self._waiters.pop(instance.run, ()):
            settle(waiter, None)
        self._look_again()

    # Activities and timers.

    async def _begin(self, instance: Instance, opened: list[Recorded]) -> None:
        """Set going what a turn has opened, or what a killed host had: what has arrived since is in the inbox."""
        works = []
        for recorded in opened:
            event_id = recorded["EventId"]
            if recorded["EventType"] == EventType.TIMER_CREATED:
                self._set_timer(instance, event_id, recorded["FireAt"])
            elif recorded["EventType"] == EventType.TASK_SCHEDULED and f"task-{event_id}" not in instance.inbox:
                works.append(Work(instance.id, instance.execution_id, event_id))
        self._running.update(dict.fromkeys(works, (instance, time.monotonic() - self.clock.now / 1000)))
        if works:
            await self._store.send(works)
        if opened:
            self._look_again()

    def _set_timer(self, instance: Instance, event_id: int, fire_at: str) -> None:
        execution = instance.execution_id

        def ring() -> None:
            if instance.execution_id != execution:
                return  # an earlier run had cancelled it
            fired = event(EventType.TIMER_FIRED, self.clock.now, TimerId=event_id, FireAt=fire_at)
            self._post(instance, f"timer-{event_id}", fired)

        self.clock.at(milliseconds(fire_at), ring)

    async def _consume(self) -> None:
        try:
            while True:
                for received in await self._store.receive():
                    self._take(received)
        except Exception as error:
            self._break(error)

    def _take(self, received: Received) -> None:
        work = received.work
        if work not in self._running:
            self._spawn(self._store.done(received))  # its instance has ended meanwhile
        elif work not in self._taken:
            self._taken.add(work)
            scheduled = self._running[work][0].open[work.event_id]
            (text,) = json.loads(scheduled["Input"])
            self._workers.run(scheduled["Name"], text, lambda *outcome: self._spawn(self._ran(received, *outcome)))

    async def _ran(self, received: Received, result: str | None, fault: str | None) -> None:
        work = received.work
        self._taken.discard(work)
        if work in self._running:
            instance, _ = self._running[work]
            kind = EventType.TASK_COMPLETED if fault is None else EventType.TASK_FAILED
            outcome = {"Result": result} if fault is None else {"Reason": fault, "Details": ""}
            message = {**event(kind, self.clock.now, TaskScheduledId=work.event_id), **outcome}
            key = f"task-{work.event_id}"
            await self._store.keep(instance, key, message)
            if self._running.pop(work, None) is not None:
                self._post(instance, key, message)
        await self._store.done(received)

    # What is under way, and time.

    def _busy(self) -> bool:
        return len(self._under_way) + len(self._running) + self._requests > self.invocations.waiting

    def _look_again(self) -> None:
        zero = min((zero for _, zero in self._running.values()), default=None)
        self._pace.pull(zero)
        self._pace.look_ahead()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._landed)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` without anything being under way by it."""
        task = asyncio.get_running_loop().create_task(work)
        self._beside_tasks.add(task)
        task.add_done_callback(self._looked)

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._beside_tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._break(error)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._break(error)
        if not self._closed:
            self._look_again()

    def _break(self, error: BaseException) -> None:
        """Nothing can be kept any more, so nothing may go on."""
        self._broken = self._broken or error
        self._closed = True
        self._pace.close(error if isinstance(error, Exception) else RuntimeError(repr(error)))
        if self._on_broken is not None:
            self._on_broken(error)


def entity_id(name: str, key: str) -> str:
    """The instance id of an entity."""
    return f"@{name.lower()}@{key}"


def _awaits(target: Instance, message: Message, again: bool) -> bool:
    """Whether a message for one run of the target still means something to it."""
    if not target.live or target.execution_id != message.execution_id:
        return False
    if "TaskScheduledId" in message.body:
        return message.body["TaskScheduledId"] in target.open
    return not (again and any(event.get("Name") == message.body["Name"] for event in target.history))
