"""The provider ``azure``. It is honest about this release: it refuses what it cannot do before anything starts."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, final, get_args

from portable_faas.app import App
from portable_faas.errors import NotInstalled, NotSupported
from portable_faas.manifest import Manifest
from portable_faas.picture import Picture
from portable_faas.provider import Backend, Progress, Target
from portable_faas.triggers.serving import refuse_functions
from portable_faas_azure.declared import has_triggers

if TYPE_CHECKING:
    from portable_faas_azure.emulator.placed import Placed
    from portable_faas_azure.emulator.process import HostProcess
    from portable_faas_azure.emulator.visitor import Visitor

SDK: Final = "azure-functions-durable>=1.7,<2"
EMULATOR: Final = "portable-faas-azure[emulator]"
CHOICE: Final = "PFAAS_AZURE_STORAGE"

CARRIED: Final = ("http", "schedule", "message", "event", "blob", "queue", "topic", "bucket", "secret")

Storage = Literal["azurite", "memory"]


@final
class AzureProvider:
    """Azure Functions and Durable Functions."""

    name: Final = "azure"
    summary: Final = (
        "Durable Functions: builds the package, and runs orchestrations through Microsoft's SDK on an emulated host "
        "over Azurite, for tests; connects to a deployed app by the outputs of its stack and a key"
    )

    def connect(
        self,
        app: App,
        *,
        outputs: Mapping[str, Any] | str | Path | None = None,
        url: str | None = None,
        key: str | None = None,
    ) -> Backend:
        """A client of a deployed app, over its durable HTTP API.

        ``outputs`` are what the infrastructure program exports, as a file or a mapping; or ``url`` is the address of
        the function app. ``key`` is its system key ``durabletask_extension``; left out, ``PFAAS_AZURE_KEY`` holds it.
        Raises ``ValueError`` and ``NotInstalled``. What the API does not tell, ``history``, ``usage`` and ``rerun``,
        raises ``NotSupported``.
        """
        try:
            from portable_faas_azure.client.deployed import deployed
        except ImportError as missing:
            raise _lacking(missing, SDK) from missing
        return deployed(app, outputs, url, key)

    def emulate(
        self, app: App, *, storage: Storage | None = None, real_time: bool = False, deployed: bool = False
    ) -> AbstractAsyncContextManager[Backend]:
        """The app as a Durable Functions app on an emulated host, with virtual time unless ``real_time``.

        ``storage="azurite"``, the default: the host is a process of its own and keeps everything in Azurite. Which
        one is said on stderr the first time; ``NotInstalled`` when there is none to be had. ``storage="memory"``:
        the host is in this process and forgets everything at its end. Left out, ``PFAAS_AZURE_STORAGE`` decides.

        ``deployed``: the infrastructure program creates what the app needs; the host runs the package that it
        published, with the settings that it gave and what it created, if the app's identity may use the storage. The
        values of secrets and settings are those of the environment. Raises ``DeployFailed`` and ``NotRunnable``.
        """
        _refuse(app)
        chosen = storage or os.environ.get(CHOICE) or "azurite"
        if chosen not in get_args(Storage):
            raise ValueError(f"storage ({CHOICE}) is one of {', '.join(get_args(Storage))}, not {chosen!r}")
        if chosen == "memory" and deployed:
            raise NotSupported(f"an app is deployed into Azurite; leave storage ({CHOICE}) out, or say azurite")
        if has_triggers(app) and chosen == "memory":
            has = f"app {app.name!r} has functions with triggers or resources"
            needs = f"need the storage of the emulated host: leave storage ({CHOICE}) out, or say azurite"
            raise NotSupported(f"{has}, which {needs}")
        return _in_process(app, real_time) if chosen == "memory" else _over_azurite(app, real_time, deployed)

    def build(self, app: App, target: Target, progress: Progress) -> Manifest:
        """Write the Function App as a folder and a zip, with its manifest; raises ``PackageError``."""
        refuse_functions(app, self.name, CARRIED)
        from portable_faas_azure.package import build

        return build(app, target, progress)

    def explain(self, app: App, orchestrator: str) -> Picture:
        """Refuse: this engine runs the source as it is, and has no states of its own to show."""
        raise NotSupported(
            f"orchestrator {orchestrator!r} of app {app.name!r} runs on azure as it is written; explain it --on aws"
        )


def _refuse(app: App) -> None:
    """What does not run on this adapter, or on the line of the SDK that is installed."""
    refuse_functions(app, AzureProvider.name, CARRIED)
    if _line() == "2":
        from portable_faas_azure.refusals import refuse

        refuse(app)
        refuse_functions(app, "azure-functions-durable 2.x")


def _line() -> str | None:
    """The line of the Durable SDK that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("azure-functions-durable").partition(".")[0]
    except PackageNotFoundError:
        return None  # what needs it says so


@asynccontextmanager
async def _in_process(app: App, real_time: bool) -> AsyncIterator[Backend]:
    try:
        from portable_faas_azure.emulator.backend import EmulatedBackend
    except ImportError as missing:
        raise _lacking(missing, SDK) from missing
    backend = EmulatedBackend(app, real_time=real_time)
    try:
        yield backend
    finally:
        await backend.close()


@asynccontextmanager
async def _over_azurite(app: App, real_time: bool, deployed: bool) -> AsyncIterator[Backend]:
    import asyncio

    try:
        from portable_faas_azure.emulator import azurite, placed, process
        from portable_faas_azure.emulator import folder as written
        from portable_faas_azure.emulator.remote import RemoteBackend
    except ImportError as missing:
        raise _lacking(missing, EMULATOR) from missing
    with tempfile.TemporaryDirectory(prefix="pfaas-azure-") as place:
        folder = await asyncio.to_thread(written.write, app, Path(place))
        storage = await asyncio.to_thread(azurite.shared)
        _say_once(f"azure: Durable Functions on an emulated host over {storage.what}")
        hub = _new_hub()
        put = placed.deployed if deployed else placed.built
        async with put(app, folder, storage.connection) as found:
            host = await process.start(
                found.folder,
                storage.connection,
                hub,
                real_time=real_time,
                environment=found.environment,
                provided=found.provided,
            )
            visitor = _visitor(app, found, host, storage.connection, real_time)
            backend = RemoteBackend(app, host, storage, visitor)
            try:
                with visitor.inside(backend.begin) if visitor is not None else nullcontext():
                    yield backend
            finally:
                try:
                    with suppress(RuntimeError):  # a host that is gone has been reported to who asked it for something
                        await backend.drop()
                finally:
                    await backend.close()


def _visitor(app: App, found: "Placed", host: "HostProcess", connection: str, real_time: bool) -> "Visitor | None":
    from portable_faas_azure.emulator.visitor import SeenClock, Visitor

    if found.provided is None:
        return None
    return Visitor(app, found, host, connection, SeenClock(host.now, real_time))


def _new_hub() -> str:
    from uuid import uuid4

    return f"pfaas{uuid4().hex[:16]}"


_said: Final[set[str]] = set()


def _say_once(text: str) -> None:
    if text not in _said:
        _said.add(text)
        print(text, file=sys.stderr)


def _lacking(missing: ImportError, what: str) -> NotInstalled:
    hint = f"install it with: pip install '{what}'"
    return NotInstalled(f"azure needs Microsoft's SDK, which cannot be imported ({missing}); {hint}")


provider: Final = AzureProvider()
