"""Publishes CloudEvents to Event Grid topics over HTTPS, with the identity of the app.

POST https://made.westeurope-1.eventgrid.azure.net/api/events     Content-Type: application/cloudevents-batch+json

The address of a topic is an app setting; an access key stands beside it only in an emulator. "Publish to a custom
topic", "CloudEvents v1.0 schema with Event Grid", learn.microsoft.com.
"""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas_azure.runtime.names import TOPIC_KEY, address_setting
from portable_faas_azure.runtime.storage import Storage

SCOPE: Final = "https://eventgrid.azure.net/.default"
KIND: Final = "application/cloudevents-batch+json; charset=utf-8"
SECONDS: Final = 30
TRIES: Final = 3


@final
class Topics:
    """The topics of an app."""

    def __init__(self, settings: Mapping[str, str], storage: Storage) -> None:
        self._settings = settings
        self._storage = storage

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Hand an event over; when this returns, Event Grid has it."""
        name = address_setting(topic)
        if name not in self._settings:
            raise LookupError(f"app setting {name} is missing: it is the address of topic {topic}")
        headers = {"Content-Type": KIND, **await self._authorization()}
        body = json.dumps([event], ensure_ascii=False).encode()
        await asyncio.to_thread(_post, self._settings[name], body, headers)

    async def _authorization(self) -> dict[str, str]:
        if TOPIC_KEY in self._settings:
            return {"aeg-sas-key": self._settings[TOPIC_KEY]}
        return {"Authorization": f"Bearer {await self._storage.token(SCOPE)}"}


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post, again where the service is busy; ``RuntimeError`` with what it says otherwise."""
    for tried in range(1, TRIES + 1):
        try:
            request = urllib.request.Request(url, body, dict(headers), method="POST")
            with urllib.request.urlopen(request, timeout=SECONDS):
                return
        except urllib.error.HTTPError as refused:
            with refused:
                told = refused.read().decode(errors="replace")
            if refused.code < 500 or tried == TRIES:
                raise RuntimeError(f"Event Grid answered {refused.code}: {told}") from refused
            time.sleep(tried)
