"""``DurableBackend``: what a function does with instances: it starts them, looks at them, waits for them, tells them.

It speaks to the host's local endpoint, which the durable client binding names, as ``client`` does for orchestrators.
What needs the whole history of an instance is for clients outside.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, final
from urllib.parse import quote

from portable_faas.app import Orchestrator
from portable_faas.context.instances import IfExists
from portable_faas.errors import InstanceExists, InstanceFinished, InstanceNotFound, NotSupported
from portable_faas.history import Event
from portable_faas.provider import FINISHED, Query, Record, Stateless
from portable_faas.values import dumps
from portable_faas_azure.client.shown import record_of
from portable_faas_azure.runtime.client import request
from portable_faas_azure.runtime.clock import WaitingClock
from portable_faas_azure.runtime.happening import EVENT, Happening
from portable_faas_azure.runtime.start import Start

FIRST_PAUSE: Final = 1.0  # seconds between two looks at an instance, then half as long again each time
LONGEST_PAUSE: Final = 10.0


@final
class DurableBackend(Stateless):
    """The instances of the app, through the binding that an invocation was given."""

    engine = "azure, inside a function,"

    def __init__(self, binding: str, version: str, clock: WaitingClock) -> None:
        self._place: str = json.loads(binding)["rpcBaseUrl"]
        self._version = version
        self._clock = clock

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance durably."""
        text = Start(input, self._version).text()
        body = None if text is None else json.dumps(text)
        path = f"orchestrators/{quote(orchestrator.name)}/{quote(instance_id)}"
        status, _ = await self._ask("POST", path, {202, 409}, body)
        if status == 409 and if_exists == "raise":
            raise InstanceExists(instance_id)

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""
        status, found = await self._ask("GET", f"instances/{quote(instance_id)}?showInput=true", {200, 202, 404, 500})
        if status == 404:
            raise InstanceNotFound(instance_id)
        return record_of(found)

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Look at the instance until it has ended."""
        deadline = None if timeout is None else self._clock.now() + timeout * 1000
        pause = FIRST_PAUSE
        while (record := await self.status(instance_id)).status not in FINISHED:
            left = None if deadline is None else (deadline - self._clock.now()) / 1000
            if left is not None and left <= 0:
                raise TimeoutError(f"no result after {timeout:g} s")
            await self._clock.sleep(pause if left is None else min(pause, left))
            pause = min(pause * 1.5, LONGEST_PAUSE)
        return record

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Send an event to a live instance."""
        body = dumps(Happening(event_id, name, data).text(), "event")
        path = f"instances/{quote(instance_id)}/raiseEvent/{EVENT}"
        status, _ = await self._ask("POST", path, {202, 404, 410}, body)
        if status == 404:
            raise InstanceNotFound(instance_id)
        if status == 410:
            raise InstanceFinished(instance_id)

    async def terminate(self, instance_id: str, _reason: str) -> None:
        """Refuse: the children that the instance waits for are found in its history only."""
        self._refuse(f"ending instance {instance_id}")

    async def purge(self, instance_id: str) -> None:
        """Refuse."""
        self._refuse(f"purging instance {instance_id}")

    async def history(self, instance_id: str) -> Sequence[Event]:
        """Refuse."""
        self._refuse(f"the history of instance {instance_id}")

    async def list(self, _query: Query) -> Sequence[Record]:
        """Refuse."""
        self._refuse("listing instances")

    async def advance(self, _seconds: float) -> None:
        """Refuse."""
        self._refuse("letting time pass")

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """Refuse."""
        self._refuse(f"the usage of instance {instance_id}")

    async def close(self) -> None:
        """Nothing is open."""

    def _refuse(self, what: str) -> NoReturn:
        raise NotSupported(f"{what} is not possible inside a function on azure in this release; use a client")

    async def _ask(self, method: str, path: str, expected: set[int], body: str | None = None) -> tuple[int, Any]:
        return await asyncio.to_thread(request, method, self._place + path, expected, body)
