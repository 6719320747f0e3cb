"""One call of a platform, as each contender of ``bench.calls`` answers it, the platform's own decoding included.

ours_on_aws("hello")()   ->   '{"statusCode": 200, "headers": ..., "body": "Hello, world!", ...}'
"""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from portable_faas import App

Called = Callable[[], Any]  # what awslambdaric does with one event
Awaited = Callable[[], Awaitable[Any]]  # what the Python worker does with one, in its loop

BODY: Final = '{"name": "pen", "price": 2.5}'
TEXT: Final = "Hello, world!"
HEADERS: Final = {
    "accept": "*/*",
    "accept-encoding": "gzip",
    "content-type": "application/json",
    "host": "abc.example",
    "user-agent": "bench",
    "x-forwarded-for": "203.0.113.1",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
}

app = App("bench")


@dataclass
class Item:
    name: str
    price: float


@app.get("/hello", auth="anonymous")
async def hello() -> str:
    return TEXT


@app.post("/items/{id}", auth="anonymous")
async def echo(id: int, item: Item) -> Item:
    return item


@dataclass(frozen=True)
class Route:
    """A request: what HTTP says of it, and its name in ``ROUTES``."""

    method: str
    path: str
    body: str


ROUTES: Final = {"hello": Route("GET", "/hello", ""), "typed": Route("POST", "/items/7", BODY)}


