"""A log of 200 requests through ASGI, payload 2.0 and the Functions SDK: one status, body and set of headers."""

import json
import random
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import azure.functions
import pytest
from azure.functions.http import HttpResponseConverter
from portable_faas_aws.runtime import http as lambda_http
from portable_faas_azure.emulator.answers import reply_of
from portable_faas_azure.runtime import http as azure_http

from examples.todo_api.app import app
from portable_faas import App
from portable_faas.local.backend import LocalBackend
from portable_faas.triggers import Response
from portable_faas.triggers.http.asgi import application
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer

Given = tuple[str, str, str, list[tuple[str, str]], bytes]
Seen = tuple[int, list[tuple[str, str]], bytes]
Send = Callable[[Request], Awaitable[Answer]]
LENGTH = "content-length"  # set by who carries an answer


def log() -> list[Given]:
    """200 requests to the todo API: good ones, and wrong ones of every kind."""
    chance = random.Random(3)
    json_type = ("content-type", "application/json")
    key, cookie, origin = ("x-api-key", "web-secret"), ("cookie", "a=1; b=2"), ("origin", "https://todos.example")
    titles = ["milk", "grüße", "a" * 3000, "\\ud800", '"']
    bodies = [json.dumps({"title": title}).encode() for title in titles]
    bodies += [b"", b"{", b"\xff\xfe", b"[]", b'{"title": 1, "x": 2}', b'{"title": "x", "priority": "high"}']
    paths = ["/todos", "/todos/1", "/todos/%C3%BC", "/todos/a%2Fb", "/todos/%zz", "/todos/..", "/lost", "/todos/1/done"]
    paths += ["/openapi.json", "/docs", "/-pfaas/instances/x"]
    queries = ["", "limit=2", "limit=x", "priority=high&limit=1", "limit=%31", "q=a+b", "limit=1&limit=2", "%ff=1"]
    methods = ["GET", "GET", "POST", "POST", "DELETE", "OPTIONS", "PUT", "HEAD"]
    return [
        (
            chance.choice(methods),
            chance.choice(paths),
            chance.choice(queries),
            [json_type, *chance.sample([key, key, cookie, origin], 3)],
            chance.choice(bodies),
        )
        for _ in range(200)
    ]


async def neutral(send: Send, given: Given) -> Seen:
    method, path, query, headers, body = given
    answer = await send(Request(method, path, query, headers, body))
    return answer.status, list(answer.headers), answer.body


async def over_asgi(send: Send, given: Given) -> Seen:
    method, path, query, headers, body = given
    scope = {"type": "http", "method": method, "raw_path": path.encode(), "path": path, "query_string": query.encode()}
    events = [{"type": "http.request", "body": body[:5], "more_body": True}, {"type": "http.request", "body": body[5:]}]
    sent: list[Any] = []

    async def receive() -> Any:
        return events.pop(0)

    async def keep(event: Any) -> None:
        sent.append(event)

    encoded = [(name.encode(), value.encode()) for name, value in headers]
    await application(send)({**scope, "headers": encoded}, receive, keep)
    kept = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return sent[0]["status"], kept, sent[1]["body"]


def without_repetition(headers: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


async def over_lambda(send: Send, given: Given) -> Seen:
    """As an HTTP API would: cookies apart, repeated headers joined, the body in Base64."""
    method, path, query, headers, body = given
    joined = without_repetition([(name, value) for name, value in headers if name != "cookie"])
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": joined,
        "cookies": [pair for name, value in headers if name == "cookie" for pair in value.split("; ")],
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    found = lambda_http.response_of(await send(lambda_http.request_of(json.loads(json.dumps(event)))))
    found = json.loads(json.dumps(found))
    raw = b64decode(found["body"]) if found.get("isBase64Encoded") else found["body"].encode()
    cookies = [("set-cookie", value) for value in found.get("cookies", [])]
    return found["statusCode"], [*found["headers"].items(), *cookies], raw


async def over_azure(send: Send, given: Given) -> Seen:
    """As the Python worker would: the SDK's own request, and its encoding of the response."""
    method, path, query, headers, body = given
    url = f"https://app.example{path}" + (f"?{query}" if query else "")
    request = azure.functions.HttpRequest(method, url, headers=without_repetition(headers), body=body)
    answer = await send(azure_http.request_of(request))
    datum = HttpResponseConverter.encode(azure_http.response_of(answer), expected_type=None)
    value: Any = datum.value
    reply = reply_of(value)  # as the host then sends it
    return reply.status, list(reply.headers), reply.body


def compared(seen: Seen) -> Any:
    status, headers, body = seen
    return status, sorted(pair for pair in headers if pair[0] != LENGTH), body


async def test_a_log_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "web-secret")
    monkeypatch.setenv("REPORTS_KEY", "reports-secret")
    statuses = set()
    backend = LocalBackend(app, virtual_time=True)
    await backend.serve()
    monkeypatch.setattr("examples.todo_api.app.uuid4", lambda: type("Fixed", (), {"hex": "0" * 32}))
    try:
        for given in log():
            expected = compared(await neutral(backend.answer, given))
            statuses.add(expected[0])
            for carrier in (over_asgi, over_lambda, over_azure):
                assert compared(await carrier(backend.answer, given)) == expected, (carrier.__name__, given)
            await backend.advance(1)  # a new second for the client's rate
    finally:
        await backend.close()
    assert {200, 201, 204, 400, 401, 403, 404, 405, 422} <= statuses


asked = App("asked")
CARRIED = [("content-type", "image/png"), ("vary", "accept, origin"), ("x-a", "1")]
CARRIED += [("set-cookie", "x=1%3B; Path=/; Secure")]
CARRIED += [("set-cookie", "y=ab%3D%3D; Max-Age=0; Path=/a; Secure; SameSite=Lax; HttpOnly")]


async def test_cookies_and_repeated_headers() -> None:
    @asked.get("/a", auth="anonymous")
    def a(request: Request) -> Response[bytes]:
        assert request.header("cookie") == "a=1; b=2"
        headers = [("set-cookie", "x=1%3B;SECURE; Priority=High"), ("vary", "accept"), ("x-a", "1"), ("vary", "origin")]
        return Response(bytes(range(256)), 203, headers, "image/png").cookie("y", "ab==", max_age=0, path="/a")

    backend = LocalBackend(asked, virtual_time=True)
    await backend.serve()
    given: Given = ("GET", "/a", "", [("cookie", "a=1; b=2")], b"")
    try:
        expected = await neutral(backend.answer, given)
        assert expected == (203, CARRIED, bytes(range(256)))
        for carrier in (over_asgi, over_lambda, over_azure):
            assert compared(await carrier(backend.answer, given)) == compared(expected), carrier.__name__
    finally:
        await backend.close()


def test_a_stage_before_the_path_is_left_out() -> None:
    event = {"rawPath": "/dev/items/ü", "requestContext": {"stage": "dev", "http": {"method": "get"}}}
    request = lambda_http.request_of(event)
    assert (request.method, request.path, request.body, request.raw) == ("GET", "/items/%C3%BC", b"", event)
