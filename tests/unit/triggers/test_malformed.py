"""Thousands of broken requests and messages: a documented 4xx or a dead letter for each, never a crash."""

import json
import random
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import pytest

from portable_faas import App
from portable_faas.local.backend import LocalBackend
from portable_faas.resources.queue import Outgoing
from portable_faas.testing import running
from portable_faas.triggers import Cookie, Form, Header, Jwt, Query, Upload
from portable_faas.triggers.http.request import Request

DOCUMENTED = {200, 201, 204, 400, 401, 404, 405, 413, 415, 422, 429, 503}


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Item:
    name: str
    count: int
    price: float | None = None
    color: Color = Color.RED
    parts: "list[Item] | None" = None


app = App("malformed")
app.api_client("web", key=app.secret("web-key"))
app.api(jwt=Jwt("https://issuer.example", "shop", "/nowhere/keys.json"))
queue = app.queue("items", Item, attempts=1)


@app.post("/items/{id}", auth="anonymous", status=201)
def add(
    id: int,
    item: Item,
    tags: Annotated[list[float], Query("tag")],
    flag: bool = False,
    agent: Annotated[int, Header("x-number")] = 0,
    session: Annotated[Color | None, Cookie("color")] = None,
) -> Item:
    return item


@app.put("/files/{name}", auth="anonymous")
def put(name: str, file: Upload, n: Annotated[int, Form()] = 0) -> int:
    return len(file.data)


@app.get("/keyed")
def keyed(q: str = "") -> str:
    return q


@app.get("/token", auth="jwt")
def by_token() -> None: ...


@app.on_message(queue)
def take(item: Item) -> None: ...


PATHS = ["/items/1", "/items/x", "/files/a", "/keyed", "/token", "/", "", "*", "/items/%2e%2e/x", "//", "/docs/x"]
PATHS += [
    "/-pfaas",
    "/-pfaas/instances/x",
    "/-pfaas/buckets/b/k",
    "/-pfaas/buckets/b/%ff",
    "/openapi.json",
    "/%",
    "/\0",
]
QUERIES = [
    "",
    "tag=1",
    "tag=x",
    "flag=maybe",
    "%",
    "=&=&&",
    "tag=%ff",
    "q=" + "a" * 5000,
    "flag=true&flag=false",
    "ü",
    "\0",
]
QUERIES += [
    "signature=x&expires=x&method=GET",
    "signature=%00",
    "expires=9999999999999999999999&signature=a&method=PUT",
]
KINDS = ["application/json", "application/json; charset=latin-1", "text/plain", "", "multipart/form-data"]
KINDS += [
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded",
    "\xff/",
]
GOOD = {"name": "a", "count": 1}
BODIES = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"name":1}',
    b"{" * 5000,
    b'{"a":' * 5000,
    b"1e999",
]
BODIES += [json.dumps(GOOD).encode(), json.dumps({**GOOD, "count": 2**60}).encode(), b'{"name":"\\ud800","count":1}']
BODIES += [
    b"9" * 5000,
    b"--x\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff"\r\n\r\n1\r\n--x--',
]
BODIES += [
    b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n1\r\n--x--',
    b"a=%zz",
    b"n=1&file=2",
    b"--x--" * 2000,
]
HEADERS = [
    ("x-number", "x"),
    ("x-number", "1"),
    ("cookie", "color=red"),
    ("cookie", "=;;=;color"),
    ("cookie", '"'),
    ("x-api-key", "ü"),
]
HEADERS += [
    ("authorization", "Bearer a.b.c"),
    ("authorization", "Bearer " + "e" * 30000),
    ("x-api-key", "\0"),
    ("origin", "null"),
]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "X", ""]


def broken(chance: random.Random) -> Request:
    kind = chance.choice(KINDS)
    headers = chance.sample(HEADERS, chance.randrange(4)) + ([("Content-Type", kind)] if kind else [])
    body = bytearray(chance.choice(BODIES))
    for _ in range(chance.randrange(3)):
        if body:
            body[chance.randrange(len(body))] = chance.randrange(256)
    return Request(
        chance.choice(METHODS + ["POST"] * 10),
        chance.choice(PATHS + ["/items/1"] * 10),
        chance.choice(QUERIES),
        headers,
        bytes(body),
    )


@pytest.mark.parametrize("seed", range(5))
async def test_requests(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "secret")
    chance = random.Random(seed)
    backend: Any = LocalBackend(app, virtual_time=True)
    await backend.serve()
    seen: dict[int, int] = {}
    try:
        for _ in range(2000):
            request = broken(chance)
            answer = await backend.answer(request)
            assert answer.status in DOCUMENTED or answer.status == 403, (request, request.query, request.body)
            if answer.status >= 400 and request.method != "HEAD":
                problem = json.loads(answer.body)
                assert problem["status"] == answer.status
                assert {"type", "title"} <= problem.keys()
            assert b"secret" not in answer.body
            seen[answer.status] = seen.get(answer.status, 0) + 1
    finally:
        await backend.close()
    assert {200, 400, 401, 404, 405, 415, 422} <= seen.keys()


async def test_messages() -> None:
    texts = [body.decode("utf-8", "replace") for body in BODIES]
    good = [text for text in texts if text == json.dumps(GOOD)]
    backend: Any = LocalBackend(app, virtual_time=True)
    await backend.serve()
    try:
        await backend.services.send("items", [Outgoing(f"m{n}", text, 0) for n, text in enumerate(texts)])
        await backend.advance(10)
        assert len(await backend.dead_letters(take)) == len(texts) - len(good)
    finally:
        await backend.close()


async def test_the_message_of_a_dead_letter_names_the_place() -> None:
    async with running(app) as client:
        await queue.send(Item("a", 1))
        await client.advance(1)
        assert await client.dead_letters(take) == []
