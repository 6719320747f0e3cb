"""A client that knows only Microsoft's documented durable HTTP API drives the host process, in real time."""

import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.processes.azure_process import Answer, Running, asked, built
from tests.processes.azure_target import app

# In the words of Microsoft's worker library where that loads the app, else in ours.
NO_APP = "Could not find top level function app" if sys.version_info >= (3, 13) else "one FunctionApp; it holds 0"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("azurite")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return built(app, tmp_path / "app", f"http{uuid4().hex[:12]}")


@pytest.fixture
def host(folder: Path, azurite: str) -> Iterator[Running]:
    with Running(folder, azurite, "--real-time") as running:
        yield running.ready()


def polled(url: str) -> Answer:
    """The status URL polled as the documentation says: 202 with Location while it runs."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        answer = asked("GET", url)
        if answer.status != 202:
            return answer
        assert answer.headers["Location"]
        url = answer.headers["Location"]
        time.sleep(0.05)
    raise AssertionError(f"still running: {answer.body}")


def wired(value: object) -> str:
    """The input of an orchestrator of ours: text that holds JSON."""
    return json.dumps(json.dumps(value))


def test_a_documented_client_can_do_everything(host: Running) -> None:
    started = asked("POST", host.api("orchestrators/chain/one"), wired(3))
    assert (started.status, started.body["id"]) == (202, "one")
    assert started.headers["Location"] == started.body["statusQueryGetUri"]
    done = polled(started.headers["Location"])
    assert (done.status, done.body["runtimeStatus"], json.loads(done.body["output"])) == (200, "Completed", 6)

    napping = asked("POST", host.api("orchestrators/nap/two"), wired(1)).body
    assert asked("POST", napping["suspendPostUri"].replace("{text}", "wait")).status == 202
    time.sleep(1.2)
    assert asked("GET", napping["statusQueryGetUri"]).body["runtimeStatus"] == "Suspended"
    assert asked("POST", napping["resumePostUri"].replace("{text}", quote("go on"))).status == 202
    assert polled(napping["statusQueryGetUri"]).body["customStatus"] == '"napping"'

    endless = asked("POST", host.api("orchestrators/nap"), wired(10_000)).body
    event = endless["sendEventPostUri"].replace("{eventName}", "hello")
    assert asked("POST", event, '{"a": 1}').status == 202
    assert asked("POST", endless["terminatePostUri"].replace("{text}", quote("no more"))).status == 202
    ended = polled(endless["statusQueryGetUri"])
    assert (ended.status, ended.body["runtimeStatus"], ended.body["output"]) == (200, "Terminated", "no more")
    assert asked("POST", event, "1").status == 410

    page = asked("GET", host.api("instances", "&top=2&showInput=false"))
    token = {"x-ms-continuation-token": page.headers["x-ms-continuation-token"]}
    rest = asked("GET", host.api("instances", "&top=2"), headers=token)
    assert sorted(found["instanceId"] for found in page.body + rest.body) == sorted(["one", "two", endless["id"]])
    assert [found["instanceId"] for found in asked("GET", host.api("instances", "&runtimeStatus=Terminated")).body] == [
        endless["id"]
    ]
    assert asked("DELETE", started.body["purgeHistoryDeleteUri"]).body == {"instancesDeleted": 1}
    assert asked("DELETE", host.api("instances", "&createdTimeFrom=2020-01-01T00:00:00Z")).body == {
        "instancesDeleted": 2
    }
    assert asked("GET", host.api("instances")).body == []


def test_wrong_ids_bodies_and_keys_get_their_codes(host: Running) -> None:
    assert asked("POST", host.api("orchestrators/nobody"), "1").status == 400
    assert asked("POST", host.api("orchestrators/chain/%40x"), wired(1)).status == 400
    assert asked("POST", host.api("orchestrators/chain"), "{not json").status == 400
    assert asked("GET", host.api("instances/nobody")).status == 404
    assert asked("POST", host.api("instances/nobody/terminate"), "").status == 404
    assert asked("DELETE", host.api("instances/nobody")).status == 404
    assert asked("DELETE", host.api("instances")).status == 400
    assert asked("GET", host.api("instances").replace(host.key, "wrong")).status == 401
    live = asked("POST", host.api("orchestrators/nap/one"), wired(100))
    assert asked("POST", host.api("orchestrators/nap/one"), wired(100)).status == 409
    assert asked("DELETE", live.body["purgeHistoryDeleteUri"]).status == 412
    event = live.body["sendEventPostUri"].replace("{eventName}", "go")
    assert asked("POST", event, "1", {"Content-Type": "text/plain"}).status == 400


def test_it_listens_on_loopback_only_and_says_when_a_port_is_taken(folder: Path, azurite: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Running(folder, azurite, "--port", str(port)) as second:
            out, told = second.process.communicate(timeout=60)
            assert (second.process.returncode, out) == (3, b"")
            assert f"port {port} is taken" in told.decode()


def test_ctrl_c_is_for_who_started_it_and_the_end_of_stdin_ends_it(host: Running) -> None:
    host.process.send_signal(signal.SIGINT)
    assert asked("GET", host.api("instances")).status == 200
    assert host.process.stdin is not None
    host.process.stdin.close()
    assert host.process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("host.json", "{", "is not JSON"),
        ("host.json", '{"extensions": {"durableTask": {"hubName": "1x"}}}', "hubName in host.json is"),
        ("host.json", None, "it has no host.json"),
        ("function_app.py", "app = 1", NO_APP),
    ],
)
def test_a_wrong_folder_is_refused(folder: Path, azurite: str, name: str, content: str | None, told: str) -> None:
    (folder / name).unlink() if content is None else (folder / name).write_text(content)
    with Running(folder, azurite) as refused:
        _, said = refused.process.communicate(timeout=60)
        assert refused.process.returncode == 2
        assert told in said.decode()


def test_a_storage_that_is_not_there_is_told(folder: Path) -> None:
    from portable_faas_azure.emulator.azurite import connection_string

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with Running(folder, connection_string((port, port, port))) as lost:
            _, said = lost.process.communicate(timeout=60)
        assert lost.process.returncode == 3
        assert "does not answer any more" in said.decode()


def test_the_lost_storage_of_a_running_host_ends_it_with_a_message(folder: Path) -> None:
    from portable_faas_azure.emulator.azurite import from_npm

    own = from_npm()
    try:
        with Running(folder, own.connection) as host:
            assert asked("POST", host.ready().api("orchestrators/nap/one"), wired(5)).status == 202
            own.close()
            with suppress(URLError, ConnectionError):  # it may have ended before
                asked("POST", host.tested("wait/one"))
            _, said = host.process.communicate(timeout=60)
            assert host.process.returncode == 3
            assert "the storage of the emulated Azure does not answer any more" in said.decode()
    finally:
        own.close()
