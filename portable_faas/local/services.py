"""``LocalServices``: the resources of an app on this machine: messages and objects in files, secrets in variables."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, final
from uuid import uuid4

from portable_faas.app import App
from portable_faas.context.inside import inside
from portable_faas.context.instances import StartCall
from portable_faas.local.agenda import Agenda
from portable_faas.local.buckets import Buckets, Row
from portable_faas.local.depot import Depot
from portable_faas.resources import DeadLetter, Grant, ObjectInfo, Secret
from portable_faas.resources.acting import services
from portable_faas.resources.queue import Outgoing
from portable_faas.triggers.delivery import change_text, moment
from portable_faas.triggers.http.objects import object_url
from portable_faas.triggers.trigger import OnBlob, OnEvent
from portable_faas.values import dumps

if TYPE_CHECKING:
    from portable_faas.client import Client


@final
class LocalServices:
    """What functions find here; ``changed`` is called with the sources that have something new."""

    def __init__(self, app: App, depot: Depot, agenda: Agenda, changed: Callable[[set[str]], None]) -> None:
        self._app = app
        self._depot = depot
        self._agenda = agenda
        self._notify = changed
        self._loop = asyncio.get_running_loop()
        self.client: Client | None = None
        self.origin = ""  # set by a server: what stands before the path of a signed URL
        self.buckets = Buckets(depot, agenda.now, self._change_rows)

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Store messages."""
        now, source = self._agenda.now(), f"queue/{queue}"
        rows = [(source, one.id, one.text, now, now + round(one.delay * 1000)) for one in messages]
        self._deliver(rows)

    async def dead_letters(self, queue: str, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return self._depot.dead(f"queue/{queue}", limit)

    async def redrive(self, queue: str) -> int:
        """Put dead letters back."""
        source = f"queue/{queue}"
        count = self._depot.redrive(source, self._agenda.now())
        self._changed({source})
        return count

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Store an event once for every function that wants it."""
        now = self._agenda.now()
        document = {**event, "time": moment(now).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        text = dumps(document, "event")
        wanted = [
            function.name
            for function in self._app.functions.values()
            if isinstance(function.trigger, OnEvent)
            and function.trigger.topic.name == topic
            and function.trigger.matches(document)
        ]
        self._deliver([(f"event/{name}", document["id"], text, now, now) for name in wanted])

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Store an object."""
        info = await self.buckets.put(bucket, key, data, content_type)
        self._changed(self._blob_sources())
        return info

    def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """Read an object."""
        return self.buckets.stream(bucket, key)

    async def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """Look at an object."""
        return self.buckets.describe(bucket, key)

    async def objects(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        """List objects."""
        return self.buckets.list(bucket, prefix, after, limit)

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove an object."""
        gone = self.buckets.delete(bucket, key)
        self._changed(self._blob_sources())
        return gone

    async def signed_url(self, bucket: str, key: str, method: str, expires: float) -> str:
        """A URL of our own that the server answers."""
        until = self._agenda.now() // 1000 + int(expires)
        return self.origin + object_url(self._depot.key("signing"), bucket, key, method, until)

    async def secret(self, name: str) -> str:
        """The environment variable that holds the secret."""
        variable = Secret(name).variable
        value = os.environ.get(variable)
        if value is None:
            raise LookupError(f"secret {name} is not set; on this machine it is the environment variable {variable}")
        return value

    async def start(self, call: StartCall[Any]) -> Any:
        """Start an orchestration for the acting function, from whatever loop it runs in; gives the handle."""
        services(Grant("orchestrator", call.name, "start"))
        assert self.client is not None
        orchestrator = self._app.orchestrators[call.name]
        started = self.client.start(orchestrator, *call.args, instance_id=call.instance_id, if_exists=call.if_exists)
        if asyncio.get_running_loop() is self._loop:
            return await started
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(started, self._loop))

    def inside(self) -> inside:
        """Let the code in a ``with`` block find these services."""
        return inside(self, self.start)

    def _deliver(self, rows: list[Row]) -> None:
        self._depot.send(rows)
        self._changed({row[0] for row in rows})

    def _changed(self, sources: set[str]) -> None:
        self._agenda.soon(lambda: self._notify(sources))

    def _change_rows(self, bucket: str, key: str, change: str, size: int, etag: str) -> list[Row]:
        now, text = self._agenda.now(), dumps(dict(change_text(bucket, key, change, size, etag)), "change")
        return [
            (f"blob/{function.name}", str(uuid4()), text, now, now)
            for function in self._app.functions.values()
            if isinstance(function.trigger, OnBlob) and function.trigger.matches(bucket, key, change)  # type: ignore[arg-type]
        ]

    def _blob_sources(self) -> set[str]:
        return {f"blob/{f.name}" for f in self._app.functions.values() if isinstance(f.trigger, OnBlob)}
