"""The host as an engine of portable_faas, spoken to in wire form."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from portable_faas.app import App, Orchestrator
from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists
from portable_faas.history import Event
from portable_faas.provider import Query, Record, Stateless
from portable_faas.values import dumps
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.record import matches, record_of, usage_of
from portable_faas_azure.runtime import function_app
from portable_faas_azure.runtime.journal import events


@final
class EmulatedBackend(Stateless):
    """A host for one app, opened at the first request; ``blocking`` is the host's."""

    engine = "azure"

    def __init__(self, app: App, *, blocking: bool = True, real_time: bool = False) -> None:
        self._app = app
        self._blocking = blocking
        self._real_time = real_time
        self._opened: Host | None = None
        self._closed = False

    async def _host(self) -> Host:
        if self._closed:
            raise RuntimeError("this client is closed; start the app again")
        if self._opened is None:
            functions = Functions(function_app(self._app))
            self._opened = Host(functions, blocking=self._blocking, real_time=self._real_time)
            await self._opened.open()
        return self._opened

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance; its input is the text, as JSON."""
        try:
            text = None if input is None else dumps(input, "input")
            await (await self._host()).start(orchestrator.name, text, instance_id)
        except InstanceExists:
            if if_exists == "raise":
                raise

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an instance."""
        host = await self._host()
        instance = host.get(instance_id)
        await host.finished(instance, timeout)
        return record_of(instance)

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""
        return record_of((await self._host()).get(instance_id))

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance without running any of its code."""
        host = await self._host()
        await host.terminate(host.get(instance_id), reason)

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        host = await self._host()
        await host.purge(host.get(instance_id))

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The neutral events, read from the recorded ones by a replay."""
        instance = (await self._host()).get(instance_id)
        if not instance.history:
            return []
        return events(self._app, self._app.orchestrators[instance.name], instance.context())

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        found = [record_of(instance) for instance in reversed((await self._host()).instances.values())]
        return [record for record in found if matches(record, query)][: query.limit]

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        await (await self._host()).advance(seconds)

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """The executions of the orchestrator function and of activity functions."""
        return usage_of((await self._host()).get(instance_id).history)

    async def close(self) -> None:
        """Stop the host; what it held is gone."""
        self._closed = True
        if self._opened is not None:
            await self._opened.close()
