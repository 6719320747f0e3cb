"""Serves a host over HTTP on loopback: the durable API as a web hook and as the SDK's own endpoint, and the test's API.

/runtime/webhooks/durabletask/...   needs the system key, as ``code`` or ``x-functions-key``
/durabletask/...                    what the client binding of the SDK calls on the same machine, without a key
/emulator/...                       for the client of a test: whole records, waiting, virtual time; needs the key
"""

import asyncio
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, Final, final
from urllib.parse import parse_qs

from aiohttp import web
from multidict import CIMultiDict

from portable_faas.errors import InstanceNotFound, PortableFaasError
from portable_faas_azure.client.requests import KEY_HEADER, WEB_HOOK
from portable_faas_azure.emulator.grid import Refused
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.management import Management, Request
from portable_faas_azure.emulator.record import raised_in, record_of
from portable_faas_azure.emulator.store import StoreLost
from portable_faas_azure.emulator.surroundings import Surroundings
from portable_faas_azure.emulator.worker import HTTP as HTTP_TRIGGER
from portable_faas_azure.emulator.worker import Call, Reply
from portable_faas_azure.runtime.names import HTTP, ORIGIN

LOCAL_RPC: Final = "/durabletask"
LARGEST_BODY: Final = 64 * 1024 * 1024
LARGEST_HEADER: Final = 32 * 1024  # what the platform's server takes
NOW: Final = "x-pfaas-now"  # tells a test what time it is


