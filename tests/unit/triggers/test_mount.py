"""A Starlette application below a path: its routes, its middleware, its start and end; and a key in front of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from portable_faas import App
from portable_faas.testing import running

STATE: list[str] = []


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    STATE.append("started")
    yield
    STATE.append("ended")


async def show(request: Request) -> JSONResponse:
    body = (await request.body()).decode()
    found = [request.path_params["id"], dict(request.query_params), request.headers["x-a"], body, str(request.url.path)]
    response = JSONResponse(found, 201)
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


async def stream(_request: Request) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    return StreamingResponse(pieces(), media_type="text/csv")


async def missing(_request: Request) -> PlainTextResponse:
    raise HTTPException(404, "not here")


async def broken(_request: Request) -> PlainTextResponse:
    raise RuntimeError("the inner secret")


inner = Starlette(
    routes=[
        Route("/items/{id:int}", show, methods=["POST"]),
        Route("/stream", stream),
        Route("/missing", missing),
        Route("/broken", broken),
    ],
    lifespan=lifespan,
)


async def test_starlette(caplog: pytest.LogCaptureFixture) -> None:
    app = App("outer")
    app.mount("/inner", inner)
    STATE.clear()
    async with running(app) as client:
        assert STATE == []
        reply = await client.http.post("/inner/items/7?q=a%20b", data="body", headers={"x-a": "1"})
        assert (reply.status, reply.json()) == (201, [7, {"q": "a b"}, "1", "body", "/inner/items/7"])
        assert [value.partition(";")[0] for name, value in reply.headers if name == "set-cookie"] == ["one=1", "two=2"]
        reply = await client.http.get("/inner/stream")
        assert (reply.body, reply.header("content-type")) == (b"ab", "text/csv; charset=utf-8")
        assert (await client.http.get("/inner/missing")).text == "not here"
        assert (await client.http.get("/inner/items/x")).status == 404
        broken = await client.http.get("/inner/broken")
        assert (broken.status, b"secret" in broken.body) == (500, False)
        assert "the inner secret" in caplog.text
        assert STATE == ["started"]
    assert STATE == ["started", "ended"]


async def test_a_key_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "k")
    app = App("outer")
    app.api_client("web", key=app.secret("web-key"))
    app.mount("/inner", inner, auth="key")
    async with running(app) as client:
        assert (await client.http.get("/inner/stream")).status == 401
        assert (await client.http.get("/inner/stream", key="k")).text == "ab"
