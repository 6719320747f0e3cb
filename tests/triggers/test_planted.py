"""Planted secrets show up in no log, answer, message, error, history, manifest or package, on any engine."""

import logging
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portable_faas.client import Client
from portable_faas.configuration import Configuration
from portable_faas.errors import OrchestrationFailed
from portable_faas.manifest import render
from portable_faas.provider import Target, get_provider
from portable_faas.testing import running
from tests.triggers.planted import app, tell, work

KEY, BANK = "planted-web-7f3a", "planted-bank-91bc"
CONNECTION = "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=planted-c29tZS1rZXk=;EndpointSuffix=example"
SIGNATURE = "cGxhbnRlZC1zaWduYXR1cmU"
TOKEN = f"eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.{SIGNATURE}"
PLANTED = [KEY, BANK, "planted-c29tZS1rZXk", SIGNATURE]


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("WEB_KEY", KEY)
    monkeypatch.setenv("BANK_KEY", BANK)
    monkeypatch.setenv("STORE_CONNECTION", CONNECTION)
    caplog.set_level(logging.INFO)  # below it the SDKs log whole requests, and say so
    caplog.set_level(logging.DEBUG, "portable_faas")


async def said(client: Client) -> Iterator[str]:
    """Everything that a client, an operator or a developer gets to see of a run."""
    get, texts = client.http.get, []
    replies = [await get("/ok", key=KEY), await get("/fails", key=KEY), await get("/hidden"), await get("/url")]
    replies += [await get("/ok", key=KEY[:-1]), await get(f"/lost/{KEY}", key=KEY), await get("/ok", token=TOKEN)]
    replies += [await get("/token", token=TOKEN), await get("/openapi.json"), await get("/docs")]
    replies += [await client.http.post("/ok", json=BANK, key=KEY), await get(f"/ok?x={KEY}")]
    assert [reply.status for reply in replies] == [200, 500, 500, 200, 401, 404, 401, 401, 200, 200, 405, 401]
    url = replies[3].text.removeprefix("https://").partition("/")[2]
    texts += [str((reply.headers, reply.body)) for reply in replies if reply is not replies[3]]
    (client_id,) = [(await client.http.post("/starts")).text]
    with pytest.raises(OrchestrationFailed) as failed:
        await (await client.find(client_id)).result()
    await jobs_sent(client)
    texts += [str(failed.value), str(failed.value.__cause__), str(await (await client.find(client_id)).status())]
    texts += [str(await (await client.find(client_id)).history())]
    letters = [*await client.dead_letters(work), *await client.dead_letters(tell)]
    assert len(letters) == 2
    texts += [str(letter) for letter in letters]
    signature = url.rpartition("ignature=")[2]
    assert signature
    assert not any(signature in text for text in texts)
    return iter(texts)


async def jobs_sent(client: Client) -> None:
    from tests.triggers.planted import jobs

    await jobs.send("job")
    await client.advance(600)


def written(client: Client) -> Iterator[str]:
    """What the processes of an emulated AWS wrote."""
    emulator: Any = client._backend._account().emulator  # type: ignore[attr-defined]
    for declared in (*app.functions, *app.activities, "pfaas_http"):
        yield "\n".join(emulator.logs(declared))


@pytest.mark.slow
async def test_nothing_shows_them(
    engine: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running(app, on=engine) as client:
        texts = list(await said(client))
        if engine == "aws":
            texts += written(client)
    out, err = capfd.readouterr()
    texts += [caplog.text, out, err, repr(app), repr(list(app.resources.values())), repr(app.http)]
    assert any("could not sign with" in text for text in texts)  # the log of the function that failed is among them
    for text in texts:
        assert not [one for one in PLANTED if one in text], text[:3000]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["aws", "azure"])
def test_no_manifest_and_no_package_holds_them(name: str, tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    told: list[str] = []
    target = Target(Configuration(), version, tmp_path, emulated=True)
    manifest = get_provider(name).build(app, target, told.append)
    assert manifest.packages
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".zip" for path in files)
    contents = [render(manifest).encode(), "\n".join(told).encode()]
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as package:
                contents += [package.read(name) for name in package.namelist()]
        else:
            contents.append(path.read_bytes())
    for content in contents:
        assert not [one for one in (KEY, BANK, CONNECTION) if one.encode() in content]
