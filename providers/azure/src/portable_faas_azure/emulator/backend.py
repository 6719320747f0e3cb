"""The host as an engine of portable_faas, spoken to in wire form."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from portable_faas.app import App, Orchestrator
from portable_faas.errors import InstanceExists
from portable_faas.history import Event
from portable_faas.provider import IfExists, Query, Record
from portable_faas.values import dumps, loads
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.instance import Instance
from portable_faas_azure.runtime import function_app
from portable_faas_azure.runtime.envelope import failure_of
from portable_faas_azure.runtime.journal import events


@final
class EmulatedBackend:
    """A host for one app, opened at the first request; ``blocking`` is the host's."""

    def __init__(self, app: App, *, blocking: bool = True) -> None:
        self._app = app
        self._blocking = blocking
        self._opened: Host | None = None
        self._closed = False

    def _host(self) -> Host:
        if self._closed:
            raise RuntimeError("this client is closed; start the app again")
        if self._opened is None:
            self._opened = Host(Functions(function_app(self._app)), blocking=self._blocking)
        return self._opened

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance; its input is the text, as JSON."""
        try:
            text = None if input is None else dumps(input, "input")
            self._host().start(orchestrator.name, text, instance_id)
        except InstanceExists:
            if if_exists == "raise":
                raise

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an instance."""
        instance = self._host().get(instance_id)
        await self._host().finished(instance, timeout)
        return _record(instance)

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""
        return _record(self._host().get(instance_id))

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance without running any of its code."""
        self._host().terminate(self._host().get(instance_id), reason)

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        if self._host().get(instance_id).live:
            raise InstanceExists(instance_id)
        del self._host().instances[instance_id]

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The neutral events, read from the recorded ones by a replay."""
        instance = self._host().get(instance_id)
        if not instance.history:
            return []
        return events(self._app, self._app.orchestrators[instance.name], instance.context())

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        found = [_record(instance) for instance in reversed(self._host().instances.values())]
        return [record for record in found if _matches(record, query)][: query.limit]

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        await self._host().advance(seconds)

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """The executions of the orchestrator function and of activity functions."""
        kinds = [event["EventType"] for event in self._host().get(instance_id).history]
        return {
            "orchestrator_turns": kinds.count(EventType.ORCHESTRATOR_STARTED),
            "activity_executions": kinds.count(EventType.TASK_SCHEDULED),
        }

    async def close(self) -> None:
        """Stop the host; what it held is gone."""
        self._closed = True
        if self._opened is not None:
            self._opened.close()


def _matches(record: Record, query: Query) -> bool:
    return (
        query.orchestrator in (None, record.orchestrator)
        and query.status in (None, record.status)
        and record.instance_id.startswith(query.prefix or "")
        and (query.since is None or record.created_at >= query.since)
    )


def _record(instance: Instance) -> Record:
    return Record(
        instance_id=instance.id,
        orchestrator=instance.name,
        status=instance.status,
        input=None if instance.text is None else str(loads(instance.text)),
        output=instance.output if instance.status == "Completed" else None,
        error=_error(instance),
        custom_status=instance.custom_status,
        created_at=instance.created,
        updated_at=instance.updated,
    )


def _error(instance: Instance) -> str | None:
    match instance.status:
        case "Failed":
            return dumps(failure_of(instance.output).to_wire(), "failure")
        case "Terminated":
            return dumps(instance.output, "reason")
        case _:
            return None