@final
class Server:
    """A listening server; ``key`` is the system key of the durable extension, and opens everything.

    ``app_key`` stands for the identity of the app where that publishes to topics.
    """

    def __init__(self, host: Host, hub: str, surroundings: Surroundings | None = None) -> None:
        self.key: Final = secrets.token_urlsafe(24)
        self.app_key: Final = secrets.token_urlsafe(24)
        self.port = 0
        self._host = host
        self._hub = hub
        self._management = Management(host, hub, self.key)
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[_plain_errors])
        application.router.add_route("*", LOCAL_RPC + "/{path:.*}", self._local)
        application.router.add_route("*", "/{path:(?i:runtime/webhooks/durabletask)/.*}", self._web_hook)
        for method, path, handler in (
            ("GET", "records", self._records),
            ("GET", "records/{id}", self._record),
            ("GET", "contexts/{id}", self._context),
            ("GET", "raised/{id}", self._raised),
            ("POST", "wait/{id}", self._wait),
            ("POST", "advance", self._advance),
            ("POST", "drop", self._drop),
        ):
            application.router.add_route(method, f"/emulator/{path}", self._keyed(handler))
        application.router.add_route("POST", "/emulator/request", self._test_request)
        application.router.add_route("POST", "/emulator/origin", self._keyed(_set_origin))
        if surroundings is not None:
            front = surroundings.front
            application.router.add_route("*", f"{front.path}/{{path:.*}}", front.handle)
            application.router.add_route("POST", "/eventgrid/{topic}/api/events", self._published)
        if host.functions.has(HTTP_TRIGGER, HTTP):
            application.router.add_route("*", "/{path:.*}", self._request)
        self._surroundings = surroundings
        options: dict[str, Any] = {"handler_cancellation": True, "max_field_size": LARGEST_HEADER}
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, **options)

    async def open(self, port: int = 0) -> None:
        """Listen on ``port`` of loopback, 0 for a free one; ``OSError`` when it is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._host.functions.bind(json.dumps(self._client()))

    def _client(self) -> dict[str, object]:
        """What a durable client binding tells a function."""
        base = f"http://127.0.0.1:{self.port}"
        return {
            "taskHubName": self._hub,
            "baseUrl": f"{base}{WEB_HOOK}",
            "rpcBaseUrl": f"{base}{LOCAL_RPC}/",
            "requiredQueryStringParameters": f"code={self.key}",
        }

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()
        if self._surroundings is not None:
            await self._surroundings.close()

    # Functions that answer requests, and what stands around them.

    async def _request(self, request: web.Request) -> web.Response:
        headers = joined(request.headers.items())
        reply = await self._answered(request.method, request.raw_path, headers, await request.read())
        body = b"" if request.method == "HEAD" else reply.body
        return web.Response(status=reply.status, headers=CIMultiDict(reply.headers), body=body)

    async def _test_request(self, request: web.Request) -> web.Response:
        """A request of a test, whose parts come as they are: no server has read them before."""
        if not self._has_key(request):
            return web.Response(status=401)
        given = await request.json()
        body = b64decode(given["body"])
        reply = await self._answered(given["method"], given["target"], joined(given["headers"]), body)
        return web.json_response([reply.status, reply.headers, b64encode(reply.body).decode()], headers=self._now())

    async def _answered(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        query = {name: values[-1] for name, values in parse_qs(target.partition("?")[2]).items()}
        url = f"http://127.0.0.1:{self.port}{target}"
        return await self._host.request(HTTP, Call(method, url, headers, query, body))

    async def _published(self, request: web.Request) -> web.Response:
        assert self._surroundings is not None
        name = request.match_info["topic"]
        given, topic = request.headers.get("aeg-sas-key", ""), self._surroundings.grid.topic(name)
        if not any(secrets.compare_digest(given.encode(), key.encode()) for key in (self.key, self.app_key)):
            return _error(401, PermissionError("the key of the topic is missing or wrong"))
        if topic is None:
            return _error(404, LookupError(f"there is no topic {name}"))
        if topic.closed and given == self.app_key:
            return _error(403, PermissionError(topic.closed))
        try:
            await self._surroundings.grid.publish(name, await request.read())
        except Refused as wrong:
            return _error(400, wrong)
        return web.Response(status=200)

    def _now(self) -> dict[str, str]:
        return {NOW: str(self._host.clock.now)}

    # The durable API.

    async def _local(self, request: web.Request) -> web.Response:
        return await self._managed(request, LOCAL_RPC, request.match_info["path"])

    async def _web_hook(self, request: web.Request) -> web.Response:
        if not self._has_key(request):
            return web.Response(status=401)
        return await self._managed(request, WEB_HOOK, request.match_info["path"][len(WEB_HOOK) :])

    def _has_key(self, request: web.Request) -> bool:
        given = request.query.get("code") or request.headers.get(KEY_HEADER) or ""
        return secrets.compare_digest(given.encode(), self.key.encode())

    async def _managed(self, request: web.Request, prefix: str, path: str) -> web.Response:
        base = f"{request.url.origin()}{prefix}"
        asked = Request(
            request.method, path, request.query, request.headers, await request.read(), base, str(request.url)
        )
        # A client that goes away ends its waiting, but never a change half way.
        answer = await asyncio.shield(asyncio.ensure_future(self._management.answer(asked)))
        if answer.body is None and answer.status != 200:
            return web.Response(status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    # The test's API.

    def _keyed(self, handler: Any) -> Any:
        async def handle(request: web.Request) -> web.Response:
            if not self._has_key(request):
                return web.Response(status=401)
            return web.json_response(await handler(request), headers=self._now())

        return handle

    async def _records(self, _request: web.Request) -> object:
        return [record_of(instance) for instance in reversed(self._host.instances.values())]

    async def _record(self, request: web.Request) -> object:
        return record_of(self._host.get(request.match_info["id"]))

    async def _context(self, request: web.Request) -> object:
        return self._host.get(request.match_info["id"]).context()

    async def _raised(self, request: web.Request) -> object:
        return raised_in(self._host.get(request.match_info["id"]))

    async def _wait(self, request: web.Request) -> object:
        instance = self._host.get(request.match_info["id"])
        timeout = request.query.get("timeout")
        await self._host.finished(instance, None if timeout is None else float(timeout))
        return record_of(instance)

    async def _advance(self, request: web.Request) -> object:
        await self._host.advance(float(request.query["seconds"]))
        return {}

    async def _drop(self, _request: web.Request) -> object:
        await self._host.drop()
        return {}


async def _set_origin(request: web.Request) -> object:
    """Somebody serves the app under another address than ours."""
    os.environ[ORIGIN] = await request.text()
    return {}


def joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every header once, as the host hands them over; repeated ones are joined."""
    found: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        separator = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{separator}{value}" if name in found else value
    return found


@web.middleware
async def _plain_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """What a client has to know about an error, as JSON."""
    try:
        answer: web.StreamResponse = await handler(request)
        return answer
    except InstanceNotFound as missing:
        return _error(404, missing)
    except TimeoutError as late:
        return _error(408, late)
    except StoreLost as gone:
        return _error(503, gone)
    except PortableFaasError as wrong:
        return _error(400, wrong)


def _error(status: int, error: Exception) -> web.Response:
    return web.Response(status=status, text=json.dumps({"Message": str(error)}), content_type="application/json")
