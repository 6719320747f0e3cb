"""Event Grid on this machine: takes CloudEvents for topics and changes of blobs, and puts them into queues.

POST /eventgrid/shipped/api/events [{"specversion": "1.0", ...}]   ->   a message in the queue of each subscription

Filters are the service's: types and attributes are compared without case ("Event filtering", learn.microsoft.com).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, final
from uuid import uuid4

from portable_faas.manifest import Part
from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.provided import Provided
from portable_faas_azure.runtime.storage import Storage

REQUIRED: Final = ("id", "source", "type")
LARGEST: Final = 1024 * 1024  # bytes of a request; "Quotas and limits" of Event Grid
ACCOUNT: Final = "/subscriptions/0/resourceGroups/emulated/providers/Microsoft.Storage/storageAccounts/{}"
KINDS: Final = {"created": "Microsoft.Storage.BlobCreated", "deleted": "Microsoft.Storage.BlobDeleted"}


class Refused(ValueError):
    """What was published is no batch of CloudEvents; the text says why."""


@final
class Grid:
    """The topics of an app, and its storage account as a source of events."""

    def __init__(self, provided: Provided, storage: Storage, clock: Clock) -> None:
        self._provided = provided
        self._storage = storage
        self._clock = clock

    def has(self, topic: str) -> bool:
        """Whether there is such a topic."""
        return topic in self._provided.topics

    async def publish(self, topic: str, body: bytes) -> None:
        """Take a batch; ``Refused``."""
        events = _batch(body)
        for event in events:
            for wanted in self._provided.subscriptions:
                if wanted.trigger["kind"] == "event" and _wants(wanted.trigger, topic, event):
                    await self._deliver(wanted.queue, event)

    async def changed(self, container: str, key: str, change: str, data: Mapping[str, Any]) -> None:
        """A blob was created, replaced or deleted."""
        bucket = self._storage.names.bucket(container)
        event = self._event(container, key, KINDS[change], data)
        for wanted in self._provided.subscriptions:
            trigger = wanted.trigger
            if trigger["kind"] == "blob" and (trigger["bucket"], trigger["change"]) == (bucket, change):
                folded = key.casefold()
                prefix, suffix = trigger["prefix"].casefold(), trigger["suffix"].casefold()
                if folded.startswith(prefix) and folded.endswith(suffix):
                    await self._deliver(wanted.queue, event)

    async def size_of(self, container: str, key: str) -> int:
        """How large a blob is whose blocks came before."""
        return int((await self._storage.container(container).get_blob_client(key).get_blob_properties()).size)

    def _event(self, container: str, key: str, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        time = datetime.fromtimestamp(self._clock.now / 1000, UTC).isoformat(timespec="milliseconds")
        return {
            "specversion": "1.0",
            "type": kind,
            "source": ACCOUNT.format("emulated"),
            "id": str(uuid4()),
            "time": time.replace("+00:00", "Z"),
            "subject": f"/blobServices/default/containers/{container}/blobs/{key}",
            "data": {**data, "blobType": "BlockBlob"},
        }

    async def _deliver(self, queue: str, event: Mapping[str, Any]) -> None:
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        await self._storage.queue(queue).send_message(text)


def _batch(body: bytes) -> list[dict[str, Any]]:
    if len(body) > LARGEST:
        raise Refused(f"a batch has at most {LARGEST} bytes")
    try:
        events = json.loads(body)
    except ValueError as wrong:
        raise Refused(f"this is not JSON: {wrong}") from wrong
    if not isinstance(events, list):
        raise Refused("a batch is a list of events")
    for event in events:
        if not isinstance(event, dict) or event.get("specversion") != "1.0":
            raise Refused("an event is an object with specversion 1.0")
        missing = [name for name in REQUIRED if not isinstance(event.get(name), str) or not event[name]]
        if missing:
            raise Refused(f"an event has no {missing[0]}")
    return events


def _wants(trigger: Part, topic: str, event: Mapping[str, Any]) -> bool:
    if trigger["topic"] != topic:
        return False
    if trigger["type"] is not None and str(event["type"]).casefold() != trigger["type"].casefold():
        return False
    attributes = trigger["attributes"].items()
    return all(str(event.get(name, "")).casefold() == value.casefold() for name, value in attributes)
