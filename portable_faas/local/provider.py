"""The embedded engine as a provider, registered like any adapter."""

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.compiler import check
from portable_faas.errors import CompileError, NotSupported
from portable_faas.local.backend import CrashAfter, LocalBackend
from portable_faas.local.store import MEMORY, Synchronous
from portable_faas.manifest import Manifest
from portable_faas.picture import Picture
from portable_faas.provider import Backend, Progress, Target


@final
class LocalProvider:
    """Runs the app in this process over a SQLite file."""

    name: Final = "local"
    summary: Final = "the embedded engine: this process and a SQLite file; runs every orchestration"

    def connect(
        self,
        app: App,
        *,
        path: str = MEMORY,
        synchronous: Synchronous = "FULL",
        read_only: bool = False,
        resume: Collection[str] | None = None,
    ) -> Backend:
        """An engine over the store at ``path``, in real time; ``FULL`` survives power loss, ``NORMAL`` a crash.

        ``read_only`` looks at a store that another process may be driving, and starts nothing. ``resume`` names the
        unfinished instances to go on with; left out, all go on. Raises ``CompileError`` for a program that is not
        accepted.
        """
        if not isinstance(app, App):
            raise TypeError(f"connect takes an App, not {app!r}")
        if not read_only and (problems := check(app)):
            raise CompileError(problems)
        return LocalBackend(app, path=path, synchronous=synchronous, read_only=read_only, resume=resume)

    def emulate(
        self,
        app: App,
        *,
        path: str = MEMORY,
        real_time: bool = False,
        always_replay: bool = False,
        crash_after: CrashAfter | None = None,
    ) -> AbstractAsyncContextManager[Backend]:
        """The engine with virtual time, for tests."""
        return _emulated(
            LocalBackend(
                app,
                path=path,
                virtual_time=not real_time,
                always_replay=always_replay,
                crash_after=crash_after,
            )
        )

    def build(self, app: App, _target: Target, _progress: Progress) -> Manifest:
        """Refuse: the embedded engine runs the source as it is."""
        raise NotSupported(f"app {app.name!r} needs no build to run on local; name a cloud with --on")

    def explain(self, app: App, orchestrator: str) -> Picture:
        """Refuse: this engine runs the source as it is, and has no states of its own to show."""
        raise NotSupported(
            f"orchestrator {orchestrator!r} of app {app.name!r} runs on local as it is written; explain it --on aws"
        )


@asynccontextmanager
async def _emulated(backend: LocalBackend) -> AsyncIterator[Backend]:
    try:
        await backend.serve()
        with backend.services.inside():
            yield backend
    finally:
        await backend.close()


provider: Final[Any] = LocalProvider()
