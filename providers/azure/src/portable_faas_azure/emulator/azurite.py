"""Finds or starts Azurite, Microsoft's emulator of Azure Storage, and stops what it has started.

    shared()  ->  the one that PFAAS_AZURITE names, else one in Docker, else one from npm; one per process

One from npm runs on free loopback ports over a folder of its own, and ends with this process however that ends.
"""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, final

from portable_faas.errors import NotInstalled

VERSION: Final = "3.35.0"
IMAGE: Final = f"mcr.microsoft.com/azure-storage/azurite:{VERSION}"
GIVEN: Final = "PFAAS_AZURITE"  # the connection string of a running one
FOLDER: Final = "PFAAS_AZURITE_FOLDER"  # where npm has installed it, or shall
SERVICES: Final = ("Blob", "Queue", "Table")
MAIN: Final = "node_modules/azurite/dist/src/azurite.js"
USUAL_PORTS: Final = (10000, 10001, 10002)
ACCOUNT: Final = "devstoreaccount1"
# The key of Azurite's well-known account, the same for everybody (Microsoft Learn, "Use the Azurite emulator").
KEY: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
OTHERWISE: Final = (
    f'set {GIVEN} to the connection string of a running Azurite, or keep the state in memory with storage="memory" '
    "(PFAAS_AZURE_STORAGE=memory)"
)
DOCKER: Final = "pip install 'portable-faas-azure[docker]'"
START_SECONDS: Final = 60
# Azurite 3.35.0 closes what has been idle for 5 s, and its options against that are not read. A client keeps a
# connection for 15 s (aiohttp) and may write into one that is about to close; a transaction is not sent a second time.
IDLE_SECONDS: Final = 120
# Ends, and removes its folder, with the process that started it: the pipe to its stdin breaks even when that is killed.
LAUNCHER: Final = f"""\
const http = require('http');
const create = http.createServer;
http.createServer = (...given) =>
  Object.defineProperty(create(...given), 'keepAliveTimeout', {{ get: () => {1000 * IDLE_SECONDS}, set: () => {{}} }});
process.stdin.on('end', () => {{
  require('fs').rmSync(__dirname, {{ recursive: true, force: true }});
  process.exit();
}}).resume();
require(process.argv.splice(2, 1)[0]);
"""


@final
class Azurite:
    """A running one. ``problem`` says why it no longer runs, if it does not; ``pid`` is known of one that we run."""

    def __init__(
        self,
        connection: str,
        what: str,
        problem: Callable[[], str | None],
        close: Callable[[], None],
        pid: int | None = None,
    ) -> None:
        self.connection: Final = connection
        self.pid: Final = pid
        self.what: Final = what
        self.problem: Final = problem
        self.close: Final = close


_lock: Final = threading.Lock()
_shared: dict[str, Azurite] = {}


def shared() -> Azurite:
    """The one that everything in this process uses; started when first needed and stopped when the process ends.

    Raises ``NotInstalled`` when there is no way to have one here.
    """
    with _lock:
        found = _shared.get("one")
        if found is None or found.problem() is not None:
            if found is not None:
                found.close()
            found = _shared["one"] = find()
            atexit.register(found.close)
        return found


def find(environment: Mapping[str, str] = os.environ) -> Azurite:
    """A running one of its own, or the given one."""
    if given := environment.get(GIVEN):
        return given_one(given)
    if (in_docker := _container()) is not None:
        return in_docker
    return from_npm(environment)


def connection_string(ports: tuple[int, int, int], host: str = "127.0.0.1") -> str:
    """For the well-known account on these ports of ``host``."""
    places = [f"{name}Endpoint=http://{host}:{port}/{ACCOUNT}" for name, port in zip(SERVICES, ports, strict=True)]
    return ";".join(["DefaultEndpointsProtocol=http", f"AccountName={ACCOUNT}", f"AccountKey={KEY}", *places])


def given_one(connection: str) -> Azurite:
    """The one that somebody else has started; ``NotInstalled`` if it does not answer."""
    if connection == "UseDevelopmentStorage=true":
        connection = connection_string(USUAL_PORTS)
    parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
    missing = [f"{name}Endpoint" for name in SERVICES if f"{name}Endpoint" not in parts]
    if missing:
        raise ValueError(f"{GIVEN} is not the connection string of an Azurite: it has no {', '.join(missing)}")
    places = [_place(parts[f"{name}Endpoint"]) for name in SERVICES]

    def problem() -> str | None:
        dead = [f"{host}:{port}" for host, port in places if not _answers(host, port)]
        return f"the Azurite that {GIVEN} names does not answer at {', '.join(dead)}" if dead else None

    if (dead := problem()) is not None:
        raise NotInstalled(f"{dead}; start it, or unset {GIVEN} to have one started")
    return Azurite(connection, "the Azurite that is running", problem, lambda: None)


def _place(url: str) -> tuple[str, int]:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


# In Docker.


def _container() -> Azurite | None:
    """One in Docker, where that answers and testcontainers is installed."""
    if not _docker_answers():
        return None
    try:
        from testcontainers.community.azurite import AzuriteContainer  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    container: Any = AzuriteContainer(image=IMAGE)
    container.with_command(
        "azurite --blobHost 0.0.0.0 --queueHost 0.0.0.0 --tableHost 0.0.0.0 --skipApiVersionCheck --disableTelemetry"
    )
    try:
        container.start()
    except Exception as refused:  # docker, requests and testcontainers raise errors of many kinds
        print(f"azure: Azurite could not be started in Docker ({refused}); trying npm", file=sys.stderr)
        return None

    def problem() -> str | None:
        container.get_wrapped_container().reload()
        state = container.get_wrapped_container().status
        return None if state == "running" else f"the Azurite container is {state}"

    return Azurite(container.get_connection_string(), f"Azurite in Docker ({IMAGE})", problem, container.stop)


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    with suppress(subprocess.TimeoutExpired, OSError):
        asked = [docker, "version", "--format", "{{.Server.Version}}"]
        return subprocess.run(asked, capture_output=True, timeout=5, check=False).returncode == 0
    return False


