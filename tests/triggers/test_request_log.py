"""The log of 200 requests, replayed on the embedded engine and both emulated clouds: one status, body and headers."""

import json
import re
from typing import Any

import pytest

from examples.todo_api.app import app
from portable_faas.client import Client
from portable_faas.testing import running
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from tests.unit.triggers.test_parity import Given, log

ID = re.compile(r"[0-9a-f]{32}")  # of todos, which are made at random
Seen = tuple[int, list[tuple[str, str]], bytes]


def unordered(body: bytes, limited: bool) -> bytes:
    """A list of todos comes in the order of their random ids: as a set, or only its length where some are left out."""
    if not body.startswith(b"[{"):
        return body
    todos = json.loads(body)
    told: Any = len(todos) if limited else sorted(json.dumps(todo) for todo in todos)
    return json.dumps(told).encode()


def compared(given: Given, answer: Answer) -> Seen:
    """The whole answer, with the random ids named alike."""
    headers = sorted((name, ID.sub("ID", value)) for name, value in answer.headers)
    body = ID.sub("ID", answer.body.decode("latin-1")).encode("latin-1")
    return answer.status, headers, unordered(body, "limit" in given[2])


async def replayed(client: Client) -> list[Seen]:
    backend: Any = client._backend
    found = []
    for number, given in enumerate(log()):
        found.append(compared(given, await backend.answer(Request(*given))))
        if number % 4 == 3:
            await client.advance(1)  # a new second for the client's rate
    return found


async def compared_with(on: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "web-secret")
    monkeypatch.setenv("REPORTS_KEY", "reports-secret")
    async with running(app) as client:
        expected = await replayed(client)
    async with running(app, on=on) as client:
        got = await replayed(client)
    for given, one, other in zip(log(), expected, got, strict=True):
        assert other == one, given[:3]
    assert {200, 201, 204, 400, 401, 403, 404, 405, 422} <= {status for status, *_ in got}


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_a_log_of_requests_on_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    await compared_with("azure", monkeypatch)


@pytest.mark.slow
async def test_a_log_of_requests_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    await compared_with("aws", monkeypatch)
