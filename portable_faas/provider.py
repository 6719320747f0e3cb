"""The adapter contract: what an engine offers, and how an adapter is found by name.

An adapter registers an object that fulfils ``Provider`` under the entry-point group ``portable_faas.providers``.
Nothing here knows any cloud; the one table of names below only serves the hint for a missing one.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, final

from portable_faas.context.instances import IfExists
from portable_faas.errors import NotSupported, ProviderNotFound
from portable_faas.history import Event

if TYPE_CHECKING:
    from portable_faas.app import App, Orchestrator
    from portable_faas.configuration import Configuration
    from portable_faas.manifest import Manifest
    from portable_faas.picture import Picture

GROUP: Final = "portable_faas.providers"
PUBLISHED: Final[Mapping[str, str]] = {"aws": "portable-faas[aws]", "azure": "portable-faas[azure]"}

StatusName = Literal["Pending", "Running", "Suspended", "Completed", "Failed", "Terminated"]
FINISHED: Final[frozenset[str]] = frozenset({"Completed", "Failed", "Terminated"})
Progress = Callable[[str], None]  # takes one line for people


@final
class Record(NamedTuple):
    """All that is stored about one instance; JSON texts are in wire form, times in milliseconds since 1970 UTC.

    ``error`` is the wire form of a ``Failure`` for a failed instance and the reason for a terminated one.
    """

    instance_id: str
    orchestrator: str
    status: StatusName
    input: str | None
    output: str | None
    error: str | None
    custom_status: str | None
    created_at: int
    updated_at: int


@final
class Query(NamedTuple):
    """Which instances to list; None leaves a filter out. ``since`` is in milliseconds since 1970 UTC."""

    orchestrator: str | None = None
    status: str | None = None
    prefix: str | None = None
    since: int | None = None
    limit: int | None = None


@final
class Target(NamedTuple):
    """What to build for: the user's settings, the Python minor version (``"3.12"``), and where the files go.

    ``upgrade`` resolves the requirements anew where a former build has kept them. ``emulated`` is for an emulator on
    this machine, whose interpreter has the requirements: the package holds neither them nor bytecode.
    """

    configuration: "Configuration"
    python: str
    out: Path
    upgrade: bool = False
    emulated: bool = False


class Backend(Protocol):
    """A running engine, spoken to in wire form. Unknown ids raise ``InstanceNotFound``."""

    async def start(
        self, orchestrator: "Orchestrator[Any, Any]", input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance durably; ``InstanceExists`` if the id is live and ``if_exists`` is ``"raise"``."""
        ...

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end; ``TimeoutError`` after ``timeout`` seconds of the engine's clock."""
        ...

    async def status(self, instance_id: str) -> Record:
        """The instance as it is now."""
        ...

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End it without running any of its code; no effect on a finished one."""
        ...

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Hand an event (JSON) to a live instance; when this returns it is durable, the same id again does nothing.

        ``InstanceFinished`` for one that has ended, ``InboxFull`` if 1,000 events wait unread.
        """
        ...

    async def suspend(self, instance_id: str) -> None:
        """Start no new step from now on; ``InstanceFinished`` for one that has ended, no effect if it is suspended.

        The client has checked that the orchestrator is suspendable.
        """
        ...

    async def resume(self, instance_id: str) -> None:
        """Go on after ``suspend``; no effect if it is not suspended."""
        ...

    async def rerun(self, instance_id: str) -> None:
        """Do the last step of a failed instance again and go on from there; ``InstanceExists`` if it is live.

        ``NotSupported`` for one that has not failed.
        """
        ...

    async def call_entity(self, entity: str, key: str, operation: str, args: str) -> str:
        """Carry out an operation (``""`` reads the state) and give its result as JSON; raises what it raised."""
        ...

    async def signal_entity(self, entity: str, key: str, operation: str, args: str) -> None:
        """Hand an operation over; when this returns it will be applied once, after this caller's earlier ones."""
        ...

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance with all it stored; ``InstanceExists`` if it is live."""
        ...

    async def history(self, instance_id: str) -> Sequence[Event]:
        """Its events in order."""
        ...

    async def list(self, query: Query) -> Sequence[Record]:
        """The instances that match, newest first."""
        ...

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass; ``NotSupported`` where time is real."""
        ...

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """What a bill would count for it."""
        ...

    async def close(self) -> None:
        """Stop; live instances go on when the engine is opened again."""
        ...


class Stateless:
    """For the backend of an engine that lacks events, entities and suspension in this release: each call says so."""

    engine: str

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Refuse."""
        raise self._lacking(f"event {name} for instance {instance_id}: external events")

    async def suspend(self, instance_id: str) -> None:
        """Refuse."""
        raise self._lacking(f"instance {instance_id}: suspension")

    async def resume(self, instance_id: str) -> None:
        """Refuse."""
        raise self._lacking(f"instance {instance_id}: suspension")

    async def rerun(self, instance_id: str) -> None:
        """Refuse."""
        raise self._lacking(f"instance {instance_id}: running a failed instance again")

    async def call_entity(self, entity: str, key: str, operation: str, args: str) -> str:
        """Refuse."""
        raise self._lacking(f"entity {entity} {key!r}: durable entities")

    async def signal_entity(self, entity: str, key: str, operation: str, args: str) -> None:
        """Refuse."""
        raise self._lacking(f"entity {entity} {key!r}: durable entities")

    def _lacking(self, what: str) -> NotSupported:
        return NotSupported(f"{what} is not on {self.engine} in this release; run it on local")


class Provider(Protocol):
    """One adapter. A method that it cannot fulfil raises ``NotSupported`` before anything is started."""

    @property
    def name(self) -> str:
        """The word after ``on=`` and ``--on``."""
        ...

    @property
    def summary(self) -> str:
        """One line for people: what it runs on and what it can do in this release."""
        ...

    def connect(self, app: "App", **options: Any) -> Backend:
        """An engine for this app; nothing is opened before the first request."""
        ...

    def emulate(self, app: "App", **options: Any) -> AbstractAsyncContextManager[Backend]:
        """The app in this cloud's shape on this machine, with virtual time unless ``real_time=True``."""
        ...

    def build(self, app: "App", target: Target, progress: Progress) -> "Manifest":
        """Write what a deployment of this app needs into ``target.out``, ``manifest.json`` last.

        ``app`` has been checked. Raises ``portable_faas.package.PackageError``; then nothing was written.
        """
        ...

    def explain(self, app: "App", orchestrator: str) -> "Picture":
        """What this engine makes of an orchestrator of ``app``, which has been checked: its states, why, and costs."""
        ...


def installed() -> dict[str, Provider]:
    """Every installed adapter by name, in the order of the names."""
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return {point.name: point.load() for point in found}


def get_provider(name: str) -> Provider:
    """The adapter called ``name``; ``ProviderNotFound`` says what to install where we know it."""
    from importlib.metadata import entry_points

    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        hint = f"install it with: pip install '{PUBLISHED[name]}'" if name in PUBLISHED else ""
        raise ProviderNotFound(name, sorted(points), hint)
    provider: Provider = points[name].load()
    return provider