# From npm.


def from_npm(environment: Mapping[str, str] = os.environ, ports: tuple[int, int, int] | None = None) -> Azurite:
    """One that Node runs, installed when it is not there yet. Raises ``NotInstalled``; for a taken port too."""
    node = shutil.which("node", path=environment.get("PATH"))
    if node is None:
        needed = f"Docker (with {DOCKER}) or Node 20 (with npm)"
        raise NotInstalled(f"Azurite needs {needed}, and neither can be used here: install one, or {OTHERWISE}")
    program = installed(environment)
    if ports is not None:
        return _started(node, program, ports)
    for _ in range(2):
        with suppress(PortTaken):  # between finding it free and taking it
            return _started(node, program, _free_ports())
    return _started(node, program, _free_ports())


class PortTaken(NotInstalled):
    """Another program listens on a port that Azurite was to have."""


def installed(environment: Mapping[str, str] = os.environ) -> Path:
    """Azurite's main file; npm installs it first where it is not there."""
    given = environment.get(FOLDER)
    home = Path(given) if given else _cache(environment) / f"azurite-{VERSION}"
    program = home / MAIN
    if not program.is_file():
        _install(home, environment)
    return program


def _cache(environment: Mapping[str, str]) -> Path:
    given = environment.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "portable-faas"


def _install(home: Path, environment: Mapping[str, str]) -> None:
    npm = shutil.which("npm", path=environment.get("PATH"))
    if npm is None:
        raise NotInstalled(
            f"Azurite is installed with npm, which was not found: install Node 20 with npm, or {OTHERWISE}"
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="azurite-", dir=home.parent) as place:
        command = [npm, "install", "--prefix", place, "--no-package-lock", "--no-audit", "--no-fund"]
        done = subprocess.run([*command, f"azurite@{VERSION}"], capture_output=True, text=True, check=False)
        if done.returncode:
            told = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise NotInstalled(f"npm could not install azurite@{VERSION} ({told[0]}); install it, or {OTHERWISE}")
        home.mkdir(exist_ok=True)
        try:
            os.rename(Path(place, "node_modules"), home / "node_modules")
        except OSError as taken:
            if not (home / MAIN).is_file():  # otherwise another process was faster
                raise NotInstalled(f"{home / 'node_modules'} holds something else; empty it, or {OTHERWISE}") from taken


def _started(node: str, program: Path, ports: tuple[int, int, int]) -> Azurite:
    _refuse_taken(ports)
    place = Path(tempfile.mkdtemp(prefix="pfaas-azurite-"))
    launcher, told = place / "launch.js", place / "log"
    launcher.write_text(LAUNCHER)
    options = ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", str(place / "data")]
    for service, port in zip(SERVICES, ports, strict=True):
        options += [f"--{service.lower()}Port", str(port), f"--{service.lower()}Host", "127.0.0.1"]
    with told.open("wb") as log:
        process = subprocess.Popen(
            [node, str(launcher), str(program), *options],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the program that uses it
        )

    def problem() -> str | None:
        code = process.poll()
        return None if code is None else f"Azurite has ended with exit code {code}: {_last_words(told)}"

    def close() -> None:
        _stop(process)
        shutil.rmtree(place, ignore_errors=True)

    found = Azurite(connection_string(ports), f"Azurite {VERSION} on Node", problem, close, process.pid)
    try:
        _wait_until_it_answers(found, ports, told)
    except BaseException:
        close()
        raise
    return found


def _wait_until_it_answers(found: Azurite, ports: tuple[int, int, int], told: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while (ended := found.problem()) is None:
        if all(_answers("127.0.0.1", port) for port in ports):
            return
        if time.monotonic() > until:
            raise NotInstalled(f"Azurite did not answer within {START_SECONDS} s: {_last_words(told)}")
        time.sleep(0.02)
    if b"EADDRINUSE" in told.read_bytes():
        raise PortTaken(f"{ended}: another program has taken the port meanwhile; run again, or {OTHERWISE}")
    raise NotInstalled(f"{ended}; {OTHERWISE}")


def _refuse_taken(ports: tuple[int, int, int]) -> None:
    for service, port in zip(SERVICES, ports, strict=True):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError as taken:
                refused = f"port {port}, which Azurite needs for its {service.lower()} service, is taken"
                raise PortTaken(f"{refused}: stop what listens there, or {OTHERWISE}") from taken


def _last_words(told: Path) -> str:
    said = told.read_text("utf-8", "replace") if told.is_file() else ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line or "EADDRINUSE" in line]
    return (errors or lines or ["it said nothing"])[-1]


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def _free_ports() -> tuple[int, int, int]:
    with socket.socket() as a, socket.socket() as b, socket.socket() as c:
        for one in (a, b, c):
            one.bind(("127.0.0.1", 0))
        return a.getsockname()[1], b.getsockname()[1], c.getsockname()[1]


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, then make it."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    for ask in (process.terminate, process.kill):
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            ask()
    process.wait()


if __name__ == "__main__":  # the set-up of this repository
    try:
        print(f"== Azurite {VERSION} is in {installed()}")
    except NotInstalled as lacking:
        sys.exit(f"== {lacking}")
