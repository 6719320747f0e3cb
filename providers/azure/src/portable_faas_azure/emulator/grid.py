"""Event Grid on this machine: takes CloudEvents for topics and changes of blobs, and puts them into queues.

POST /eventgrid/shipped/api/events [{"specversion": "1.0", ...}]   ->   a message in the queue of each subscription

What cannot be delivered is laid down as a blob, if the subscription has a container for it; here after one try, since
nothing that is missing comes back ("Dead letter and retry policies", learn.microsoft.com).
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, final
from uuid import uuid4

from azure.core.exceptions import AzureError

from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.intended import KINDS
from portable_faas_azure.emulator.provided import CHANGES, Provided, Subscription, Topic
from portable_faas_azure.runtime.storage import Storage

LOG: Final = logging.getLogger("portable_faas.azure")
REQUIRED: Final = ("id", "source", "type")
LARGEST: Final = 1024 * 1024  # bytes of a request; "Quotas and limits" of Event Grid


class Refused(ValueError):
    """What was published is no batch of CloudEvents; the text says why."""


@final
class Grid:
    """The topics of an app, and its storage account as a source of events."""

    def __init__(self, provided: Provided, storage: Storage, clock: Clock) -> None:
        self._provided = provided
        self._storage = storage
        self._clock = clock

    def topic(self, name: str) -> Topic | None:
        """The topic of this name."""
        return next((topic for topic in self._provided.topics if topic.name == name), None)

    async def publish(self, topic: str, body: bytes) -> None:
        """Take a batch; ``Refused``."""
        for event in _batch(body):
            await self._tell(topic, event)

    async def changed(self, container: str, key: str, change: str, data: Mapping[str, Any]) -> None:
        """A blob was created, replaced or deleted; ``container`` is its name in the storage that is there."""
        subject = f"/blobServices/default/containers/{self._storage.names.bucket(container)}/blobs/{key}"
        event = {
            "specversion": "1.0",
            "type": KINDS[change],
            "source": self._provided.account,
            "id": str(uuid4()),
            "time": self._now(),
            "subject": subject,
            "data": {**data, "blobType": "BlockBlob"},
        }
        await self._tell(CHANGES, event)

    async def size_of(self, container: str, key: str) -> int:
        """How large a blob is whose blocks came before."""
        return int((await self._storage.container(container).get_blob_client(key).get_blob_properties()).size)

    async def _tell(self, source: str, event: Mapping[str, Any]) -> None:
        for wanted in self._provided.subscriptions:
            if wanted.source == source and wanted.filter.takes(event):
                problem = wanted.barred or await self._delivered(wanted.queue, event)
                if problem:
                    await self._lay_down(wanted, event, problem)

    async def _delivered(self, queue: str, event: Mapping[str, Any]) -> str:
        """Put an event into a queue; what went wrong."""
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        try:
            await self._storage.queue(queue).send_message(text)
        except AzureError as failed:
            return f"{failed.message}".partition("\n")[0]
        return ""

    async def _lay_down(self, wanted: Subscription, event: Mapping[str, Any], problem: str) -> None:
        LOG.error("event %s cannot be delivered into queue %s: %s", event["id"], wanted.queue, problem)
        if not wanted.letters:
            LOG.error("event %s is lost: subscription %s may lay it down nowhere", event["id"], wanted.name)
            return
        letter = {**event, "deadletterreason": "MaxDeliveryAttemptsExceeded", "lastdeliveryoutcome": problem}
        name = f"{wanted.name.upper()}/{self._now()[:13].replace('-', '/').replace('T', '/')}/{uuid4()}.json"
        try:
            await self._storage.container(wanted.letters).upload_blob(name, json.dumps([letter]).encode())
        except AzureError as failed:
            told = f"{failed.message}".partition("\n")[0]
            LOG.error("event %s is lost: container %s: %s", event["id"], wanted.letters, told)

    def _now(self) -> str:
        time = datetime.fromtimestamp(self._clock.now / 1000, UTC).isoformat(timespec="milliseconds")
        return time.replace("+00:00", "Z")


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
