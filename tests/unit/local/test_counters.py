"""Quotas of clients outlive the process on the embedded engine; rates of seconds need not."""

import sqlite3
from pathlib import Path

import pytest

from portable_faas import App
from portable_faas.local.depot import Depot
from portable_faas.testing import running
from portable_faas.triggers import Rate

app = App("counted")
app.api_client("web", key=app.secret("web-key"), quota=Rate(3, 86_400))


@app.get("/")
def root() -> str:
    return "here"


async def statuses(path: Path, count: int) -> list[int]:
    async with running(app, path=str(path)) as client:
        return [(await client.http.get("/", key="secret")).status for _ in range(count)]


async def test_a_quota_outlives_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "secret")
    assert await statuses(tmp_path / "store.db", 2) == [200, 200]
    assert await statuses(tmp_path / "store.db", 3) == [200, 429, 429]


async def test_a_new_period_begins_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_KEY", "secret")
    async with running(app) as client:
        got = []
        for _ in range(5):
            got.append((await client.http.get("/", key="secret")).status)
        await client.advance(86_400)
        got.append((await client.http.get("/", key="secret")).status)
    assert got == [200, 200, 200, 429, 429, 200]


def test_a_file_of_the_release_before_gets_counters(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    depot = Depot(str(path))
    key = depot.key("signing")
    depot.close()
    with sqlite3.connect(f"{path}-triggers") as connection:
        connection.executescript("DROP TABLE counters; PRAGMA user_version = 1;")
    connection.close()
    depot = Depot(str(path))
    assert [depot.count("a", 1), depot.count("a", 1), depot.count("a", 2), depot.count("b", 2)] == [1, 2, 1, 1]
    assert depot.key("signing") == key
    depot.close()
