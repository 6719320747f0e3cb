"""The provider ``azure``. It is honest about this release: it refuses what it cannot do before anything starts."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.errors import NotSupported
from portable_faas.manifest import Manifest
from portable_faas.provider import Backend, Progress, Target

SDK: Final = "azure-functions-durable>=1.7,<2"


@final
class AzureProvider:
    """Azure Functions and Durable Functions."""

    name: Final = "azure"
    summary: Final = (
        "Durable Functions: runs orchestrations through Microsoft's SDK on a host emulated in memory, for tests; "
        "builds the package; cannot deploy or connect to an app in this release"
    )

    def connect(self, app: App, **_options: Any) -> Backend:
        """Refuse: there is no deployed app to connect to yet."""
        raise NotSupported(
            f"the azure adapter of this release cannot connect to app {app.name!r} on azure; "
            'testing.running(app, on="azure") and pfaas run --on azure emulate it'
        )

    def emulate(self, app: App, *, real_time: bool = False) -> AbstractAsyncContextManager[Backend]:
        """The app as a Durable Functions app on an emulated host in memory, with virtual time."""
        if real_time:
            raise NotSupported("the emulated azure of this release has virtual time only; leave real_time out")
        return _emulated(app)

    def build(self, app: App, target: Target, progress: Progress) -> Manifest:
        """Write the Function App as a folder and a zip, with its manifest; raises ``PackageError``."""
        from portable_faas_azure.package import build

        return build(app, target, progress)


@asynccontextmanager
async def _emulated(app: App) -> AsyncIterator[Backend]:
    backend = _backend(app)
    try:
        yield backend
    finally:
        await backend.close()


def _backend(app: App) -> Backend:
    try:
        from portable_faas_azure.emulator.backend import EmulatedBackend
    except ImportError as missing:
        hint = f"install it with: pip install '{SDK}'"
        raise NotSupported(f"azure needs Microsoft's SDK, which cannot be imported ({missing}); {hint}") from missing
    return EmulatedBackend(app)


provider: Final = AzureProvider()
