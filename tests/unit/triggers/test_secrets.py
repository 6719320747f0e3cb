"""A planted secret shows up in no log, answer, document, manifest or error, whatever goes wrong."""

import logging

import pytest

from portable_faas import App
from portable_faas.manifest import Manifest, Package, render
from portable_faas.manifest.entries import function_entries, resource_entries
from portable_faas.testing import running
from portable_faas.triggers import Request, Response

PLANTED = "planted-7f3a"
app = App("secrets")
app.api()
app.api_client("web", key=app.secret("web-key"))
bank = app.secret("bank-key")
files = app.bucket("files")
jobs = app.queue("jobs", str, attempts=1)


@app.get("/ok")
async def ok(request: Request) -> str:
    return str(len(await bank.get()))


@app.get("/fails")
async def fails() -> Response[str]:
    raise RuntimeError(f"could not sign: {len(await bank.get())}")


@app.get("/hidden", auth="anonymous")
async def hidden() -> str:
    return await getattr(bank, "get")()  # type: ignore[no-any-return]  # noqa: B009


@app.on_message(jobs)
async def work(name: str) -> None:
    await bank.get()
    raise RuntimeError(name)


async def test_nothing_shows_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("WEB_KEY", PLANTED)
    monkeypatch.setenv("BANK_KEY", PLANTED)
    caplog.set_level(logging.DEBUG)
    answers = []
    async with running(app) as client:
        get = client.http.get
        answers += [await get("/ok", key=PLANTED), await get("/fails", key=PLANTED), await get("/hidden")]
        answers += [await get("/ok", key=PLANTED[:-1]), await get(f"/lost/{PLANTED}x", key=PLANTED)]
        answers += [await get("/ok", token=PLANTED), await get(f"/ok?key={PLANTED}"), await get("/openapi.json")]
        answers += [await get("/docs"), await client.http.post("/ok", json=PLANTED, key=PLANTED)]
        url = await files.put_url("a")
        answers.append(await client.http.put(url, data=b"x"))
        await jobs.send("job")
        await client.advance(1)
        (dead,) = await client.dead_letters(work)
    assert [answer.status for answer in answers] == [200, 500, 500, 401, 404, 401, 401, 200, 200, 405, 200]
    package = Package("code.zip", "0" * 64, 1, 1)
    functions = function_entries(app, "code.zip", str)
    manifest = render(Manifest("secrets", "cloud", "3.12", "1" * 64, functions, (package,), (), resource_entries(app)))
    signature = url.rpartition("=")[2]
    for text in (caplog.text, str(dead), manifest, repr(bank), *(str((one.headers, one.body)) for one in answers)):
        assert PLANTED not in text
        assert signature not in text


async def test_a_missing_secret_is_named_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANK_KEY", raising=False)
    async with running(app):
        with pytest.raises(LookupError, match=r"secret bank-key is not set; .* variable BANK_KEY"):
            await bank.get()
