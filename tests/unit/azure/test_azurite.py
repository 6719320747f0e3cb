"""Azurite is found, started and stopped; where that is not possible, the message says what to do."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from portable_faas_azure.emulator import azurite as subject
from portable_faas_azure.emulator.azurite import (
    IDLE_SECONDS,
    SERVICES,
    VERSION,
    PortTaken,
    connection_string,
    find,
    from_npm,
    given_one,
    installed,
)

from portable_faas.errors import NotInstalled

STARTS_ONE = """
import time
from portable_faas_azure.emulator.azurite import from_npm
print(from_npm().connection, flush=True)
time.sleep(60)
"""


def answers(connection: str) -> bool:
    try:
        given_one(connection)
    except NotInstalled:
        return False
    return True


def gone(connection: str) -> bool:
    """Whether it stops answering within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not answers(connection):
            return True
        time.sleep(0.05)
    return False


def program(folder: Path, name: str, script: str) -> dict[str, str]:
    """A PATH with one program on it, and an empty cache."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"PATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}


def test_without_docker_and_node_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = r'needs Docker .* or Node 20 .*or set PFAAS_AZURITE to .*storage="memory"'
    with pytest.raises(NotInstalled, match=told):
        find({"PATH": str(tmp_path)})


def test_without_npm_the_message_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="installed with npm, which was not found"):
        from_npm(program(tmp_path, "node", "exit 0"))


def test_what_npm_says_is_told(tmp_path: Path) -> None:
    environment = program(tmp_path, "npm", "echo 'npm error network' >&2; exit 1")
    with pytest.raises(NotInstalled, match=r"npm could not install azurite@[\d.]+ \(npm error network\)"):
        installed(environment)
    assert os.listdir(tmp_path / "cache/portable-faas") == []


def test_npm_installs_into_the_cache_once(tmp_path: Path) -> None:
    place = "$3/node_modules/azurite/dist/src"
    script = f'echo x >> {tmp_path}/calls; /bin/mkdir -p "{place}"; echo > "{place}/azurite.js"'
    environment = program(tmp_path, "npm", script)
    found = installed(environment)
    assert found.is_file()
    assert found.is_relative_to(tmp_path / "cache/portable-faas")
    assert installed(environment) == found
    assert (tmp_path / "calls").read_text() == "x\n"


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    environment = program(tmp_path, "npm", '/bin/mkdir -p "$3/node_modules"')
    other = tmp_path / "cache/portable-faas" / f"azurite-{VERSION}" / "node_modules/other"
    other.mkdir(parents=True)
    with pytest.raises(NotInstalled, match="node_modules holds something else; empty it"):
        installed(environment)
    assert other.is_dir()


def test_a_node_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    environment = program(tmp_path, "node", "echo 'Error: too old'; exit 9")
    main = tmp_path / "home/node_modules/azurite/dist/src/azurite.js"
    main.parent.mkdir(parents=True)
    main.touch()
    with pytest.raises(NotInstalled, match="ended with exit code 9: Error: too old"):
        from_npm({**environment, "PFAAS_AZURITE_FOLDER": str(tmp_path / "home")})


def test_a_given_one_that_does_not_answer_is_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held, but nobody listens
        port = held.getsockname()[1]
        with pytest.raises(NotInstalled, match=f"does not answer at 127.0.0.1:{port}, .*unset PFAAS_AZURITE"):
            find({"PFAAS_AZURITE": connection_string((port, port, port))})


def test_what_is_no_connection_string_is_refused() -> None:
    with pytest.raises(ValueError, match=r"PFAAS_AZURITE is not .*: it has no QueueEndpoint, TableEndpoint"):
        find({"PFAAS_AZURITE": "BlobEndpoint=http://127.0.0.1:1"})


def test_docker_is_asked_only_where_it_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not subject._docker_answers()
    program(tmp_path, "docker", "exit 1")
    assert not subject._docker_answers()
    program(tmp_path, "docker", "exit 0")
    assert subject._docker_answers()


class Container:
    """Stands for the container of testcontainers, which needs a Docker that answers."""

    status = "running"
    made: list["Container"]

    def __init__(self, image: str) -> None:
        self.image, self.command, self.stopped = image, "", False
        self.made.append(self)

    def with_command(self, command: str) -> None:
        self.command = command

    def start(self) -> None:
        if self.status == "refused":
            raise OSError("no such image")

    def stop(self) -> None:
        self.stopped = True

    def get_connection_string(self) -> str:
        return "in docker"

    def get_wrapped_container(self) -> "Container":
        return self

    def reload(self) -> None:
        """The status is read anew."""


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Container]:
    program(tmp_path, "docker", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    fake = type("Fake", (Container,), {"made": []})
    module = ModuleType("testcontainers.community.azurite")
    vars(module)["AzuriteContainer"] = fake
    for name in ("testcontainers", "testcontainers.community"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return fake


def test_where_docker_answers_it_runs_there(docker: type[Container]) -> None:
    found = find({})
    (container,) = docker.made
    assert (found.connection, container.image) == ("in docker", f"mcr.microsoft.com/azure-storage/azurite:{VERSION}")
    assert "--skipApiVersionCheck --disableTelemetry" in container.command
    assert found.problem() is None
    docker.status = "exited"
    assert found.problem() == "the Azurite container is exited"
    found.close()
    assert container.stopped


def test_a_docker_that_cannot_start_it_is_told_and_npm_is_tried(
    docker: type[Container], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    docker.status = "refused"
    with pytest.raises(NotInstalled, match="neither can be used here"):
        find({"PATH": str(tmp_path)})
    assert "could not be started in Docker (no such image); trying npm" in capsys.readouterr().err


def test_a_docker_without_testcontainers_and_node_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "testcontainers", None)  # as if it were not installed
    environment = program(tmp_path, "docker", "exit 0")
    monkeypatch.setenv("PATH", environment["PATH"])
    with pytest.raises(NotInstalled, match=r"Docker \(with pip install 'portable-faas-azure\[docker\]'\) or Node 20"):
        find(environment)


@pytest.mark.slow
def test_a_running_one_is_used_and_left_alone(azurite: str) -> None:
    found = find({"PFAAS_AZURITE": azurite})
    assert found.connection == azurite
    assert found.problem() is None
    found.close()
    assert answers(azurite)


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
def test_it_closes_no_connection_that_a_client_may_still_write_to() -> None:
    running = from_npm()
    try:
        endpoints = re.findall(r"Endpoint=(http://[^;]+)", running.connection)
        assert len(endpoints) == len(SERVICES)
        for endpoint in endpoints:
            place = urlsplit(endpoint)
            asked = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
            asked.request("GET", f"{place.path}?comp=list")
            kept = asked.getresponse().headers["Keep-Alive"]
            asked.close()
            assert kept == f"timeout={IDLE_SECONDS}"
    finally:
        running.close()


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        first, _, last = subject._free_ports()
        with pytest.raises(PortTaken, match=f"port {port}, which Azurite needs for its queue service, is taken"):
            from_npm(ports=(first, port, last))


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
def test_it_keeps_its_data_in_a_folder_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = from_npm()
    assert [path.name for path in tmp_path.glob("pfaas-azurite-*/data/__azurite_db_table__.json")]
    found.close()
    assert not answers(found.connection)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
def test_it_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", STARTS_ONE]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert started.stdout is not None
        connection = started.stdout.readline().strip()
        assert answers(connection)
    finally:
        started.send_signal(signal.SIGKILL)
        started.communicate(timeout=30)
    assert gone(connection)
    assert list(tmp_path.iterdir()) == []
