"""The host as an engine of portable_faas, spoken to in wire form."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from portable_faas.app import App
from portable_faas.errors import InstanceFinished
from portable_faas.provider import Query, Record
from portable_faas.values import dumps
from portable_faas_azure.client.driven import Driven
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.host import Host, entity_id
from portable_faas_azure.emulator.record import envelope_of, matches, raised_in, record_of, usage_of
from portable_faas_azure.emulator.retaining import Retaining
from portable_faas_azure.emulator.server import Server
from portable_faas_azure.runtime import function_app
from portable_faas_azure.runtime.happening import EVENT

HUB = "Memory"


@final
class EmulatedBackend(Driven):
    """A host for one app, opened at the first request; ``blocking`` is the host's."""

    def __init__(self, app: App, *, blocking: bool = True, real_time: bool = False) -> None:
        super().__init__(app)
        self._blocking = blocking
        self._real_time = real_time
        self._opened: Host | None = None
        self._server: Server | None = None
        self._closed = False

    async def _host(self) -> Host:
        if self._closed:
            raise RuntimeError("this client is closed; start the app again")
        if self._opened is None:
            functions = Functions(function_app(self._app))
            host = self._opened = Host(functions, blocking=self._blocking, real_time=self._real_time)
            self._server = Server(host, HUB)  # for what functions ask of their host
            await self._server.open()
            await host.open()
            Retaining(functions, host.clock, host.spawn, host.invocations.call).open()
        return self._opened

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an instance."""
        host = await self._host()
        instance = host.get(instance_id)
        await host.finished(instance, timeout)
        return record_of(instance)

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""
        return record_of((await self._host()).get(instance_id))

    async def suspend(self, instance_id: str) -> None:
        """Begin no turn of it from now on."""
        host = await self._host()
        if not host.get(instance_id).live:
            raise InstanceFinished(instance_id)
        await host.suspend(host.get(instance_id), "")

    async def resume(self, instance_id: str) -> None:
        """Go on after a suspension."""
        host = await self._host()
        if not host.get(instance_id).live:
            raise InstanceFinished(instance_id)
        await host.resume(host.get(instance_id), "")

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        host = await self._host()
        await host.purge(host.get(instance_id))

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
        if self._server is not None:
            await self._server.close()

    # The requests.

    async def _post_start(self, orchestrator: str, text: str | None, instance_id: str) -> None:
        await (await self._host()).start(orchestrator, None if text is None else dumps(text, "input"), instance_id)

    async def _post_event(self, instance_id: str, _name: str, text: str) -> None:
        host = await self._host()
        await host.raise_event(host.get(instance_id), EVENT, text)

    async def _post_terminate(self, instance_id: str, reason: str) -> None:
        host = await self._host()
        await host.terminate(host.get(instance_id), reason)

    async def _post_signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        await (await self._host()).signal(entity, key, operation, dumps(payload, "operation"))

    async def _entity_state(self, entity: str, key: str) -> str | None:
        found = (await self._host()).entities.get(entity_id(entity, key))
        return None if found is None else envelope_of(found)

    async def _raised_events(self, instance_id: str) -> int:
        return raised_in((await self._host()).get(instance_id))

    async def _context(self, instance_id: str) -> dict[str, Any]:
        return (await self._host()).get(instance_id).context()
