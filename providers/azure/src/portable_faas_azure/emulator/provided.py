"""What a deployment would have made for an app: queues, containers, a table, topics and who is subscribed to them.

    manifest.json   ->   queue t1f0c-orders, container t1f0c-photos, table t1f0cPortableFaas, ...

It is read from the manifest, which is what the infrastructure program reads.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple, final

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

from portable_faas.manifest import Manifest, Part
from portable_faas_azure.runtime.names import Names
from portable_faas_azure.runtime.storage import Storage

AT_ONCE: Final = 8


@final
class Subscription(NamedTuple):
    """Who wants events: the declared trigger, and the queue that they are delivered into."""

    trigger: Part
    queue: str


@final
class Provided(NamedTuple):
    """The names in the storage account, the topics, and the subscriptions."""

    queues: tuple[str, ...]
    containers: tuple[str, ...]
    topics: tuple[str, ...]
    subscriptions: tuple[Subscription, ...]

    @classmethod
    def read(cls, manifest: Manifest, names: Names) -> "Provided":
        """What an app needs."""
        declared = [(part["kind"], str(part["name"])) for part in manifest.resources]
        subscriptions = tuple(
            Subscription(trigger, names.delivery(trigger["kind"], function.name))
            for function in manifest.functions
            for trigger in function.triggers
            if trigger["kind"] in ("event", "blob")
        )
        queues = [names.queue(name) for kind, name in declared if kind == "queue"]
        containers = [names.container(name) for kind, name in declared if kind == "bucket"]
        topics = tuple(name for kind, name in declared if kind == "topic")
        delivered = (one.queue for one in subscriptions)
        return cls((*queues, *delivered), (*containers, names.large), topics, subscriptions)

    async def make(self, storage: Storage) -> None:
        """Create what is not there."""
        await _each(ResourceExistsError, self._calls(storage, "create_queue", "create_container"))
        with suppress(ResourceExistsError):
            await storage.table.create_table()

    async def drop(self, storage: Storage) -> None:
        """Delete all of it."""
        await _each(ResourceNotFoundError, self._calls(storage, "delete_queue", "delete_container"))
        with suppress(ResourceNotFoundError):
            await storage.table.delete_table()

    def _calls(self, storage: Storage, of_queue: str, of_container: str) -> Iterable[Callable[[], Awaitable[Any]]]:
        yield from (getattr(storage.queue(name), of_queue) for name in self.queues)
        yield from (getattr(storage.container(name), of_container) for name in self.containers)


async def _each(settled: type[Exception], calls: Iterable[Callable[[], Awaitable[Any]]]) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(call: Callable[[], Awaitable[Any]]) -> None:
        async with places:
            with suppress(settled):
                await call()

    await asyncio.gather(*map(one, calls))
