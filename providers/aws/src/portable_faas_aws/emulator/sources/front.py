"""An HTTP API before functions: finds the route of a request and calls its function with payload format 2.0.

GET /orders/7   ->   the function of "GET /orders/{id}"
HEAD /orders/7  ->   that of "$default", if no route says HEAD

Sources: "Routes for HTTP APIs" (the most specific route wins, ``$default`` takes the rest); "Create AWS Lambda proxy
integrations for HTTP APIs", docs.aws.amazon.com/apigateway.
"""

import base64
import json
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, final

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.declared import Route
from portable_faas_aws.emulator.lambdas import Host
from portable_faas_aws.emulator.lambdas.host import UnknownFunction
from portable_faas_aws.emulator.rights import Rights
from portable_faas_aws.emulator.timestamps import moment

LARGEST: Final = 6 * 1024 * 1024  # bytes of an event (Lambda quotas)
DEFAULT: Final = "$default"
SERVICE: Final = "apigateway.amazonaws.com"
LOG: Final = logging.getLogger("portable_faas.api")  # what an API would write into its access log
TEXTS: Final = ("text/", "application/json", "application/xml", "application/javascript")
JSON: Final = (("content-type", "application/json"),)


@final
class Front:
    """The HTTP APIs of the emulated account; requests may come from any thread.

    ``routes`` gives those of the API with an address, as they are now.
    """

    def __init__(
        self, routes: Callable[[str | None], Sequence[Route]], lambdas: Host, clock: Clock, rights: Rights
    ) -> None:
        self._given = routes
        self._lambdas = lambdas
        self._clock = clock
        self._rights = rights

    def answer(self, request: Request, url: str | None = None) -> Answer:
        """What the function of the request's route answers, in the API with the address ``url``."""
        route = self._route(request, url)
        if route is None:
            return _own(404, "Not Found")
        if route.function is None or not self._rights.calls(SERVICE, route.source, route.function):
            LOG.warning("%s: there is no function behind it, or its policy does not let the API call it", route.key)
            return _own(500, "Internal Server Error")
        event = json.dumps(event_of(request, route.key, moment(self._clock.now())), ensure_ascii=False)
        if len(event.encode()) > LARGEST:
            return _own(413, "Request Too Long")
        return self._called(route.function, event.encode())

    def _called(self, function: str, event: bytes) -> Answer:
        done = threading.Event()
        with self._clock.outside():
            try:
                invocation = self._lambdas.invoke(function, event, done.set)
            except UnknownFunction:
                return _own(500, "Internal Server Error")
            done.wait()
        return _own(500, "Internal Server Error") if invocation.failed else answer_of(json.loads(invocation.payload))

    def _route(self, request: Request, url: str | None) -> Route | None:
        parts, routes = request.path.strip("/").split("/"), self._given(url)
        keyed = [(*_read(route.key), route) for route in routes if route.key != DEFAULT]
        # A fixed part before a variable one, from the left.
        for method, wanted, route in sorted(keyed, key=lambda each: [part.startswith("{") for part in each[1]]):
            if method in (request.method, "ANY") and _fits(wanted, parts):
                return route
        return next((route for route in routes if route.key == DEFAULT), None)


def _read(key: str) -> tuple[str, list[str]]:
    method, _, path = key.partition(" ")
    return method, path.strip("/").split("/")


def _fits(wanted: list[str], parts: list[str]) -> bool:
    if len(wanted) != len(parts):
        return False
    return all(want.startswith("{") or want == part for want, part in zip(wanted, parts, strict=True))


def event_of(request: Request, route: str, at: datetime) -> dict[str, Any]:
    """The event of a request; repeated headers are joined by commas, cookies stand apart."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [pair.strip() for name, value in request.headers if name == "cookie" for pair in value.split(";")]
    body, is_encoded = _body(request.body, headers.get("content-type", ""))
    path = request.path
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        "requestContext": {
            "stage": DEFAULT,
            "routeKey": route,
            "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at.timestamp() * 1000),
            "http": {"method": request.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
        },
        **({"body": body} if request.body else {}),
        "isBase64Encoded": is_encoded,
    }


def _body(body: bytes, kind: str) -> tuple[str, bool]:
    """Text goes as it is, anything else as Base64."""
    if kind.startswith(TEXTS):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), bool(body)


def answer_of(given: Any) -> Answer:
    """The answer that a function's result stands for."""
    if not isinstance(given, dict) or "statusCode" not in given:
        return Answer(200, JSON, json.dumps(given).encode())
    text = given.get("body") or ""
    body = base64.b64decode(text) if given.get("isBase64Encoded") else text.encode()
    cookies = [("set-cookie", cookie) for cookie in given.get("cookies", [])]
    return Answer(given["statusCode"], (*given.get("headers", {}).items(), *cookies), body)


def _own(status: int, message: str) -> Answer:
    return Answer(status, JSON, json.dumps({"message": message}).encode())
