"""The embedded engine as a backend: opens the store at the first request, and can crash on purpose.

``crash_after="every-step"`` kills the engine in memory after each commit, before any effect of it, and opens the
same store again, so a test sees every moment at which a process can die between two steps.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Literal, TypeVar, final

from portable_faas.app import App, Orchestrator
from portable_faas.client import Client
from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists, InstanceFinished, NotSupported
from portable_faas.history import ATTEMPT_FAILED, COMPLETED, FAILED, Event
from portable_faas.local.agenda import Agenda
from portable_faas.local.clock import Clock, RealClock, VirtualClock
from portable_faas.local.depot import Depot
from portable_faas.local.engine import Engine, EngineStopped
from portable_faas.local.functions import LocalFunctions
from portable_faas.local.recovery import recover
from portable_faas.local.services import LocalServices
from portable_faas.local.store import MEMORY, Store, Synchronous
from portable_faas.provider import FINISHED, Query, Record
from portable_faas.resources import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.values import Failure, loads, rebuild

T = TypeVar("T")
CrashAfter = Literal["every-step"]


@final
class LocalBackend:
    """One store and the engine that drives it; the engine is replaced when it crashes, the store stays."""

    def __init__(
        self,
        app: App,
        *,
        path: str = MEMORY,
        synchronous: Synchronous = "NORMAL",
        virtual_time: bool = False,
        always_replay: bool = False,
        crash_after: CrashAfter | None = None,
        read_only: bool = False,
        resume: Collection[str] | None = None,
    ) -> None:
        if crash_after not in (None, "every-step"):
            raise ValueError(f'crash_after is "every-step" or None, not {crash_after!r}')
        self._app = app
        self._path = path
        self._synchronous = synchronous
        self._clock: Clock = VirtualClock() if virtual_time else RealClock()
        self._always_replay = always_replay
        self._crashes = crash_after is not None
        self._read_only = read_only
        self._resume = resume
        self._store: Store | None = None
        self._engine: Engine | None = None
        self._closed = False
        self._serves = False
        self._agenda: Agenda | None = None
        self._depot: Depot | None = None
        self._functions: LocalFunctions | None = None

    async def open(self) -> Engine:
        """The running engine, opened and recovered when there is none; what has expired is forgotten first."""
        engine = self._running()
        if self._app.retention is None:
            return engine
        expired = self._stored().expired(self._clock.now() - round(self._app.retention * 1000))
        if expired:
            try:
                await engine.expire(expired)
            except EngineStopped:
                self._check_open()  # it was durable: the engine crashes behind a commit
        return self._running()

    def _running(self) -> Engine:
        store = self._stored()
        if self._read_only:
            raise NotSupported("this client only reads; connect without read_only to drive instances")
        if self._engine is not None and self._engine.failure is not None:
            raise self._engine.failure
        if self._engine is None or self._engine.stopped:
            hook = self._crash if self._crashes else None
            functions = self._served()
            with functions.services.inside():
                self._engine = Engine(
                    self._app,
                    store,
                    self._clock,
                    always_replay=self._always_replay,
                    on_commit=hook,
                    agenda=self._agenda,
                )
            recover(self._engine, store, self._resume)
        return self._engine

    @property
    def services(self) -> LocalServices:
        """The resources of the app."""
        return self._served().services

    def _served(self) -> LocalFunctions:
        if self._functions is None:
            uses_files = self._app.functions or self._app.resources
            self._agenda, self._depot = Agenda(self._clock), Depot(self._path if uses_files else MEMORY)
            self._functions = LocalFunctions(self._app, self._depot, self._agenda, Client(self._app, self))
            if self._serves:
                self._functions.begin()
        return self._functions

    async def serve(self, origin: str = "") -> None:
        """Open, deliver messages and run schedules; ``origin`` stands before the paths of signed URLs."""
        self._serves = True
        await self.open()
        self.services.origin = origin

    async def answer(self, request: Request) -> Answer:
        """What the app answers to a request."""
        await self.open()
        return await self._served().api.answer(request)

    def now(self) -> int:
        """The engine's time."""
        return self._clock.now()

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What a function could not do."""
        return self._served().dead_letters(function)

    def _stored(self) -> Store:
        if self._closed:
            raise RuntimeError("this client is closed; connect again")
        if self._store is None:
            self._store = Store(self._path, self._synchronous, self._read_only)
        return self._store

    async def _readable(self) -> Store:
        """The store, with an engine that goes on with what it holds."""
        if not self._read_only:
            await self.open()
        return self._stored()

    def _crash(self) -> None:
        assert self._engine is not None
        self._engine.stop()

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance durably."""
        run = str(uuid.uuid4())
        await self._surely(lambda engine: engine.start(orchestrator, input, instance_id, run, if_exists))

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an instance."""
        deadline = None if timeout is None else self._clock.now() + timeout * 1000
        while True:
            engine = await self.open()
            left = None if deadline is None else max(0.0, deadline - self._clock.now()) / 1000
            try:
                with self._agenda.waiting() if self._agenda else nullcontext():
                    await engine.finished(instance_id, left)
                return await self.status(instance_id)
            except EngineStopped:
                self._check_open()

    async def status(self, instance_id: str) -> Record:
        """The instance as its last commit left it."""
        return (await self._readable()).record(instance_id)

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Hand an event to a live instance, once."""
        try:
            await self._live(instance_id, lambda engine: engine.raise_event(instance_id, name, data, event_id))
        except InstanceFinished:
            if not self._stored().has_event(instance_id, event_id):
                raise  # else it was durable, and ended the instance, before an engine crashed

    async def suspend(self, instance_id: str) -> None:
        """Let no new step start."""
        await self._live(instance_id, lambda engine: engine.suspend(instance_id))

    async def resume(self, instance_id: str) -> None:
        """Go on after a suspension."""
        await self._live(instance_id, lambda engine: engine.resume(instance_id))

    async def _live(self, instance_id: str, ask: Callable[[Engine], Awaitable[bool]]) -> None:
        """Ask the engine about a live instance; the same again after a crash is the same request."""
        while not await self._surely(ask):
            if (await self.status(instance_id)).status in FINISHED:
                raise InstanceFinished(instance_id)
            await asyncio.sleep(0)  # it has ended, and that is about to be durable

    async def _surely(self, ask: Callable[[Engine], Awaitable[T]]) -> T:
        """Ask until an engine lives to answer."""
        while True:
            try:
                return await ask(await self.open())
            except EngineStopped:
                self._check_open()

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance without running any of its code."""
        while (await self.status(instance_id)).status not in FINISHED:
            await self._surely(lambda engine: engine.terminate(instance_id, reason))
            await asyncio.sleep(0)

    async def rerun(self, instance_id: str) -> None:
        """Do the last step of a failed instance again."""
        if (await self.status(instance_id)).status not in FINISHED:
            raise InstanceExists(instance_id)
        try:
            await (await self.open()).rerun(instance_id)
        except EngineStopped:
            self._check_open()  # it was durable: the engine crashes behind a commit

    async def call_entity(self, entity: str, key: str, operation: str, args: str) -> str:
        """Carry out an operation once and give its result."""
        client = str(uuid.uuid4())
        outcome = await self._surely(lambda engine: engine.call_entity((entity, key), operation, args, client))
        if outcome.failed:
            raise rebuild(Failure.from_wire(loads(outcome.text)))
        return outcome.text

    async def signal_entity(self, entity: str, key: str, operation: str, args: str) -> None:
        """Hand an operation over, once."""
        try:
            await (await self.open()).signal_entity((entity, key), operation, args)
        except EngineStopped:
            self._check_open()  # it was durable: the engine crashes behind a commit

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance with its history."""
        if (await self.status(instance_id)).status not in FINISHED:
            raise InstanceExists(instance_id)
        try:
            await (await self.open()).purge(instance_id)
        except EngineStopped:
            self._check_open()

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The committed events of an instance."""
        store = await self._readable()
        store.record(instance_id)
        return store.history(instance_id)

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        return (await self._readable()).list(query)

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        if not self._clock.virtual:
            raise NotSupported("time is real here; only testing.running(app) without real_time=True has virtual time")
        target = self._clock.now() + seconds * 1000
        while True:
            try:
                await (await self.open()).advance(max(0.0, target - self._clock.now()) / 1000)
                return
            except EngineStopped:
                self._check_open()

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """Durable steps and activity attempts with a recorded end."""
        events = await self.history(instance_id)
        ended = (COMPLETED, FAILED, ATTEMPT_FAILED)
        return {
            "steps": sum(event.scheduling for event in events),
            "activity_executions": sum(event.kind in ended for event in events),
        }

    @property
    def commits(self) -> int:
        """How many transactions the store has written since it was opened."""
        return self._store.commits if self._store else 0

    async def close(self) -> None:
        """Stop the engine and close the store."""
        self._closed = True
        if self._functions is not None:
            await self._functions.close()
        if self._engine is not None and not self._engine.stopped:
            self._engine.stop()
        if self._store is not None:
            self._store.close()
        if self._depot is not None:
            self._depot.close()
        await asyncio.sleep(0)  # lets cancelled activities end

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("this client was closed while it was waiting") from None
