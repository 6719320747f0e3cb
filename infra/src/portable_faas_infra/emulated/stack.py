"""One deployed program: brought up, changed, destroyed; its state is kept from one run to the next."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, final

from portable_faas_infra.emulated.failure import DeployFailed
from portable_faas_infra.emulated.kind import Backend
from portable_faas_infra.emulated.monitor import Monitor, words
from portable_faas_infra.emulated.process import Program, run
from portable_faas_infra.emulated.state import Resource, State


def _silent(_line: str) -> None:
    pass


@final
class Stack:
    """The stack ``name`` of ``project`` in the account of ``backend``; ``path`` keeps its state in a file."""

    def __init__(
        self,
        backend: Backend,
        *,
        name: str = "local",
        project: str = "portable-faas",
        path: Path | None = None,
        progress: Callable[[str], None] = _silent,
    ) -> None:
        self._backend = backend
        self._names = (project, name)
        self._state = State(path)
        self._progress = progress
        self.outputs: Mapping[str, Any] = {}

    @property
    def resources(self) -> list[Resource]:
        """What is deployed, whatever a resource depends on before it; components too."""
        return list(self._state)

    def up(self, program: Program, settings: Mapping[str, str] | None = None) -> dict[str, int]:
        """Make the account be as ``program`` says; how many resources were created, updated and so on.

        ``settings`` are the stack's configuration (``portable-faas:cloud``). Raises ``DeployFailed`` where a step
        fails, and what the program raises; what was done until then stays and is known, so ``destroy`` deletes it.
        """
        monitor = self._monitor()
        try:
            run(program, monitor, self._names, settings or {}, self._progress)
        except Exception as error:
            if monitor.failure is not None and error is not monitor.failure:
                raise monitor.failure from error
            raise
        if monitor.failure is not None:
            raise monitor.failure
        monitor.sweep()
        self.outputs = monitor.outputs
        return self._told(monitor)

    def destroy(self) -> dict[str, int]:
        """Delete everything, dependents first. Raises ``DeployFailed``, for a protected resource before anything."""
        monitor = self._monitor()
        monitor.destroy()
        self.outputs = {}
        return self._told(monitor)

    def _monitor(self) -> Monitor:
        project, name = self._names
        return Monitor(self._state, self._backend, name, project, self._progress)

    def _told(self, monitor: Monitor) -> dict[str, int]:
        self._progress(", ".join(words(monitor.done)) or "nothing to do")
        return dict(monitor.done)


__all__ = ["DeployFailed", "Stack"]
