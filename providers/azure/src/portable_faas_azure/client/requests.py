"""The durable HTTP API as a client of ours uses it: routes, and what each status code means.

    POST orchestrators/fulfil/A-1   202, 409 InstanceExists      DELETE instances/A-1   200, 404, 412 InstanceExists

Source: "HTTP API reference" of Durable Functions, learn.microsoft.com.
"""

from abc import abstractmethod
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from portable_faas.errors import InstanceExists, InstanceFinished, InstanceNotFound
from portable_faas.values import dumps
from portable_faas_azure.client.driven import Driven
from portable_faas_azure.runtime.happening import EVENT

WEB_HOOK: Final = "/runtime/webhooks/durabletask"
KEY_HEADER: Final = "x-functions-key"


class DurableApi(Driven):
    """A backend whose host is reached over HTTP; a subclass carries the requests."""

    @abstractmethod
    async def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
        """Status and JSON of the answer to one request; ``path`` begins behind the address of the app."""

    @abstractmethod
    def _unexpected(self, status: int, answer: Any) -> Exception:
        """The error for an answer that the API does not give to a right request."""

    async def suspend(self, instance_id: str) -> None:
        """Begin no turn of it from now on."""
        await self._to_live(instance_id, "suspend?reason=")

    async def resume(self, instance_id: str) -> None:
        """Go on after a suspension."""
        await self._to_live(instance_id, "resume?reason=")

    async def purge(self, instance_id: str) -> None:
        """Forget a finished instance."""
        status, answer = await self._ask("DELETE", f"{WEB_HOOK}/instances/{quote(instance_id)}")
        if status == 404:
            raise InstanceNotFound(instance_id)
        if status == 412:
            raise InstanceExists(instance_id)
        if status != 200:
            raise self._unexpected(status, answer)

    async def _post_start(self, orchestrator: str, text: str | None, instance_id: str) -> None:
        body = None if text is None else dumps(text, "input")
        path = f"{WEB_HOOK}/orchestrators/{orchestrator}/{quote(instance_id)}"
        status, answer = await self._ask("POST", path, body)
        if status == 409:
            raise InstanceExists(instance_id)
        if status != 202:
            raise self._unexpected(status, answer)

    async def _post_event(self, instance_id: str, _name: str, text: str) -> None:
        await self._to_live(instance_id, f"raiseEvent/{EVENT}", text)

    async def _to_live(self, instance_id: str, operation: str, body: str | None = None) -> None:
        path = f"{WEB_HOOK}/instances/{quote(instance_id)}/{operation}"
        status, answer = await self._ask("POST", path, body)
        if status == 404:
            raise InstanceNotFound(instance_id)
        if status == 410:
            raise InstanceFinished(instance_id)
        if status != 202:
            raise self._unexpected(status, answer)

    async def _post_terminate(self, instance_id: str, reason: str) -> None:
        with suppress(InstanceFinished):
            await self._to_live(instance_id, f"terminate?reason={quote(reason, safe='')}")

    async def _post_signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        path = f"{WEB_HOOK}/entities/{quote(entity)}/{quote(key)}?op={quote(operation)}"
        status, answer = await self._ask("POST", path, dumps(payload, "operation"))
        if status != 202:
            raise self._unexpected(status, answer)

    async def _entity_state(self, entity: str, key: str) -> str | None:
        status, answer = await self._ask("GET", f"{WEB_HOOK}/entities/{quote(entity)}/{quote(key)}")
        if status not in (200, 404):
            raise self._unexpected(status, answer)
        return answer if status == 200 else None


def told(answer: Any) -> Any:
    """What an error answer says for people."""
    return answer.get("ExceptionMessage") or answer.get("Message") if isinstance(answer, dict) else answer
