"""``Queues``: sends messages to storage queues, again later where that is asked for; long ones by way of a blob."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, final
from uuid import uuid4

from azure.core.exceptions import ResourceNotFoundError

from portable_faas_azure.runtime.clock import Clock
from portable_faas_azure.runtime.names import SHARED
from portable_faas_azure.runtime.posted import ELSEWHERE, Posted
from portable_faas_azure.runtime.storage import Storage

LONGEST: Final = 48 * 1024  # bytes; Base64 makes the 64 KiB of them that a queue takes
LONGEST_HIDDEN: Final = 7 * 24 * 3600  # seconds; what a queue allows ("Put Message", Queue service REST API)
FOREVER: Final = -1  # seconds that a message lives; left out, it is a week


@final
class Queues:
    """The queues of an account, by their names in it."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def post(self, queue: str, messages: Sequence[Posted]) -> None:
        """Send messages, each hidden until it is due."""
        client = self._storage.queue(queue)
        for message in messages:
            short = await self._shortened(message)
            hidden = min(LONGEST_HIDDEN, self._clock.hidden(max(0, message.due - self._clock.now())))
            await client.send_message(short.body(), visibility_timeout=hidden, time_to_live=FOREVER)

    async def _shortened(self, message: Posted) -> Posted:
        if len(message.body().encode()) <= LONGEST:
            return message
        name = message.large or f"{message.id.encode().hex()}/{uuid4().hex}"
        if not message.large:
            await self._large.upload_blob(name, message.text.encode())
        return message._replace(text="", large=name)

    async def event(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """The event, or one that names a blob with all of it where no queue could take it.

        Nobody knows which of its receivers is the last, so the blob stays until the container's own rules remove it.
        """
        text = json.dumps(event, ensure_ascii=False)
        if len(text.encode()) <= LONGEST:
            return event
        name = f"{SHARED}{uuid4().hex}"
        await self._large.upload_blob(name, text.encode())
        return {**event, "data": None, ELSEWHERE: name}

    async def whole(self, message: Posted) -> Posted:
        """The message with its text; where its blob is gone, it is as it came, and fails where it is decoded."""
        if not message.large:
            return message
        try:
            data = await (await self._large.download_blob(message.large)).readall()
        except ResourceNotFoundError:
            return message
        return message._replace(text=data.decode())

    async def forget(self, message: Posted) -> None:
        """Remove what lies outside of the queue and is of this message alone."""
        if message.large and not message.large.startswith(SHARED):
            with suppress(ResourceNotFoundError):
                await self._large.delete_blob(message.large)

    @property
    def _large(self) -> Any:
        return self._storage.container(self._storage.names.large)
