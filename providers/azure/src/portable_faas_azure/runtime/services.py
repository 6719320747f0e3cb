"""``AzureServices``: the resources of an app on Azure: queues, blobs, Event Grid topics, secrets in settings."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import App
from portable_faas.resources import DeadLetter, ObjectInfo, Secret
from portable_faas.resources.queue import Outgoing
from portable_faas.triggers.http.objects import object_url
from portable_faas_azure.runtime.clock import Clock
from portable_faas_azure.runtime.names import ORIGIN, REFERENCE
from portable_faas_azure.runtime.posted import Posted
from portable_faas_azure.runtime.storage import Storage

if TYPE_CHECKING:
    from portable_faas_azure.runtime.buckets import Buckets
    from portable_faas_azure.runtime.queues import Queues
    from portable_faas_azure.runtime.table import Buried, Table
    from portable_faas_azure.runtime.topics import Topics

SIGNING: Final = "signing"
HOSTNAME: Final = "WEBSITE_HOSTNAME"  # "App settings reference for Azure Functions", learn.microsoft.com


@final
class AzureServices:
    """What functions find here; ``settings`` are the app's, as the platform puts them into the environment."""

    def __init__(self, app: App, settings: Mapping[str, str], storage: Storage, clock: Clock) -> None:
        self._app = app
        self._settings = settings
        self._clock = clock
        self.names: Final = storage.names
        self.storage: Final = storage

    # Each is loaded when it is first used: the storage SDKs take longer to load than all the rest of a cold start.

    @cached_property
    def queues(self) -> "Queues":
        """The storage queues."""
        from portable_faas_azure.runtime.queues import Queues

        return Queues(self.storage, self._clock)

    @cached_property
    def table(self) -> "Table":
        """What the app itself remembers."""
        from portable_faas_azure.runtime.table import Table

        return Table(self.storage, self._clock)

    @cached_property
    def _buckets(self) -> "Buckets":
        from portable_faas_azure.runtime.buckets import Buckets

        return Buckets(self.storage, self._clock)

    @cached_property
    def _topics(self) -> "Topics":
        from portable_faas_azure.runtime.topics import Topics

        return Topics(self._settings, self.storage)

    @property
    def origin(self) -> str:
        """What stands before the path of a URL of ours."""
        if ORIGIN in self._settings:
            return self._settings[ORIGIN]
        return f"https://{self._settings[HOSTNAME]}" if HOSTNAME in self._settings else ""

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send messages."""
        now = self._clock.now()
        posted = [Posted(one.id, one.text, now, now + round(one.delay * 1000)) for one in messages]
        await self.queues.post(self.names.queue(queue), posted)

    async def dead_letters(self, queue: str, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return await self.letters(f"queue/{queue}", limit)

    async def letters(self, source: str, limit: int | None = None) -> Sequence[DeadLetter]:
        """The oldest dead letters of a queue, or of a function that takes events or changes."""
        return [await self._whole(one) for one in await self.table.dead(source, limit)]

    async def _whole(self, buried: "Buried") -> DeadLetter:
        letter = buried.letter
        if not buried.large:
            return letter
        return letter._replace(text=(await self.queues.whole(Posted(letter.id, "", 0, 0, large=buried.large))).text)

    async def redrive(self, queue: str) -> int:
        """Put dead letters back, each before it is forgotten here: one that is there twice is delivered twice."""
        now, source = self._clock.now(), f"queue/{queue}"
        found = await self.table.dead(source)
        for number, letter, large in found:
            await self.queues.post(self.names.queue(queue), [Posted(letter.id, letter.text, now, now, large=large)])
            await self.table.exhume(source, number)
        return len(found)

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Publish an event."""
        time = datetime.fromtimestamp(self._clock.now() / 1000, UTC).isoformat(timespec="milliseconds")
        timed = {**event, "time": time.replace("+00:00", "Z")}
        await self._topics.publish(topic, await self.queues.event(timed))

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Store an object."""
        return await self._buckets.put(bucket, key, data, content_type)

    def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """Read an object."""
        return self._buckets.stream(bucket, key)

    async def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """Look at an object."""
        return await self._buckets.describe(bucket, key)

    async def objects(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[ObjectInfo]:
        """List objects."""
        return await self._buckets.objects(bucket, prefix, after, limit)

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove an object."""
        return await self._buckets.delete(bucket, key)

    async def signed_url(self, bucket: str, key: str, method: str, expires: float) -> str:
        """A URL of our own, which the app's HTTP function answers.

        Blob Storage's own signed URLs want a header of a client that writes (``x-ms-blob-type``), so the same client
        would not work everywhere.
        """
        until = self._clock.now() // 1000 + int(expires)
        return self.origin + object_url(await self.table.secret(SIGNING), bucket, key, method, until)

    async def secret(self, name: str) -> str:
        """The app setting that holds the secret: a reference to a key vault, which the platform has followed.

        One that it could not follow it leaves as it is, a text that anybody may guess ("Use Key Vault references as app
        settings", learn.microsoft.com).
        """
        variable = Secret(name).variable
        if variable not in self._settings:
            raise LookupError(f"secret {name} is not set; on Azure it is the app setting {variable}")
        value = self._settings[variable]
        if value.startswith(REFERENCE):
            raise LookupError(f"secret {name} is not set, or the app may not read it: {variable} stayed {value}")
        return value

    async def close(self) -> None:
        """Close every connection."""
        await self.storage.close()
