"""The todo API as its clients see it, and what its queue leaves in the diary. On each engine of `pytest --on`."""

import pytest

from examples.todo_api.app import app, diary
from portable_faas.client import Client
from portable_faas.testing import running


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "web-secret")
    monkeypatch.setenv("REPORTS_KEY", "reports-secret")


async def added(client: Client, title: str, priority: str = "normal") -> str:
    reply = await client.http.post("/todos", json={"title": title, "priority": priority}, key="web-secret")
    assert (reply.status, reply.header("location")) == (201, f"/todos/{reply.json()['id']}")
    return str(reply.json()["id"])


async def test_todos_are_added_listed_and_removed(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        first, second = await added(client, "buy milk"), await added(client, "file taxes", "high")
        listed = (await client.http.get("/todos", key="reports-secret")).json()
        assert {todo["title"]: todo["created_by"] for todo in listed} == {"buy milk": "web", "file taxes": "web"}
        high = (await client.http.get("/todos?priority=high", key="web-secret")).json()
        assert [todo["id"] for todo in high] == [second]
        assert (await client.http.delete(f"/todos/{first}", key="web-secret")).status == 204
        assert (await client.http.get(f"/todos/{first}", key="web-secret")).status == 404


async def test_a_finished_todo_is_written_into_the_diary_once(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        id = await added(client, "buy milk")
        for _ in range(2):
            reply = await client.http.post(f"/todos/{id}/done", key="web-secret")
            assert reply.json()["done"] is True
        await client.advance(1)
        assert await diary.get(f"{id}.txt") == f"web finished {id}\n".encode()
        assert await client.dead_letters(app.functions["write_diary"]) == []


async def test_a_stranger_and_a_wrong_todo_are_turned_away(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        assert (await client.http.get("/todos")).status == 401
        wrong = await client.http.post("/todos", json={"title": 7, "priority": "urgent"}, key="web-secret")
        assert (wrong.status, wrong.json()["errors"][0]["field"]) == (422, "body.title")
        strange = "/todos/%C2%85"  # no key of a bucket
        found = [await client.http.request(method, strange, key="web-secret") for method in ("GET", "DELETE")]
        assert [reply.status for reply in found] == [404, 404]
        assert (await client.http.get("/todos?limit=0", key="web-secret")).json() == []
        assert (await client.http.get("/todos?limit=ten", key="web-secret")).status == 422


async def test_a_client_over_its_rate_waits(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        statuses = [(await client.http.get("/todos", key="web-secret")).status for _ in range(21)]
        assert statuses == [200] * 20 + [429]
        await client.advance(1)
        assert (await client.http.get("/todos", key="web-secret")).status == 200
