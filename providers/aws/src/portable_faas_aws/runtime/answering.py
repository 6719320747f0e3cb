"""Answers the requests that an HTTP API brings: every Lambda of an app's HTTP side has the whole of its routes.

Which Lambda a request reaches says whose role it runs under; what it gets is decided by the core alone.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import App
from portable_faas.errors import InstanceNotFound
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.api import Api
from portable_faas.triggers.http.request import Request, pairs
from portable_faas.triggers.http.response import Answer, Problem
from portable_faas_aws.runtime.coroutines import Coroutines, blocking, called
from portable_faas_aws.runtime.counters import count
from portable_faas_aws.runtime.http import request_of, response_of
from portable_faas_aws.runtime.row import FUNCTION as TABLE
from portable_faas_aws.runtime.services import AwsServices

if TYPE_CHECKING:
    from portable_faas.client import Client

SIGNING: Final = "key#signing"


@final
class LambdaHost:
    """What the HTTP side asks of the engine, in Lambda."""

    def __init__(self, services: AwsServices, client: "Callable[[], Client]") -> None:
        self.services: Final = services
        self._client = client
        self._key = b""

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return self.services.now() / 1000

    async def run(self, function: Function[..., Any], arguments: Mapping[str, Any]) -> Any:
        """Call a function."""
        return await called(function, (), arguments)

    async def count(self, key: str, period: int) -> int:
        """Count in the table, so that all processes count together."""
        now = self.services.now() // 1000
        return await blocking(lambda: count(key, now // period, (now // period + 1) * period))

    async def signing_key(self) -> bytes:
        """The key of this deployment; whoever needs it first makes it."""
        if not self._key:
            self._key = bytes.fromhex(await blocking(lambda: TABLE.change(SIGNING, _made)))
        return self._key

    async def instance(self, instance_id: str) -> Mapping[str, Any] | None:
        """The status of an instance."""
        from portable_faas.triggers.http.status import status_document

        try:
            return status_document(await (await self._client().find(instance_id)).status())
        except (InstanceNotFound, ValueError):
            return None

    async def page(self, request: Request) -> Answer | None:
        """There are none: S3 answers its own URLs, so no signature is valid here."""
        from portable_faas.triggers.http.objects import WRONG, object_of

        if object_of(request) is not None:
            pairs(request.query)
            raise Problem(403, WRONG)
        return None


@final
class Responder:
    """The HTTP side of an app."""

    def __init__(self, app: App, services: AwsServices, client: "Callable[[], Client]") -> None:
        self._api = Api(app.functions.values(), app.http, LambdaHost(services, client))
        # A mounted application needs the loop, and so do the keys of an issuer, which are read in a thread.
        self._coroutines = Coroutines(always=app.http.jwt is not None or bool(app.http.mounts))

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to an event."""
        return response_of(self._coroutines.run(self._api.answer(request_of(event))))


def _made(body: dict[str, Any]) -> str:
    from secrets import token_hex

    found: str = body.setdefault("value", token_hex(32))
    return found
