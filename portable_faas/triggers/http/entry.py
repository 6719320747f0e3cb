"""Who may come in: recognises the client of a request and counts it against its rate and quota."""

import math
from typing import TYPE_CHECKING, Final

from portable_faas.triggers.http.keys import HEADER, client_of
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Problem
from portable_faas.triggers.http.settings import ApiSettings, Rate
from portable_faas.triggers.http.tokens import BadToken

if TYPE_CHECKING:
    from portable_faas.triggers.http.host import Host
    from portable_faas.triggers.http.keyring import Keyring

CHALLENGES: Final = {"key": 'ApiKey realm="{}"', "jwt": 'Bearer realm="{}"'}


class Entry:
    """The door of an app's HTTP side."""

    def __init__(self, settings: ApiSettings, host: "Host") -> None:
        self._settings = settings
        self._host = host
        self._keyring: Keyring | None = None

    async def admit(self, request: Request, auth: str) -> None:
        """Set ``request.client``; ``Problem`` 401 for a stranger, 429 for one who calls too often."""
        if auth == "key":
            await self._by_key(request)
        elif auth == "jwt":
            await self._by_token(request)

    async def _by_key(self, request: Request) -> None:
        key = request.header(HEADER) or ""
        client = await client_of(key, self._settings.clients, self._host.services)
        if client is None:
            raise self._stranger("key", f"send the key of a client in the header {HEADER}")
        request.client = client.name
        for what, rate in (("rate", client.rate), ("quota", client.quota)):
            if rate is not None:
                await self._count(f"{what}:{client.name}", rate)

    async def _by_token(self, request: Request) -> None:
        settings = self._settings.jwt
        if settings is None:
            raise Problem(503, "no issuer of tokens is configured")
        if self._keyring is None:
            from portable_faas.triggers.http.keyring import Keyring  # it loads urllib, which most apps never need

            self._keyring = Keyring(settings)
        try:
            request.claims = await self._keyring.claims(request.header("authorization"), self._host.now())
        except BadToken as wrong:
            raise self._stranger("jwt", str(wrong)) from None
        request.client = str(request.claims.get("sub", ""))
        if settings.rate is not None:
            await self._count(f"subject:{request.client}", settings.rate)

    async def _count(self, key: str, rate: Rate) -> None:
        if await self._host.count(key, rate.period) > rate.count:
            left = rate.period - self._host.now() % rate.period
            headers = {"retry-after": str(max(1, math.ceil(left)))}
            raise Problem(429, f"at most {rate.count} requests in {rate.period} s", headers=headers)

    def _stranger(self, auth: str, detail: str) -> Problem:
        realm = self._settings.title.encode("ascii", "replace").decode().replace('"', "'")
        return Problem(401, detail, headers={"www-authenticate": CHALLENGES[auth].format(realm)})
