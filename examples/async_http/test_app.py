"""The client of the quotes: 202, then the status URL until the result is there. On each engine of `pytest --on`."""

import pytest

from examples.async_http.app import app
from portable_faas.testing import running


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "secret")


async def test_the_quotes_are_there_after_a_while(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        reply = await client.http.post("/quotes", json={"country": "Norway", "grams": 500}, key="secret")
        assert (reply.status, reply.header("retry-after")) == (202, "5")
        url = reply.header("location") or ""
        await client.advance(5)
        status = await client.http.get(url)
        assert (status.status, status.json()["custom_status"]) == (202, "waiting for late offers")
        await client.advance(120)
        status = await client.http.get(url)
        assert (status.status, status.json()["status"]) == (200, "Completed")
        assert [quote["carrier"] for quote in status.json()["output"]] == ["snail", "north", "swift"]


async def test_nobody_guesses_a_status_url(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        reply = await client.http.post("/quotes", json={"country": "Norway", "grams": 500}, key="secret")
        url = reply.json()["status_url"]
        assert (await client.http.get(url.partition("?")[0])).status == 403
        other = url.replace(reply.json()["instance_id"], "0" * 32)
        assert (await client.http.get(other)).status == 403


async def test_a_weightless_parcel_is_refused(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        reply = await client.http.post("/quotes", json={"country": "Norway", "grams": 0}, key="secret")
        assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "body.grams")
