"""``pfaas dev``: real requests over a socket get what the test client gets; a changed file is served anew."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portable_faas import App
from portable_faas.cli.loading import load
from portable_faas.testing import running

PROGRAM = """
from dataclasses import dataclass
from portable_faas import App
from portable_faas.triggers import Redirect, Response

app = App("served")
app.api()
jobs = app.queue("jobs", int)
results = app.bucket("results")


@dataclass
class Item:
    name: str
    n: int = 1


@app.post("/items/{id}", auth="anonymous", status=201)
def add(id: int, item: Item, q: str = "") -> Response[Item]:
    return Response(item, 201, {"x-q": q or "none"}).cookie("a", "1").cookie("b", "2")


@app.get("/bytes", auth="anonymous")
async def data() -> bytes:
    return bytes(range(256))


@app.get("/away", auth="anonymous")
def away() -> Redirect:
    return Redirect("/bytes")


@app.delete("/nothing", auth="anonymous")
def nothing() -> None: ...


@app.post("/jobs/{n}", auth="anonymous")
async def job(n: int) -> None:
    await jobs.send(n)


@app.on_message(jobs)
async def work(n: int) -> None:
    await results.put(str(n), b"done")


@app.get("/results", auth="anonymous")
async def done() -> list[str]:
    return [info.key for info in await results.list()]


@app.schedule("0 6 * * *", timezone="Europe/Oslo")
def daily() -> None: ...
"""
JSON = {"content-type": "application/json"}
Got = tuple[int, set[tuple[str, str]], bytes]
REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("POST", "/items/7?q=a%20b", JSON, b'{"name": "x"}'),
    ("POST", "/items/x", JSON, b'{"name": 1}'),
    ("POST", "/items/7", JSON, b"{"),
    ("POST", "/items/7", {"content-type": "text/plain"}, b"x"),
    ("POST", "/items/7", JSON, b"\xff"),
    ("POST", "/items/7", JSON, b" " * (4 * 1024 * 1024 + 1)),
    ("GET", "/bytes", {}, b""),
    ("HEAD", "/bytes", {}, b""),
    ("GET", "/away", {}, b""),
    ("DELETE", "/nothing", {}, b""),
    ("OPTIONS", "/nothing", {}, b""),
    ("PUT", "/nothing", {}, b""),
    ("GET", "/lost", {}, b""),
    ("GET", "/bytes/", {}, b""),
    ("GET", "/%2e%2e/bytes", {}, b""),
    ("GET", "/../bytes", {}, b""),
    ("GET", "/%zz", {}, b""),
    ("GET", "/openapi.json", {}, b""),
]
CARRIERS = {"date", "content-length", "connection", "server", "transfer-encoding"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "served_app.py").write_text(PROGRAM)
    return tmp_path


class Dev:
    """A running ``pfaas dev``."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "portable_faas", "dev", "served_app.py:app", "--port", "0", *options]
        self.log = folder / "log.txt"
        with self.log.open("wb") as log:
            # Whoever runs the tests in the background of a shell has Ctrl-C ignored, also by what they start.
            before = signal.signal(signal.SIGINT, signal.default_int_handler)
            self.process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ})
            signal.signal(signal.SIGINT, before)

    def port(self, count: int = 1) -> int:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = re.findall(r"on http://127\.0\.0\.1:(\d+)", self.log.read_text())
            if len(found) >= count:
                return int(found[count - 1])
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(90)


@pytest.fixture
def dev(folder: Path) -> Iterator[Dev]:
    started = Dev(folder, "--no-reload")
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body or None, headers)
        reply = connection.getresponse()
        kept = {(name.lower(), value) for name, value in reply.getheaders() if name.lower() not in CARRIERS}
        return reply.status, kept, reply.read()
    finally:
        connection.close()


async def test_a_socket_gives_what_the_test_client_gives(dev: Dev, folder: Path) -> None:
    port = dev.port()
    app: App = load(str(folder / "served_app.py") + ":app")
    async with running(app) as client:
        for method, path, headers, body in REQUESTS:
            expected = await client.http.request(method, path, headers=headers, data=body)
            assert ask(port, method, path, headers, body) == (expected.status, set(expected.headers), expected.body), (
                path
            )
    assert ask(port, "POST", "/jobs/5", {}, b"")[0] == 204
    deadline = time.monotonic() + 30
    while ask(port, "GET", "/results", {}, b"")[2] != b'["5"]':
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert dev.stop() == 0
    log = dev.log.read_text()
    assert re.search(r"http +POST /items/\{id\} +add +anonymous", log)
    assert re.search(r"schedule +0 6 \* \* \* \(Europe/Oslo\) +daily", log)
    assert re.search(r"message +queue jobs +work", log)
    assert "POST /items/{id} 201" in log
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_change_is_served_anew_and_what_is_stored_stays(folder: Path) -> None:
    started = Dev(folder, "--reload")
    try:
        port = started.port()
        assert ask(port, "POST", "/jobs/5", {}, b"")[0] == 204
        time.sleep(0.5)
        (folder / "served_app.py").write_text(PROGRAM.replace("info.key for", "info.key + '!' for"))
        port = started.port(2)
        assert ask(port, "GET", "/results", {}, b"")[2] == b'["5!"]'
        (folder / "served_app.py").write_text("def (")
        deadline = time.monotonic() + 30
        while "syntax error" not in started.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (folder / "served_app.py").write_text(PROGRAM)
        assert ask(started.port(3), "GET", "/results", {}, b"")[2] == b'["5"]'
        assert started.stop() == 0
    finally:
        if started.process.poll() is None:
            started.process.terminate()
            started.process.wait(10)


def test_a_taken_port_and_another_engine_are_refused(dev: Dev, folder: Path) -> None:
    port = dev.port()
    base = [sys.executable, "-m", "portable_faas", "dev", "served_app.py:app", "--store", ":memory:"]
    taken = subprocess.run(
        [*base, "--port", str(port)], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert taken.returncode == 3
    assert "choose another --port" in taken.stderr
    other = subprocess.run([*base, "--on", "aws"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    told = "pfaas: --store is for local; aws keeps what it holds in its own storage\n"
    assert (other.returncode, other.stderr) == (2, told)


def test_openapi_prints_the_document(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "portable_faas", "openapi", "served_app.py:app"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"openapi": "3.1.0"' in done.stdout
    assert '"/items/{id}"' in done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
async def test_the_shape_of_azure_answers_the_same(folder: Path) -> None:
    dev = Dev(folder, "--no-reload", "--on", "azure")
    try:
        port = dev.port()
        app: App = load(str(folder / "served_app.py") + ":app")
        async with running(app) as client:
            for method, path, headers, body in REQUESTS:
                reply = await client.http.request(method, path, headers=headers, data=body)
                expected = (reply.status, set(reply.headers), reply.body)
                got = ask(port, method, path, headers, body)
                assert got == expected, path
        assert ask(port, "POST", "/jobs/5", {}, b"")[0] == 204
        deadline = time.monotonic() + 30
        while ask(port, "GET", "/results", {}, b"")[2] != b'["5"]':
            assert time.monotonic() < deadline, dev.log.read_text()
            time.sleep(0.2)
        assert dev.stop() == 0
        assert "POST /items/{id} 201" in dev.log.read_text()
    finally:
        if dev.process.poll() is None:
            dev.process.terminate()
            dev.process.wait(10)
