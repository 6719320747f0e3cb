"""Starts instances and talks to them; the same for every engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, cast, final, get_args

from portable_faas.app import App, Orchestrator
from portable_faas.context.entities import check_key
from portable_faas.context.entity_type import READ, EntityType, type_of
from portable_faas.context.ids import check_id, new_id
from portable_faas.context.instances import IfExists
from portable_faas.context.waits import check_event_name
from portable_faas.errors import NotSupported, OrchestrationFailed, OrchestrationTerminated
from portable_faas.history import EPOCH, MILLISECOND, Event, Kind, failed_inside_lock
from portable_faas.provider import Backend, Query, Record, StatusName, get_provider
from portable_faas.resources import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.caller import Caller
from portable_faas.triggers.serving import Serving
from portable_faas.values import Failure, dumps, dumps_arguments, loads, rebuild
from portable_faas.values.retry import seconds as in_seconds
from portable_faas.values.undeclared import encode_undeclared

I = TypeVar("I")  # noqa: E741 - the input of an orchestrator
R = TypeVar("R")
E = TypeVar("E")
P = ParamSpec("P")

_LEFT_OUT: Final[Any] = object()


@final
@dataclass(frozen=True)
class ErrorInfo:
    """Why an instance failed or who ended it: ``type`` as in ``OrchestrationFailed.error_type``."""

    type: str
    message: str


@final
@dataclass(frozen=True)
class Status:
    """An instance at one moment. ``input`` and ``output`` are plain JSON values, times are aware UTC."""

    instance_id: str
    orchestrator: str
    status: StatusName
    custom_status: Any
    input: Any
    output: Any
    error: ErrorInfo | None
    created_at: datetime
    updated_at: datetime


@final
@dataclass(frozen=True)
class HistoryEvent:
    """One entry of ``handle.history()``; ``data`` is the arguments, result or failure as plain JSON.

    ``step`` counts the durable operations from 1; ``fiber`` is ``""`` for the orchestrator itself and names the
    branch of a gather otherwise.
    """

    at: datetime
    kind: Kind
    step: int
    fiber: str
    name: str
    data: Any


@final
class Handle(Generic[R]):
    """One instance, live or finished."""

    def __init__(self, backend: Backend, instance_id: str, orchestrator: Orchestrator[Any, R]) -> None:
        self._backend = backend
        self._orchestrator = orchestrator
        self.instance_id: Final = instance_id

    async def result(self, timeout: float | timedelta | None = None) -> R:
        """Wait for the end and give what the orchestrator returned, decoded by its return annotation.

        Raises ``OrchestrationFailed``, ``OrchestrationTerminated``, or ``TimeoutError`` after ``timeout`` seconds.
        """
        wait = None if timeout is None else in_seconds(timeout, "timeout")
        record = await self._backend.finished(self.instance_id, wait)
        if record.status == "Completed" and record.output is not None:
            return cast(R, self._orchestrator.signature().decode_result(loads(record.output)))
        raise _error(record)

    async def status(self) -> Status:
        """The instance as it is now."""
        return status_of(await self._backend.status(self.instance_id))

    async def terminate(self, reason: str = "") -> None:
        """End the instance: none of its code runs any more. A finished instance stays as it is."""
        await self._backend.terminate(self.instance_id, reason)

    async def raise_event(self, name: str, data: object = None, id: str | None = None) -> None:
        """Hand an event to the instance; when this returns, it is durable.

        ``data`` is any portable value; the wait decodes it by its own type. The same ``id`` again within the last
        1,000 does nothing, so a raiser that is not sure may repeat itself. Raises ``InstanceFinished``,
        ``InstanceNotFound``, ``InboxFull`` with 1,000 unread events, ``NotPortable``.
        """
        if id is not None and (not isinstance(id, str) or not id):
            raise ValueError(f"the id of an event is a text, not {id!r}")
        wire = dumps(encode_undeclared(data, f"event {check_event_name(name)}"), f"event {name}")
        await self._backend.raise_event(self.instance_id, name, wire, id or new_id())

    async def suspend(self) -> None:
        """Let no new step start until ``resume``; running activities finish, timers count, events are kept.

        ``NotSupported`` unless the orchestrator is declared with ``suspendable=True``; ``InstanceFinished``.
        """
        if not self._orchestrator.suspendable:
            raise NotSupported(
                f"instances of {self._orchestrator.name} cannot be suspended: "
                "declare it with @app.orchestrator(suspendable=True)"
            )
        await self._backend.suspend(self.instance_id)

    async def resume(self) -> None:
        """Go on after ``suspend``; no effect if the instance is not suspended. ``InstanceFinished`` if it has ended."""
        await self._backend.resume(self.instance_id)

    async def rerun(self) -> None:
        """Do the last step of a failed instance again and go on from there, under the same id.

        ``InstanceExists`` while it is live, ``NotSupported`` for one that has not failed, or that failed inside a lock,
        which others may have had since.
        """
        failed = (await self._backend.status(self.instance_id)).status == "Failed"
        if failed and failed_inside_lock(await self._backend.history(self.instance_id)):
            reason = "it failed inside a lock, which others may have had since; start a new one"
            raise NotSupported(f"instance {self.instance_id} cannot be run again: {reason}")
        await self._backend.rerun(self.instance_id)

    async def purge(self) -> None:
        """Forget a finished instance and all it stored; ``InstanceExists`` while it is live."""
        await self._backend.purge(self.instance_id)

    async def history(self) -> list[HistoryEvent]:
        """What has happened so far, in order."""
        return [_shown(event) for event in await self._backend.history(self.instance_id)]

    async def usage(self) -> dict[str, int]:
        """What a bill would count for this instance; the keys depend on the engine."""
        return dict(await self._backend.usage(self.instance_id))

    def __repr__(self) -> str:
        return f"<Handle {self.instance_id}>"


@final
class EntityHandle(Generic[E]):
    """One entity, driven from outside an orchestrator."""

    def __init__(self, backend: Backend, type: EntityType, key: str) -> None:
        self._backend = backend
        self._type = type
        self.key: Final = check_key(key)

    async def call(self, operation: Callable[Concatenate[E, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Carry out ``operation`` and give its result; what it raises is raised here and leaves the state unchanged."""
        name, given = self._encoded(operation, args, kwargs)
        text = await self._backend.call_entity(self._type.name, self.key, name, given)
        return cast(R, self._type.decode_result(name, loads(text)))

    async def signal(self, operation: Callable[Concatenate[E, P], Any], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Hand ``operation`` over; it is applied once, after this caller's earlier operations."""
        await self._backend.signal_entity(self._type.name, self.key, *self._encoded(operation, args, kwargs))

    async def read(self) -> E:
        """The state as an object of the class, with the defaults for a fresh key."""
        text = await self._backend.call_entity(self._type.name, self.key, READ, "{}")
        return cast(E, self._type.decode_result(READ, loads(text)))

    def _encoded(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
        name = self._type.operation_name(operation)
        return name, dumps_arguments(self._type.signature(name).encode_args(args, kwargs))

    def __repr__(self) -> str:
        return f"<EntityHandle {self._type.name} {self.key!r}>"


@final
class Client:
    """Drives the instances of one app on one engine. Close it, or use it with ``async with``."""

    def __init__(self, app: App, backend: Backend) -> None:
        self._app = app
        self._backend = backend

    @property
    def http(self) -> Caller:
        """Makes requests to the app's HTTP functions; ``NotSupported`` on an engine that has none in this release."""
        return Caller(self._serving().answer)

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What a function with a trigger was given and could not do, oldest first."""
        return await self._serving().dead_letters(function)

    def now(self) -> datetime:
        """The engine's time, which is virtual in tests; aware UTC."""
        return EPOCH + self._serving().now() * MILLISECOND

    def _serving(self) -> Serving:
        if not isinstance(self._backend, Serving):
            raise NotSupported("this engine does not run functions with triggers in this release; use on='local'")
        return self._backend

    async def start(
        self,
        orchestrator: Orchestrator[I, R],
        input: I = _LEFT_OUT,
        *,
        instance_id: str | None = None,
        if_exists: IfExists = "raise",
    ) -> Handle[R]:
        """Start an instance; when this returns, the start is durable.

        A live ``instance_id`` raises ``InstanceExists``, or gives its handle with ``if_exists="return"``; a
        finished one is started again and its record replaced. Raises ``NotPortable`` for a bad input.
        """
        if if_exists not in ("raise", "return"):
            raise ValueError(f'if_exists is "raise" or "return", not {if_exists!r}')
        self._check_own(orchestrator)
        wire = orchestrator.signature().dump_input(() if input is _LEFT_OUT else (input,))
        chosen = new_id() if instance_id is None else check_id(instance_id)
        await self._backend.start(orchestrator, wire, chosen, if_exists)
        return Handle(self._backend, chosen, orchestrator)

    async def find(self, instance_id: str) -> Handle[Any]:
        """The handle of an instance started earlier; ``InstanceNotFound`` if there is none of this id.

        ``NotSupported`` if the app no longer has its orchestrator.
        """
        record = await self._backend.status(check_id(instance_id))
        orchestrator = self._app.orchestrators.get(record.orchestrator)
        if orchestrator is None:
            raise NotSupported(
                f"instance {instance_id} runs orchestrator {record.orchestrator!r}, which this app no longer has"
            )
        return Handle(self._backend, instance_id, orchestrator)

    async def list(
        self,
        *,
        orchestrator: Orchestrator[Any, Any] | str | None = None,
        status: StatusName | None = None,
        prefix: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Status]:
        """The instances that match every filter given, newest first; ``since`` is about their start."""
        name = orchestrator.name if isinstance(orchestrator, Orchestrator) else orchestrator
        if status is not None and status not in get_args(StatusName):
            raise ValueError(f"status is one of {', '.join(get_args(StatusName))}, not {status!r}")
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
            raise ValueError(f"limit is a whole number from 1, not {limit!r}")
        if since is not None and since.utcoffset() is None:
            raise ValueError("since needs a datetime with a time zone")
        moment = None if since is None else (since - EPOCH) // MILLISECOND
        query = Query(name, status, prefix, moment, limit)
        return [status_of(record) for record in await self._backend.list(query)]

    def entity(self, cls: type[E], key: str) -> EntityHandle[E]:
        """The entity of ``cls`` with this key; ``TypeError`` if the class is not declared with ``@app.entity``."""
        declared = type_of(cls)
        if self._app.entities.get(declared.name) is not declared:
            raise ValueError(f"{declared!r} does not belong to {self._app!r}")
        return EntityHandle(self._backend, declared, key)

    async def advance(self, seconds: float | timedelta) -> None:
        """Let virtual time pass, everything due until then included; ``NotSupported`` where time is real."""
        await self._backend.advance(in_seconds(seconds, "seconds"))

    async def close(self) -> None:
        """Stop; live instances go on when the app is connected again to the same store."""
        await self._backend.close()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _check_own(self, orchestrator: object) -> None:
        if not isinstance(orchestrator, Orchestrator):
            raise TypeError(f"start takes an orchestrator declared with @app.orchestrator, not {orchestrator!r}")
        if self._app.orchestrators.get(orchestrator.name) is not orchestrator:
            raise ValueError(f"{orchestrator!r} does not belong to {self._app!r}")


def connect(app: App, on: str = "local", **options: Any) -> Client:
    """A client for ``app`` on the engine called ``on``; nothing is opened before the first request.

    ``local`` takes ``path`` (a SQLite file; in memory when left out) and ``synchronous`` (``"FULL"`` survives power
    loss, ``"NORMAL"`` the death of the process). Raises ``CompileError``, ``ProviderNotFound`` and ``NotSupported``.
    """
    return Client(app, get_provider(on).connect(app, **options))


def _plain(text: str | None) -> Any:
    return None if text is None else loads(text)


def status_of(record: Record) -> Status:
    """A record for people and programs: decoded, with real times."""
    return Status(
        instance_id=record.instance_id,
        orchestrator=record.orchestrator,
        status=record.status,
        custom_status=_plain(record.custom_status),
        input=_plain(record.input),
        output=_plain(record.output),
        error=_error_info(record),
        created_at=EPOCH + record.created_at * MILLISECOND,
        updated_at=EPOCH + record.updated_at * MILLISECOND,
    )


def _error_info(record: Record) -> ErrorInfo | None:
    if record.error is None:
        return None
    if record.status == "Terminated":
        return ErrorInfo("portable_faas.errors.OrchestrationTerminated", str(loads(record.error)))
    failure = Failure.from_wire(loads(record.error))
    return ErrorInfo(failure.type, failure.message)


def _error(record: Record) -> Exception:
    if record.status == "Terminated":
        return OrchestrationTerminated(str(_plain(record.error)))
    failure = Failure.from_wire(_plain(record.error))
    error = OrchestrationFailed(failure.type, failure.message)
    error.__cause__ = rebuild(failure)
    return error


def _shown(event: Event) -> HistoryEvent:
    at = EPOCH + event.at * MILLISECOND
    return HistoryEvent(at, event.kind, event.step, event.fiber, event.name, loads(event.data))
