"""Broken requests and messages on every engine: the documented status or a dead letter, the same everywhere."""

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from portable_faas.client import Client
from portable_faas.resources.acting import services
from portable_faas.resources.queue import Outgoing
from portable_faas.testing import running
from portable_faas.triggers.http.request import BODY_LIMIT, Request
from portable_faas.triggers.http.response import Answer
from tests.triggers.malformed import DOCUMENTED, NO_PATHS, SECRET, app, messages, requests, take

Letters = set[tuple[str, str]]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("WEB_KEY", SECRET)
    caplog.set_level(logging.CRITICAL, "portable_faas")


def checked(request: Request, answer: Answer) -> Answer:
    """The answer, if it is a documented one that says what is wrong and nothing that it should not."""
    asked = (request.method, request.path, request.query, request.headers, request.body[:300])
    assert answer.status in DOCUMENTED, (answer, asked)
    if answer.status >= 400 and request.method != "HEAD":
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status, asked
        assert {"type", "title"} <= problem.keys()
    assert not any("\r" in value or "\n" in value for _, value in answer.headers), asked
    assert SECRET.encode() not in answer.body
    assert not any(SECRET in value for _, value in answer.headers)
    return answer


async def answers(client: Client, seed: int, count: int) -> list[Answer]:
    backend: Any = client._backend
    return [checked(request, await backend.answer(request)) for request in requests(seed, count)]


async def letters(client: Client, texts: Sequence[str]) -> Letters:
    """The dead letters of those of ``texts`` that are no items."""
    await services(None).send("items", [Outgoing(f"m{n}", text, 0) for n, text in enumerate(texts)])
    await client.advance(10)
    return {(letter.id, letter.error) for letter in await client.dead_letters(take)}


async def compared(on: str, seed: int, requested: int, sent: int) -> None:
    async with running(app) as client:
        expected, lost = await answers(client, seed, requested), await letters(client, messages(seed, sent))
    async with running(app, on=on) as client:
        got, dead = await answers(client, seed, requested), await letters(client, messages(seed, sent))
    for request, one, other in zip(requests(seed, requested), expected, got, strict=True):
        asked = (request.method, request.path, request.query, request.headers, request.body[:300])
        assert (other.status, sorted(other.headers), other.body) == (one.status, sorted(one.headers), one.body), asked
    assert dead == lost
    assert len(lost) > sent // 2


@pytest.mark.parametrize("seed", range(5))
async def test_on_the_embedded_engine(seed: int) -> None:
    async with running(app) as client:
        seen = {answer.status for answer in await answers(client, seed, 1800)}
        assert {200, 201, 400, 401, 403, 404, 405, 415, 422} <= seen
        large = Request("POST", "/items/1", body=b" " * (BODY_LIMIT + 1))
        assert checked(large, await client._backend.answer(large)).status == 413  # type: ignore[attr-defined]
        texts = messages(seed, 200)
        assert 100 < len(await letters(client, texts)) < len(texts)


async def test_what_no_server_hands_on_is_turned_away_too() -> None:
    async with running(app) as client:
        backend: Any = client._backend
        statuses = [(await backend.answer(Request("GET", path))).status for path in NO_PATHS]
        assert statuses == [400, 400, 400, 400]


@pytest.mark.slow
async def test_some_hundreds_on_a_cloud(emulated: str) -> None:
    await compared(emulated, seed=11, requested=300, sent=80)


@pytest.mark.full
@pytest.mark.timeout(3000)
async def test_ten_thousand_on_a_cloud(emulated: str) -> None:
    await compared(emulated, seed=12, requested=9000, sent=1000)