def event_of(name: str) -> bytes:
    """The event of an HTTP API, payload format 2.0, as Lambda hands it over."""
    route = ROUTES[name]
    http = {"method": route.method, "path": route.path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.1"}
    event = {
        "version": "2.0",
        "routeKey": f"{route.method} {route.path}",
        "rawPath": route.path,
        "rawQueryString": "",
        "headers": HEADERS,
        "requestContext": {"http": {**http, "userAgent": "bench"}, "stage": "$default", "requestId": "r"},
        **({"body": route.body} if route.body else {}),
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


def event_one(name: str) -> bytes:
    """The event of a REST API, payload format 1.0, which Chalice reads."""
    route = ROUTES[name]
    resource = route.path.replace("7", "{id}")
    context = {"resourcePath": resource, "httpMethod": route.method, "identity": {}, "path": route.path}
    event = {
        "httpMethod": route.method,
        "path": route.path,
        "resource": resource,
        "headers": HEADERS,
        "multiValueHeaders": {key: [value] for key, value in HEADERS.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"id": "7"},
        "stageVariables": None,
        "requestContext": context,
        "body": route.body or None,
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


def _lambda(handler: Callable[[Any, Any], Any], event: bytes) -> Called:
    """awslambdaric around a handler: JSON in, JSON out (``bootstrap.handle_event_request``)."""

    class Context:
        function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "bench"

    context = Context()
    return lambda: json.dumps(handler(json.loads(event), context), ensure_ascii=False)


def bare_on_aws(name: str) -> Called:
    def handler(event: Any, _context: Any) -> Any:
        if name == "typed":
            given = json.loads(event["body"])
            body = json.dumps({"name": given["name"], "price": given["price"]})
            return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
        return {"statusCode": 200, "headers": {"content-type": "text/plain; charset=utf-8"}, "body": TEXT}

    return _lambda(handler, event_of(name))


def ours_on_aws(name: str) -> Called:
    from portable_faas_aws.runtime.function import http

    return _lambda(http(app), event_of(name))


def ours_with_log(name: str) -> Called:
    import logging

    # What awslambdaric does with each line of the log, but for the pipe that it writes to.
    handler = logging.StreamHandler(open(os.devnull, "w"))  # noqa: SIM115 - as long as the process
    handler.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(message)s"))
    logging.getLogger().addHandler(handler)
    return ours_on_aws(name)


def ours_with_asyncio(name: str) -> Called:
    import asyncio  # noqa: F401 - a library of the user's has loaded it, so coroutines need a loop

    return ours_on_aws(name)


def powertools(name: str) -> Called:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

    resolver: Any = APIGatewayHttpResolver()

    @resolver.get("/hello")  # type: ignore[untyped-decorator, unused-ignore]
    def hello() -> Any:
        return Response(status_code=200, content_type="text/plain; charset=utf-8", body=TEXT)

    @resolver.post("/items/<id>")  # type: ignore[untyped-decorator, unused-ignore]
    def echo(id: str) -> Any:
        return resolver.current_event.json_body

    return _lambda(resolver.resolve, event_of(name))


def mangum(name: str) -> Called:
    from mangum import Mangum

    return _lambda(Mangum(_starlette(), lifespan="off"), event_of(name))


def chalice(name: str) -> Called:
    from chalice.app import Chalice, Response

    found: Any = Chalice("bench")

    @found.route("/hello")  # type: ignore[untyped-decorator, unused-ignore]
    def hello() -> Any:
        return Response(TEXT, headers={"content-type": "text/plain; charset=utf-8"})

    @found.route("/items/{id}", methods=["POST"])  # type: ignore[untyped-decorator, unused-ignore]
    def echo(id: str) -> Any:
        return found.current_request.json_body

    return _lambda(found, event_one(name))


def _starlette() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from starlette.routing import Route as At

    async def hello(_request: Request) -> Response:
        return PlainTextResponse(TEXT)

    async def echo(request: Request) -> Response:
        return JSONResponse(await request.json())

    return Starlette(routes=[At("/hello", hello), At("/items/{id:int}", echo, methods=["POST"])])


def _worker(handler: Callable[..., Awaitable[Any]], name: str, **given: Any) -> Awaited:
    """The Python worker around a function: the SDK's converters of trigger and result."""
    from azure.functions.http import HttpRequestConverter, HttpResponseConverter
    from azure.functions.meta import Datum

    route = ROUTES[name]
    value = {
        "method": Datum(route.method, "string"),
        "url": Datum(f"https://app.example{route.path}", "string"),
        "headers": {key: Datum(text, "string") for key, text in HEADERS.items()},
        "query": {},
        "params": {},
        "body": Datum(route.body.encode(), "bytes"),
    }

    async def call() -> Any:
        request = HttpRequestConverter.decode(Datum(value, "http"), trigger_metadata={})
        return HttpResponseConverter.encode(await handler(request, **given), expected_type=None)

    return call


def bare_on_azure(name: str) -> Awaited:
    import azure.functions as func

    async def handler(request: func.HttpRequest) -> func.HttpResponse:
        if name == "typed":
            given = json.loads(request.get_body())
            body = json.dumps({"name": given["name"], "price": given["price"]})
            return func.HttpResponse(body, headers={"content-type": "application/json"})
        return func.HttpResponse(TEXT, headers={"content-type": "text/plain; charset=utf-8"})

    return _worker(handler, name)


def ours_on_azure(name: str) -> Awaited:
    from portable_faas_azure.runtime.triggers import function_app

    found: Any = function_app(app)
    found._require_auth_level = True
    handler = next(each for each in found.get_functions() if each.get_function_name() == "pfaas_http")
    call: Any = handler.get_user_function()
    return _worker(call, name, binding="")


def starlette_on_azure(name: str) -> Awaited:
    import azure.functions

    sdk: Any = azure.functions
    return _worker(sdk.AsgiMiddleware(_starlette()).handle_async, name)


ON_AWS: Final[dict[str, Callable[[str], Called]]] = {
    "bare handler": bare_on_aws,
    "portable_faas": ours_on_aws,
    "portable_faas, requests logged": ours_with_log,
    "portable_faas, asyncio loaded": ours_with_asyncio,
    "Powertools": powertools,
    "Mangum + Starlette": mangum,
    "Chalice": chalice,
}
ON_AZURE: Final[dict[str, Callable[[str], Awaited]]] = {
    "bare handler": bare_on_azure,
    "portable_faas": ours_on_azure,
    "AsgiMiddleware + Starlette": starlette_on_azure,
}
