"""What a deployment would make of a manifest: topics, subscriptions, and the queues, containers and table of the app.

    manifest.json   ->   queue t1f0c-orders, container t1f0c-photos, table t1f0cPortableFaas, ...

It is what the infrastructure program reads; an app that runs without a deployment gets it made from here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple, final

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

from portable_faas.manifest import Manifest, Part
from portable_faas_azure.emulator.provided import CHANGES, Filter, Provided, Subscription, Topic
from portable_faas_azure.runtime.names import Names, address_setting
from portable_faas_azure.runtime.storage import Storage

AT_ONCE: Final = 8
ACCOUNT: Final = "/subscriptions/0/resourceGroups/emulated/providers/Microsoft.Storage/storageAccounts/emulated"
BLOBS: Final = "/blobServices/default/containers/{bucket}/blobs/{prefix}"  # where the subjects of changes begin
KINDS: Final = {"created": "Microsoft.Storage.BlobCreated", "deleted": "Microsoft.Storage.BlobDeleted"}


@final
class Intended(NamedTuple):
    """What is provided, and what has to be made in the storage account."""

    provided: Provided
    queues: tuple[str, ...]
    containers: tuple[str, ...]

    @classmethod
    def read(cls, manifest: Manifest, names: Names) -> "Intended":
        """What an app needs."""
        declared = [(part["kind"], str(part["name"])) for part in manifest.resources]
        subscriptions = tuple(
            _subscription(function.name, trigger, names)
            for function in manifest.functions
            for trigger in function.triggers
            if trigger["kind"] in ("event", "blob")
        )
        topics = [name for kind, name in declared if kind == "topic"]
        addresses = tuple((address_setting(name), name) for name in topics)
        provided = Provided(ACCOUNT, tuple(map(Topic, topics)), subscriptions, addresses)
        queues = [names.queue(name) for kind, name in declared if kind == "queue"]
        containers = [names.container(name) for kind, name in declared if kind == "bucket"]
        return cls(provided, (*queues, *(one.queue for one in subscriptions)), tuple(containers))

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


def _subscription(function: str, trigger: Part, names: Names) -> Subscription:
    queue = names.delivery(trigger["kind"], function)
    if trigger["kind"] == "blob":
        begins = BLOBS.format(bucket=trigger["bucket"], prefix=trigger["prefix"])
        changes = Filter((KINDS[trigger["change"]],), (), begins, trigger["suffix"], cased=True)
        return Subscription(function, CHANGES, changes, queue)
    types = None if trigger["type"] is None else (trigger["type"],)
    wanted = tuple((name, (value,)) for name, value in sorted(trigger["attributes"].items()))
    return Subscription(function, trigger["topic"], Filter(types, wanted), queue)


async def _each(settled: type[Exception], calls: Iterable[Callable[[], Awaitable[Any]]]) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(call: Callable[[], Awaitable[Any]]) -> None:
        async with places:
            with suppress(settled):
                await call()

    await asyncio.gather(*map(one, calls))
